"""A site that was read before is read from what was kept, and only as long as nothing of it changed."""

import os
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.quality import MarkCount
from rockfall_desktop.sites import folder as folder_module
from rockfall_desktop.sites import second_reading
from rockfall_desktop.sites.keeping import keep, kept
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.second_reading import SecondReading
from tests.small_site import small_site
from tests.unit.sites.made_site import RAIN, channel, write_site


@pytest.fixture
def reading(tmp_path: Path) -> SecondReading:
    return SecondReading(tmp_path / "kept")


def count_readings(reading: SecondReading, folder: Path) -> int:
    """How often the reader itself is called when the site is opened."""
    with patch.object(second_reading, "load_site", wraps=second_reading.load_site) as load:
        reading.site(folder)
    return load.call_count


def same(one: SiteArrays, other: SiteArrays) -> bool:
    pairs = zip(one.channels, other.channels, strict=True)
    return (
        all(np.array_equal(a.values, b.values, equal_nan=True) and a.marks == b.marks for a, b in pairs)
        and np.array_equal(one.incidents.first_step, other.incidents.first_step)
        and np.array_equal(one.start_s, other.start_s)
        and (one.notes, one.zone_ids, one.fingerprint) == (other.notes, other.zone_ids, other.fingerprint)
    )


def test_that_the_second_opening_reads_nothing_anew_and_gives_the_same(tmp_path: Path, reading: SecondReading) -> None:
    folder = write_site(tmp_path / "site")
    first = reading.site(folder)
    assert count_readings(reading, folder) == 0
    assert same(first, reading.site(folder))
    assert same(first, read_site(folder))


def test_that_a_copy_of_the_folder_is_the_same_site(tmp_path: Path, reading: SecondReading) -> None:
    reading.site(write_site(tmp_path / "site"))
    assert count_readings(reading, write_site(tmp_path / "copy")) == 0


def test_that_a_changed_file_is_noticed_though_size_and_time_stay(tmp_path: Path, reading: SecondReading) -> None:
    folder = write_site(tmp_path / "site")
    before = reading.site(folder)
    rain, status = folder / "rain.csv", (folder / "rain.csv").stat()
    rain.write_text(RAIN.replace(",8", ",9"))
    os.utime(rain, ns=(status.st_atime_ns, status.st_mtime_ns))
    after = reading.site(folder)
    assert before.channels[0].values[2] == 8
    assert after.channels[0].values[2] == 9


def test_that_files_that_rested_are_not_hashed_again(
    tmp_path: Path, reading: SecondReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "SETTLED_NS", 0)
    folder = write_site(tmp_path / "site")
    first = reading.site(folder)
    with patch.object(folder_module.SiteFolder, "path_of", side_effect=AssertionError("hashed")):
        assert same(first, reading.site(folder))
    rain, status = folder / "rain.csv", (folder / "rain.csv").stat()
    rain.write_text(RAIN.replace(",8", ",9"))
    os.utime(rain, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert reading.site(folder).channels[0].values[2] == 9


def test_that_a_file_that_was_just_written_is_hashed_though_its_stamp_is_the_same(
    tmp_path: Path, reading: SecondReading
) -> None:
    folder = write_site(tmp_path / "site")
    reading.site(folder)
    hashed = patch.object(folder_module.SiteFolder, "path_of", side_effect=AssertionError("hashed"))
    with hashed, pytest.raises(AssertionError, match="hashed"):
        reading.site(folder)


def test_that_a_new_file_that_fits_is_picked_up(tmp_path: Path, reading: SecondReading) -> None:
    folder = write_site(tmp_path / "site", channel=channel(file='"rain*.csv"', stamp='"end"'))
    before = reading.site(folder)
    (folder / "rain2.csv").write_text("time,mm\n2024-01-05 00:00,3\n")
    after = reading.site(folder)
    assert after.start_s.size > before.start_s.size


def test_that_a_file_that_is_gone_is_a_fault_and_not_the_old_answer(tmp_path: Path, reading: SecondReading) -> None:
    folder = write_site(tmp_path / "site")
    reading.site(folder)
    (folder / "rain.csv").unlink()
    with pytest.raises(WrongInput, match=r"rain\.csv"):
        reading.site(folder)


def test_that_a_damaged_copy_is_read_anew(tmp_path: Path, reading: SecondReading) -> None:
    folder = write_site(tmp_path / "site")
    first = reading.site(folder)
    (path,) = (tmp_path / "kept").glob("*.kept")
    whole = path.read_bytes()
    random = np.random.default_rng(5)
    for place in random.integers(0, len(whole), 400):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(random.integers(8))
        path.write_bytes(damaged)
        assert same(first, reading.site(folder)), place
    path.write_bytes(whole[:-40])
    assert count_readings(reading, folder) == 1


def test_that_a_full_disk_keeps_nothing_and_opens_the_site(
    tmp_path: Path, reading: SecondReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFault("The file was not saved", "No space.", "Free some.")

    monkeypatch.setattr(second_reading, "keep", full)
    folder = write_site(tmp_path / "site")
    assert same(reading.site(folder), read_site(folder))


def test_that_only_the_sites_read_last_are_kept(
    tmp_path: Path, reading: SecondReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_reading, "MOST_KEPT", 2)
    for number in range(4):
        reading.site(write_site(tmp_path / f"site{number}", head=f'crs = "EPSG:{2326 + number}"\n'))
    assert len(list((tmp_path / "kept").glob("*.kept"))) == 2


def test_that_another_program_reads_anew(
    tmp_path: Path, reading: SecondReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_site(tmp_path / "site")
    reading.site(folder)
    monkeypatch.setattr(second_reading, "_program", lambda: "another")
    assert count_readings(reading, folder) == 1


def test_that_nothing_is_lost_on_the_way_to_the_file_and_back(tmp_path: Path) -> None:
    from dataclasses import replace

    whole = small_site()
    marks = (MarkCount(mark="gap", steps=3, masked=True),)
    judged = replace(whole.channels[0], quality=np.ones(900, np.uint8), marks=marks)
    whole = replace(whole, channels=(judged, whole.channels[1]), notes=("one", "two"))
    keep(tmp_path / "kept.kept", {"rain.csv": "00", "a*.csv": ["a1.csv"], "edits.csv": None}, whole)
    asked: dict[str, object] = {}
    found = kept(tmp_path / "kept.kept", lambda told: asked.update(told) is None)
    assert same(whole, found)
    assert np.array_equal(found.channels[0].quality, judged.quality)
    assert asked == {"rain.csv": "00", "a*.csv": ["a1.csv"], "edits.csv": None}
    assert kept(tmp_path / "kept.kept", lambda _: False) is None
