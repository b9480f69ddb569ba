"""The holder of a site's numbers: what the rooms that read hand to the room that learns.

Axes: t time (steps), z zone, c channel, i incident.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.quality import MarkCount

UNLABELLED = -1


@dataclass(frozen=True, eq=False)
class ChannelArray:
    """One channel on the site's steps, placed by the time at which each value was known.

    Attributes:
        name: unique name within the site.
        kind: rainfall, pore_pressure, displacement, velocity, ...
        unit: e.g. "mm".
        zoned: whether each zone has a series of its own.
        values: float32, shape (t,) for the whole site, (z, t) when zoned; NaN where nothing was known or was masked.
        quality: uint8 of the shape of values, marks of `domain.quality.Mark`; None where nothing was judged.
        marks: the marks counted, with those that are about rows.

    """

    name: str
    kind: str
    unit: str
    zoned: bool
    values: NDArray[np.float32]
    quality: NDArray[np.uint8] | None = None
    marks: tuple[MarkCount, ...] = ()


@dataclass(frozen=True, eq=False)
class IncidentArray:
    """Incidents that count, each as the interval of steps in which it may have happened.

    Attributes:
        zone: int32 (i,), index into `SiteArrays.zone_ids`.
        first_step, last_step: int64 (i,), both inclusive; equal when the time is known to the step. An interval that
            runs past the record begins at -1 or ends at t: at least one of its steps is in the record.
        volume_m3: float32 (i,), NaN where unknown.

    """

    zone: NDArray[np.int32]
    first_step: NDArray[np.int64]
    last_step: NDArray[np.int64]
    volume_m3: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class SiteArrays:
    """A site as numbers.

    Step k covers [start_s[k], start_s[k] + step_s). A sample "at k" stands at the END of step k: it sees the values
    of steps up to and including k and answers for incidents in steps k + 1 to k + horizon.

    Attributes:
        site_id, name, simulated: as in site.toml.
        step_s: length of a step in seconds.
        start_s: int64 (t,), start of each step, seconds since 1970 UTC, evenly spaced but for daylight saving.
        day_of_year: float32 (t,), fractional local day of the year at the END of each step, 0 to 366.
        local_date: int32 (t,), days since 1970-01-01 of the local day in which each step starts.
        zone_ids: names of the zones, in the order of the z axis.
        channels: the measured series.
        incidents: those that count.
        recorded: bool (t,), whether incidents were being recorded in the step; elsewhere "no incident" is unknown.
        notes: what was dropped, mapped or could not be placed, one sentence each, counted.
        fingerprint: SHA-256 over the files that were read, hex.
        zone_centres: float64 (z, 2), x and y of each zone's centre in the site's crs; None for a zone that is the whole
            site.
        labels: int8 (z,), 1 or 0 as the zones file says, `UNLABELLED` where it says nothing; None for a site whose
            answers are incidents in time.
        end_s: end of the last step, seconds since 1970 UTC; None: `step_s` after its start, which the day on which a
            clock changes is not.

    """

    site_id: str
    name: str
    simulated: bool
    step_s: int
    start_s: NDArray[np.int64]
    day_of_year: NDArray[np.float32]
    local_date: NDArray[np.int32]
    zone_ids: tuple[str, ...]
    channels: tuple[ChannelArray, ...]
    incidents: IncidentArray
    recorded: NDArray[np.bool_]
    notes: tuple[str, ...]
    fingerprint: str
    zone_centres: NDArray[np.float64] | None = None
    labels: NDArray[np.int8] | None = None
    end_s: int | None = None
