"""A whole channel rests on what was known by the end of each step, its masks included."""

from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.quality import Mark
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.clock import make_clock
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.series.channels import on_steps
from rockfall_desktop.sites.series.readings import Readings
from rockfall_desktop.sites.tables.origin import consecutive
from tests.unit.sites.made_site import write_site

HOUR = 3600
UNITS = {"temperature": "°C", "pore_pressure": "kPa", "seismic": "mm/s"}


def wild(kind: str, size: int) -> np.ndarray:
    random = np.random.default_rng(len(kind))
    value = np.round(10 + random.normal(0, 0.5, size) + 6 * (np.arange(size) > 0.8 * size), 1)
    value[random.random(size) < 0.01] += 30
    value[random.random(size) < 0.005] = 9e9
    value[size // 3 : size // 3 + 400] = 4.0
    return np.where(random.random(size) < 0.5, 0, np.abs(value)) if kind == "rainfall" else value


@pytest.mark.parametrize("kind", ["temperature", "pore_pressure", "rainfall", "displacement", "seismic", "other"])
@pytest.mark.parametrize("resample", ["mean", "sum", "last", "max"])
def test_that_no_step_and_no_mask_knows_a_later_reading(kind: str, resample: str) -> None:
    size = 700 * 24
    channel = Channel.model_validate({
        "name": "a", "kind": kind, "unit": UNITS.get(kind, "mm"),
        "file": "a.csv", "column": "x", "time": "t", "time_format": "%Y", "stamp": "end", "resample": resample,
        "scope": "zone", "zone_column": "z", "mask": ["flat_line", "spike", "drift"],
        "valid_range": [0.0, 1e6] if kind == "other" else None,
    })  # fmt: skip
    end_s = np.tile(np.arange(1, size + 1, dtype=np.int64) * HOUR, 2)
    zone = np.repeat(np.arange(2, dtype=np.int32), size)
    clock = make_clock(HOUR, size * HOUR, 6 * HOUR, "Etc/UTC")

    def read(value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        record = np.arange(value.size, dtype=np.int32)
        readings = Readings(zone, end_s, end_s, value, record, consecutive("a.csv", 2, value.size))
        found = on_steps(channel, readings, clock, 2, [])
        assert found.quality is not None
        return found.values, found.quality & ~np.uint8(Mark.STALE)

    value = np.concatenate((wild(kind, size), wild(kind, size)[::-1]))
    values, quality = read(value)
    assert (quality & Mark.OUT_OF_RANGE).any()
    assert np.isfinite(values).any()
    random = np.random.default_rng(1)
    for end in (size // 3 + 100, int(0.9 * size)):
        later = (np.arange(1, 2 * size + 1) - 1) % size >= end
        other = np.where(later, np.abs(random.normal(200, 50, 2 * size)), value)
        again, marks = read(other)
        steps = end // 6
        np.testing.assert_array_equal(again[:, :steps], values[:, :steps])
        np.testing.assert_array_equal(marks[:, :steps], quality[:, :steps])


MIXED = """
[[channel]]
name = "rain"
kind = "rainfall"
unit = "mm/h"
file = "rain.csv"
column = "v"
time = "time"
time_format = "%Y-%m-%d %H:%M"
timezone = "Etc/GMT-1"
stamp = "end"
scope = "zone"
zone_column = "zone"

[[channel]]
name = "outlook"
kind = "rain_forecast"
unit = "mm/h"
file = "outlook.csv"
column = "v"
time = "time"
time_format = "%Y-%m-%d %H:%M"
timezone = "Etc/GMT-1"
issued = "told"
ahead = ["3h"]
scope = "zone"
zone_column = "zone"

[[channel]]
name = "blasts"
kind = "blast"
unit = "kg"
file = "blasts.csv"
column = "v"
time = "time"
time_format = "%Y-%m-%d %H:%M"
timezone = "Etc/GMT-1"
issued = "told"
ahead = ["6h"]
same_time = "last"
scope = "zone"
zone_column = "zone"
"""


def at(minute: int) -> str:
    return str(np.datetime64("2024-03-29T00:00") + np.timedelta64(minute, "m")).replace("T", " ")


def made_rows(seed: int) -> dict[str, list[tuple[int, str]]]:
    """Rows of rain, forecasts and blasts, each with the minute from which on it is known."""
    random = np.random.default_rng(seed)
    rows: dict[str, list[tuple[int, str]]] = {"rain": [], "outlook": [], "blasts": []}
    for zone in "AB":
        minute = int(random.integers(0, 60))
        while minute < 96 * 60:
            rows["rain"].append((minute, f"{at(minute)},{zone},{random.choice([0, 0, 3, 60, 900])}"))
            minute += int(random.choice([10, 10, 10, 10, 30, 60, 400]))
        for told in sorted(random.choice(96 * 60, 12, replace=False).tolist()):
            spacing = int(random.choice([60, 120, 180]))
            hours = range(told // 60 * 60 + 60, told + 14 * 60, spacing)
            rows["outlook"] += [(told, f"{at(told)},{at(to)},{zone},{random.integers(0, 9)}") for to in hours]
        for _ in range(25):
            told, to = int(random.integers(0, 96 * 60)), int(random.integers(0, 32)) * 180
            rows["blasts"].append((told, f"{at(told)},{at(to)},{zone},{random.integers(1, 9)}"))
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_that_rates_forecasts_and_blasts_of_several_zones_know_no_later_row(tmp_path: Path, seed: int) -> None:
    rows = made_rows(seed)

    def read(until: int) -> SiteArrays:
        head = {"rain": "time,zone,v", "outlook": "told,time,zone,v", "blasts": "told,time,zone,v"}
        files = {
            f"{name}_csv": "\n".join([head[name], *(text for known, text in rows[name] if known <= until)]) + "\n"
            for name in rows
        }
        folder = tmp_path / str(until)
        return read_site(write_site(folder, channel=MIXED, step="1h", timezone="Europe/Berlin", **files))

    whole = read(96 * 60)
    assert all(np.nanmax(channel.values) > 0 for channel in whole.channels)
    for until in (30 * 60, 47 * 60 + 30, 71 * 60):
        before = read(until)
        steps = before.start_s.size - 1  # the last step is not over
        for one, other in zip(before.channels, whole.channels, strict=True):
            np.testing.assert_array_equal(one.values[:, :steps], other.values[:, :steps])
            assert one.quality is not None
            assert other.quality is not None
            stale = ~np.uint8(Mark.STALE)
            np.testing.assert_array_equal(one.quality[:, :steps] & stale, other.quality[:, :steps] & stale)
