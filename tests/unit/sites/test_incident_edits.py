"""Incidents are added, corrected and excluded by lines beside their file, which stays as it was."""

import csv
import errno
import multiprocessing
import os
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from rockfall_desktop.appending import append_line
from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.incident_edit import IncidentChange, local_moment
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.falls.edit_file import COLUMNS, EDIT_FILE, HEAD, as_line
from rockfall_desktop.sites.read import read_site
from tests.unit.sites.made_edits import FALLS, WITH_VOLUME, edit, exclude, facts, listed, save
from tests.unit.sites.made_site import write_site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site", incidents=WITH_VOLUME, incidents_csv=FALLS)


def test_that_without_edits_every_row_is_listed_and_counts(folder: Path) -> None:
    found = listed(folder)
    assert [(one.place, one.facts.zone, one.facts.volume_m3, one.counts) for one in found.incidents] == [
        ("incidents.csv, row 2", "A", 5.0, True),
        ("incidents.csv, row 3", "B", None, True),
        ("incidents.csv, row 4", "B", 7.0, True),
    ]
    assert found.incidents[0].until == datetime.fromisoformat("2024-01-03T00:00:00+00:00")


def test_that_an_added_incident_counts_and_is_told(folder: Path) -> None:
    before = read_site(folder)
    save(folder, edit(1, "add", after=facts("2024-01-01", "B", 12.5)))
    after = read_site(folder)
    assert after.incidents.zone.size == before.incidents.zone.size + 1
    assert after.incidents.volume_m3[0] == np.float32(12.5)
    assert (after.incidents.zone[0], after.incidents.first_step[0]) == (1, 0)
    assert any("1 were added, 0 corrections and 0 exclusions" in note for note in after.notes)
    assert after.fingerprint != before.fingerprint


def test_that_a_correction_changes_what_it_changed_and_nothing_else(folder: Path) -> None:
    was = listed(folder).incidents[1]
    save(
        folder,
        edit(1, "correct", incident=was.key, before=was.facts, after=was.facts.model_copy(update={"zone": "A"})),
        edit(2, "correct", incident=was.key, before=was.facts, after=was.facts.model_copy(update={"volume_m3": 3.0})),
    )
    found = listed(folder)
    assert found.incidents[1].facts == facts("2024-01-03", "A", 3.0)
    assert (folder / "incidents.csv").read_text() == FALLS
    assert any("1 edits were made when the incident read otherwise" in note for note in found.notes)


def test_that_an_exclusion_says_why_and_can_be_withdrawn_and_that_too(folder: Path) -> None:
    save(folder, exclude(1, listed(folder).incidents[0], reason="a blast"))
    assert listed(folder).incidents[0].why_not == "excluded: a blast"
    assert read_site(folder).incidents.zone.size == 2
    save(folder, edit(2, "withdraw", withdraws=edit(1, "add", after=facts("2024-01-01")).edit_id))
    assert listed(folder).incidents[0].counts
    assert [one.state for one in listed(folder).edits] == ["withdrawn", "holds"]
    save(folder, edit(3, "withdraw", withdraws=f"0190a000-0000-7000-8000-{2:012d}"))
    assert not listed(folder).incidents[0].counts
    assert [one.state for one in listed(folder).edits] == ["holds", "withdrawn", "holds"]


def test_that_an_edit_whose_row_was_changed_is_told_and_not_guessed(folder: Path) -> None:
    save(folder, exclude(1, listed(folder).incidents[0]))
    (folder / "incidents.csv").write_text(FALLS.replace("2024-01-02,A,5", "2024-01-02,A,50"))
    found = listed(folder)
    assert found.incidents[0].counts
    assert found.edits[0].state == "matches no incident"
    assert any("1 edits match no row of incidents.csv any more" in note and "ana" in note for note in found.notes)


def test_that_an_edit_follows_its_row_to_another_place_in_the_file(folder: Path) -> None:
    save(folder, exclude(1, listed(folder).incidents[0], reason="a blast"))
    head, first, *others = FALLS.splitlines()
    (folder / "incidents.csv").write_text("\n".join([head, *others, first]) + "\n")
    assert [one.why_not for one in listed(folder).incidents] == ["", "", "excluded: a blast"]


def test_that_an_added_incident_can_be_corrected_and_excluded(folder: Path) -> None:
    save(folder, edit(1, "add", after=facts("2024-01-01", "B")))
    added = listed(folder).incidents[-1]
    assert added.place == "added by ana"
    save(folder, edit(2, "correct", incident=added.key, before=added.facts, after=facts("2024-01-02", "B")))
    save(folder, exclude(3, listed(folder).incidents[-1]))
    assert listed(folder).incidents[-1].facts.at == local_moment("2024-01-02", "Etc/UTC")
    assert not listed(folder).incidents[-1].counts


def test_that_what_counts_goes_by_the_edited_values(tmp_path: Path) -> None:
    least = WITH_VOLUME + "minimum_volume_m3 = 6\n"
    folder = write_site(tmp_path / "site", incidents=least, incidents_csv=FALLS)
    small, unknown, _ = listed(folder).incidents
    assert (small.why_not, unknown.counts) == ("is smaller than 6 m3", False)
    after = small.facts.model_copy(update={"volume_m3": 60.0})
    save(folder, edit(1, "correct", incident=small.key, before=small.facts, after=after))
    assert listed(folder).incidents[0].counts
    assert read_site(folder).incidents.volume_m3.tolist() == [60.0, 7.0]


def test_that_an_incident_of_another_day_says_that_it_lies_outside(folder: Path) -> None:
    save(folder, edit(1, "add", after=facts("2023-12-30")), edit(2, "add", after=facts("2024-03-01")))
    before, behind = listed(folder).incidents[-2:]
    assert before.why_not == "lies before the first or after the last reading"
    assert behind.why_not == "lies before the first or after the last reading"


@pytest.mark.parametrize(
    "reason", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "'quoted", "\N{FULLWIDTH EQUALS SIGN}1", '"']
)
def test_that_no_cell_runs_in_a_spreadsheet_and_each_comes_back_as_it_was(folder: Path, reason: str) -> None:
    save(folder, exclude(1, listed(folder).incidents[0], reason=reason, user=reason))
    with (folder / EDIT_FILE).open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(COLUMNS)
    assert not any(cell.startswith(("=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}")) for row in rows for cell in row)
    assert listed(folder).edits[0].edit.reason == reason


def test_that_a_reason_is_one_line_and_bounded(folder: Path) -> None:
    was = listed(folder).incidents[0]
    said = IncidentChange(what="exclude", incident=was.key, before=was.facts, reason=" two\nlines ")
    assert said.reason == "two lines"
    with pytest.raises(ValidationError):
        IncidentChange(what="exclude", incident=was.key, before=was.facts, reason="x" * 1_000_000)
    with pytest.raises(ValidationError):
        IncidentChange(what="exclude", incident=was.key, before=was.facts, reason="a\x1b[2Jb")


def test_that_a_link_in_the_place_of_the_file_is_not_followed(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("mine\n")
    (folder / EDIT_FILE).symlink_to(outside)
    with pytest.raises(StoreFault):
        save(folder, edit(1, "add", after=facts("2024-01-01")))
    assert outside.read_text() == "mine\n"
    assert "leads out of the site folder" in check_site(folder)[0].message


def test_that_a_pipe_in_the_place_of_the_file_is_refused(folder: Path) -> None:
    os.mkfifo(folder / EDIT_FILE)
    with pytest.raises(StoreFault, match="no plain file"):
        save(folder, edit(1, "add", after=facts("2024-01-01")))


def test_that_a_full_disk_leaves_the_file_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(folder, exclude(1, listed(folder).incidents[0]))
    before, write, calls = (folder / EDIT_FILE).read_bytes(), os.write, []

    def short_write(handle: int, content: memoryview) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(handle, content[:20])

    monkeypatch.setattr(os, "write", short_write)
    with pytest.raises(StoreFault, match="No space left"):
        save(folder, edit(2, "add", after=facts("2024-01-01")))
    assert (folder / EDIT_FILE).read_bytes() == before


def _append_many(path: Path, first: int) -> None:
    for number in range(first, first + 40):
        append_line(path, as_line(edit(number, "add", after=facts("2024-01-01"))), HEAD)


def test_that_the_lines_of_writers_at_the_same_time_all_land(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append_many, args=(folder / EDIT_FILE, 1000 * n)) for n in range(1, 4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    found = listed(folder)
    assert len(found.edits) == 120
    assert (folder / EDIT_FILE).read_bytes().count(HEAD) == 1
