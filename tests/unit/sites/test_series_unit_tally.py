"""What is counted of a channel's values while they go by never hides a wrong unit from the look at all of them."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.series import wrong_unit
from rockfall_desktop.sites.series.readings import Readings
from rockfall_desktop.sites.series.unit_tally import UnitTally
from rockfall_desktop.sites.series.wrong_unit import tell_wrong_unit
from rockfall_desktop.sites.tables.origin import consecutive

QUICK = settings(max_examples=300, deadline=None, database=None, derandomize=True)
KINDS = [
    ("pore_pressure", "kPa", None),
    ("pore_pressure", "bar", None),
    ("temperature", "°C", None),
    ("temperature", "°F", None),
    ("rainfall", "mm", None),
    ("rainfall", "in", None),
    ("pore_pressure", "kPa", (0.0, 50.0)),
    ("seismic", "count", None),
]


def channel_of(kind: str, unit: str, valid_range: tuple[float, float] | None) -> Channel:
    keys = {"name": "a", "kind": kind, "unit": unit, "file": "a.csv", "time": "time", "column": "v", "interval": "1h"}
    return Channel.model_validate({**keys, "time_format": "%Y-%m-%d", "stamp": "start", "valid_range": valid_range})


def fault_told(channel: Channel, value: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> bool:
    none, faults = np.zeros(value.size, np.int64), Faults()
    zone = none.astype(np.int32)
    tell_wrong_unit(channel, Readings(zone, none, none, value, zone, consecutive("", 1, value.size)), faults)
    return faults.count > 0


@QUICK
@given(
    kind=some.sampled_from(KINDS),
    values=some.lists(some.sampled_from([0.0, 1.0, 20.0, 60.0, 5100.0, -999.0, 20_000.0, -600.0]), min_size=1),
    times=some.integers(1, 12),
    cut=some.integers(1, 50),
)
@example(kind=KINDS[0], values=[1.0, 5100.0], times=1, cut=1)
@example(kind=KINDS[2], values=[0.0, 0.0, -999.0], times=10, cut=7)
def test_that_what_is_plainly_right_is_never_told(
    kind: tuple[str, str, tuple[float, float] | None], values: list[float], times: int, cut: int
) -> None:
    channel, value = channel_of(*kind), np.array(values * times)
    tally = UnitTally(channel)
    for begin in range(0, value.size, cut):
        tally.add(value[begin : begin + cut])
    assert not (tally.plain() and fault_told(channel, value))


@pytest.mark.parametrize(("share", "plain"), [(0.0, True), (0.03, True), (0.045, False), (0.2, False)])
def test_that_of_a_long_channel_a_doubt_near_the_bound_is_left_to_the_look_at_all(
    monkeypatch: pytest.MonkeyPatch, share: float, plain: bool
) -> None:
    monkeypatch.setattr("rockfall_desktop.sites.series.unit_tally.LOOKED_AT", 5_000)
    value = np.full(20_000, 100.0)
    value[: int(share * value.size)] = -20_000.0
    tally = UnitTally(channel_of("pore_pressure", "kPa", None))
    tally.add(value)
    assert tally.plain() is plain


def test_that_few_numbers_among_many_zeros_are_left_to_the_look_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rockfall_desktop.sites.series.unit_tally.LOOKED_AT", 5_000)
    assert wrong_unit.counts_zeros("rainfall") is False
    value = np.zeros(20_000)
    value[::1000] = 1.0
    tally = UnitTally(channel_of("rainfall", "mm", None))
    tally.add(value)
    assert tally.plain()
    value[0] = 1e6
    tally.add(value)
    assert not tally.plain()
