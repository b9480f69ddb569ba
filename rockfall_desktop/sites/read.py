"""A site folder in, arrays out."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray, IncidentArray, SiteArrays
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.sites.clock import StepClock, no_steps
from rockfall_desktop.sites.falls import incidents
from rockfall_desktop.sites.falls.incidents import IncidentRows
from rockfall_desktop.sites.falls.rule import incidents_by_rule
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.instants import day_of_year
from rockfall_desktop.sites.manifest import load_manifest
from rockfall_desktop.sites.read_ahead import tell_nothing_measured, with_ahead
from rockfall_desktop.sites.read_series import SeriesReading
from rockfall_desktop.sites.rule_channel import measured_channel, tell_announced_rule
from rockfall_desktop.sites.series.derived import tell_wrong_derived
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zone_labels import read_labels
from rockfall_desktop.sites.zones import Zones, read_zones


def read_site(folder: Path) -> SiteArrays:
    """Read a whole site.

    Raises:
        WrongInput: naming file, row or field and what to do for the first fault, and how many others there are.
    """
    faults = Faults()
    with faults.ending_as_error():
        return load_site(SiteFolder(folder, faults), faults)


def load_site(home: SiteFolder, faults: Faults) -> SiteArrays:
    """Read a site and note everything that is wrong with it.

    Raises:
        Unreadable: when there is a fault.
    """
    notes: list[str] = []
    manifest = load_manifest(home, faults)
    reader = TableReader(home, faults, notes)
    zones = read_zones(manifest, home, reader, faults)
    labels = None
    with suppress(Unreadable):
        labels = read_labels(manifest, home, reader, faults)
    tell_wrong_derived(manifest, faults)
    tell_nothing_measured(manifest, faults)
    tell_announced_rule(manifest, faults)
    reading = SeriesReading(manifest, home, zones, faults, notes)
    with suppress(Unreadable):
        reading.read()
    rows = _incident_rows(manifest, home, reader, zones, faults, notes)
    series = reading.series
    if reading.clock is not None and not faults.count:
        series = with_ahead(manifest, reader, zones, series, reading.clock, faults, notes)
    if faults.count:
        faults.halt()
    if reading.clock is None and labels is None:
        notes.append("Channels: the site has none, so it has no time steps and nothing can be learned from it.")
    if reading.clock is not None and labels is not None:
        notes.append("Channels: labels have no time, so a training with them reads layers only.")
    clock = reading.clock or no_steps(manifest.step_s, manifest.timezone)
    arrays = replace(_arrays(manifest, zones, series, rows, clock, notes, home.fingerprint), labels=labels)
    rule = manifest.incident_rule
    if rule is None:
        return arrays
    seen = next(channel for channel in series if channel.name == rule.channel)
    channel = measured_channel(manifest, rule, seen, home, zones, clock, faults)
    told: list[str] = []
    happened, recorded = incidents_by_rule(rule, channel, len(zones.ids), faults, told)
    return replace(arrays, incidents=happened, recorded=recorded, notes=(*arrays.notes, *map(shown, told)))


def _incident_rows(
    manifest: SiteManifest,
    home: SiteFolder,
    reader: TableReader,
    zones: Zones,
    faults: Faults,
    notes: list[str],
) -> IncidentRows | None:
    labelled = manifest.zones is not None and manifest.zones.label_column is not None
    if manifest.incidents is None and (labelled or manifest.incident_rule is not None):
        return None
    if manifest.incidents is None:
        notes.append("Incidents: the site names no file of incidents, so nothing can be learned from it.")
        return None
    with suppress(Unreadable):
        return incidents.read_incidents(manifest.incidents, home, reader, zones, manifest.timezone, faults, notes)
    return None


def _arrays(
    manifest: SiteManifest,
    zones: Zones,
    series: list[ChannelArray],
    rows: IncidentRows | None,
    clock: StepClock,
    notes: list[str],
    fingerprint: str,
) -> SiteArrays:
    happened = _nothing() if rows is None else incidents.on_steps(rows, clock, notes)
    return SiteArrays(
        site_id=manifest.id,
        name=manifest.name,
        simulated=manifest.simulated,
        step_s=clock.step_s,
        start_s=clock.edges_s[:-1],
        end_s=int(clock.edges_s[-1]),
        day_of_year=day_of_year(clock.edges_s[1:], clock.time_zone),
        local_date=clock.local_date(),
        zone_ids=zones.ids,
        channels=tuple(series),
        incidents=happened,
        recorded=_recorded(rows, clock),
        notes=tuple(dict.fromkeys(map(shown, notes))),
        fingerprint=fingerprint,
        zone_centres=zones.centres,
    )


def _recorded(rows: IncidentRows | None, clock: StepClock) -> NDArray[np.bool_]:
    days = clock.local_date()
    if rows is None or days.size == 0:
        return np.zeros(days.size, bool)
    last = int(days[-1]) if rows.last_day is None else rows.last_day
    return np.asarray((days >= rows.first_day) & (days <= last), bool)


def _nothing() -> IncidentArray:
    none = np.zeros(0, np.int64)
    return IncidentArray(none.astype(np.int32), none, none, none.astype(np.float32))
