"""The whole list of incidents for people: those that do not count with the reason, and what was edited."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.incident_list import IncidentList, RecordedIncident
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.domain.site_incidents import Incidents
from rockfall_desktop.domain.time_format import told_span_s
from rockfall_desktop.domain.time_zone import clock_of
from rockfall_desktop.sites.falls.edit_file import read_edits
from rockfall_desktop.sites.falls.edits import facts_of, standing_edits
from rockfall_desktop.sites.falls.incidents import AllRows, read_all_rows
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.instants import DAY_S, to_local
from rockfall_desktop.sites.manifest import load_manifest
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zones import Zones, read_zones

MOST_WORDS = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def list_incidents(folder: Path, arrays: SiteArrays) -> IncidentList:
    """Every recorded incident of a site.

    Args:
        folder: the site.
        arrays: the same site as numbers; an incident outside its series or its days of recording does not count.

    Raises:
        WrongInput: naming the first fault of the list, or that the site names none.
    """
    faults = Faults()
    with suppress(Unreadable):
        home = SiteFolder(folder, faults)
        manifest = load_manifest(home, faults)
        if manifest.incidents is None:
            raise _no_list(manifest)
        notes: list[str] = []
        reader = TableReader(home, faults, notes)
        zones = read_zones(manifest, home, reader, faults)
        every = read_all_rows(manifest.incidents, home, reader, zones, manifest.timezone, faults, notes)
        if not faults.count:
            return _listed(manifest, manifest.incidents, every, zones, arrays, notes)
    raise faults.as_error()


def edits_that_stand(folder: Path) -> set[str]:
    """Ids of the saved edits that were not withdrawn; whatever else is wrong with the site does not matter.

    Raises:
        WrongInput: naming the first fault of the file of edits.
    """
    faults = Faults()
    with suppress(Unreadable):
        edits = read_edits(SiteFolder(folder, faults), faults, [])
        if not faults.count:
            return standing_edits(edits)
    raise faults.as_error()


def _listed(
    manifest: SiteManifest,
    incidents: Incidents,
    every: AllRows,
    zones: Zones,
    arrays: SiteArrays,
    notes: list[str],
) -> IncidentList:
    rows = every.edited.rows
    place = clock_of(rows.time_zone)
    end_s = rows.times.end_s(incidents.precision_s)
    why = _with_time(every, end_s, arrays, manifest.timezone)
    added = {one.edit.edit_id: one.edit.user for one in every.edited.edits}
    listed = [
        RecordedIncident(
            key=key,
            place=f"{rows.file}, row {row}" if row else f"added by {added[key]}",
            facts=facts,
            until=(_EPOCH + timedelta(seconds=int(end))).astimezone(place),
            why_not=shown(reason),
            edits=held,
        )
        for key, row, facts, end, reason, held in zip(
            every.edited.keys,
            rows.row.tolist(),
            facts_of(rows, zones),
            end_s,
            why,
            every.edited.held,
            strict=True,
        )
    ]
    return IncidentList(
        incidents=tuple(listed),
        edits=every.edited.edits,
        zone_ids=zones.ids,
        time_zone=rows.time_zone,
        precision_s=incidents.precision_s,
        told_s=_told_s(incidents),
        types=_there(rows.type) if incidents.type_column else (),
        causes=_there(rows.cause) if incidents.cause_column else (),
        notes=tuple(map(shown, notes)),
    )


def _with_time(every: AllRows, end_s: NDArray[np.int64], arrays: SiteArrays, time_zone: str) -> list[str]:
    """The reasons, and beside them those of time: before or after the series, or not in the days of recording."""
    start_s = every.edited.rows.times.start_s()
    why = every.why.copy()
    if arrays.start_s.size:
        outside = (end_s <= arrays.start_s[0]) | (start_s >= arrays.start_s[-1] + arrays.step_s)
        why[outside & (why == "")] = "lies before the first or after the last reading"
    day = to_local(start_s, time_zone) // DAY_S
    unrecorded = day < every.first_day
    if every.last_day is not None:
        unrecorded |= day > every.last_day
    why[unrecorded & (why == "")] = "lies outside the days of recording"
    return [str(reason) for reason in why]


def _told_s(incidents: Incidents) -> int:
    """What an edit's time may tell apart: what the format does, and no less than the span of every incident."""
    return max(told_span_s(incidents.time_format) if incidents.time_format else 0, incidents.precision_s)


def _there(words: NDArray[np.object_]) -> tuple[str, ...]:
    return tuple(sorted({shown(word)[:MOST_WORDS] for word in words if word}))[:MOST_WORDS]


def _no_list(manifest: SiteManifest) -> WrongInput:
    if manifest.incident_rule is not None:
        rule = manifest.incident_rule
        return WrongInput(
            "The incidents follow from a rule",
            f"An incident is each step in which {rule.channel} is above {rule.above:g}.",
            "There is no list that could be edited; correct the channel's file, or change the rule in site.toml.",
        )
    return WrongInput(
        "The site has no list of incidents",
        "site.toml has no section [incidents].",
        "Name a file of incidents there, with its columns.",
    )
