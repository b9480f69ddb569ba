"""Editing incidents through the operations: who, when, and never over what somebody else did meanwhile."""

from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.incident_edit import IncidentChange, local_moment
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.site_incidents import edit_incident, read_incidents
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.audit import Audit
from tests.unit.sites.made_site import write_site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


def exclusion(folder: Path, station: Station, row: int = 0) -> IncidentChange:
    was = read_incidents(folder, station=station).incidents[row]
    return IncidentChange(what="exclude", incident=was.key, before=was.facts, reason="a blast")


def test_that_an_edit_carries_who_and_when_and_changes_what_is_read(
    station: Station, session: Session, folder: Path
) -> None:
    assert station.shelf.read(folder).incidents.zone.size == 2
    saved = edit_incident(session, station=station, folder=folder, edit=exclusion(folder, station))
    assert (saved.user, saved.user_id) == (session.name, session.user_id)
    assert station.shelf.read(folder).incidents.zone.size == 1
    assert read_incidents(folder, station=station).edits[0].edit == saved
    assert Audit(station.store).latest(1)[0][3:] == ("edited_incident", saved.edit_id)


def test_that_an_undone_exclusion_counts_again(station: Station, session: Session, folder: Path) -> None:
    saved = edit_incident(session, station=station, folder=folder, edit=exclusion(folder, station))
    undo = IncidentChange(what="withdraw", withdraws=saved.edit_id)
    edit_incident(session, station=station, folder=folder, edit=undo)
    assert station.shelf.read(folder).incidents.zone.size == 2
    with pytest.raises(WrongInput, match="withdrawn already"):
        edit_incident(session, station=station, folder=folder, edit=undo)


def test_that_an_edit_of_what_another_changed_meanwhile_is_refused(
    station: Station, session: Session, folder: Path
) -> None:
    was = read_incidents(folder, station=station).incidents[0]
    mine, theirs = (
        IncidentChange(
            what="correct",
            incident=was.key,
            before=was.facts,
            after=was.facts.model_copy(update={"volume_m3": volume}),
            reason="measured",
        )
        for volume in (2.0, 3.0)
    )
    edit_incident(session, station=station, folder=folder, edit=theirs)
    with pytest.raises(WrongInput, match="changed meanwhile"):
        edit_incident(session, station=station, folder=folder, edit=mine)


@pytest.mark.parametrize(
    ("day", "zone", "said"),
    [("2024-01-02 13:00", "A", "to the day"), ("2024-01-02", "Z", "no zone 'Z'"), ("2090-01-02", "A", "future")],
)
def test_that_an_incident_that_does_not_fit_the_list_is_refused(
    station: Station, session: Session, folder: Path, day: str, zone: str, said: str
) -> None:
    after = read_incidents(folder, station=station).incidents[0].facts
    after = after.model_copy(update={"at": local_moment(day, "Etc/UTC"), "zone": zone})
    change = IncidentChange(what="add", after=after, reason="seen")
    with pytest.raises(WrongInput, match=said):
        edit_incident(session, station=station, folder=folder, edit=change)
    assert not (folder / "incident-edits.csv").exists()


def test_that_nobody_edits_without_a_session(station: Station, session: Session, folder: Path) -> None:
    change = exclusion(folder, station)
    station.dismiss(session)
    with pytest.raises(AccessRefused):
        edit_incident(session, station=station, folder=folder, edit=change)


def test_that_a_site_without_a_list_says_so(station: Station, tmp_path: Path) -> None:
    folder = write_site(tmp_path / "bare", incidents="")
    with pytest.raises(WrongInput, match="no section"):
        read_incidents(folder, station=station)
