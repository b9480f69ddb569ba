"""The real process of a job: the same losses, and it ends with those who wait for it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import EpochFinished, JobCompleted, JobEvent, JobFailed
from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.job_process import JobProcess
from rockfall_desktop.operations.own_program import own_command
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.operations.work_order import WorkOrder
from rockfall_desktop.store.job_lock import take_job
from rockfall_desktop.store.jobs import Jobs
from tests.model_folders import demand_noted
from tests.stations import quick_config

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the signals are those of POSIX")
ENDLESS = {"epochs": 5000, "patience": 1000}


def begin(session: Session, station: Station, site: Path, **changes: Any) -> TrainingJob:
    return start_training(session, station=station, config=quick_config(site, **changes))


def outcome(session: Session, station: Station, site: Path, place: str) -> tuple[list[tuple[float, float]], Any]:
    job = begin(session, station, site, place=place, layers=2, dropout=0.3)
    *events, last = run_job(session, station=station, job_id=job.job_id, control=Control())
    assert isinstance(last, JobCompleted), last
    losses = [(e.metrics.train_loss, e.metrics.validation_loss) for e in events if isinstance(e, EpochFinished)]
    demand_noted(station, job.job_id)
    kept = {"job_id", "created_at"}
    return losses, last.report.model_dump(exclude=kept)


def test_that_the_same_seed_gives_the_same_losses_and_report_in_both_places(
    session: Session, station: Station, site: Path
) -> None:
    here = outcome(session, station, site, "thread")
    assert len(here[0]) == 3
    assert outcome(session, station, site, "process") == here


def processes(monkeypatch: pytest.MonkeyPatch) -> list[JobProcess]:
    """Every process that is started from now on."""
    made: list[JobProcess] = []
    start = JobProcess.__init__

    def noted(self: JobProcess, command: list[str], order: str) -> None:
        start(self, command, order)
        made.append(self)

    monkeypatch.setattr(JobProcess, "__init__", noted)
    return made


def kill_after_a_member(session: Session, station: Station, job: TrainingJob, made: list[JobProcess]) -> JobEvent:
    """Run a job and kill its process within an epoch of its second network, after a checkpoint; the last event."""
    last: JobEvent | None = None
    for event in run_job(session, station=station, job_id=job.job_id, control=Control()):
        last = event
        if isinstance(event, EpochFinished) and event.metrics.member == 2:
            made[0].kill()
    assert last is not None
    return last


def test_that_a_killed_process_is_a_failed_job_that_keeps_its_last_checkpoint_and_the_window_lives(
    session: Session, station: Station, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rockfall_desktop.learning.fitting.checkpoints import read_checkpoint

    made = processes(monkeypatch)
    job = begin(session, station, site, place="process", members=16, epochs=3)
    last = kill_after_a_member(session, station, job, made)
    assert isinstance(last, JobFailed)
    assert "SIGKILL" in last.failure.message
    assert last.failure.where == "fitting"
    assert Jobs(station.store).read(job.job_id).status is Status.FAILED
    kept = read_checkpoint(station.files.job_folder(job.job_id))
    assert kept is not None
    assert kept["ended"][0]["name"] == "best-1.safetensors"
    assert station.computing.acquire(blocking=False)
    lock = take_job(station.files, job.job_id)
    assert lock is not None
    lock.release()


def test_that_the_process_ends_with_the_program_that_started_it_and_holds_its_job_until_then(
    session: Session, station: Station, site: Path
) -> None:
    job = begin(session, station, site, **ENDLESS)
    station.started.pop(job.job_id).lock.release()
    order = WorkOrder(job=job, folder=station.files.job_folder(job.job_id), cache=station.shelf.place)
    script = (
        "import sys; from rockfall_desktop.operations.job_process import JobProcess\n"
        "from rockfall_desktop.operations.own_program import own_command\n"
        "process = JobProcess(own_command('work'), sys.argv[1])\n"
        "while b'epoch_finished' not in (process.line(60) or b''): pass\n"
        "print(process._process.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, order.model_dump_json()], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert take_job(station.files, job.job_id) is None
        os.kill(parent.pid, signal.SIGKILL)
    assert gone(child)
    assert (station.files.job_folder(job.job_id) / "last.pt").exists()
    lock = take_job(station.files, job.job_id)
    assert lock is not None
    lock.release()


def gone(pid: int) -> bool:
    """Whether a process ends within half a minute."""
    import psutil

    try:
        psutil.Process(pid).wait(30)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        os.kill(pid, signal.SIGKILL)
        return False
    return True


def test_that_an_order_that_is_none_is_a_sentence() -> None:
    done = subprocess.run(own_command("work"), input=b"hello\n", capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert b"no order" in done.stderr
    assert done.stdout == b""
