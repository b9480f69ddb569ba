"""A job goes on while the sync reads about it."""

import pytest

from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.store.jobs import Jobs, NumberedJob
from tests.office_model import ModelServer
from tests.unit.operations.syncing.bench import Bench
from tests.unit.store.job_samples import epoch


def test_that_an_own_job_that_goes_on_while_it_is_compared_is_no_other_state(
    pit: Bench, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = pit.running_job()
    pit.jobs.append(job_id, epoch(1).model_copy(update={"at": pit.time.now()}))
    read, numbers = Jobs.numbered, iter(range(2, 100))

    def read_and_go_on(jobs: Jobs, of: str) -> NumberedJob:
        found = read(jobs, of)
        if jobs is pit.syncing._pulling._jobs:
            pit.jobs.append(job_id, epoch(next(numbers)).model_copy(update={"at": pit.time.now()}))
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Jobs, "numbered", read_and_go_on)
        state = pit.sync()
    assert next(numbers) > 2, "the job did not go on meanwhile"
    assert (state.condition, state.held, state.told) == (SyncCondition.SYNCED, 0, ())
    pit.time.pass_by(3)
    assert pit.sync().condition is SyncCondition.SYNCED
    assert server.jobs[job_id]["revision"] == pit.jobs.numbered(job_id).revision
