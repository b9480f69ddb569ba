"""A line of 1 Mbit a second: everything arrives, and what broke off goes on where it stood."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymongo
import pytest

from rockfall_desktop.domain.errors import OfficeUnreachable
from rockfall_desktop.domain.office_exchange import Taken
from rockfall_desktop.operations.syncing.document_size import within_size
from rockfall_desktop.remote.connecting import HEARTBEAT_MS, SELECTION_MS, SOCKET_MS, WRITE_CONCERN_MS
from rockfall_desktop.remote.office import MongoOffice
from rockfall_desktop.remote.office_files import PIECE_BYTES
from tests.mongod import Mongod
from tests.office_documents import AT, deployment, job, log_file
from tests.offices import MongoPlace, pull_all
from tests.slow_line import SlowLine

RATE = 125_000
FAST = 100_000_000


class Connection:
    """A connection as `connecting.connect` makes it, with its time limits, through another port."""

    def __init__(self, port: int, name: str) -> None:
        self.client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(
            "127.0.0.1", port, directConnection=True, w="majority", journal=True, wTimeoutMS=WRITE_CONCERN_MS,
            readConcernLevel="majority", heartbeatFrequencyMS=HEARTBEAT_MS, maxPoolSize=4, waitQueueTimeoutMS=SOCKET_MS,
            serverSelectionTimeoutMS=SELECTION_MS, connectTimeoutMS=SOCKET_MS, socketTimeoutMS=SOCKET_MS, tz_aware=True,
        )  # fmt: skip
        self.database = self.client[name]

    def close(self) -> None:
        self.client.close()


@pytest.fixture
def rate() -> int:
    return RATE


@pytest.fixture
def line(mongod: Mongod, rate: int) -> Iterator[SlowLine]:
    with SlowLine(mongod.port, rate) as line:
        yield line


@pytest.fixture
def slow(mongo_place: MongoPlace, line: SlowLine) -> Iterator[MongoOffice]:
    office = MongoOffice(Connection(line.port, mongo_place.database.name))
    yield office
    office.close()


def long_job(number: int) -> dict[str, Any]:
    epoch = dict.fromkeys(("train_loss", "validation_loss", "pr_auc", "roc_auc", "ece", "seconds"), 0.123456789)
    metrics = [{"member": 1, "epoch": one, "learning_rate": 1e-3, **epoch} for one in range(2000)]
    return within_size(job(number, metrics=metrics, logs=[{"at": AT, "level": "info", "text": "x" * 2000}] * 500))


@pytest.mark.campaign
def test_that_a_bundle_goes_and_comes_over_a_poor_line(
    mongo_place: MongoPlace, slow: MongoOffice, tmp_path: Path
) -> None:
    content = random.Random(1).randbytes(3_000_000)
    (tmp_path / "sent").write_bytes(content)
    fact = deployment(1, bundle=content)
    assert slow.push_deployment(fact, tmp_path / "sent").version == 1
    slow.fetch_bundle(fact, tmp_path / "came")
    assert (tmp_path / "came").read_bytes() == content


@pytest.mark.campaign
def test_that_long_jobs_go_and_come_over_a_poor_line(mongo_place: MongoPlace, slow: MongoOffice) -> None:
    assert [one.taken for one in slow.push_jobs([long_job(1), long_job(2), job(3)])] == [Taken.TAKEN] * 3
    mongo_place.open().push_jobs([long_job(number) for number in range(4, 8)])
    found, tries = None, 0
    while found is None:
        tries += 1
        try:
            found = pull_all(slow)
        except OfficeUnreachable:
            assert tries < 4
    assert len(found.jobs) == 7


@pytest.mark.parametrize("rate", [FAST])
def test_that_a_bundle_that_broke_off_again_and_again_comes_piece_by_piece(
    mongo_place: MongoPlace, slow: MongoOffice, line: SlowLine, tmp_path: Path
) -> None:
    content = random.Random(2).randbytes(20 * PIECE_BYTES + 1000)
    (tmp_path / "sent").write_bytes(content)
    fact = deployment(1, bundle=content)
    mongo_place.open().push_deployment(fact, tmp_path / "sent")
    folder = tmp_path / "fetched"
    folder.mkdir()
    before, sizes = line.carried, []
    for _ in range(50):
        line.cut_after(5 * PIECE_BYTES)
        try:
            slow.fetch_bundle(fact, folder / "came")
            break
        except OfficeUnreachable:
            sizes.append(sum(path.stat().st_size for path in folder.iterdir()))
    assert [path.name for path in folder.iterdir()] == ["came"]
    assert (folder / "came").read_bytes() == content
    assert sizes == sorted(sizes)
    assert line.carried - before < 2 * len(content)


def test_that_what_lay_here_half_and_damaged_is_fetched_anew(mongo_place: MongoPlace, tmp_path: Path) -> None:
    content = random.Random(3).randbytes(5 * PIECE_BYTES)
    log, office = log_file(content), mongo_place.open()
    part = tmp_path / f".{hashlib.sha256(content).hexdigest()}.part.tmp"
    (tmp_path / "sent").write_bytes(content)
    with (tmp_path / "sent").open("rb") as stream:
        office.push_log(log, stream)
    for spoiled in (b"x" * 3 * PIECE_BYTES, b"x" * 9 * PIECE_BYTES, b"short", content[: 2 * PIECE_BYTES + 7]):
        part.write_bytes(spoiled)
        assert office.fetch_log(log, tmp_path / "came")
        assert (tmp_path / "came").read_bytes() == content
        assert not part.exists()
