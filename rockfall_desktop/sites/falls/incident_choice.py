"""Says of each row of the list of incidents whether it counts, and why not."""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.site_incidents import Incidents
from rockfall_desktop.sites.falls.rows import FallRows, Words
from rockfall_desktop.sites.faults import Faults

COPY = "copies another row in every column"
NO_PLACE = "has no zone and no coordinates"
NO_ZONE = "lies in none of the zones"


def why_not(incidents: Incidents, rows: FallRows, written: FallRows, faults: Faults, said: list[str]) -> Words:
    """Why each row does not count, empty where it does, text (r,); what is left out is said with its number.

    Whether a word of site.toml stands in the list goes by the list as it was `written`: no edit makes it a fault.
    """
    why = np.array([f"excluded: {reason}" if reason else "" for reason in rows.excluded], object)
    copies = rows.row[rows.copy]
    if copies.size:
        said.append(f"{copies.size:,} rows are exact copies of others, the first in row {copies[0]}; dropped.")
    _mark(why, rows.copy, COPY)
    for what, words, there, column, wanted in (
        ("types", rows.type, written.type, incidents.type_column, incidents.types),
        ("causes", rows.cause, written.cause, incidents.cause_column, incidents.causes),
    ):
        if column is not None and wanted:
            _tell_absent(rows.file, there, wanted, (what, column), faults, said)
            chosen = np.fromiter((text in wanted for text in words), np.bool_, words.size)
            said.append(f"{int(chosen.sum()):,} of {chosen.size:,} rows are of the {what} {', '.join(wanted)}.")
            _mark(why, ~chosen, f"its {what[:-1]} does not count")
    _judge_volumes(incidents, rows, why, said)
    _judge_places(rows, why, said)
    return why


def _judge_volumes(incidents: Incidents, rows: FallRows, why: Words, said: list[str]) -> None:
    least = incidents.minimum_volume_m3
    if least is None:
        return
    open_ = why == ""
    unknown = open_ & np.isnan(rows.volume_m3)
    small = open_ & (rows.volume_m3 < least)
    said.append(f"{int(small.sum()):,} below {least:g} m3 do not count.")
    said.append(f"{int(unknown.sum()):,} of unknown volume do not count, as a minimum volume is set.")
    _mark(why, unknown, "has no known volume, and a minimum volume is set")
    _mark(why, small, f"is smaller than {least:g} m3")


def _judge_places(rows: FallRows, why: Words, said: list[str]) -> None:
    lost = (why == "") & rows.nowhere
    if lost.any():
        said.append(f"{int(lost.sum()):,} without coordinates could not be placed and were left out.")
    _mark(why, lost, NO_PLACE)
    outside = (why == "") & (rows.zone < 0)
    if outside.any():
        said.append(f"{int(outside.sum()):,} lie in none of the zones and were left out.")
    _mark(why, outside, NO_ZONE)


def _mark(why: Words, rows: NDArray[np.bool_], reason: str) -> None:
    """The first reason stays."""
    why[rows & (why == "")] = reason


def _tell_absent(
    file: str, words: Words, wanted: tuple[str, ...], where: tuple[str, str], faults: Faults, said: list[str]
) -> None:
    what, column = where
    there = sorted(set(words.tolist()))
    absent = [text for text in wanted if text not in there]
    known = ", ".join(f"'{text[:40]}'" for text in there[:20])
    if len(absent) == len(wanted):
        message = f"has none of the {what} {', '.join(wanted)} in column {column}"
        faults.add(file, None, message, f"What stands there: {known}.")
    elif absent:
        said.append(f"none is of the {what} {', '.join(absent)}; in the file stand {known}.")
