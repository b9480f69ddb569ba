"""Jobs on their way to the real server: what is refused holds up no other, what breaks off is repeated."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import pytest
from pymongo.errors import NetworkTimeout

from rockfall_desktop.domain.errors import OfficeUnreachable
from rockfall_desktop.domain.office_exchange import Taken
from rockfall_desktop.remote import jobs
from rockfall_desktop.remote.pace import Pace
from rockfall_desktop.remote.transactions import Transactions
from tests.mongod import Mongod
from tests.office_documents import id_of, job
from tests.offices import MongoPlace, pull_all

Failing = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def failing(mongod: Mongod) -> Failing:
    @contextmanager
    def fail(mode: Any, **data: Any) -> Iterator[None]:
        with mongod.client() as client:
            client.admin.command("configureFailPoint", "failCommand", mode=mode, data=data)
            try:
                yield
            finally:
                client.admin.command("configureFailPoint", "failCommand", mode="off")

    return fail


def refuse_poison(place: MongoPlace) -> None:
    place.database.command("collMod", "training_jobs", validator={"status": {"$ne": "poison"}})


def test_that_a_poisonous_document_holds_up_no_other(mongo_place: MongoPlace) -> None:
    refuse_poison(mongo_place)
    poison = {3, 4, 17}
    pushed = [job(number, status="poison" if number in poison else "training") for number in range(1, 21)]
    answers = mongo_place.open().push_jobs(pushed)
    assert [answer.job_id for answer in answers] == [one["job_id"] for one in pushed]
    assert {number for number, one in enumerate(answers, start=1) if one.taken is Taken.REFUSED} == poison
    assert all(bool(one.reason) == (one.taken is Taken.REFUSED) for one in answers)
    assert {one.job_id for one in pull_all(mongo_place.open()).jobs} == {
        id_of(number) for number in range(1, 21) if number not in poison
    }


def test_that_a_document_that_cannot_be_sent_is_refused_alone(mongo_place: MongoPlace) -> None:
    answers = mongo_place.open().push_jobs(
        [job(1), job(2, logs=["x" * 1_000_000] * 17), job(3, progress=float("nan")), job(4)]
    )
    assert [one.taken for one in answers] == [Taken.TAKEN, Taken.REFUSED, Taken.REFUSED, Taken.TAKEN]
    assert mongo_place.database.training_jobs.count_documents({}) == 2


def test_that_an_id_from_outside_is_text_and_no_question_to_the_server(mongo_place: MongoPlace) -> None:
    office = mongo_place.open()
    office.push_jobs([job(1)])
    (answer,) = office.push_jobs([job(2, revision=9, station_id="x") | {"job_id": {"$ne": None}}])
    assert answer.taken is Taken.REFUSED
    assert [one.said["revision"] for one in office.pull(0, 10).jobs] == [1]


def test_that_a_commit_whose_answer_is_lost_is_asked_about_again(mongo_place: MongoPlace, failing: Failing) -> None:
    office = mongo_place.open()
    with failing({"times": 1}, failCommands=["commitTransaction"], closeConnection=True):
        assert office.push_jobs([job()])[0].taken is Taken.TAKEN
    assert mongo_place.database.training_jobs.count_documents({}) == 1


@pytest.mark.parametrize("command", ["findAndModify", "find", "insert", "commitTransaction"])
def test_that_a_transaction_that_the_server_dropped_is_done_again(
    mongo_place: MongoPlace, failing: Failing, command: str
) -> None:
    office = mongo_place.open()
    dropped = {"errorCode": 251, "errorLabels": ["TransientTransactionError"]}
    with failing({"times": 2}, failCommands=[command], **dropped):
        assert office.push_jobs([job()])[0].taken is Taken.TAKEN
    assert office.pull(0, 10).sequence == 1


def test_that_without_an_answer_nothing_is_written_and_it_is_told(mongo_place: MongoPlace, failing: Failing) -> None:
    office = mongo_place.open()
    office._transactions = Transactions(office._office, longest_s=0.3)
    with (
        failing("alwaysOn", failCommands=["insert"], closeConnection=True),
        pytest.raises(OfficeUnreachable),
    ):
        office.push_jobs([job()])
    assert office.pull(0, 10).jobs == ()
    assert office.push_jobs([job()])[0].taken is Taken.TAKEN


def test_that_what_a_cut_line_left_open_locks_out_nobody_for_long(mongo_place: MongoPlace, failing: Failing) -> None:
    office, other = mongo_place.open(), mongo_place.open()
    other._transactions = Transactions(other._office, longest_s=0.3)
    office._transactions = Transactions(office._office, longest_s=0.3)
    with (
        failing("alwaysOn", failCommands=["insert", "abortTransaction"], closeConnection=True),
        pytest.raises(OfficeUnreachable),
    ):
        office.push_jobs([job(1)])
    with pytest.raises(OfficeUnreachable, match="busy"):
        other.push_jobs([job(2)])
    assert office.push_jobs([job(1)])[0].taken is Taken.TAKEN
    assert other.push_jobs([job(2)])[0].taken is Taken.TAKEN


def test_that_a_slow_line_gets_smaller_pieces_and_a_fast_one_larger_again() -> None:
    pace = Pace(1, 100)
    amounts = []
    for fails in (True, True, False, True, True, True, True, True, True, True, False):
        with suppress(NetworkTimeout), pace.step():
            if fails:
                raise NetworkTimeout("too slow")
        amounts.append(pace.amount)
    assert amounts == [50, 25, 50, 25, 12, 6, 3, 1, 1, 1, 2]


def test_that_pieces_are_as_large_as_the_pace_says(mongo_place: MongoPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    write = jobs._write

    def watched(office: Any, session: Any, batch: list[Any], stands: Any) -> Any:
        sizes.append(len(batch))
        return write(office, session, batch, stands)

    monkeypatch.setattr(jobs, "_write", watched)
    transactions = Transactions(mongo_place.unchecked().database)
    documents = [job(number, logs=["x" * 10_000]) for number in range(1, 10)]
    jobs.push_jobs(transactions, documents, Pace(1, 35_000))
    transactions.close()
    assert sizes == [3, 3, 3]
