"""What can be measured on a slope: for each kind its unit, the units it may be written in, and what a slope can show.

A range is in the kind's own unit. It is wide: nothing that a slope has ever shown lies outside, so a value that does is
a wrong unit, a wrong column or a broken sensor. What is usual is narrower: the middle of a record lies in it.
"""

from dataclasses import dataclass, field
from typing import Literal

from rockfall_desktop.domain.unit_names import plain_unit

Kind = Literal[
    "displacement",
    "velocity",
    "pore_pressure",
    "rainfall",
    "seismic",
    "temperature",
    "strain",
    "crack_opening",
    "water_level",
    "blast",
    "rain_forecast",
    "other",
]
Resample = Literal["sum", "mean", "last", "max"]
Line = tuple[float, float]
_ANY: Line = (float("-inf"), float("inf"))
DAY_S = 86_400


@dataclass(frozen=True)
class KindFacts:
    """One kind.

    Attributes:
        title: name for people.
        unit: the unit in which the program keeps it; empty: as written.
        units: unit as written to (factor, offset): value in `unit` = factor * written + offset.
        lowest, highest: what a slope can show, in `unit`.
        usual: where the median of a record lies, in `unit`.
        resample: how several values of one step become one.
        flat_after_s: a value that stays exactly the same longer than this is a stuck sensor; None: it may.
        rests_at_zero: whether zero may stay however long.
        spikes: whether a jump away from the readings before is told; not for what comes in bursts.
        drifts: whether months outside the range of all earlier ones are told; not for what only grows.
    """

    title: str
    unit: str
    units: dict[str, Line] = field(default_factory=dict)
    lowest: float = float("-inf")
    highest: float = float("inf")
    usual: Line = _ANY
    resample: Resample = "mean"
    flat_after_s: int | None = None
    rests_at_zero: bool = False
    spikes: bool = True
    drifts: bool = False


_YEAR_D = 365.2425
_LENGTH_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "µm": 0.001, "in": 25.4, "ft": 304.8}
_SPEED_MM_D = {
    "mm/d": 1.0, "mm/h": 24.0, "mm/min": 1440.0, "mm/s": 86_400.0, "mm/a": 1 / _YEAR_D, "cm/d": 10.0, "cm/h": 240.0,
    "cm/a": 10 / _YEAR_D, "m/d": 1000.0, "m/h": 24_000.0, "m/s": 86_400_000.0, "m/a": 1000 / _YEAR_D,
    "µm/s": 86.4, "in/d": 25.4, "in/h": 609.6,
}  # fmt: skip
_PRESSURE_KPA = {
    "kPa": 1.0, "Pa": 0.001, "hPa": 0.1, "MPa": 1000.0, "bar": 100.0, "mbar": 0.1, "psi": 6.894757293, "kN/m2": 1.0,
    "kg/cm2": 98.0665, "m H2O": 9.80665, "cm H2O": 0.0980665, "mm H2O": 0.00980665, "mmHg": 101.325 / 760,
    "atm": 101.325,
}  # fmt: skip
_LENGTH_M = {"m": 1.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048, "m a.s.l.": 1.0}
_RAIN_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "0.1 mm": 0.1, "0.2 mm": 0.2, "0.5 mm": 0.5, "0.01 in": 0.254}
_TEMPERATURE: dict[str, Line] = {"°C": (1.0, 0.0), "K": (1.0, -273.15), "°F": (5 / 9, -160 / 9)}
_STRAIN = {"µm/m": 1.0, "mm/m": 1000.0, "%": 10_000.0, "1": 1_000_000.0}
_SHAKING_MM_S = {"mm/s": 1.0, "cm/s": 10.0, "m/s": 1000.0, "in/s": 25.4, "µm/s": 0.001}
RATE_UNITS = {"mm/h": 1.0, "mm/d": 1 / 24, "mm/min": 60.0, "mm/s": 3600.0, "in/h": 25.4, "in/d": 25.4 / 24}
"""Rain as a rate, to mm an hour; it becomes an amount with the length of a value's interval."""
COUNT_UNITS = ("", "1", "events", "count", "counts")


def _lines(factors: dict[str, float]) -> dict[str, Line]:
    return {unit: (factor, 0.0) for unit, factor in factors.items()}


KINDS: dict[Kind, KindFacts] = {
    "displacement": KindFacts(
        "displacement", "mm", _lines(_LENGTH_MM), -200_000.0, 200_000.0, flat_after_s=90 * DAY_S
    ),
    # up to 5 m/s is still very rapid, beyond it extremely rapid (Cruden and Varnes 1996): a fall itself may be measured
    "velocity": KindFacts(
        "velocity", "mm/d", _lines(_SPEED_MM_D), -1e6, 1e9, (-10_000.0, 10_000.0), flat_after_s=30 * DAY_S,
        rests_at_zero=True,
    ),
    "pore_pressure": KindFacts(
        "pore pressure", "kPa", _lines(_PRESSURE_KPA), -10_000.0, 10_000.0, (-500.0, 5000.0),
        flat_after_s=60 * DAY_S, drifts=True,
    ),
    # a year: 26,461 mm at Cherrapunji 1860-61 (WMO); shorter intervals by `largest_rain_mm`
    "rainfall": KindFacts(
        "rainfall", "mm", _lines(_RAIN_MM), 0.0, 30_000.0, resample="sum", flat_after_s=2 * DAY_S, rests_at_zero=True,
        spikes=False,
    ),
    "seismic": KindFacts(
        "seismic", "mm/s", _lines(_SHAKING_MM_S), 0.0, 5000.0, (0.0, 100.0), "max", flat_after_s=7 * DAY_S,
        rests_at_zero=True, spikes=False,
    ),
    # air: -89.2 to 56.7 °C (WMO); bare ground in the sun comes above 80
    "temperature": KindFacts(
        "temperature", "°C", _TEMPERATURE, -90.0, 90.0, (-50.0, 45.0), flat_after_s=2 * DAY_S, rests_at_zero=True,
        drifts=True,
    ),
    "strain": KindFacts("strain", "µm/m", _lines(_STRAIN), -500_000.0, 500_000.0, flat_after_s=90 * DAY_S),
    "crack_opening": KindFacts(
        "crack opening", "mm", _lines(_LENGTH_MM), -5000.0, 50_000.0, flat_after_s=90 * DAY_S
    ),
    "water_level": KindFacts(
        "water level", "m", _lines(_LENGTH_M), -1000.0, 9000.0, flat_after_s=60 * DAY_S, drifts=True
    ),
    "blast": KindFacts(
        "blasts", "1", _lines({"1": 1.0}), 0.0, 10_000.0, resample="sum", rests_at_zero=True, spikes=False
    ),
    "rain_forecast": KindFacts(
        "rain forecast", "mm", _lines(_RAIN_MM), 0.0, 30_000.0, resample="sum", rests_at_zero=True, spikes=False
    ),
    "other": KindFacts("other", "", flat_after_s=7 * DAY_S, rests_at_zero=True),
}  # fmt: skip
"""A seismic channel that counts events has a unit of COUNT_UNITS: it is kept as it is and summed."""


def unit_line(kind: Kind, unit: str) -> Line | None:
    """Factor and offset from a unit as written to the kind's own; None where the unit is unknown or the kind has none.

    Rain as a rate is no amount yet: see `rate_mm_h`.
    """
    return (1.0, 0.0) if counts_events(kind, unit) else KINDS[kind].units.get(plain_unit(unit))


def rate_mm_h(kind: Kind, unit: str) -> float | None:
    """Millimetres an hour in one of a rain's rate unit; None where the unit is no rate, or the kind no rain."""
    return RATE_UNITS.get(plain_unit(unit)) if kind in ("rainfall", "rain_forecast") else None


def counts_events(kind: Kind, unit: str) -> bool:
    """Whether a channel counts events instead of measuring how strong they are."""
    return kind in ("blast", "seismic") and plain_unit(unit) in COUNT_UNITS


RAIN_POWER = 0.452


def largest_rain_mm(hours: float) -> float:
    """More rain than ever fell anywhere within some hours.

    1.2 times the law of the world's point records, 491 mm * hours ** 0.452 (after Galmarini, Steyn and Ainslie 2004,
    doi:10.1002/joc.1022; the power law is due to Jennings 1950 and Paulhus 1965). It lies above every record of the
    WMO archive: 198 mm in 15 minutes, 305 mm in 42, 1,825 mm in a day, 3,929 mm in three.
    """
    return float(1.2 * 491.0 * hours**RAIN_POWER)
