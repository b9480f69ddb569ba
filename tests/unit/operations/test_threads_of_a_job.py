"""A resumed job takes the number of threads that its checkpoint names, whatever would be measured now."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import EpochFinished, JobCompleted, JobEvent, LogLine
from rockfall_desktop.domain.user import Session
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints
from rockfall_desktop.operations.resuming import resume_training
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from tests.stations import quick_config


class Machine:
    """Three threads are spare, of which measuring chooses two at first; `taken` is what the process was held to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.faster = 2
        self.taken: list[int] = []
        learning = "rockfall_desktop.learning"
        monkeypatch.setattr("rockfall_desktop.operations.job_work.spare_threads", lambda: 3)
        monkeypatch.setattr(f"{learning}.threads.bound_threads", self.taken.append)
        monkeypatch.setattr(f"{learning}.fitting.thread_probe.probe_threads", self.measure)

    def measure(self, *_: object) -> Generator[JobEvent, None, int]:
        yield from ()
        return self.faster


def run(station: Station, session: Session, job_id: str) -> Iterator[JobEvent]:
    return run_job(session, station=station, job_id=job_id, control=Control())


def test_that_a_resumed_job_takes_the_threads_of_its_checkpoint(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(monkeypatch)
    monkeypatch.setattr(Checkpoints, "due", property(lambda _: True))
    job = start_training(session, station=station, config=quick_config(site, epochs=2))
    running = run(station, session, job.job_id)
    assert any(isinstance(event, EpochFinished) for event in running)
    running.close()
    assert machine.taken == [3, 2]
    station.shelf.place.with_name("threads.json").unlink()
    machine.faster = 1
    resume_training(session, station=station, job_id=job.job_id)
    events = list(run(station, session, job.job_id))
    assert isinstance(events[-1], JobCompleted), events[-1]
    assert machine.taken == [3, 2, 3, 2]
    lines = [event.text for event in events if isinstance(event, LogLine)]
    assert any(line.startswith("Training with 2 thread(s)") for line in lines)
    assert not any("Not bit for bit" in line for line in lines)
