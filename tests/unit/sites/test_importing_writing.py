"""An import is written whole or not at all, over nothing, and into a site that is there without touching its words."""

import errno
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.site_import import ImportProposal
from rockfall_desktop.operations.site_import import preview_import, propose_import, with_folder, write_import
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.importing import write
from rockfall_desktop.sites.importing.toml_text import keys_text, table_text
from rockfall_desktop.sites.manifest import read_manifest

RAIN = "date,rain_mm\n" + "".join(f"2024-05-{day:02d},{day}.5\n" for day in range(10, 30))
PRESSURE = "date,pwp_kPa\n" + "".join(f"2024-05-{day:02d},{day}\n" for day in range(10, 30))


def made(folder: Path, files: dict[str, str], site: Path) -> ImportProposal:
    paths = []
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        paths.append(folder / name)
    proposal = propose_import(paths, folder=site)
    return proposal.model_copy(update={"name": proposal.name or "Wall", "timezone": "Europe/Zurich"})


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_that_what_was_looked_at_is_what_is_written(tmp_path: Path) -> None:
    proposal = made(tmp_path / "from", {"rain.csv": RAIN}, tmp_path / "site")
    preview = preview_import(proposal)
    assert not (tmp_path / "site").exists()
    assert preview.arrays is not None
    assert preview.arrays.channels[0].values.tolist() == [day + 0.5 for day in range(10, 30)]
    folder = write_import(proposal)
    written = (folder / "site.toml").read_text(encoding="utf-8")
    assert written.splitlines()[1:] == preview.text.splitlines()[1:]
    assert check_site(folder) == ()
    assert sorted(everything(folder)) == ["rain.csv", "site.toml"]


def test_that_nothing_is_written_over(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "rain.csv").write_text("something else")
    folder = write_import(made(tmp_path / "from", {"rain.csv": RAIN}, site))
    assert (folder / "rain.csv").read_text() == "something else"
    assert (folder / "rain-2.csv").read_text() == RAIN
    assert read_manifest(folder).channel[0].file == "rain-2.csv"


def test_that_files_inside_the_folder_stay_where_they_are(tmp_path: Path) -> None:
    folder = write_import(made(tmp_path / "site", {"loggers/rain.csv": RAIN}, tmp_path / "site"))
    assert sorted(everything(folder)) == ["loggers/rain.csv", "site.toml"]


def test_that_adding_keeps_every_letter_of_what_was_there(tmp_path: Path) -> None:
    folder = write_import(made(tmp_path / "from", {"rain.csv": RAIN}, tmp_path / "site"))
    file = folder / "site.toml"
    before = file.read_text(encoding="utf-8") + "# a remark of the office, kept\n"
    file.write_text(before, encoding="utf-8")
    write_import(made(tmp_path / "more", {"pwp.csv": PRESSURE, "rain.csv": RAIN}, folder))
    after = file.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert (folder / "site.toml.bak").read_text(encoding="utf-8") == before
    manifest = read_manifest(folder)
    assert [channel.file for channel in manifest.channel] == ["rain.csv", "pwp.csv", "rain-2.csv"]
    assert len({channel.name for channel in manifest.channel}) == 3
    assert check_site(folder) == ()


def test_that_a_site_with_a_fault_is_not_written(tmp_path: Path) -> None:
    proposal = made(tmp_path / "from", {"rain.csv": RAIN + "2024-05-30,-4\n"}, tmp_path / "site")
    assert [fault.row for fault in preview_import(proposal).faults] == [22]
    with pytest.raises(WrongInput, match="below zero"):
        write_import(proposal)
    assert not (tmp_path / "site").exists()


def test_that_a_disk_that_fills_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = made(tmp_path / "from", {"rain.csv": RAIN, "pwp.csv": PRESSURE}, tmp_path / "deep" / "site")
    real, calls = os.fsync, []

    def fails(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(write.os, "fsync", fails)
    with pytest.raises(StoreFault, match="No space left"):
        write_import(proposal)
    assert not (tmp_path / "deep").exists()


def test_that_a_full_disk_is_told_before_anything_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = made(tmp_path / "from", {"rain.csv": RAIN}, tmp_path / "site")
    monkeypatch.setattr(write, "_SPARE_BYTES", 10**18)
    with pytest.raises(StoreFault, match="free"):
        write_import(proposal)
    assert not (tmp_path / "site").exists()


def test_that_a_site_that_changed_meanwhile_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_import(made(tmp_path / "from", {"rain.csv": RAIN}, tmp_path / "site"))
    proposal = made(tmp_path / "more", {"pwp.csv": PRESSURE}, folder)
    real = write.read_draft

    def edited_meanwhile(*given: object) -> object:
        (folder / "site.toml").write_text((folder / "site.toml").read_text() + "# edited\n")
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(write, "read_draft", edited_meanwhile)
    with pytest.raises(WrongInput, match="changed meanwhile"):
        write_import(proposal)
    assert sorted(everything(folder)) == ["rain.csv", "site.toml"]
    assert (folder / "site.toml").read_text().endswith("# edited\n")


def test_that_a_second_list_of_rockfalls_is_refused(tmp_path: Path) -> None:
    falls = "date,volume_m3\n" + "".join(f"2024-05-{day},1\n" for day in range(10, 14))
    folder = write_import(made(tmp_path / "from", {"rain.csv": RAIN, "falls.csv": falls}, tmp_path / "site"))
    assert read_manifest(folder).incidents is not None
    with pytest.raises(WrongInput, match="already"):
        write_import(made(tmp_path / "more", {"falls.csv": falls}, folder))


def test_that_a_name_that_means_something_is_written_plainly(tmp_path: Path) -> None:
    folder = write_import(made(tmp_path / "from", {"ra*in\\?.csv": RAIN}, tmp_path / "site"))
    assert read_manifest(folder).channel[0].file == "ra_in__.csv"
    assert check_site(folder) == ()


def test_that_wide_columns_of_zones_become_one_channel(tmp_path: Path) -> None:
    text = "date,P1_kPa,P2_kPa\n" + "".join(f"2024-05-{day},{day},{day + 1}\n" for day in range(10, 30))
    proposal = made(tmp_path / "from", {"pwp.csv": text}, tmp_path / "site")
    file = proposal.files[0]
    columns = tuple(
        column.model_copy(update={"kind": "pore_pressure", "unit": "kPa", "name": "pwp", "zone": f"Z{place}"})
        if column.role == "value"
        else column
        for place, column in enumerate(file.columns)
    )
    zones = [{"id": f"Z{n}", "point": (float(n), 0.0), "radius_m": 0.5} for n in (1, 2)]
    proposal = ImportProposal.model_validate(
        proposal.model_dump() | {"files": [file.model_copy(update={"columns": columns})], "zones": zones}
    )
    preview = preview_import(proposal)
    assert preview.faults == ()
    assert preview.arrays is not None
    assert preview.arrays.zone_ids == ("Z1", "Z2")
    assert preview.arrays.channels[0].values[:, 0].tolist() == [10.0, 11.0]


def test_that_a_folder_with_a_site_is_known(tmp_path: Path) -> None:
    folder = write_import(made(tmp_path / "from", {"rain.csv": RAIN}, tmp_path / "site"))
    added = with_folder(propose_import([tmp_path / "from" / "rain.csv"]), folder=folder)
    assert (added.exists, added.name, added.step) == (True, "Wall", "1d")


@given(st.dictionaries(st.text(min_size=1), st.text() | st.integers(-(2**53), 2**53) | st.lists(st.text()), min_size=1))
def test_that_any_text_comes_back_from_the_file(table: dict[str, object]) -> None:
    text = keys_text(table) + table_text("channel", table, many=True)
    try:
        text.encode()
    except UnicodeEncodeError:
        return  # a lone surrogate is in no file name that can be written
    read = tomllib.loads(text)
    assert read.pop("channel", None) == [table]
    if "channel" not in table:
        assert read == table
