"""A search in operation: every event is on the disk before it is shown, and it goes on where it was broken off."""

import json
from pathlib import Path
from typing import Any

import pytest

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.domain.search import End, Search, SearchEnded, SearchEvent, TrialEnded, TrialEpoch, TrialStarted
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.search import latest_search, read_search, resume_search, run_search, start_search
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.searches import JOURNAL, Searches
from tests.stations import quick_config

VARY = ("width", "learning_rate")


def begin(session: Session, station: Station, site: Path, **limits: Any) -> Search:
    config = quick_config(site, epochs=1)
    return start_search(session, station=station, config=config, vary=VARY, **({"trials": 2} | limits))


def run(session: Session, station: Station, search: Search, control: Control | None = None) -> list[SearchEvent | Tick]:
    search_id = search.plan.search_id
    return list(run_search(session, station=station, search_id=search_id, control=control or Control()))


def journal(station: Station, search: Search) -> Path:
    return Searches(station.files).folder(search.plan.search_id) / JOURNAL


def settings(search: Search) -> list[dict[str, Any]]:
    return [trial.settings for trial in search.trials]


def test_that_a_search_runs_to_its_end_and_is_found_again(station: Station, session: Session, site: Path) -> None:
    search = begin(session, station, site)
    last = run(session, station, search)[-1]
    assert isinstance(last, SearchEnded)
    found = latest_search(session, station=station)
    assert found is not None
    assert found == read_search(session, station=station, search_id=search.plan.search_id)
    assert (len(found.trials), found.ended, found.plan.simulated) == (2, End.TRIALS, True)
    assert found.best is not None
    assert journal(station, search).stat().st_mode & 0o777 == 0o600
    assert not station.computing.locked()


def test_that_every_event_is_written_before_it_is_shown(station: Station, session: Session, site: Path) -> None:
    search = begin(session, station, site)
    events = run_search(session, station=station, search_id=search.plan.search_id, control=Control())
    for number, event in enumerate((event for event in events if not isinstance(event, Tick)), 2):
        lines = journal(station, search).read_text().splitlines()
        assert len(lines) == number
        assert json.loads(lines[-1]) == event.model_dump(mode="json")


@pytest.mark.parametrize("torn", [True, False])
def test_that_a_killed_search_goes_on_to_the_trials_that_it_would_have_had(
    station: Station, session: Session, site: Path, *, torn: bool
) -> None:
    whole = begin(session, station, site)
    run(session, station, whole)
    broken = begin(session, station, site)
    events = run_search(session, station=station, search_id=broken.plan.search_id, control=Control())
    for event in events:
        if isinstance(event, TrialEpoch) and event.trial == 2:
            break
    events.close()
    if torn:
        with journal(station, broken).open("ab") as file:
            file.write(b'{"at":"2026-01-01T00:00:00Z","kind":"trial_en')
    resumed = resume_search(session, station=station, search_id=broken.plan.search_id)
    told = run(session, station, resumed)
    assert [event.trial for event in told if isinstance(event, TrialStarted)] == [2]
    before = read_search(session, station=station, search_id=whole.plan.search_id)
    after = read_search(session, station=station, search_id=broken.plan.search_id)
    assert after.trials == before.trials
    with pytest.raises(WrongInput, match="2 trials are done"):
        resume_search(session, station=station, search_id=broken.plan.search_id)
    more = resume_search(session, station=station, search_id=broken.plan.search_id, trials=3)
    assert sum(isinstance(event, TrialEnded) for event in run(session, station, more)) == 1


def test_that_another_user_sees_no_search_and_runs_none(station: Station, session: Session, site: Path) -> None:
    search = begin(session, station, site)
    other = station.admit(session.model_copy(update={"token": "other", "user_id": "v", "role": Role.ADMIN}))
    assert latest_search(other, station=station) is None
    for call in (read_search, resume_search):
        with pytest.raises(WrongInput, match="There is no search"):
            call(other, station=station, search_id=search.plan.search_id)
    with pytest.raises(WrongInput, match="was not started here"):
        run(other, station, search)
    station.dismiss(session)
    with pytest.raises(AccessRefused):
        latest_search(session, station=station)


def test_that_a_search_waits_while_something_else_computes_and_hears_a_cancel(
    station: Station, session: Session, site: Path
) -> None:
    search, control = begin(session, station, site), Control()
    events = run_search(session, station=station, search_id=search.plan.search_id, control=control)
    with station.computing:
        assert isinstance(next(events), Tick)
        control.cancel()
        last = next(events)
    assert isinstance(last, SearchEnded)
    assert last.reason is End.STOPPED
    assert list(events) == []


def test_that_a_search_is_run_by_one_at_a_time(station: Station, session: Session, site: Path) -> None:
    search = begin(session, station, site)
    with pytest.raises(WrongInput, match="is being run"):
        resume_search(session, station=station, search_id=search.plan.search_id)


def test_that_other_records_are_not_gone_on_with(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = begin(session, station, site)
    run(session, station, search)
    monkeypatch.setattr("rockfall_desktop.learning.fitting.resuming.data_fingerprint", lambda _: "another")
    with pytest.raises(WrongInput, match="not those that its trials learned from"):
        resume_search(session, station=station, search_id=search.plan.search_id, trials=5)


@pytest.mark.parametrize("damage", [b"nonsense\n", b"", b'{"kind":"search_ended"}\n'])
def test_that_a_damaged_journal_is_said_to_be_one(
    damage: bytes, station: Station, session: Session, site: Path
) -> None:
    search = begin(session, station, site)
    journal(station, search).write_bytes(damage)
    with pytest.raises(StoreFault, match=r"journal\.jsonl"):
        read_search(session, station=station, search_id=search.plan.search_id)


@pytest.mark.parametrize("search_id", ["../../etc", "x", "0190A000-0000-7000-8000-000000000000"])
def test_that_what_is_no_id_is_no_search(search_id: str, station: Station, session: Session) -> None:
    with pytest.raises(WrongInput, match="There is no search"):
        read_search(session, station=station, search_id=search_id)


def test_that_what_cannot_be_searched_is_said_before_anything_is_stored(
    station: Station, session: Session, site: Path
) -> None:
    config = quick_config(site)
    for wrong in ({"vary": ("seed",)}, {"trials": 0}, {"timeout_s": float("nan")}):
        with pytest.raises(WrongInput):
            start_search(session, station=station, config=config, **wrong)  # type: ignore[arg-type]
    with pytest.raises(WrongInput):
        start_search(session, station=station, config=config.model_copy(update={"sites": ("/nowhere",)}))
    assert latest_search(session, station=station) is None
    assert not (station.home / "searches").exists()


def test_that_the_plan_says_what_the_record_cannot_hold(station: Station, session: Session, site: Path) -> None:
    config = quick_config(site, epochs=1, window_steps=70)
    vary = ("learning_rate", "window_steps")
    search = start_search(session, station=station, config=config, vary=vary, trials=1)
    assert [(one.title, one.choice) for one in search.plan.left_out] == [("Window", 140)]
    assert {one.name: one.choices for one in search.plan.dimensions}["window_steps"] == (35, 70)
    station.started.pop(search.plan.search_id).lock.release()
