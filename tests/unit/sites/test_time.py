"""A value stands in the step at whose end it was known."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.time_zone import clock_of
from rockfall_desktop.judging.alignment import sample_moments
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.instants import day_of_year, to_local, to_utc
from rockfall_desktop.sites.read import read_site
from tests.unit.sites.made_site import channel, write_site

LEVEL = '"pore_pressure"'


def values(folder: Path) -> list[float]:
    return [float(value) for value in np.nan_to_num(read_site(folder).channels[0].values, nan=-1.0)]


def test_that_rain_stamped_at_the_start_is_summed_into_the_day_it_starts_in(tmp_path: Path) -> None:
    assert values(write_site(tmp_path)) == [3.0, 4.0, 8.0]


def test_that_rain_stamped_at_the_end_belongs_to_the_day_that_ends_with_it(tmp_path: Path) -> None:
    assert values(write_site(tmp_path, channel=channel(stamp='"end"'))) == [1.0, 6.0, 8.0]


@pytest.mark.parametrize(("delay", "rows"), [("1min", 1), ("24h", 1), ("25h", 2), ("9d", 3)])
def test_that_a_delay_moves_values_to_the_step_that_knows_them(tmp_path: Path, delay: str, rows: int) -> None:
    moved = values(write_site(tmp_path, channel=channel(delay=f'"{delay}"')))
    assert moved == ([-1.0] * rows + [3.0, 4.0, 8.0])[:3]


@pytest.mark.parametrize(("kind", "joined"), [('"rainfall"', 61.0), ('"pore_pressure"', 30.5)])
def test_that_a_delay_over_the_spring_change_is_counted_in_hours(tmp_path: Path, kind: str, joined: float) -> None:
    text = "time,mm\n" + "".join(f"2024-03-{day},{day}\n" for day in range(27, 32)) + "2024-04-01,1\n2024-04-02,2\n"
    options = channel(time_format='"%Y-%m-%d"', delay='"24h"', kind=kind)
    folder = write_site(tmp_path, timezone="Europe/Berlin", channel=options, rain_csv=text)
    assert values(folder) == [-1.0, 27.0, 28.0, 29.0, -1.0, joined, 1.0]


@pytest.mark.parametrize(("rule", "first"), [("sum", 3.0), ("mean", 1.5), ("last", 2.0), ("max", 2.0)])
def test_that_values_of_one_step_become_one_by_the_rule(tmp_path: Path, rule: str, first: float) -> None:
    assert values(write_site(tmp_path, channel=channel(resample=f'"{rule}"')))[0] == first


def test_that_levels_are_averaged_and_steps_without_a_reading_stay_missing(tmp_path: Path) -> None:
    text = "time,mm\n2024-01-01 06:00,1\n2024-01-01 12:00,2\n2024-01-04 00:00,\n2024-01-05 00:00,5\n"
    folder = write_site(tmp_path, channel=channel(kind=LEVEL, stamp='"end"'), rain_csv=text)
    assert values(folder) == [1.5, -1.0, -1.0, 5.0]


def test_that_rain_of_a_step_without_any_reading_is_missing_and_not_zero(tmp_path: Path) -> None:
    text = "time,mm\n2024-01-01 00:00,1\n2024-01-02 00:00,0\n2024-01-02 12:00,\n2024-01-04 00:00,2\n"
    assert values(write_site(tmp_path, rain_csv=text)) == [1.0, 0.0, -1.0, 2.0]


def test_that_values_longer_than_the_step_must_say_their_interval(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match=r"row 2: .*is not over when its step ends.*set interval = '12h'"):
        read_site(write_site(tmp_path, step="1h"))


def test_that_daily_rain_that_starts_in_the_morning_must_say_its_interval(tmp_path: Path) -> None:
    text = "time,mm\n" + "".join(f"2024-01-{day:02} 09:00,{day}\n" for day in range(1, 6))
    with pytest.raises(WrongInput, match=r"rain.csv, row 2: .*set interval = '1d'"):
        read_site(write_site(tmp_path / "1", rain_csv=text))
    told = write_site(tmp_path / "2", channel=channel(interval='"1d"'), rain_csv=text)
    assert values(told) == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert read_site(told).local_date[0] == 19_724  # 2 January: known at its end


def test_that_the_last_hour_of_a_day_may_not_reach_into_the_next(tmp_path: Path) -> None:
    text = "time,mm\n" + "".join(f"2024-01-01 {hour:02}:07,1\n" for hour in range(24))
    with pytest.raises(WrongInput, match=r"row 25: .*set interval = '1h'"):
        read_site(write_site(tmp_path / "1", rain_csv=text))
    assert values(write_site(tmp_path / "2", channel=channel(interval='"1h"'), rain_csv=text)) == [23.0, 1.0]
    whole = text.replace(":07", ":00")
    assert values(write_site(tmp_path / "3", rain_csv=whole)) == [24.0]


def test_that_zones_measured_at_other_hours_do_not_hide_how_long_a_value_lasts(tmp_path: Path) -> None:
    days = range(1, 6)
    rows = [f"2024-01-{day:02} {hour}:00,{zone},1\n" for day in days for hour, zone in (("00", "A"), ("12", "B"))]
    options = channel(scope='"zone"', zone_column='"zone"')
    folder = write_site(tmp_path, step="12h", channel=options, rain_csv="time,zone,mm\n" + "".join(rows))
    with pytest.raises(WrongInput, match=r"row 2: .*set interval = '1d'"):
        read_site(folder)


def test_that_a_zone_with_one_value_lasts_as_long_as_the_others(tmp_path: Path) -> None:
    text = "time,zone,mm\n2024-01-01 00:00,A,1\n2024-01-02 00:00,A,1\n2024-01-02 09:00,B,1\n"
    options = channel(scope='"zone"', zone_column='"zone"')
    with pytest.raises(WrongInput, match=r"row 4: .*set interval = '1d'"):
        read_site(write_site(tmp_path, channel=options, rain_csv=text))


def test_that_days_of_23_and_25_hours_are_days(tmp_path: Path) -> None:
    for month, first in (("03", 27), ("10", 25)):
        text = "time,mm\n" + "".join(f"2024-{month}-{day:02} 00:00,1\n" for day in range(first, first + 5))
        folder = write_site(tmp_path / month, timezone="Europe/Zurich", rain_csv=text)
        assert set(values(folder)) == {1.0}


def test_that_an_early_value_is_told_beside_the_faults_of_other_files(tmp_path: Path) -> None:
    folder = write_site(tmp_path, step="1h", incidents_csv="date,zone\nyesterday,A\n")
    assert {fault.file for fault in check_site(folder)} == {"rain.csv", "incidents.csv"}


def test_that_a_value_with_an_interval_is_known_only_when_the_interval_is_over(tmp_path: Path) -> None:
    text = "time,mm\n2024-01-01 00:00,1\n2024-01-02 00:00,4\n"
    folder = write_site(tmp_path, step="6h", channel=channel(interval='"1d"'), rain_csv=text)
    assert values(folder) == [1.0, -1.0, -1.0, -1.0, 4.0]
    assert read_site(folder).start_s[0] % 86_400 == 18 * 3600  # the step that ends at midnight


def test_that_local_days_have_23_or_25_hours_where_the_clock_changes(tmp_path: Path) -> None:
    rows = [f"2024-{day} {hour:02}:00,1" for day in ("03-30", "03-31", "04-01") for hour in (0, 1, 4, 23)]
    text = "time,mm\n" + "\n".join(rows) + "\n"
    folder = write_site(tmp_path, timezone="Europe/Zurich", channel=channel(interval='"1h"'), rain_csv=text)
    arrays = read_site(folder)
    assert np.diff(arrays.start_s).tolist() == [24 * 3600, 23 * 3600]
    assert values(folder) == [4.0, 4.0, 4.0]
    assert np.diff(arrays.local_date).tolist() == [1, 1]


def test_that_a_day_begins_after_the_gap_where_midnight_is_skipped(tmp_path: Path) -> None:
    text = "time,mm\n2018-11-03 00:00,1\n2018-11-04 00:00,2\n2018-11-05 00:00,3\n"
    folder = write_site(tmp_path, timezone="America/Sao_Paulo", rain_csv=text)
    assert values(folder) == [1.0, 2.0, 3.0]
    assert np.diff(read_site(folder).start_s).tolist() == [24 * 3600, 23 * 3600]


def test_that_a_last_day_of_25_hours_ends_with_its_25th(tmp_path: Path) -> None:
    text = "time,mm\n2024-10-26 04:00,1\n2024-10-27 04:00,2\n"
    folder = write_site(tmp_path, timezone="Europe/Zurich", channel=channel(interval='"1h"'), rain_csv=text)
    arrays = read_site(folder)
    assert arrays.end_s == arrays.start_s[-1] + 25 * 3600
    assert sample_moments(arrays)[-1] == arrays.end_s


def apia(folder: Path, **files: str) -> Path:
    """A site in a place whose clock went from 29 to 31 December 2011."""
    days = ("2011-12-27", "2011-12-28", "2011-12-29", "2011-12-31")
    text = "time,mm\n" + "".join(f"{day} 00:00,{day[-1]}\n" for day in days)
    return write_site(folder, timezone="Pacific/Apia", **({"rain_csv": text} | files))


def test_that_a_day_that_the_clock_skipped_is_no_step(tmp_path: Path) -> None:
    incidents = "date,zone\n2011-12-29,A\n2011-12-31,B\n"
    arrays = read_site(apia(tmp_path, incidents_csv=incidents))
    assert arrays.channels[0].values.tolist() == [7.0, 8.0, 9.0, 1.0]
    assert np.diff(arrays.start_s).tolist() == [86_400] * 3
    assert (arrays.incidents.first_step.tolist(), arrays.incidents.last_step.tolist()) == ([2, 3], [2, 3])


def test_that_a_row_of_a_day_that_the_clock_skipped_is_a_fault(tmp_path: Path) -> None:
    folder = apia(tmp_path, incidents_csv="date,zone\n2011-12-29,A\n2011-12-30,B\n")
    with pytest.raises(WrongInput, match=r"incidents.csv, row 3: .*skipped"):
        read_site(folder)


def test_that_a_skipped_time_is_the_moment_of_the_clock_change() -> None:
    local = np.array([np.datetime64("2024-03-31T02:30:00"), np.datetime64("2024-03-31T03:00:00")], "M8[s]")
    seconds, skipped = to_utc(local.astype(np.int64), "Europe/Zurich", "latest")
    assert seconds.tolist() == [1_711_846_800, 1_711_846_800]  # 01:00 UTC
    assert skipped.tolist() == [True, False]


def test_that_a_time_that_the_clock_skipped_is_a_fault_with_its_row(tmp_path: Path) -> None:
    text = "time,mm\n2024-03-31 01:00,1\n2024-03-31 02:30,2\n"
    with pytest.raises(WrongInput, match=r"rain.csv, row 3: .*skipped"):
        read_site(write_site(tmp_path, timezone="Europe/Zurich", rain_csv=text))


def test_that_a_repeated_hour_is_read_as_the_later_pass_and_noted(tmp_path: Path) -> None:
    text = "time,mm\n2024-10-27 01:30,1\n2024-10-27 02:30,2\n"
    folder = write_site(tmp_path, timezone="Europe/Zurich", step="1h", rain_csv=text)
    folder.joinpath("site.toml").write_text(
        folder.joinpath("site.toml").read_text().replace("[[channel]]", "[[channel]]\ninterval = '1h'", 1)
    )
    arrays = read_site(folder)
    assert np.flatnonzero(~np.isnan(arrays.channels[0].values)).tolist() == [0, 2]
    assert any("goes through twice" in note for note in arrays.notes)


def test_that_a_logger_can_keep_a_clock_of_its_own(tmp_path: Path) -> None:
    text = "time,mm\n2024-07-01 22:00,1\n2024-07-02 10:00,2\n"
    folder = write_site(tmp_path, timezone="Europe/Zurich", channel=channel(timezone='"UTC"'), rain_csv=text)
    assert read_site(folder).local_date.size == 1  # 22:00 UTC is midnight there


def test_that_the_day_of_the_year_is_that_of_the_end_of_the_step(tmp_path: Path) -> None:
    text = "time,mm\n2023-12-30 00:00,1\n2023-12-31 00:00,1\n2024-01-01 00:00,1\n"
    arrays = read_site(write_site(tmp_path, rain_csv=text))
    assert arrays.day_of_year.tolist() == [364.0, 0.0, 1.0]


def test_that_offsets_written_with_the_time_are_followed(tmp_path: Path) -> None:
    text = "time,mm\n2024-01-01T23:30:00-0100,1\n2024-01-02T23:30:00Z,2\n"
    options = channel(time_format='"%Y-%m-%dT%H:%M:%S%#z"', stamp='"end"')
    folder = write_site(tmp_path, channel=options, rain_csv=text)
    assert values(folder) == [3.0]


@pytest.mark.parametrize("stamp", ["start", "end"])
@pytest.mark.parametrize("minutes", [10, 60])
def test_that_the_passes_of_a_repeated_hour_are_told_by_the_order_of_the_rows(
    tmp_path: Path, minutes: int, stamp: str
) -> None:
    moments = np.arange(1_729_980_000, 1_729_980_000 + 8 * 3600, minutes * 60)  # from 22:00 UTC of 26 October 2024
    local = moments + np.where(moments < 1_729_990_800, 7200, 3600)
    lines = [f"{str(np.datetime64(int(when), 's'))[:16].replace('T', ' ')},{place}" for place, when in enumerate(local)]
    options = channel(kind=LEVEL, unit='"kPa"', stamp=f'"{stamp}"')
    folder = write_site(
        tmp_path,
        step=f"{minutes}min",
        timezone="Europe/Berlin",
        channel=options,
        rain_csv="time,mm\n" + "\n".join(lines),
    )
    arrays = read_site(folder)
    assert arrays.channels[0].values.tolist() == list(range(moments.size))
    assert any(f"{60 // minutes} rows of such an hour stand before its second pass" in note for note in arrays.notes)


@pytest.mark.parametrize("time_zone", ["Europe/Zurich", "Etc/GMT-1", "Pacific/Apia", "Asia/Kathmandu"])
def test_that_local_days_of_a_long_record_are_those_of_the_calendar(time_zone: str) -> None:
    utc_s = np.arange(-2_000_000_000, 4_000_000_000, 86_400 * 7 // 5 + 1, dtype=np.int64)
    moments = pl.Series(utc_s * 1_000_000).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(time_zone)
    local = moments.dt.replace_time_zone(None)
    assert to_local(utc_s, time_zone).tolist() == local.dt.epoch("s").to_list()
    within = local.dt.epoch("s").to_numpy() % 86_400 / 86_400
    whole = local.dt.ordinal_day().to_numpy() - 1 + within
    assert day_of_year(utc_s, time_zone).tolist() == whole.astype(np.float32).tolist()


@pytest.mark.parametrize(
    "time_zone", ["Africa/Casablanca", "Africa/Monrovia", "America/Havana", "Antarctica/Troll", "Asia/Tehran",
                  "Australia/Lord_Howe", "Europe/Dublin"]
)  # fmt: skip
def test_that_the_local_clock_is_the_one_of_the_installed_database(time_zone: str) -> None:
    utc_s = np.random.default_rng(5).integers(-2_200_000_000, 4_100_000_000, 4000)
    clock = clock_of(time_zone)
    shown = [datetime.fromtimestamp(at_s, clock).replace(tzinfo=UTC).timestamp() for at_s in utc_s.tolist()]
    assert to_local(utc_s, time_zone).tolist() == shown


def test_that_the_systems_own_time_zones_count_for_nothing(tmp_path: Path) -> None:
    there = Path(str(files("tzdata"))) / "zoneinfo" / "Etc" / "UTC"
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Zurich").write_bytes(there.read_bytes())
    script = (
        "from rockfall_desktop.sites.instants import clock_changes; print(clock_changes('Europe/Zurich').offset_s[0])"
    )
    env = os.environ | {"PYTHONTZPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "3600"
