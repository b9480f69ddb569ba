"""A reader of the real office misses nothing, asks once when there is nothing, and is told of an office put back."""

from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

import bson
import pytest
from pymongo.monitoring import CommandListener

from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable
from rockfall_desktop.domain.office_exchange import Pulled
from rockfall_desktop.remote import jobs, pulling
from rockfall_desktop.remote.office import MongoOffice
from rockfall_desktop.remote.sequence import take_numbers
from rockfall_desktop.remote.transactions import Transactions
from tests.mongod import Mongod
from tests.office_documents import id_of, job
from tests.offices import Line, MongoPlace

Take = Callable[[Any, Any, int], int]


class Counting(CommandListener):
    """Names of the commands that were sent."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: Any) -> None:
        self.names.append(event.command_name)

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...


def test_that_nothing_newer_costs_one_round_trip(mongod: Mongod, mongo_place: MongoPlace) -> None:
    mongo_place.open().push_jobs([job()])
    counting = Counting()
    with closing(Line(mongod.address(mongo_place.database.name), counting)) as line:
        office = MongoOffice(line)
        sequence = office.pull(0, 10).sequence
        counting.names.clear()
        assert office.pull(sequence, 10) == Pulled(sequence, more=False)
        assert counting.names == ["find"]


def inside(office: Any, session: Any, count: int) -> int:
    return take_numbers(office, session, count)


def outside(office: Any, session: Any, count: int) -> int:
    """The mutant: the number is taken before the document becomes visible."""
    return take_numbers(office, None, count)


def read_beside_a_slow_writer(place: MongoPlace, take: Take, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids that a reader ends up with when one station is slow and another pushes in the meantime."""
    slow, other, reader = place.open(), place.open(), place.open()
    other._transactions = Transactions(other._office, longest_s=0.2)
    seen: list[Pulled] = []

    def slowly(office: Any, session: Any, count: int) -> int:
        number = take(office, session, count)
        monkeypatch.setattr(jobs, "take_numbers", take)
        with suppress(OfficeUnreachable):
            other.push_jobs([job(2)])
        seen.append(reader.pull(0, 10))
        return number

    monkeypatch.setattr(jobs, "take_numbers", slowly)
    slow.push_jobs([job(1)])
    other.push_jobs([job(2)])
    seen.append(reader.pull(seen[0].sequence, 10))
    return sorted(one.job_id for pulled in seen for one in pulled.jobs)


def test_that_no_reader_goes_past_a_slow_writer(mongo_place: MongoPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_beside_a_slow_writer(mongo_place, inside, monkeypatch) == [id_of(1), id_of(2)]


def test_that_a_number_taken_outside_would_lose_the_slow_writer(
    mongo_place: MongoPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_beside_a_slow_writer(mongo_place, outside, monkeypatch) == [id_of(2)]


def test_that_large_documents_come_in_several_pieces(mongo_place: MongoPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    office = mongo_place.unchecked().open()
    office.push_jobs([job(number, logs=["x" * 1000] * 1000) for number in range(1, 41)])
    monkeypatch.setattr(pulling, "_MOST_BYTES", 4 * 1024 * 1024)
    first = office.pull(0, 100)
    assert first.more
    assert 4 <= len(first.jobs) < 40
    rest = office.pull(first.sequence, 100)
    while rest.more:
        first, rest = first._replace(jobs=first.jobs + rest.jobs), office.pull(rest.sequence, 100)
    assert [one.job_id for one in (*first.jobs, *rest.jobs)] == [id_of(number) for number in range(1, 41)]


def test_that_a_slow_line_goes_past_what_is_too_large_for_it_and_counts_it(mongo_place: MongoPlace) -> None:
    office = mongo_place.unchecked().open()
    office.push_jobs([job(1), job(2, logs=["x" * 1000] * 600), job(3, logs=["x" * 1000] * 400)])
    came: list[bool] = []
    after = 0
    while after < 3:
        office._pulling.amount = 1
        pulled = office.pull(after, 100)
        came += [bool(one.content) for one in pulled.jobs]
        after = pulled.sequence
    assert came == [True, False, True]
    office._pulling.amount = 2
    assert [bool(one.content) for one in office.pull(0, 100).jobs] == [True, True]


def test_that_a_look_that_brings_nothing_says_nothing_of_the_pace(mongo_place: MongoPlace) -> None:
    office = mongo_place.open()
    office.push_jobs([job(number) for number in range(1, 9)])
    office._pulling.amount = 2
    office.pull(2**62, 1)
    assert office._pulling.amount == 2
    assert len(office.pull(0, 100).jobs) == 2


def test_that_jobs_are_read_by_their_ids_whatever_their_numbers(mongo_place: MongoPlace) -> None:
    office = mongo_place.open()
    office.push_jobs([job(number) for number in range(1, 9)])
    found = office.read_jobs([id_of(number) for number in (2, 5, 7, 8, 99)])
    assert sorted(one.job_id for one in found) == [id_of(number) for number in (2, 5, 7, 8)]
    assert {one.said["revision"] for one in found} == {1}


def test_that_an_office_put_back_to_an_older_state_says_its_lower_number(mongo_place: MongoPlace) -> None:
    office = mongo_place.open()
    office.push_jobs([job()])
    assert office.pull(50, 10).sequence == 1


@pytest.mark.parametrize(
    "change", [{"created_at": bson.DatetimeMS(2**62)}, {"logs": bson.Code("x")}, {"sequence": 2.5}, {"job_id": None}],
    ids=["a time beyond all calendars", "code", "half a number", "no id"],
)  # fmt: skip
def test_that_a_hostile_job_holds_up_nobody(mongo_place: MongoPlace, change: dict[str, Any]) -> None:
    office = mongo_place.unchecked().open()
    office.push_jobs([job(number) for number in range(1, 5)])
    mongo_place.database.training_jobs.update_one({"_id": id_of(2)}, {"$set": change})
    for limit in (1, 2, 100):
        seen: dict[str, int] = {}
        after, more, turns = 0, True, 0
        while more:
            pulled = office.pull(after, limit)
            seen |= {one.job_id: one.said.get("revision", 0) for one in pulled.jobs}
            after, more, turns = pulled.sequence, pulled.more, turns + 1
            assert turns < 10
        assert after == 4
        assert [seen[id_of(number)] for number in (1, 3, 4)] == [1, 1, 1]


def test_that_a_counter_that_is_gone_is_told_and_never_begun_anew(mongo_place: MongoPlace) -> None:
    mongo_place.database.counters.delete_one({"_id": "sequence"})
    office = mongo_place.open()
    for call in (lambda: office.pull(0, 10), lambda: office.push_jobs([job()])):
        with pytest.raises(OfficeRefused, match="prepare"):
            call()
    assert mongo_place.database.counters.count_documents({}) == 0
