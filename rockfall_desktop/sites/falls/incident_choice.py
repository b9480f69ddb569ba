"""Chooses which rows of the list of incidents count."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rockfall_desktop.domain.site_incidents import Incidents
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.tables.convert import read_numbers
from rockfall_desktop.sites.tables.table import TextTable


def volumes(incidents: Incidents, table: TextTable, faults: Faults, said: list[str]) -> NDArray[np.float64]:
    """Volume of each row in m3, NaN where unknown; one below zero is a fault."""
    if incidents.volume_column is None:
        return np.full(table.rows.size, np.nan)
    volume = read_numbers(table, incidents.volume_column, incidents, faults, said)
    below = table.rows[volume < 0].tolist()
    faults.add_rows(table.file, below, lambda _: "has a volume below zero", "Mend the volume, or leave it empty.")
    return volume


def that_count(
    incidents: Incidents, table: TextTable, volume: NDArray[np.float64], faults: Faults, said: list[str]
) -> NDArray[np.bool_]:
    """Which rows count by type, cause and volume, exact copies once; what is left out is said with its number."""
    counts = table.frame.select(pl.struct(pl.all()).is_first_distinct()).to_series().to_numpy().copy()
    copies = table.rows[~counts]
    if copies.size:
        said.append(f"{copies.size:,} rows are exact copies of others, the first in row {copies[0]}; dropped.")
    for what, column, wanted in (
        ("types", incidents.type_column, incidents.types),
        ("causes", incidents.cause_column, incidents.causes),
    ):
        if column is not None and wanted:
            counts &= _is_wanted(table, column, wanted, what, faults, said)
    least = incidents.minimum_volume_m3
    if least is not None:
        unknown = counts & np.isnan(volume)
        small = counts & (volume < least)
        said.append(f"{int(small.sum()):,} below {least:g} m3 do not count.")
        said.append(f"{int(unknown.sum()):,} of unknown volume do not count, as a minimum volume is set.")
        counts &= ~unknown & ~small
    return counts


def _is_wanted(
    table: TextTable, column: str, wanted: tuple[str, ...], what: str, faults: Faults, said: list[str]
) -> NDArray[np.bool_]:
    texts = table.column(column, faults)
    there = texts.unique().sort().to_list()
    absent = [text for text in wanted if text not in there]
    known = ", ".join(f"'{text[:40]}'" for text in there[:20])
    if len(absent) == len(wanted):
        message = f"has none of the {what} {', '.join(wanted)} in column {column}"
        faults.add(table.file, None, message, f"What stands there: {known}.")
    elif absent:
        said.append(f"none is of the {what} {', '.join(absent)}; in the file stand {known}.")
    chosen = texts.is_in(list(wanted)).to_numpy()
    said.append(f"{int(chosen.sum()):,} of {chosen.size:,} rows are of the {what} {', '.join(wanted)}.")
    return np.asarray(chosen, bool)
