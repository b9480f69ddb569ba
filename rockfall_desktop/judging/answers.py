"""What the record of incidents answers for each zone, step and horizon.

Axes: z zone, t time (steps), h horizon.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import IncidentArray

OPEN = -1


def answers(
    incidents: IncidentArray, zones: int, recorded: NDArray[np.bool_], horizon_steps: tuple[int, ...]
) -> NDArray[np.int8]:
    """Whether an incident falls into steps t + 1 to t + horizon: 1 yes, 0 no, -1 left open.

    An incident known only to an interval of steps answers yes where the whole interval lies within the horizon, and
    leaves the answer open where only a part does. Steps without record, and the end of the record, leave it open too.

    Returns:
        int8 array (z, t, h).

    """
    steps = len(recorded)
    result = np.empty((zones, steps, len(horizon_steps)), np.int8)
    for column, horizon in enumerate(horizon_steps):
        certain = _spans(incidents.zone, incidents.last_step - horizon, incidents.first_step, zones, steps)
        possible = _spans(incidents.zone, incidents.first_step - horizon, incidents.last_step, zones, steps)
        unknown = possible | ~_wholly_recorded(recorded, horizon)[None, :]
        result[:, :, column] = np.where(certain, 1, np.where(unknown, OPEN, 0))
    return result


def incidents_within(incidents: IncidentArray, first_step: int, last_step: int) -> int:
    """How many incidents lie wholly within the steps first_step to last_step, both inclusive."""
    return int(np.count_nonzero((incidents.first_step >= first_step) & (incidents.last_step <= last_step)))


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
