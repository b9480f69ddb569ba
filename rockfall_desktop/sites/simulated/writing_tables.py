"""The tables of a simulated pit as CSV: one row a step, or one a zone and step.

Axes: t time (steps), z zone, i incident, d issue, h steps ahead.
"""

import io
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from rockfall_desktop.sites.simulated.blasting import ANNOUNCED_D, AT_HOUR, Blasts
from rockfall_desktop.sites.simulated.calendar import FIRST_DAY, Calendar
from rockfall_desktop.sites.simulated.incidents import FallList
from rockfall_desktop.sites.simulated.memory import Floats
from rockfall_desktop.sites.simulated.sensors import Readings


def reading_tables(calendar: Calendar, readings: Readings) -> dict[str, bytes]:
    """Name and content of the tables that the sensors write."""
    times = calendar.times()
    weather = {"rain_mm": _rounded(readings.rain_mm, 1), "temperature_c": _rounded(readings.temperature_c, 1)}
    seismic = {"shocks": pl.Series(readings.shocks, dtype=pl.Int64), "peak_mm_s": _rounded(readings.peak_mm_s, 3)}
    moved = {"displacement_mm": readings.displacement_mm, "velocity_mm_d": readings.velocity_mm_d}
    return {
        "simulated_weather.csv": _csv(pl.DataFrame({calendar.column: times} | weather)),
        "simulated_seismic.csv": _csv(pl.DataFrame({calendar.column: times} | seismic)),
        "simulated_pore_pressure.csv": _zoned(calendar, times, {"pressure_kpa": readings.pressure_kpa}),
        "simulated_displacement.csv": _zoned(calendar, times, moved),
    }


def incident_table(calendar: Calendar, falls: FallList, places_m: Floats) -> bytes:
    """The list of falls at their places (i, 2); a running number tells those of one day apart."""
    moments = [
        calendar.moment(step, minute) for step, minute in zip(falls.step.tolist(), falls.minute.tolist(), strict=True)
    ]
    columns = {
        "number": np.arange(1, falls.step.size + 1),
        calendar.column: pl.Series(moments, dtype=pl.String),
        "zone": pl.Series([f"Z{zone + 1}" for zone in falls.zone.tolist()], dtype=pl.String),
        "type": pl.Series(["failure" if large else "small fall" for large in falls.large.tolist()], dtype=pl.String),
        "volume_m3": _rounded(falls.volume_m3, 2),
        "easting_m": _rounded(places_m[:, 0], 2),
        "northing_m": _rounded(places_m[:, 1], 2),
    }
    return _csv(pl.DataFrame(columns))


def blast_table(blasts: Blasts) -> bytes:
    """A row a blast: when, and since when it is announced, by the loggers' clock."""
    form = "%Y-%m-%d %H:%M"
    first = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day)  # noqa: DTZ001 - the loggers' own clock
    times = [first + timedelta(days=day, hours=AT_HOUR, minutes=30) for day in blasts.day.tolist()]
    announced = [(time - timedelta(days=ANNOUNCED_D)).strftime(form) for time in times]
    columns = {"time": [time.strftime(form) for time in times], "announced": announced, "holes": blasts.holes}
    return _csv(pl.DataFrame(columns, schema={"time": pl.String, "announced": pl.String, "holes": pl.Int64}))


def forecast_table(calendar: Calendar, told_mm: Floats) -> bytes:
    """A row for each issue and step that it covers."""
    issues, ahead = told_mm.shape
    a_day = 24 // calendar.step_h
    there = ~np.isnan(told_mm)
    issue, lead = np.nonzero(there)
    last = Calendar(calendar.step_h, issues * a_day + ahead).times()
    issued = [calendar.moment(step, 0) for step in range(0, issues * a_day, a_day)]
    columns = {
        "issued": pl.Series(issued).gather(issue),
        "valid": pl.Series(last).gather(issue * a_day + lead),
        "rain_mm": _rounded(told_mm[there], 1),
    }
    return _csv(pl.DataFrame(columns))


def _zoned(calendar: Calendar, times: list[str], columns: dict[str, Floats]) -> bytes:
    """A row for each zone and step at which the sensor worked; columns (z, t), NaN together."""
    there = ~np.isnan(next(iter(columns.values())))
    zone, step = np.nonzero(there)
    names = pl.Series([f"Z{number + 1}" for number in range(there.shape[0])])
    frame = {calendar.column: pl.Series(times).gather(step), "zone": names.gather(zone)}
    return _csv(pl.DataFrame(frame | {name: _rounded(values[there], 2) for name, values in columns.items()}))


def _rounded(values: Floats, digits: int) -> pl.Series:
    return pl.Series(np.round(values, digits) + 0.0, nan_to_null=True)


def _csv(frame: pl.DataFrame) -> bytes:
    memory = io.BytesIO()
    frame.write_csv(memory)
    return memory.getvalue()
