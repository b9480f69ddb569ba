"""Editing incidents through the operations: who, when, and never over what somebody else did meanwhile."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from rockfall_desktop import appending
from rockfall_desktop.appending import append_line
from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.domain.incident_edit import IncidentChange, IncidentFacts, local_moment
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.site_incidents import edit_incident, read_incidents
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.audit import Audit
from tests.unit.sites.made_site import INCIDENTS, write_site


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


def corrected(folder: Path, station: Station, row: int = 0, **values: object) -> IncidentChange:
    was = read_incidents(folder, station=station).incidents[row]
    after = was.facts.model_copy(update=values)
    return IncidentChange(what="correct", incident=was.key, before=was.facts, after=after, reason="measured")


def added(day: str = "2024-01-02", zone: str = "A") -> IncidentChange:
    return IncidentChange(
        what="add", after=IncidentFacts(at=local_moment(day, "Etc/UTC"), zone=zone), reason="on the camera"
    )


def test_that_a_correction_to_a_type_that_does_not_count_locks_nothing(
    station: Station, session: Session, tmp_path: Path
) -> None:
    typed = INCIDENTS + 'type_column = "type"\ntypes = ["rockfall"]\n'
    rows = "date,zone,type\n2024-01-02,A,rockfall\n2024-01-03,B,slide\n"
    folder = write_site(tmp_path / "typed", incidents=typed, incidents_csv=rows)
    change = corrected(folder, station, type="slide")
    saved = edit_incident(session, station=station, folder=folder, edit=change)
    assert not any(one.counts for one in read_incidents(folder, station=station).incidents)
    undo = IncidentChange(what="withdraw", withdraws=saved.edit_id)
    edit_incident(session, station=station, folder=folder, edit=undo)
    assert read_incidents(folder, station=station).incidents[0].counts


def test_that_an_edit_can_be_withdrawn_though_the_site_cannot_be_read(
    station: Station, session: Session, folder: Path
) -> None:
    saved = edit_incident(session, station=station, folder=folder, edit=exclusion(folder, station))
    (folder / "rain.csv").unlink()
    undo = IncidentChange(what="withdraw", withdraws=saved.edit_id)
    edit_incident(session, station=station, folder=folder, edit=undo)
    with pytest.raises(WrongInput, match="withdrawn already"):
        edit_incident(session, station=station, folder=folder, edit=undo)


@pytest.mark.parametrize(("precision", "refused"), [("1min", ""), ("1h", "to the hour"), ("1d", "to the day")])
@pytest.mark.parametrize("file", ["falls.csv", "falls.parquet"])
def test_that_an_edit_is_as_exact_as_the_list_and_no_more(
    station: Station, session: Session, tmp_path: Path, file: str, precision: str, refused: str
) -> None:
    precise = INCIDENTS.replace("incidents.csv", file).replace("%Y-%m-%d", "%Y-%m-%d %H:%M")
    if file.endswith("parquet"):
        precise = precise.replace('time_format = "%Y-%m-%d %H:%M"\n', "")
    folder = write_site(tmp_path / "site", incidents=f'{precise}time_precision = "{precision}"\n')
    falls = pl.DataFrame({"date": [datetime(2024, 1, 2), datetime(2024, 1, 3)], "zone": ["A", "B"]})  # noqa: DTZ001
    falls.write_parquet(folder / "falls.parquet")
    falls.write_csv(folder / "falls.csv", datetime_format="%Y-%m-%d %H:%M")
    change = corrected(folder, station, at=local_moment("2024-01-02 06:30", "Etc/UTC"))
    if refused:
        with pytest.raises(WrongInput, match=refused):
            edit_incident(session, station=station, folder=folder, edit=change)
        return
    edit_incident(session, station=station, folder=folder, edit=change)
    assert read_incidents(folder, station=station).incidents[0].facts == change.after


def test_that_the_same_incident_is_not_added_twice(station: Station, session: Session, folder: Path) -> None:
    saved = edit_incident(session, station=station, folder=folder, edit=added())
    with pytest.raises(WrongInput, match=f"added already, by {session.name}"):
        edit_incident(session, station=station, folder=folder, edit=added())
    undo = IncidentChange(what="withdraw", withdraws=saved.edit_id)
    edit_incident(session, station=station, folder=folder, edit=undo)
    edit_incident(session, station=station, folder=folder, edit=added())
    edit_incident(session, station=station, folder=folder, edit=added(zone="B"))


def test_that_an_edit_that_the_log_did_not_take_is_told_as_saved(
    station: Station, session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFault("Not saved", "The disk is full.")

    monkeypatch.setattr(Audit, "add", full)
    with pytest.raises(StoreFault, match=r"The edit was saved.*but not in the log.*The disk is full"):
        edit_incident(session, station=station, folder=folder, edit=added())
    assert [one.state for one in read_incidents(folder, station=station).edits] == ["holds"]


def test_that_an_edit_is_checked_again_while_nobody_else_can_save(
    station: Station, session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = (corrected(folder, station, volume_m3=volume) for volume in (2.0, 3.0))

    def others_first(path: Path, line: bytes, head: bytes, check: Callable[[], None]) -> None:
        monkeypatch.undo()
        edit_incident(session, station=station, folder=folder, edit=theirs)
        append_line(path, line, head, check)

    monkeypatch.setattr(appending, "append_line", others_first)
    with pytest.raises(WrongInput, match="changed meanwhile"):
        edit_incident(session, station=station, folder=folder, edit=mine)
    assert [one.edit.after for one in read_incidents(folder, station=station).edits] == [theirs.after]


def test_that_a_volume_that_no_rockfall_has_is_a_fault_with_its_row(station: Station, tmp_path: Path) -> None:
    rows = "date,zone,m3\n2024-01-02,A,5\n2024-01-03,B,2e12\n"
    with_volume = INCIDENTS + 'volume_column = "m3"\n'
    folder = write_site(tmp_path / "huge", incidents=with_volume, incidents_csv=rows)
    with pytest.raises(WrongInput, match=r"incidents\.csv, row 3: has a volume above 1e\+12 m3"):
        read_incidents(folder, station=station)


def test_that_nobody_edits_without_a_session(station: Station, session: Session, folder: Path) -> None:
    change = exclusion(folder, station)
    station.dismiss(session)
    with pytest.raises(AccessRefused):
        edit_incident(session, station=station, folder=folder, edit=change)


def test_that_a_site_without_a_list_says_so(station: Station, tmp_path: Path) -> None:
    folder = write_site(tmp_path / "bare", incidents="")
    with pytest.raises(WrongInput, match="no section"):
        read_incidents(folder, station=station)
