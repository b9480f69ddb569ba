"""The recorded incidents of a site, and editing them. Slow: call it off the window's thread."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.domain.duration import DAY_S, length_text
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.incident_edit import IncidentChange, IncidentEdit, IncidentFacts
from rockfall_desktop.domain.incident_list import IncidentList
from rockfall_desktop.domain.time_zone import clock_of
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.site_shelf import in_words, site_place
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.audit import Audit

if TYPE_CHECKING:
    from rockfall_desktop.domain.arrays import SiteArrays


def read_incidents(folder: Path, *, station: Station) -> IncidentList:
    """Every recorded incident, counting or not, with the edits.

    Raises:
        WrongInput: with the first fault of the site, or when it names no list of incidents.
    """
    from rockfall_desktop.sites.falls.listing import list_incidents  # noqa: PLC0415 - polars loads here

    folder = site_place(folder)
    arrays = station.shelf.read(folder)
    with in_words(folder):
        return list_incidents(folder, arrays)


def edit_incident(session: Session, *, station: Station, folder: Path, edit: IncidentChange) -> IncidentEdit:
    """Append one edit to the site's incident-edits.csv: who, when, what before and after, and why.

    It is checked before and again while nobody else can save. To withdraw an edit nothing but the file of edits has to
    be readable.

    Raises:
        WrongInput: when it does not fit the list as it is now, e.g. as somebody else changed the incident meanwhile.
        StoreFault: when it cannot be written; or, saying so, when it was saved and could not be noted in the log.
    """
    from rockfall_desktop.appending import append_line  # noqa: PLC0415
    from rockfall_desktop.sites.falls.edit_file import EDIT_FILE, HEAD, as_line  # noqa: PLC0415 - polars loads here

    session = station.demand(session)
    folder = site_place(folder)
    check = partial(_check_withdrawal, edit, folder)
    if edit.what != "withdraw":
        check = partial(_check, edit, folder, station.shelf.read(folder), station)
    check()
    saved = IncidentEdit(
        **dict(edit), edit_id=station.new_id(), at=station.now(), user_id=session.user_id, user=session.name
    )
    append_line(folder / EDIT_FILE, as_line(saved), HEAD, check)
    try:
        Audit(station.store).add(session.user_id, "edited_incident", saved.edit_id)
    except StoreFault as error:
        message = f"It stands in {EDIT_FILE} with your name, but not in the log of this station: {error.message}"
        raise StoreFault("The edit was saved", message, "Do not save it again; see to the home folder.") from error
    return saved


def _check_withdrawal(edit: IncidentChange, folder: Path) -> None:
    from rockfall_desktop.sites.falls.listing import edits_that_stand  # noqa: PLC0415

    with in_words(folder):
        standing = edits_that_stand(folder)
    if edit.withdraws not in standing:
        raise _refused("There is no such edit, or it was withdrawn already.", "Look at the list again.")


def _check(edit: IncidentChange, folder: Path, arrays: "SiteArrays", station: Station) -> None:
    from rockfall_desktop.sites.falls.listing import list_incidents  # noqa: PLC0415

    with in_words(folder):
        known = list_incidents(folder, arrays)
    if edit.what == "add":
        _demand_new(edit, known)
    else:
        found = next((one for one in known.incidents if one.key == edit.incident), None)
        if found is None or found.facts != edit.before:
            raise _refused("The incident was changed meanwhile.", "Look at the list again, then repeat the edit.")
    if edit.after is not None:
        _check_facts(edit.after, edit.before, known, station)


def _demand_new(edit: IncidentChange, known: IncidentList) -> None:
    added = {one.edit.edit_id: one.edit for one in known.edits if one.edit.what == "add"}
    same = next((one for one in known.incidents if one.key in added and one.facts == edit.after), None)
    if same is not None:
        saved = added[same.key]
        raise _refused(
            f"The same incident was added already, by {saved.user} on {saved.at:%Y-%m-%d}.",
            "If it was another rockfall, write what tells them apart, e.g. its volume.",
        )


def _check_facts(after: IncidentFacts, before: IncidentFacts | None, known: IncidentList, station: Station) -> None:
    if after.zone not in known.zone_ids and (before is None or after.zone != before.zone):
        raise _refused(f"zone: the site has no zone '{after.zone}'.", "Choose one of its zones.")
    if before is not None and after.at == before.at:
        return
    if after.at > station.now() + timedelta(minutes=1):
        raise _refused("at: the time lies in the future.", "Write when it happened.")
    clock = after.at.astimezone(clock_of(known.time_zone))
    local = clock.hour * 3600 + clock.minute * 60 + clock.second
    told_s = max(60, min(known.told_s, DAY_S))
    if local % told_s:
        words = {60: "minute", 3600: "hour", DAY_S: "day"}.get(told_s, f"span of {length_text(told_s)}")
        raise _refused(
            f"at: the list tells times to the {words}, and this one is more exact.",
            f"Write the time to the {words}: all incidents of a list are known to the same span.",
        )


def _refused(message: str, hint: str) -> WrongInput:
    return WrongInput("The edit was not saved", message, hint)
