"""A whole channel rests on what was known by the end of each step, its masks included."""

import numpy as np
import pytest

from rockfall_desktop.domain.quality import Mark
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.clock import make_clock
from rockfall_desktop.sites.series.channels import on_steps
from rockfall_desktop.sites.series.readings import Readings
from rockfall_desktop.sites.tables.origin import consecutive

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
