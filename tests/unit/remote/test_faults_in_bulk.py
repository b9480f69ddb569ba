"""A failure in the midst of several writes: of the one document that the server refuses, or of the server itself."""

from typing import Any

import pytest
from pymongo.errors import BulkWriteError

from rockfall_desktop.domain.errors import OfficeUnreachable
from rockfall_desktop.domain.office_exchange import PushedJob, Taken
from rockfall_desktop.remote import jobs
from rockfall_desktop.remote.faults import spoken_office
from rockfall_desktop.remote.pace import Pace
from tests.office_documents import id_of, job


class Straight:
    """Transactions without a server."""

    office = None

    def run(self, work: Any) -> Any:
        return work(None)


def push(code: int, monkeypatch: pytest.MonkeyPatch) -> list[Taken]:
    """What becomes of three jobs when the server fails with a code at the second one."""

    def write(_office: Any, _session: Any, batch: list[Any], *_: Any) -> list[PushedJob]:
        if any(one.job_id == id_of(2) for one in batch):
            failures = [{"index": 0, "code": code, "errmsg": "secret"}]
            raise BulkWriteError({"writeErrors": failures, "writeConcernErrors": [], "nInserted": 0})
        return [PushedJob(one.job_id, Taken.TAKEN) for one in batch]

    monkeypatch.setattr(jobs, "_write", write)
    transactions: Any = Straight()
    with spoken_office():
        return [one.taken for one in jobs.push_jobs(transactions, [job(1), job(2), job(3)], Pace(1, 10**6))]


@pytest.mark.parametrize("code", [14031, 11600, 11601, 91, 189, 10107, 112, 251, 262, 365])
def test_that_what_passes_by_itself_holds_no_job_for_a_person(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OfficeUnreachable):
        push(code, monkeypatch)


@pytest.mark.parametrize("code", [121, 11000, 10334, 2, 99999])
def test_that_what_a_document_is_refused_for_holds_it_alone(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert push(code, monkeypatch) == [Taken.TAKEN, Taken.REFUSED, Taken.TAKEN]
