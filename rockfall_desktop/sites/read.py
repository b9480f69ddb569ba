"""A site folder in, arrays out."""

from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import IncidentArray, SiteArrays
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.sites.clock import StepClock, expected_steps, make_clock
from rockfall_desktop.sites.falls import incidents
from rockfall_desktop.sites.falls.incidents import IncidentRows
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.instants import day_of_year
from rockfall_desktop.sites.manifest import load_manifest
from rockfall_desktop.sites.series import channels
from rockfall_desktop.sites.series.readings import Readings, read_readings
from rockfall_desktop.sites.series.wrong_unit import tell_wrong_unit
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zones import Zones, read_zones

MAXIMUM_STEPS = 10_000_000
MAXIMUM_CELLS = 100_000_000


def read_site(folder: Path) -> SiteArrays:
    """Read a whole site.

    Raises:
        WrongInput: naming file, row or field and what to do for the first fault, and how many others there are.
    """
    faults = Faults()
    with suppress(Unreadable):
        return load_site(SiteFolder(folder, faults), faults)
    raise faults.as_error()


def load_site(home: SiteFolder, faults: Faults) -> SiteArrays:
    """Read a site and note everything that is wrong with it.

    Raises:
        Unreadable: when there is a fault.
    """
    notes: list[str] = []
    manifest = load_manifest(home, faults)
    reader = TableReader(home, faults, notes)
    zones = read_zones(manifest, home, reader, faults)
    readings = _all_readings(manifest, reader, zones, faults, notes)
    rows = _incident_rows(manifest, home, reader, zones, faults, notes)
    if len(readings) < len(manifest.channel):
        faults.halt()
    clock = _clock(manifest, readings, zones, faults)
    for channel, found in zip(manifest.channel, readings, strict=True):
        channels.tell_early(channel, found, clock, faults)
        tell_wrong_unit(channel, found, faults)
    if faults.count:
        faults.halt()
    return _arrays(manifest, zones, readings, rows, clock, notes, home.fingerprint)


def _all_readings(
    manifest: SiteManifest, reader: TableReader, zones: Zones, faults: Faults, notes: list[str]
) -> list[Readings]:
    found: list[Readings] = []
    for channel in manifest.channel:
        with suppress(Unreadable):
            found.append(read_readings(channel, reader, zones, manifest.timezone, faults, notes))
    return found


def _incident_rows(
    manifest: SiteManifest,
    home: SiteFolder,
    reader: TableReader,
    zones: Zones,
    faults: Faults,
    notes: list[str],
) -> IncidentRows | None:
    if manifest.incidents is None:
        notes.append("Incidents: the site names no file of incidents, so nothing can be learned from it.")
        return None
    with suppress(Unreadable):
        return incidents.read_incidents(manifest.incidents, home, reader, zones, manifest.timezone, faults, notes)
    return None


def _clock(manifest: SiteManifest, readings: list[Readings], zones: Zones, faults: Faults) -> StepClock:
    earliest = min(range(len(readings)), key=lambda place: readings[place].end_s.min())
    latest = max(range(len(readings)), key=lambda place: readings[place].end_s.max())
    first_s, last_s = int(readings[earliest].end_s.min()), int(readings[latest].end_s.max())
    steps = expected_steps(first_s, last_s, manifest.step_s)
    if steps > MAXIMUM_STEPS or steps * len(zones.ids) > MAXIMUM_CELLS:
        file = manifest.channel[earliest].file
        row = int(readings[earliest].row[readings[earliest].end_s.argmin()])
        message = f"begins a record of {steps:,} steps of {manifest.step}, too many for {len(zones.ids):,} zones"
        remedy = f"Look for a wrong date here and in the last row of {manifest.channel[latest].file}, or widen step."
        faults.stop(file, row, message, remedy)
    return make_clock(first_s, last_s, manifest.step_s, manifest.timezone)


def _arrays(
    manifest: SiteManifest,
    zones: Zones,
    readings: list[Readings],
    rows: IncidentRows | None,
    clock: StepClock,
    notes: list[str],
    fingerprint: str,
) -> SiteArrays:
    series = tuple(
        channels.on_steps(channel, found, clock, len(zones.ids), notes)
        for channel, found in zip(manifest.channel, readings, strict=True)
    )
    happened = _nothing() if rows is None else incidents.on_steps(rows, clock, notes)
    return SiteArrays(
        site_id=manifest.id,
        name=manifest.name,
        simulated=manifest.simulated,
        step_s=clock.step_s,
        start_s=clock.edges_s[:-1],
        day_of_year=day_of_year(clock.edges_s[1:], clock.time_zone),
        local_date=clock.local_date(),
        zone_ids=zones.ids,
        channels=series,
        incidents=happened,
        recorded=_recorded(rows, clock),
        notes=tuple(dict.fromkeys(map(shown, notes))),
        fingerprint=fingerprint,
    )


def _recorded(rows: IncidentRows | None, clock: StepClock) -> NDArray[np.bool_]:
    days = clock.local_date()
    if rows is None:
        return np.zeros(days.size, bool)
    last = int(days[-1]) if rows.last_day is None else rows.last_day
    return np.asarray((days >= rows.first_day) & (days <= last), bool)


def _nothing() -> IncidentArray:
    none = np.zeros(0, np.int64)
    return IncidentArray(none.astype(np.int32), none, none, none.astype(np.float32))
