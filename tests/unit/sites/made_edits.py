"""Makes edits of incidents and saves them as the program does."""

from datetime import datetime
from pathlib import Path

from rockfall_desktop.appending import append_line
from rockfall_desktop.domain.incident_edit import IncidentEdit, IncidentFacts, local_moment
from rockfall_desktop.domain.incident_list import IncidentList, RecordedIncident
from rockfall_desktop.sites.falls.edit_file import EDIT_FILE, HEAD, as_line
from rockfall_desktop.sites.falls.listing import list_incidents
from rockfall_desktop.sites.read import read_site
from tests.unit.sites.made_site import INCIDENTS

AT = datetime.fromisoformat("2024-02-01T08:00:00+00:00")
FALLS = "date,zone,m3\n2024-01-02,A,5\n2024-01-03,B,\n2024-01-03,B,7\n"
WITH_VOLUME = INCIDENTS + 'volume_column = "m3"\n'


def listed(folder: Path) -> IncidentList:
    return list_incidents(folder, read_site(folder))


def facts(day: str, zone: str = "A", volume_m3: float | None = None) -> IncidentFacts:
    return IncidentFacts(at=local_moment(day, "Etc/UTC"), zone=zone, volume_m3=volume_m3)


def edit(number: int, what: str, **values: object) -> IncidentEdit:
    told = {"what": what, "reason": "seen on the camera", "at": AT, "user_id": "u1", "user": "ana"}
    edit_id = f"0190a000-0000-7000-8000-{number:012d}"
    return IncidentEdit.model_validate(told | values | {"edit_id": edit_id})


def save(folder: Path, *edits: IncidentEdit) -> None:
    for one in edits:
        append_line(folder / EDIT_FILE, as_line(one), HEAD)


def exclude(number: int, incident: RecordedIncident, **values: object) -> IncidentEdit:
    return edit(number, "exclude", incident=incident.key, before=incident.facts, **values)
