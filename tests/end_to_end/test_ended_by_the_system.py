"""A shutdown ends a training in the terminal: it is interrupted, and goes on afterwards."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from rockfall_desktop.domain.events import EpochFinished, JobCompleted, event_from_json
from rockfall_desktop.domain.job import Status
from rockfall_desktop.learning.fitting.checkpoints import read_checkpoint
from rockfall_desktop.operations.jobs import job_events, list_jobs
from rockfall_desktop.operations.resuming import resume_training
from tests.end_to_end.terminal import PROGRAM, environment
from tests.stations import open_station, write_small_site

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the signals are those of POSIX")
LONG = tuple(f"--set={pair}" for pair in ("width=8", "window_steps=10", "epochs=5000", "patience=1000"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_site(tmp_path_factory.mktemp("sites") / "site")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_station(tmp_path / "home"):
        return tmp_path / "home"


def started(home: Path, site: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*PROGRAM, "train", str(site), *LONG, *words], env=environment(home), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def shut_down(program: subprocess.Popen[bytes]) -> None:
    """Every process of it is told to end, as the system does."""
    for process in (*psutil.Process(program.pid).children(recursive=True), psutil.Process(program.pid)):
        process.send_signal(signal.SIGTERM)


def demand_interrupted(home: Path, job_id: str) -> None:
    """The job stands as interrupted where its checkpoint is, and can be taken up."""
    with open_station(home) as (station, session):
        job = list_jobs(session, station=station)[0]
        assert (job.job_id, job.status) == (job_id, Status.INTERRUPTED)
        assert job_events(session, station=station, job_id=job_id)[-1].kind == "job_interrupted"
        state = read_checkpoint(station.files.job_folder(job_id))
        assert state is not None
        assert state["epoch"] >= job.current_epoch >= 1
        assert resume_training(session, station=station, job_id=job_id).current_epoch == job.current_epoch


@pytest.mark.parametrize("place", ["thread", "process"])
def test_that_a_shutdown_interrupts_a_training_whose_events_are_followed(home: Path, site: Path, place: str) -> None:
    with started(home, site, f"--set=place={place}", "--events") as running:
        assert running.stdout is not None
        assert running.stderr is not None
        told = []
        for line in running.stdout:
            told.append(event_from_json(line))
            if isinstance(told[-1], EpochFinished):
                shut_down(running)
                break
        told += [event_from_json(line) for line in running.stdout]
        words = running.stderr.read().decode()
        assert running.wait(60) == 1
    job_id = told[0].job_id
    assert told[-1].kind == "job_interrupted"
    assert not any(isinstance(event, JobCompleted) for event in told)
    assert words.strip() == f"Interrupted. Go on with: rockfall-desktop resume {job_id}"
    demand_interrupted(home, job_id)


def test_that_the_last_line_says_how_to_go_on(home: Path, site: Path) -> None:
    with started(home, site, "--json") as running:
        with open_station(home) as (station, session):
            while running.poll() is None:
                if any(job.current_epoch > 0 for job in list_jobs(session, station=station)):
                    break
        running.send_signal(signal.SIGTERM)
        output, errors = running.communicate(timeout=60)
    found = json.loads(output)
    resume = f"rockfall-desktop resume {found['job_id']}"
    assert found == {"job_id": found["job_id"], "status": "interrupted", "report": None, "resume": resume}
    assert running.returncode == 1
    assert b"Traceback" not in errors
    demand_interrupted(home, found["job_id"])
