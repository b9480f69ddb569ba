"""Reads a Parquet file a few records at a time, with the types that it has."""

import struct
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.tables.blocks import MAXIMUM_COLUMNS
from rockfall_desktop.sites.tables.origin import consecutive
from rockfall_desktop.sites.tables.text_table import TextTable, places_of

MAXIMUM_RECORDS = 100_000_000
PIECE_RECORDS = 250_000
LONGEST_TEXT_BYTES = 65_536
_MAGIC = b"PAR1"
_REMEDY = "Write the file again as Parquet, or save it as text."


def parquet_pieces(
    path: Path, name: str, wanted: frozenset[str] | None, faults: Faults, *, ends_only: bool = False
) -> Iterator[TextTable]:
    """The records of a file; a record's row is its number, from 1.

    Args:
        path: where it lies.
        name: its name in the site folder.
        wanted: the columns that are needed; None for all.
        faults: takes what is wrong.
        ends_only: whether only the first and the last records are wanted.

    Raises:
        Unreadable: when it is no Parquet file, damaged or too large.
    """
    _check_ends(path, name, faults)
    try:
        lazy = pl.scan_parquet(path, glob=False, hive_partitioning=False)
        columns = lazy.collect_schema().names()
        count = int(lazy.select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError, OverflowError):
        faults.stop(name, None, "is no Parquet file that can be read", _REMEDY)
    if len(columns) > MAXIMUM_COLUMNS:
        faults.stop(name, None, f"has {len(columns):,} columns, more than {MAXIMUM_COLUMNS:,}", "Split the table.")
    if count > MAXIMUM_RECORDS:
        faults.stop(name, None, f"claims {count:,} records, more than {MAXIMUM_RECORDS:,}", "Split the file.")
    names = tuple((text,) for text in columns)
    needed = range(len(columns)) if wanted is None else sorted({p for w in wanted for p in places_of(w, names)})
    starts = range(0, count, PIECE_RECORDS)
    for first in sorted({starts[0], starts[-1]}) if ends_only and count else starts:
        frame = _piece(lazy, first, [columns[place] for place in needed], name, faults)
        frame.columns = [f"c{place}" for place in needed]
        yield TextTable(name, names, frame, consecutive(name, first + 1, min(PIECE_RECORDS, count - first)))


def _check_ends(path: Path, name: str, faults: Faults) -> None:
    size = path.stat().st_size
    if size == 0:
        faults.stop(name, None, "is empty", "Put the data into the file, or take it out of site.toml.")
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(max(0, size - 8))
        tail = file.read(8)
    sound = size >= 12 and head == _MAGIC and tail[4:] == _MAGIC
    if not sound or struct.unpack("<I", tail[:4])[0] > size - 12:
        faults.stop(name, None, "is no Parquet file, or one that was cut off", _REMEDY)


def _piece(lazy: pl.LazyFrame, first: int, columns: list[str], name: str, faults: Faults) -> pl.DataFrame:
    try:
        frame = lazy.slice(first, PIECE_RECORDS).select(columns).collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError):
        faults.stop(name, first + 1, "is damaged from about here on", _REMEDY)
    for column in frame.select(pl.selectors.string()):
        if int(column.str.len_bytes().max() or 0) > LONGEST_TEXT_BYTES:  # type: ignore[arg-type]
            message = f"holds a text of more than {LONGEST_TEXT_BYTES:,} bytes in column {column.name}"
            faults.stop(name, None, message, "Shorten the text or leave the column out.")
    return frame
