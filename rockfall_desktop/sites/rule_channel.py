"""Reads the channel of a rule as a label: when it was measured, whatever the network may see of it and when.

Axes: z zone, t time (steps).
"""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.quality import WORDS, Mark
from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.domain.site_incidents import IncidentRule
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.instants import to_local
from rockfall_desktop.sites.series import channels
from rockfall_desktop.sites.series.announced import AHEAD_KINDS
from rockfall_desktop.sites.series.columns import SharedTables
from rockfall_desktop.sites.series.readings import read_readings
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zones import Zones

_EVERY_NUMBER = (float("-inf"), float("inf"))


def tell_announced_rule(manifest: SiteManifest, faults: Faults) -> None:
    """Note a fault where the channel of the rule is a forecast or a list of blasts: it is not measured."""
    rule = manifest.incident_rule
    if rule is not None and _described(manifest, rule).kind in AHEAD_KINDS:
        faults.add("site.toml", None, f"incident_rule: {rule.channel} is announced, not measured", "Name another.")


def measured_channel(
    manifest: SiteManifest,
    rule: IncidentRule,
    known: ChannelArray,
    home: SiteFolder,
    zones: Zones,
    clock: StepClock,
    faults: Faults,
) -> ChannelArray:
    """The rule's channel with every value in the step in which it was measured, its delay and its mask left away.

    Other channels would see the thing itself before an answer that comes later, and a mask hides just the jumps that
    the rule is about. A number out of range is no measurement; but where it hides whether the rule is met, to leave
    the step out would leave out only yes: that is a fault.

    Args:
        manifest: what site.toml says.
        rule: channel and threshold.
        known: the channel as the network sees it.
        home: the site's folder.
        zones: the site's zones.
        clock: the site's steps.
        faults: told where a number out of range may have been an incident.

    Raises:
        Unreadable: when there is such a number.
    """
    told = _described(manifest, rule)
    impossible = any(mark.mark == WORDS[Mark.OUT_OF_RANGE] for mark in known.marks)
    if not (duration_s(told.delay) or told.mask or impossible):
        return known
    plain = told.model_copy(update={"delay": "0s", "mask": ()})
    found = _read(manifest, plain, home, zones, clock)
    if impossible:
        unbound = _read(manifest, plain.model_copy(update={"valid_range": _EVERY_NUMBER}), home, zones, clock)
        _demand_known(rule, found.values, unbound.values, told.file, clock, faults)
    return found


def _described(manifest: SiteManifest, rule: IncidentRule) -> Channel:
    return next(channel for channel in manifest.channel if channel.name == rule.channel)


def _read(manifest: SiteManifest, channel: Channel, home: SiteFolder, zones: Zones, clock: StepClock) -> ChannelArray:
    """The channel on steps; what is wrong with it was told when it was read for the network."""
    scratch = Faults()
    reader = TableReader(home, scratch, [])
    tables = SharedTables((channel,), reader, zones, manifest.timezone, scratch)
    return channels.on_steps(channel, read_readings(channel, tables, scratch, []), clock, len(zones.ids), [])


def _demand_known(
    rule: IncidentRule,
    values: NDArray[np.float32],
    unbound: NDArray[np.float32],
    file: str,
    clock: StepClock,
    faults: Faults,
) -> None:
    above = np.float32(rule.above)
    hidden = ((unbound > above) & ~(values > above)).reshape(-1, clock.count).any(axis=0)
    if not hidden.any():
        return
    first = datetime.fromtimestamp(int(to_local(clock.edges_s[[hidden.argmax()]], clock.time_zone)[0]), UTC)
    message = (
        f"incident_rule: in {int(hidden.sum()):,} steps, the first of {first:%Y-%m-%d}, numbers out of range hide "
        f"whether {rule.channel} is above {rule.above:g}"
    )
    remedy = "Widen valid_range if they were measured; mend the rows or name the number under missing if not."
    faults.stop(file, None, message, remedy)
