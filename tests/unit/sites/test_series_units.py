"""Numbers come into the unit of their kind; what no slope can show is refused or masked, and counted."""

from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.quality import Mark
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.manifest import load_manifest
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.summary import summarise
from tests.unit.sites.made_site import channel, write_site


def series(rows: list[float | str], minutes: int = 60) -> str:
    times = np.datetime64("2024-01-01T01:00") + np.arange(len(rows)) * np.timedelta64(minutes, "m")
    return "time,mm\n" + "".join(
        f"{str(time).replace('T', ' ')},{row}\n" for time, row in zip(times, rows, strict=True)
    )


def read(folder: Path, rows: list[float | str], minutes: int = 60, step: str = "1h", **keys: str) -> ChannelArray:
    options = {"stamp": '"end"'} | keys
    return read_site(
        write_site(folder, step=step, channel=channel(**options), rain_csv=series(rows, minutes))
    ).channels[0]


def notes(folder: Path) -> str:
    return " ".join(read_site(folder).notes)


def test_that_numbers_come_into_the_kinds_own_unit_and_the_notes_say_so(tmp_path: Path) -> None:
    found = read(tmp_path, [1.5, 2, 3], kind='"displacement"', unit='"cm"')
    assert found.unit == "mm"
    assert found.values.tolist() == [15, 20, 30]
    assert "3 values were converted from cm to mm" in notes(tmp_path)


def test_that_an_unknown_unit_is_used_as_written_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, [1.5, 2, 9e9], kind='"displacement"', unit='"digits"')
    assert found.unit == "digits"
    assert found.values.tolist() == [1.5, 2, np.float32(9e9)]
    assert "'digits' is none that the program knows for displacement" in notes(tmp_path)


def test_that_any_unit_of_another_kind_needs_no_word(tmp_path: Path) -> None:
    assert read(tmp_path, [1.5, 2, 9e9], kind='"other"', unit='"lux"').unit == "lux"
    assert "unit" not in notes(tmp_path)


def test_that_rain_as_a_rate_becomes_the_amount_of_its_interval(tmp_path: Path) -> None:
    found = read(tmp_path, [6, 12, 0, 6, 6, 6, 6], 10, unit='"mm/h"')
    assert found.unit == "mm"
    np.testing.assert_allclose(found.values, [np.nan, 6.0], rtol=1e-6)
    told = notes(tmp_path)
    assert "7 values were converted from mm/h to mm; each was taken to last 10min" in told
    assert "the first row has none before it that tells how long its value lasts, and is left out" in told


def test_that_amounts_of_a_rate_do_not_change_when_rows_come_at_another_spacing(tmp_path: Path) -> None:
    short = series([6.0] * 25, 10)
    hours = "".join(f"2024-01-0{day} {hour:02}:00,6\n" for day in (2, 3) for hour in range(24))
    options = channel(unit='"mm/h"', stamp='"end"')
    before = read_site(write_site(tmp_path / "1", step="1h", channel=options, rain_csv=short)).channels[0].values
    after = read_site(write_site(tmp_path / "2", step="1h", channel=options, rain_csv=short + hours)).channels[0].values
    np.testing.assert_allclose(before, [np.nan, 6, 6, 6, 6])
    np.testing.assert_allclose(after[:5], before)
    assert after[-1] == 6
    assert np.nanmax(after) == 6  # the outage between them makes no large amount


def test_that_the_largest_rain_of_a_rate_is_that_of_its_own_interval(tmp_path: Path) -> None:
    rows: list[float | str] = [6.0] * 25
    rows[12] = 2000.0
    hours = "".join(f"2024-01-0{day} {hour:02}:00,6\n" for day in (2, 3) for hour in range(24))
    options = channel(unit='"mm/h"', stamp='"end"')
    folder = write_site(tmp_path, step="1h", channel=options, rain_csv=series(rows, 10) + hours)
    assert np.isnan(read_site(folder).channels[0].values[2])  # 333 mm in 10 minutes


def test_that_a_rate_with_rows_at_uneven_times_is_told(tmp_path: Path) -> None:
    even = series([6.0] * 12, 10)
    folder = write_site(tmp_path, step="1h", channel=channel(unit='"mm/h"', stamp='"end"'), rain_csv=even)
    assert "as usual" not in notes(folder)
    (folder / "rain.csv").write_text(even + "2024-01-01 09:00,6\n2024-01-01 09:01,6\n")
    assert "2 of 14 rows are not as far from the one before as usual" in notes(folder)


def test_that_an_interval_that_is_said_makes_the_amount(tmp_path: Path) -> None:
    found = read(tmp_path, [24, 48], 24 * 60, step="1h", unit='"mm/day"', stamp='"start"', interval='"6h"')
    assert found.values[np.isfinite(found.values)].tolist() == [6, 12]
    assert "each was taken to last 6h (interval)" in notes(tmp_path)


def test_that_events_are_counted_and_shaking_keeps_the_largest(tmp_path: Path) -> None:
    counted = read(tmp_path / "1", [2, 3], 30, kind='"seismic"', unit='"events"', step="1d")
    assert counted.values.tolist() == [5]
    assert counted.unit == "events"
    shaken = read(tmp_path / "2", [2, 3], 30, kind='"seismic"', unit='"cm/s"', step="1d")
    assert shaken.values.tolist() == [30]
    assert shaken.unit == "mm/s"


@pytest.mark.parametrize(
    ("kind", "unit", "middle", "spread", "likely"),
    [
        ("temperature", "\u00b0C", 285.0, 8.0, "K"),
        ("temperature", "\u00b0C", 62.0, 15.0, "\u00b0F"),
        ("pore_pressure", "kPa", 101_325.0, 500.0, "Pa"),
        ("rainfall", "mm", 900.0, 10.0, "0.1 mm"),
    ],
)
def test_that_a_wrong_unit_is_refused_with_the_likely_one(
    tmp_path: Path, kind: str, unit: str, middle: float, spread: float, likely: str
) -> None:
    rows = list(np.random.default_rng(0).normal(middle, spread, 50).round(2))
    with pytest.raises(WrongInput, match=rf"around {np.median(rows):,.6g} .*unit = '{likely}'"):
        read(tmp_path, rows, kind=f'"{kind}"', unit=f'"{unit}"')


def test_that_a_range_in_site_toml_overrules_the_program(tmp_path: Path) -> None:
    rows = list(np.random.default_rng(0).normal(285, 8, 50).round(2))
    found = read(tmp_path, rows, kind='"temperature"', unit='"\u00b0C"', valid_range="[0.0, 500.0]")
    assert np.isfinite(found.values).all()
    with pytest.raises(WrongInput, match="outside its valid_range, around 28"):
        read(tmp_path, rows, kind='"temperature"', unit='"\u00b0C"', valid_range="[0.0, 50.0]")


def test_that_a_missing_marker_is_recognised_where_most_values_are_one(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="'no value' add it to missing"):
        read(tmp_path, [*[-9999.0] * 40, *[12.0] * 10], kind='"temperature"', unit='"\u00b0C"')


def test_that_a_single_impossible_value_is_masked_marked_and_counted(tmp_path: Path) -> None:
    rows: list[float | str] = [float(number) for number in range(20)]
    rows[7] = 850.0
    found = read(tmp_path, rows, kind='"temperature"', unit='"\u00b0C"')
    assert np.isnan(found.values[7])
    assert np.isfinite(np.delete(found.values, 7)).all()
    assert found.quality is not None
    assert np.flatnonzero(found.quality & Mark.OUT_OF_RANGE).tolist() == [7]
    count = next(mark for mark in found.marks if mark.mark == "out of range")
    assert (count.steps, count.rows, count.masked) == (1, 1, True)
    assert "1 value is outside what temperature can be (-90 to 90 \u00b0C), the first 850 in rain.csv, row 9" in notes(
        tmp_path
    )


def test_that_the_valid_range_is_in_the_unit_as_written(tmp_path: Path) -> None:
    rows: list[float | str] = [1.0, 2.0, 3.0, 4.0, 9.0]
    found = read(tmp_path, rows, kind='"displacement"', unit='"cm"', valid_range="[0.0, 5.0]")
    np.testing.assert_array_equal(found.values, [10, 20, 30, 40, np.nan])
    assert "outside what valid_range says (0 to 5 cm), the first 9" in notes(tmp_path)


def test_that_rain_beyond_the_worlds_records_for_its_interval_is_masked(tmp_path: Path) -> None:
    rows: list[float | str] = [0.2] * 144
    rows[30] = 292.5
    found = read(tmp_path / "1", rows, 10, step="10min")
    assert np.flatnonzero(np.isnan(found.values)).tolist() == [30]
    hours = read(tmp_path / "2", rows, 60)
    assert np.isfinite(hours.values).all()


def test_that_a_sum_with_an_impossible_part_is_not_known(tmp_path: Path) -> None:
    rows: list[float | str] = [0.5] * 12
    rows[2] = 400.0
    found = read(tmp_path, rows, 10)
    np.testing.assert_array_equal(np.isnan(found.values), [False, True, False])
    assert found.values[0] == 0.5


def test_that_a_mean_with_an_impossible_part_is_that_of_the_others(tmp_path: Path) -> None:
    found = read(tmp_path, [10.0, 12.0, 500.0, 14.0], 10, kind='"temperature"', unit='"\u00b0C"', step="1d")
    assert found.values.tolist() == [12.0]


def test_that_a_spike_stays_unless_the_channel_asks_to_mask_it(tmp_path: Path) -> None:
    rows: list[float | str] = list(np.random.default_rng(0).normal(0, 0.1, 100).round(3))
    rows[80] = 25.0
    kept = read(tmp_path / "1", rows, kind='"displacement"')
    assert kept.values[80] == 25
    assert kept.quality is not None
    assert np.flatnonzero(kept.quality & Mark.SPIKE).tolist() == [80]
    masked = read(tmp_path / "2", rows, kind='"displacement"', mask='["spike"]')
    assert np.flatnonzero(np.isnan(masked.values)).tolist() == [80]
    assert [mark.masked for mark in masked.marks if mark.mark == "spike"] == [True]
    assert [mark.masked for mark in kept.marks if mark.mark == "spike"] == [False]


def test_that_dry_weeks_are_no_flat_line_and_a_stuck_thermometer_is(tmp_path: Path) -> None:
    dry = read(tmp_path / "1", [0.0] * 500)
    assert [mark.mark for mark in dry.marks] == []
    stuck = read(tmp_path / "2", [12.5] * 100, kind='"temperature"', unit='"\u00b0C"', mask='["flat_line"]')
    assert stuck.quality is not None
    assert np.flatnonzero(stuck.quality & Mark.FLAT).tolist() == list(range(49, 100))
    assert np.flatnonzero(np.isnan(stuck.values)).tolist() == list(range(49, 100))


def test_that_gaps_and_stale_ends_are_marked_and_a_delay_moves_the_marks(tmp_path: Path) -> None:
    rows: list[float | str] = [1.0, "", 1.2, 900.0, 1.4]
    found = read(tmp_path, rows, kind='"temperature"', unit='"\u00b0C"', delay='"2h"')
    assert found.quality is not None
    assert found.quality.tolist() == [Mark.GAP, Mark.GAP, 0, Mark.GAP, 0]
    np.testing.assert_array_equal(found.values, np.array([np.nan, np.nan, 1.0, np.nan, 1.2], np.float32))


def test_that_the_summary_of_a_site_counts_the_marks(tmp_path: Path) -> None:
    rows: list[float | str] = [1.0, "", 900.0, 1.4]
    folder = write_site(
        tmp_path,
        step="1h",
        channel=channel(kind='"temperature"', unit='"\u00b0C"', stamp='"end"'),
        rain_csv=series(rows),
    )
    faults = Faults()
    home = SiteFolder(folder, faults)
    summary = summarise(folder, load_manifest(home, faults), read_site(folder))
    told = [(mark.mark, mark.steps, mark.rows, mark.masked) for mark in summary.channels[0].marks]
    assert told == [("gap", 1, 0, True), ("out of range", 1, 1, True)]
