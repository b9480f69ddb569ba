"""What can be measured on a slope: for each kind its unit, the units it may be written in, and what a slope can show.

A range is in the kind's own unit. It is wide: nothing that a slope has ever shown lies outside, so a value that does is
a wrong unit, a wrong column or a broken sensor.
"""

from dataclasses import dataclass, field
from typing import Literal

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


@dataclass(frozen=True)
class KindFacts:
    """One kind.

    Attributes:
        title: name for people.
        unit: the unit in which the program keeps it.
        units: unit as written to (factor, offset): value in `unit` = factor * written + offset.
        lowest, highest: what a slope can show, in `unit`.
        resample: how several values of one step become one.
        flat_after_s: a value that stays exactly the same longer than this is a stuck sensor; None: it may.
    """

    title: str
    unit: str
    units: dict[str, Line] = field(default_factory=dict)
    lowest: float = float("-inf")
    highest: float = float("inf")
    resample: Resample = "mean"
    flat_after_s: int | None = None


_DAY_S = 86_400
_LENGTH_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "µm": 0.001, "um": 0.001, "in": 25.4, "ft": 304.8}
_SPEED_MM_D = {
    "mm/d": 1.0, "mm/day": 1.0, "mm/h": 24.0, "cm/d": 10.0, "m/d": 1000.0, "cm/h": 240.0, "m/s": 86_400_000.0,
    "mm/s": 86_400.0, "mm/a": 1 / 365.2425, "mm/yr": 1 / 365.2425, "in/d": 25.4,
}  # fmt: skip
_PRESSURE_KPA = {
    "kPa": 1.0, "Pa": 0.001, "hPa": 0.1, "MPa": 1000.0, "bar": 100.0, "mbar": 0.1, "psi": 6.894757, "kg/cm2": 98.0665,
    "m H2O": 9.80665, "m of water": 9.80665, "cm H2O": 0.0980665, "mm H2O": 0.00980665,
}  # fmt: skip
_LENGTH_M = {"m": 1.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048, "m a.s.l.": 1.0}
_RAIN_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "0.1 mm": 0.1, "l/m2": 1.0}
_TEMPERATURE: dict[str, Line] = {
    "°C": (1.0, 0.0), "C": (1.0, 0.0), "degC": (1.0, 0.0), "K": (1.0, -273.15),
    "°F": (5 / 9, -160 / 9), "F": (5 / 9, -160 / 9),
}  # fmt: skip
_STRAIN = {"µm/m": 1.0, "microstrain": 1.0, "um/m": 1.0, "mm/m": 1000.0, "%": 10_000.0, "1": 1_000_000.0}
_SHAKING_MM_S = {"mm/s": 1.0, "cm/s": 10.0, "m/s": 1000.0, "in/s": 25.4, "µm/s": 0.001}
RATE_UNITS = {"mm/h": 1.0, "mm/d": 1 / 24, "mm/min": 60.0, "in/h": 25.4}
"""Rain as a rate, to mm an hour; it becomes an amount with the length of a value's interval."""
COUNT_UNITS = ("", "1", "events", "count")


def _lines(factors: dict[str, float]) -> dict[str, Line]:
    return {unit: (factor, 0.0) for unit, factor in factors.items()}


KINDS: dict[Kind, KindFacts] = {
    "displacement": KindFacts("displacement", "mm", _lines(_LENGTH_MM), -200_000.0, 200_000.0, "mean"),
    "velocity": KindFacts("velocity", "mm/d", _lines(_SPEED_MM_D), -50_000.0, 500_000.0, "mean"),
    "pore_pressure": KindFacts("pore pressure", "kPa", _lines(_PRESSURE_KPA), -120.0, 10_000.0, "mean", 60 * _DAY_S),
    "rainfall": KindFacts("rainfall", "mm", _lines(_RAIN_MM), 0.0, 2000.0, "sum"),
    "seismic": KindFacts("seismic", "mm/s", _lines(_SHAKING_MM_S), 0.0, 5000.0, "max"),
    "temperature": KindFacts("temperature", "°C", _TEMPERATURE, -75.0, 65.0, "mean", 2 * _DAY_S),
    "strain": KindFacts("strain", "µm/m", _lines(_STRAIN), -500_000.0, 500_000.0, "mean"),
    "crack_opening": KindFacts("crack opening", "mm", _lines(_LENGTH_MM), -5000.0, 50_000.0, "mean"),
    "water_level": KindFacts("water level", "m", _lines(_LENGTH_M), -1000.0, 9000.0, "mean", 60 * _DAY_S),
    "blast": KindFacts("blasts", "1", _lines(dict.fromkeys(COUNT_UNITS, 1.0)), 0.0, 10_000.0, "sum"),
    "rain_forecast": KindFacts("rain forecast", "mm", _lines(_RAIN_MM), 0.0, 2000.0, "sum"),
    "other": KindFacts("other", ""),
}
"""A seismic channel that counts events has a unit of COUNT_UNITS: it is kept as it is and summed."""
