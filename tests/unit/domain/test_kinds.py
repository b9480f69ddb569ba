"""Kinds, their units and what a slope can show."""

import pytest

from rockfall_desktop.domain.kinds import (
    COUNT_UNITS,
    KINDS,
    RATE_UNITS,
    Kind,
    counts_events,
    largest_rain_mm,
    rate_mm_h,
    unit_line,
)
from rockfall_desktop.domain.unit_names import plain_unit


@pytest.mark.parametrize(
    ("kind", "unit", "written", "own"),
    [
        ("displacement", "cm", 2.0, 20.0),
        ("displacement", "\u03bcm", 500.0, 0.5),
        ("crack_opening", "ft", 1.0, 304.8),
        ("velocity", "mm/day", 3.0, 3.0),
        ("velocity", "mm d-1", 3.0, 3.0),
        ("velocity", "mm\u00b7h\u207b\u00b9", 1.0, 24.0),
        ("velocity", "m / yr", 365.2425, 1000.0),
        ("velocity", "m/s", 1.0, 86_400_000.0),
        ("pore_pressure", "mWS", 1.0, 9.80665),
        ("pore_pressure", "mH2O", 10.0, 98.0665),
        ("pore_pressure", "m H\u2082O", 10.0, 98.0665),
        ("pore_pressure", "kN/m\u00b2", 7.0, 7.0),
        ("pore_pressure", "psi", 1.0, 6.894757293),
        ("pore_pressure", "kg/cm\u00b2", 1.0, 98.0665),
        ("pore_pressure", "mmHg", 760.0, 101.325),
        ("temperature", "\u00b0F", 212.0, 100.0),
        ("temperature", "\u00baC", 5.0, 5.0),
        ("temperature", "\u2103", 5.0, 5.0),
        ("temperature", "Kelvin", 273.15, 0.0),
        ("temperature", "\u2109", 32.0, 0.0),
        ("rainfall", "l/m\u00b2", 4.0, 4.0),
        ("rainfall", "0.01 in", 100.0, 25.4),
        ("seismic", "in/s", 1.0, 25.4),
        ("strain", "\u00b5\u03b5", 12.0, 12.0),
        ("strain", "%", 1.0, 10_000.0),
        ("water_level", "masl", 450.0, 450.0),
        ("blast", "", 2.0, 2.0),
        ("seismic", "events", 2.0, 2.0),
    ],
)
def test_that_a_number_becomes_one_in_the_kinds_own_unit(kind: Kind, unit: str, written: float, own: float) -> None:
    line = unit_line(kind, unit)
    assert line is not None
    assert line[0] * written + line[1] == pytest.approx(own, abs=1e-9)


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("pore_pressure", "mPa"),
        ("displacement", "MM"),
        ("strain", ""),
        ("strain", "counts"),
        ("rainfall", "mm/h"),
        ("other", "lux"),
    ],
)
def test_that_a_unit_that_may_mean_another_thing_is_not_guessed(kind: Kind, unit: str) -> None:
    assert unit_line(kind, unit) is None


def test_that_rain_as_a_rate_is_told_from_an_amount() -> None:
    assert rate_mm_h("rainfall", "mm/day") == pytest.approx(1 / 24)
    assert rate_mm_h("rainfall", "mm hr-1") == 1
    assert rate_mm_h("rainfall", "mm") is None
    assert rate_mm_h("velocity", "mm/h") is None


def test_that_events_are_counted_and_shaking_is_measured() -> None:
    assert all(counts_events("seismic", unit) for unit in COUNT_UNITS)
    assert not counts_events("seismic", "mm/s")
    assert not counts_events("displacement", "1")


def test_that_the_own_unit_of_each_kind_is_one_of_its_units_and_stays_as_it_is() -> None:
    for kind, facts in KINDS.items():
        if facts.unit:
            assert unit_line(kind, facts.unit) == (1.0, 0.0)
            assert facts.lowest < facts.highest
        for unit in facts.units:
            assert plain_unit(unit) == unit
    assert all(plain_unit(unit) == unit for unit in RATE_UNITS)


@pytest.mark.parametrize(
    ("hours", "record_mm"),
    [(1 / 60, 38.0), (0.25, 198.1), (0.7, 304.8), (1.0, 401.0), (24.0, 1825.0), (72.0, 3929.0), (8766.0, 26_461.0)],
)
def test_that_no_record_of_rain_lies_beyond_the_largest_rain(hours: float, record_mm: float) -> None:
    assert record_mm < largest_rain_mm(hours) < 2.5 * record_mm


def test_that_292_mm_in_ten_minutes_never_fell() -> None:
    assert largest_rain_mm(10 / 60) < 292
