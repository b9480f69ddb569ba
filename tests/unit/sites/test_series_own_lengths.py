"""A value without `interval` is known only when its own interval is over, as the times of its neighbours tell."""

from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.quality import Mark
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.series.intervals import own_lengths
from tests.unit.sites.made_site import channel, write_site

HOUR = 3600
WIDE = channel(scope='"zone"', zone_columns='{ A = "a", B = "b" }').replace('column = "mm"\n', "")
LONG = channel(scope='"zone"', zone_column='"zone"')


def clock(hour: int) -> str:
    return str(np.datetime64("2024-01-01T00:00") + np.timedelta64(hour, "h")).replace("T", " ")


def lengths(*hours: float) -> list[float]:
    found = own_lengths(np.array(hours, np.float64).astype(np.int64) * HOUR, np.zeros(len(hours), np.int32))
    return [float(length / HOUR) for length in found]


def test_that_daily_sums_in_an_hourly_file_are_not_known_before_the_day_is_over(tmp_path: Path) -> None:
    text = "time,t,mm\n" + "".join(f"{clock(hour)},1{hour % 7},{'' if hour % 24 else 24}\n" for hour in range(96))
    with pytest.raises(WrongInput, match=r"row 2: .*'rain' that starts here.*set interval = '1d'"):
        read_site(write_site(tmp_path / "1", step="1h", rain_csv=text))
    told = read_site(write_site(tmp_path / "2", step="1h", channel=channel(interval='"1d"'), rain_csv=text))
    assert np.flatnonzero(~np.isnan(told.channels[0].values)).tolist() == [0, 24, 48, 72]
    assert told.start_s[0] % 86_400 == 23 * HOUR


@pytest.mark.parametrize("section", [WIDE, LONG], ids=["wide", "long"])
def test_that_a_wide_table_and_a_long_one_are_refused_alike(tmp_path: Path, section: str) -> None:
    hours = range(96)
    if section is WIDE:
        text = "time,a,b\n" + "".join(f"{clock(hour)},{hour % 5},{'' if hour % 24 else 24}\n" for hour in hours)
    else:
        daily = {hour: f"{clock(hour)},B,24\n" for hour in hours if hour % 24 == 0}
        text = "time,zone,mm\n" + "".join(f"{clock(hour)},A,{hour % 5}\n" + daily.get(hour, "") for hour in hours)
    with pytest.raises(WrongInput, match=r"set interval = '1d'"):
        read_site(write_site(tmp_path, step="1h", channel=section, rain_csv=text))


def test_that_a_few_daily_sums_before_many_short_rows_are_told(tmp_path: Path) -> None:
    days = "".join(f"{clock(24 * day)},24\n" for day in range(30))
    short = "".join(f"2024-01-31 {hour:02}:{minute}0,1\n" for hour in range(20) for minute in range(6))
    with pytest.raises(WrongInput, match=r"row 2: .*set interval = '1d'"):
        read_site(write_site(tmp_path, step="1h", rain_csv="time,mm\n" + days + short))


def test_that_an_outage_is_no_length_and_a_longer_spacing_is() -> None:
    assert lengths(0, 1, 2, 9, 10, 11) == [1] * 6
    assert lengths(0, 1, 2, 9, 16, 17, 18, 19, 20) == [1] * 9
    daily = [float(24 * day) for day in range(7)]
    assert lengths(*daily, *range(145, 200)) == [*[24] * 6, *[1] * 56]
    assert lengths(*range(-60, 0), *daily) == [*[1] * 60, *[24] * 7]
    assert lengths(0, 5) == [5, 5]
    assert lengths(9, 0, 1, 1, 2) == [1, 1, 1, 1, 1]
    assert lengths(7) == [0]


def test_that_no_length_reaches_past_the_next_reading() -> None:
    random = np.random.default_rng(0)
    zone = np.sort(random.integers(0, 4, 500)).astype(np.int32)
    clock_s = random.integers(0, 3000, 500).astype(np.int64)
    found = own_lengths(clock_s, zone)
    for own in range(4):
        order = np.lexsort((found[zone == own], clock_s[zone == own]))
        times, spans = clock_s[zone == own][order], found[zone == own][order]
        later = np.searchsorted(times, times, "right")
        inside = later < times.size
        assert (times[inside] + spans[inside] <= times[later[inside]]).all()


def test_that_every_row_that_stands_after_a_later_one_is_counted(tmp_path: Path) -> None:
    order = [*range(10, 20), *range(10)]
    text = "time,mm\n" + "".join(f"{clock(hour)},{hour + 1}\n" for hour in order)
    options = channel(kind='"pore_pressure"', unit='"kPa"', stamp='"end"')
    arrays = read_site(write_site(tmp_path, step="1h", channel=options, rain_csv=text))
    assert any("10 rows stand after a later one, the first in row 12" in note for note in arrays.notes)
    quality = arrays.channels[0].quality
    assert quality is not None
    assert np.flatnonzero(quality & Mark.DISORDER).tolist() == list(range(10))
