"""What a crash left of the file of edits is told and ignored; whatever else is wrong with it is a fault."""

from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.falls.edit_file import EDIT_FILE, as_line, read_edits
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.read import read_site
from tests.unit.sites.made_edits import FALLS, WITH_VOLUME, edit, exclude, facts, listed, save
from tests.unit.sites.made_site import write_site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site", incidents=WITH_VOLUME, incidents_csv=FALLS)


@pytest.mark.parametrize("left", [1, 30, 120, 200])
def test_that_a_torn_end_is_told_and_ignored_and_the_next_line_stands(folder: Path, left: int) -> None:
    whole = exclude(1, listed(folder).incidents[0])
    save(folder, whole)
    good = (folder / EDIT_FILE).read_bytes()
    (folder / EDIT_FILE).write_bytes(good + as_line(exclude(2, listed(folder).incidents[1]))[:left])
    found = listed(folder)
    assert [one.edit.edit_id for one in found.edits] == [whole.edit_id]
    assert any("line 3 of incident-edits.csv was cut off" in note for note in found.notes)
    save(folder, exclude(3, listed(folder).incidents[2]))
    assert [one.state for one in listed(folder).edits] == ["holds", "holds"]
    assert check_site(folder) == ()


def test_that_every_cut_of_a_file_reads_without_an_error(folder: Path) -> None:
    save(folder, edit(1, "add", after=facts("2024-01-01", "B"), reason='Böschung, "Nord" 雨'))
    whole = (folder / EDIT_FILE).read_bytes()
    for size in range(len(whole) - 2):
        (folder / EDIT_FILE).write_bytes(whole[:size])
        faults = Faults()
        assert read_edits(SiteFolder(folder, faults), faults, []) == ()
        assert not faults.count
    (folder / EDIT_FILE).write_bytes(whole[:-1])
    assert len(listed(folder).edits) == 1


def test_that_a_line_changed_by_hand_is_a_fault_with_its_row(folder: Path) -> None:
    save(folder, exclude(1, listed(folder).incidents[0]))
    text = (folder / EDIT_FILE).read_text()
    (folder / EDIT_FILE).write_text(text.replace('"exclude"', '"forget"'))
    (fault,) = check_site(folder)
    assert (fault.file, fault.row) == (EDIT_FILE, 2)
    with pytest.raises(WrongInput):
        read_site(folder)


def two_saved(folder: Path) -> list[bytes]:
    """The lines of a file with two edits; the last is empty."""
    first, second, _ = listed(folder).incidents
    save(folder, exclude(1, first, reason="a blast"), exclude(2, second, reason="a blast"))
    return (folder / EDIT_FILE).read_bytes().split(b"\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"a blast"', b'"a "blast"'),
        (b'"a blast"', b'"a bl\xffast"'),
        (b'000000000001"', b'00000000000"'),
        (b'","0190a000-0000-7000-8000-000000000001"', b""),
        (b",", b";"),
    ],
)
@pytest.mark.parametrize("row", [2, 3])
def test_that_a_saved_line_that_was_damaged_is_a_fault_with_its_row(
    folder: Path, old: bytes, new: bytes, row: int
) -> None:
    lines = two_saved(folder)
    lines[row - 1] = lines[row - 1].replace(old.replace(b"001", f"00{row - 1}".encode()), new)
    (folder / EDIT_FILE).write_bytes(b"\n".join(lines))
    assert [(fault.file, fault.row) for fault in check_site(folder)] == [(EDIT_FILE, row)]


def test_that_damage_where_the_file_ends_is_no_line_that_was_cut_off(folder: Path) -> None:
    lines = two_saved(folder)
    for end in (lines[2].replace(b'","', b'";"')[:120], b"at;user_id", b'"2024-01-01","u\xff', lines[2][:-2] + b'x"'):
        (folder / EDIT_FILE).write_bytes(b"\n".join([*lines[:2], end]))
        assert [fault.row for fault in check_site(folder)] == [3]


def test_that_an_end_taken_away_by_an_editor_costs_no_edit(folder: Path) -> None:
    lines = two_saved(folder)
    (folder / EDIT_FILE).write_bytes(b"\r\n".join(lines[:-1]))
    save(folder, exclude(3, listed(folder).incidents[2]))
    assert [one.state for one in listed(folder).edits] == ["holds"] * 3
    assert check_site(folder) == ()


def test_that_an_id_used_twice_is_a_fault(folder: Path) -> None:
    once = exclude(1, listed(folder).incidents[0])
    save(folder, once, once)
    assert [fault.row for fault in check_site(folder)] == [3]
