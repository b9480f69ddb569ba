"""Jobs in pieces: the next one is made ready while the server works, and no more than that."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rockfall_desktop.domain.office_exchange import PushedJob, Taken
from rockfall_desktop.remote import job_batches, jobs
from rockfall_desktop.remote.pace import Pace
from tests.office_documents import id_of, job

KILOBYTES_10 = ["x" * 10_000]
Write = Callable[[list[Any]], None]


class Straight:
    """Transactions without a server: `write` stands for what it does with each."""

    office = None

    def __init__(self, write: Write) -> None:
        self.write = write

    def run(self, work: Callable[[Any], Any]) -> list[PushedJob]:
        batch = work(None)
        self.write(batch)
        return [PushedJob(one.job_id, Taken.TAKEN) for one in batch]


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Ids of the jobs that were encoded; afterwards nobody is at work any more."""
    ids: list[str] = []
    encode, before = job_batches.encoded, set(threading.enumerate())

    def watched(document: dict[str, Any]) -> Any:
        ids.append(document["job_id"])
        return encode(document)

    monkeypatch.setattr(job_batches, "encoded", watched)
    monkeypatch.setattr(jobs, "_write", lambda _office, _session, batch, _stands: batch)
    yield ids
    assert set(threading.enumerate()) <= before


def push(write: Write, count: int, most_bytes: int = 35_000) -> list[str]:
    """Push jobs of 10 kB each; the ids that were taken, in the order of the answers."""
    transactions: Any = Straight(write)
    documents = [job(number, logs=KILOBYTES_10) for number in range(1, count + 1)]
    return [one.job_id for one in jobs.push_jobs(transactions, documents, Pace(1, most_bytes))]


def test_that_the_next_piece_is_encoded_while_the_server_works(
    encoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    watched, seventh = job_batches.encoded, threading.Event()

    def telling(document: dict[str, Any]) -> Any:
        if document["job_id"] == id_of(7):
            seventh.set()
        return watched(document)

    monkeypatch.setattr(job_batches, "encoded", telling)
    sizes: list[int] = []

    def write(batch: list[Any]) -> None:
        assert seventh.wait(10)
        sizes.append(len(batch))

    assert push(write, 10) == encoded == [id_of(number) for number in range(1, 11)]
    assert sizes == [3, 3, 3, 1]


def test_that_no_more_than_the_next_piece_is_encoded_when_the_server_fails(encoded: list[str]) -> None:
    def write(_: list[Any]) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        push(write, 100)
    assert encoded == [id_of(number) for number in range(1, 8)]


def test_that_one_piece_needs_nobody_beside(encoded: list[str]) -> None:
    threads: list[int] = []
    push(lambda _: threads.append(threading.active_count()), 3)
    assert threads == [threading.active_count()]
    assert len(encoded) == 3


def test_that_a_fault_of_the_one_beside_is_told_after_what_went_before_it(
    encoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    watched, sizes = job_batches.encoded, list[int]()

    def failing(document: dict[str, Any]) -> Any:
        if document["job_id"] == id_of(6):
            raise MemoryError
        return watched(document)

    monkeypatch.setattr(job_batches, "encoded", failing)
    with pytest.raises(MemoryError):
        push(lambda batch: sizes.append(len(batch)), 10)
    assert (sizes, len(encoded)) == ([3], 5)
