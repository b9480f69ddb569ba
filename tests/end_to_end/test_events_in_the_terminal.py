"""Another program follows a training by what the terminal prints."""

import signal
import subprocess
from pathlib import Path

import pytest

from rockfall_desktop.domain.events import EpochFinished, JobCreated, event_from_json, is_stored
from rockfall_desktop.domain.job import Status
from rockfall_desktop.operations import jobs
from tests.end_to_end.terminal import PROGRAM, call, environment
from tests.stations import open_station, write_small_site

LONG = tuple(
    f"--set={pair}" for pair in ("width=8", "window_steps=10", "epochs=5000", "patience=1000", "place=process")
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_site(tmp_path_factory.mktemp("sites") / "site")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_station(tmp_path / "home"):
        return tmp_path / "home"


def test_that_one_line_and_every_event_are_not_asked_for_at_once(home: Path, site: Path) -> None:
    done = call(home, "train", str(site), "--events", "--json")
    assert done.returncode == 2
    assert "--events" in done.stderr


def test_that_a_job_in_a_process_is_followed_by_its_events_and_interrupted_at_the_keyboard(
    home: Path, site: Path
) -> None:
    with subprocess.Popen(
        [*PROGRAM, "train", str(site), *LONG, "--events"], env=environment(home), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stderr is not None
        told = []
        for line in running.stdout:
            told.append(event_from_json(line))
            if isinstance(told[-1], EpochFinished):
                running.send_signal(signal.SIGINT)
                break
        told += [event_from_json(line) for line in running.stdout]
        assert running.stderr.read() == b""
        assert running.wait(60) == 1
    assert isinstance(told[0], JobCreated)
    assert told[-1].kind == "job_cancelled"
    assert {"tick", "stop_climbed"} <= {event.kind for event in told}
    with open_station(home) as (station, session):
        assert jobs.training_status(session, station=station, job_id=told[0].job_id).status is Status.CANCELLED
        stored = jobs.job_events(session, station=station, job_id=told[0].job_id)
    assert [event for event in told if is_stored(event)] == list(stored)
