"""The machine is kept awake while a training or a search runs, and no longer, however it ends."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import JobCancelled, JobCompleted, JobFailed, PhaseStarted
from rockfall_desktop.domain.search import End, SearchEnded, TrialEpoch, TrialStarted
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.search import run_search, start_search
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from tests.stations import quick_config

Run = Callable[[Control], Iterator[Any]]
OPERATIONS = "rockfall_desktop.operations"


class Awake:
    """In the place of KeptAwake: says whether the machine is held awake now, and how often it was."""

    def __init__(self) -> None:
        self.holds, self.times = False, 0

    def __call__(self) -> Self:
        return self

    def __enter__(self) -> Self:
        assert not self.holds
        self.holds, self.times = True, self.times + 1
        return self

    def __exit__(self, *_: object) -> None:
        self.holds = False


@pytest.fixture
def awake(monkeypatch: pytest.MonkeyPatch) -> Awake:
    made = Awake()
    for room in ("running", "search"):
        monkeypatch.setattr(f"{OPERATIONS}.{room}.KeptAwake", made)
    return made


@pytest.fixture(params=["training", "search"])
def run(request: pytest.FixtureRequest, station: Station, session: Session, site: Path) -> Run:
    """Starts a training or a search; gives what runs it."""
    config = quick_config(site, epochs=1)
    if request.param == "training":
        job = start_training(session, station=station, config=config)
        return lambda control: run_job(session, station=station, job_id=job.job_id, control=control)
    its_id = start_search(session, station=station, config=config, vary=("width",), trials=1).plan.search_id
    return lambda control: run_search(session, station=station, search_id=its_id, control=control)


def test_that_the_machine_is_awake_in_every_phase_and_trial_and_not_after(run: Run, awake: Awake) -> None:
    held, last = [], None
    for last in run(Control()):
        if isinstance(last, PhaseStarted | TrialStarted | TrialEpoch):
            held.append(awake.holds)
    assert isinstance(last, JobCompleted | SearchEnded), last
    assert len(held) >= 2
    assert all(held)
    assert (awake.holds, awake.times) == (False, 1)


def test_that_a_cancel_lets_the_machine_sleep(run: Run, awake: Awake) -> None:
    control, events = Control(), []
    for event in run(control):
        events.append(event)
        if not control.cancelled:
            assert awake.holds
            control.cancel()
    last = events[-1]
    assert isinstance(last, JobCancelled) or (isinstance(last, SearchEnded) and last.reason is End.STOPPED)
    assert (awake.holds, awake.times) == (False, 1)


def test_that_a_failure_lets_the_machine_sleep(run: Run, awake: Awake, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        assert awake.holds
        raise WrongInput("No site", "The disk is gone.", "Put it back.")

    for room in ("job_work", "search"):
        monkeypatch.setattr(f"{OPERATIONS}.{room}.read_for_training", broken)
    seen = []
    try:
        seen.extend(run(Control()))
    except WrongInput as error:
        assert "disk is gone" in error.message  # noqa: PT017 - a search raises, a training ends with a card
    else:
        assert isinstance(seen[-1], JobFailed)
    assert (awake.holds, awake.times) == (False, 1)


def test_that_a_run_that_is_broken_off_lets_the_machine_sleep(run: Run, awake: Awake) -> None:
    running = run(Control())
    next(running)
    assert awake.holds
    running.close()
    assert (awake.holds, awake.times) == (False, 1)
