"""What the record of incidents answers for each zone, step and horizon.

Axes: z zone, t time (steps), h horizon, i incident.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import IncidentArray, SiteArrays
from rockfall_desktop.domain.errors import WrongInput

OPEN = -1
_HOUR_S = 3600


def answers(
    incidents: IncidentArray,
    zones: int,
    recorded: NDArray[np.bool_],
    horizon_steps: tuple[int, ...],
    borders: NDArray[np.bool_] | None = None,
) -> NDArray[np.int8]:
    """Whether an incident falls into steps t + 1 to t + horizon: 1 yes, 0 no, -1 left open.

    Whether an answer is open never depends on what happened, else yes would be kept where no is dropped: it is open
    where a step of the horizon is not recorded or lies behind the record's end, and where the horizon begins or ends
    inside an interval of the incidents' precision.

    Args:
        incidents: those that count.
        zones: number of zones.
        recorded: (t,), whether incidents were being recorded.
        horizon_steps: one or more horizons.
        borders: (t + 1,), whether an interval of the incidents' precision begins there; None: at every step.

    Returns:
        int8 array (z, t, h).
    """
    steps = len(recorded)
    result = np.empty((zones, steps, len(horizon_steps)), np.int8)
    for column, horizon in enumerate(horizon_steps):
        happens = _spans(incidents.zone, incidents.last_step - horizon, incidents.first_step, zones, steps)
        decided = _wholly_recorded(recorded, horizon)
        if borders is not None:
            last = np.minimum(np.arange(steps) + 1 + horizon, steps)
            decided &= borders[1:] & borders[last]
        result[:, :, column] = np.where(decided[None, :], happens, OPEN)
    return result


def precision_borders(arrays: SiteArrays) -> NDArray[np.bool_] | None:
    """Where an interval of the incidents' precision begins; None when every incident is known to its step.

    Raises:
        WrongInput: when the incidents' intervals are longer than a step and are neither whole hours nor local days.
    """
    falls, steps = arrays.incidents, len(arrays.start_s)
    inside = (falls.first_step >= 0) & (falls.last_step < steps)
    if not inside.any() or (falls.first_step[inside] == falls.last_step[inside]).all():
        return None
    for cells in (arrays.start_s // _HOUR_S, arrays.local_date.astype(np.int64)):
        borders = np.concatenate(([True], cells[1:] != cells[:-1], [True]))
        starts = np.flatnonzero(borders)
        cell = np.searchsorted(starts, falls.first_step[inside], side="right") - 1
        if (starts[cell] == falls.first_step[inside]).all() and (starts[cell + 1] - 1 == falls.last_step[inside]).all():
            return np.asarray(borders)
    raise WrongInput(
        "The incidents' times are too coarse",
        f"[incidents] of {arrays.name}: time_precision is longer than a step and not one hour or one day.",
        "Choose a longer step, or give the incidents' times more exactly.",
    )


def answering(
    incidents: IncidentArray, horizon: int, usable: NDArray[np.bool_], first_step: int, last_step: int
) -> NDArray[np.bool_]:
    """Which incidents make a usable sample (z, t) between two steps, both inclusive, a yes; bool (i,)."""
    before = np.zeros((usable.shape[0], usable.shape[1] + 1), np.int64)
    before[:, 1:] = np.cumsum(usable, axis=1)
    low = np.clip(incidents.last_step - horizon, first_step, last_step + 1)
    high = np.clip(incidents.first_step, first_step, last_step + 1)
    found = before[incidents.zone, np.maximum(high, low)] - before[incidents.zone, low]
    return np.asarray(found > 0)


def occasions(incidents: IncidentArray) -> int:
    """Different zones and times among incidents: ten rows of one zone and morning are one."""
    rows = np.stack((incidents.zone, incidents.first_step, incidents.last_step), axis=1)
    return len(np.unique(rows, axis=0))


def _spans(
    zone: NDArray[np.int32], start: NDArray[np.int64], stop: NDArray[np.int64], zones: int, steps: int
) -> NDArray[np.bool_]:
    """Mark [start, stop) of each zone's row; bool (z, t)."""
    low, high = np.clip(start, 0, steps), np.clip(stop, 0, steps)
    keep = low < high
    edges = np.zeros((zones, steps + 1), np.int32)
    np.add.at(edges, (zone[keep], low[keep]), 1)
    np.add.at(edges, (zone[keep], high[keep]), -1)
    return np.asarray(np.cumsum(edges, axis=1)[:, :steps] > 0)


def _wholly_recorded(recorded: NDArray[np.bool_], horizon: int) -> NDArray[np.bool_]:
    """Whether all of the steps t + 1 to t + horizon exist and were recorded; bool (t,)."""
    steps = len(recorded)
    seen = np.concatenate(([0], np.cumsum(recorded)))
    last = np.minimum(np.arange(steps) + 1 + horizon, steps)
    return np.asarray(seen[last] - seen[np.arange(steps) + 1] == horizon)
