"""Incidents that follow from a measured channel: one in each step in which its value is above a threshold.

Axes: t time (steps), z zone, i incident.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray, IncidentArray
from rockfall_desktop.domain.kinds import COUNT_UNITS
from rockfall_desktop.domain.site_incidents import IncidentRule
from rockfall_desktop.sites.faults import Faults


def incidents_by_rule(
    rule: IncidentRule, channel: ChannelArray, zones: int, faults: Faults, notes: list[str]
) -> tuple[IncidentArray, NDArray[np.bool_]]:
    """The incidents of a rule, and the steps in which the rule can be answered, bool (t,).

    A value counts in the step in which it was measured. Where the channel of any zone has no value, nobody knows
    whether there was an incident: such a step is not recorded.

    Args:
        rule: channel and threshold.
        channel: the rule's channel, every value in the step in which it was measured.
        zones: number of zones.
        faults: told when the channel cannot say in which zone.
        notes: told how many steps are above, and how many are open.

    Raises:
        Unreadable: when the channel is of the whole site and there are several zones.
    """
    if not channel.zoned and zones > 1:
        remedy = 'Give the channel scope = "zone", or the site one zone.'
        faults.stop("site.toml", None, f"incident_rule: {rule.channel} does not say in which zone", remedy)
    values = channel.values if channel.zoned else channel.values[None, :]
    zone, step = np.nonzero(values > np.float32(rule.above))
    order = np.lexsort((zone, step))
    step = step[order].astype(np.int64)
    recorded = np.asarray(np.isfinite(values).all(axis=0), np.bool_)
    notes.append(
        f"Incidents: by rule, {rule.channel} is above {rule.above:g}{_unit(channel.unit)}"
        f" in {step.size:,} steps (and zones); {int((~recorded).sum()):,} steps without a value are open."
    )
    volume = np.full(step.size, np.nan, np.float32)
    return IncidentArray(zone[order].astype(np.int32), step, step, volume), recorded


def _unit(unit: str) -> str:
    return "" if unit in COUNT_UNITS else f" {unit}"
