"""Another program follows a training by what the terminal prints."""

import signal
import subprocess
from pathlib import Path

import pytest

from rockfall_desktop.domain.events import EpochFinished, JobCreated, event_from_json, is_stored
from rockfall_desktop.domain.job import Status
from rockfall_desktop.operations.jobs import job_events, list_jobs
from tests.end_to_end.terminal import PROGRAM, call, environment
from tests.stations import open_station, write_small_site

QUICK = ("--set", "epochs=2", "--set", "width=8", "--set", "window_steps=10")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_site(tmp_path_factory.mktemp("sites") / "site")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_station(tmp_path / "home"):
        return tmp_path / "home"


def test_that_every_line_is_an_event_and_what_was_stored_is_what_was_printed(home: Path, site: Path) -> None:
    done = call(home, "train", str(site), *QUICK, "--events")
    assert (done.returncode, done.stderr) == (0, "")
    told = [event_from_json(line) for line in done.stdout.splitlines()]
    assert isinstance(told[0], JobCreated)
    assert told[-1].kind == "job_completed"
    with open_station(home) as (station, session):
        stored = job_events(session, station=station, job_id=told[0].job_id)
    assert [event for event in told if is_stored(event)] == list(stored)


def test_that_one_line_and_every_event_are_not_asked_for_at_once(home: Path, site: Path) -> None:
    done = call(home, "train", str(site), "--events", "--json")
    assert done.returncode == 2
    assert "--events" in done.stderr


def test_that_a_job_in_a_process_can_be_followed_and_interrupted_at_the_keyboard(home: Path, site: Path) -> None:
    words = ("train", str(site), *QUICK[2:], "--set", "epochs=5000", "--set", "patience=1000", "--set", "place=process")
    with subprocess.Popen(
        [*PROGRAM, *words, "--events"], env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL, process_group=0,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        for line in running.stdout:
            if isinstance(event_from_json(line), EpochFinished):
                running.send_signal(signal.SIGINT)
                break
        rest = [event_from_json(line) for line in running.stdout]
        assert running.wait(60) == 1
    assert rest[-1].kind == "job_cancelled"
    assert "stop_climbed" in {event.kind for event in rest}
    with open_station(home) as (station, session):
        (job,) = list_jobs(session, station=station)
    assert job.status is Status.CANCELLED
