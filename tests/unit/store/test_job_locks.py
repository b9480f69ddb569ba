import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rockfall_desktop.domain.control import Request
from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.events import JobInterrupted
from rockfall_desktop.domain.job import Status
from rockfall_desktop.store.crashed import interrupt_abandoned
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.home import Home
from rockfall_desktop.store.job_lock import is_free, take_job
from rockfall_desktop.store.jobs import Jobs
from tests.unit.store.job_samples import START, USER, created, new_id, up_to_fitting

ROOT = Path(__file__).parents[3]
RUNNER = """
import sys
from pathlib import Path
from rockfall_desktop.store.home import Home
from rockfall_desktop.store.job_lock import take_job
lock = take_job(Home(Path(sys.argv[1])), sys.argv[2])
print("held" if lock else "refused", flush=True)
sys.stdin.read()
"""


def runner(home: Home, job_id: str) -> subprocess.Popen[str]:
    """Another program that takes the lock of a job and keeps it until it is ended."""
    program = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(home.path), job_id],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert program.stdout is not None
    assert program.stdout.readline() == "held\n"
    return program


def ended(program: subprocess.Popen[str]) -> None:
    program.send_signal(signal.SIGKILL)
    program.communicate()


def test_that_a_lock_is_seen_in_its_own_process_and_freed_once_released(home: Home) -> None:
    job_id = new_id()
    assert is_free(home, job_id)
    assert not home.job_folder(job_id).exists()
    lock = take_job(home, job_id)
    assert lock is not None
    assert take_job(home, job_id) is None
    assert not is_free(home, job_id)
    assert not is_free(home, job_id)  # looking did not free it
    lock.release()
    lock.release()
    assert not lock.held
    assert is_free(home, job_id)


def test_that_a_lock_ends_with_the_object_that_holds_it(home: Home) -> None:
    job_id = new_id()
    lock = take_job(home, job_id)
    del lock
    assert is_free(home, job_id)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a thing of POSIX")
def test_that_a_killed_program_frees_its_job_and_a_living_one_keeps_it(store: Store, jobs: Jobs, home: Home) -> None:
    job_id = new_id()
    program = runner(home, job_id)
    jobs.create(created(job_id))
    for event in up_to_fitting():
        jobs.append(job_id, event)
    assert interrupt_abandoned(store, home) == ()
    assert jobs.request(job_id, Request.CANCEL, USER).status is Status.TRAINING
    ended(program)
    assert [job.job_id for job in interrupt_abandoned(store, home)] == [job_id]
    assert jobs.read(job_id).status is Status.INTERRUPTED
    assert interrupt_abandoned(store, home) == ()


def test_that_a_job_run_in_this_process_is_not_abandoned(store: Store, jobs: Jobs, home: Home) -> None:
    held, left = new_id(), new_id()
    lock = take_job(home, held)
    for job_id in (held, left):
        jobs.create(created(job_id))
    assert [job.job_id for job in interrupt_abandoned(store, home)] == [left]
    assert jobs.read(held).status is Status.QUEUED
    assert lock is not None
    lock.release()


def test_that_a_job_that_ended_meanwhile_is_left_alone(
    store: Store, jobs: Jobs, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.create(created())
    jobs.append(job.job_id, JobInterrupted(at=START))
    monkeypatch.setattr(Jobs, "active", lambda _: (job,))  # what was read just before it ended
    assert interrupt_abandoned(store, home) == ()


def test_that_a_lock_that_cannot_be_made_is_told_in_a_sentence(home: Home) -> None:
    job_id = new_id()
    home.job_folder(job_id).write_text("in the way")
    with pytest.raises(StoreFault, match="The job cannot be started"):
        take_job(home, job_id)
