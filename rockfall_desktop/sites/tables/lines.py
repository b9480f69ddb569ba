"""Splits a block of a text table into records line by line and tells what is odd; the slow way, for odd blocks only."""

import csv
import io
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.site_table import Table
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.tables.blocks import Block


@dataclass(frozen=True)
class Records:
    """The records of a block.

    Attributes:
        body: the data lines, joined by line ends, without blank lines and footnotes.
        rows: int64 (r,), line in the file, from 1, of the first line of each record.
    """

    body: str
    rows: NDArray[np.int64]


def split_records(block: Block, width: int, name: str, table: Table, faults: Faults) -> Records:
    """Split a block; each record with the wrong number of fields is a fault."""
    lines = block.lines.decode().split("\n")[:-1]
    quotes = [line.count(table.quote) if table.quote else 0 for line in lines]
    open_before = np.cumsum([0, *quotes]) % 2 == 1
    notes = tuple(table.footnotes)
    kept: list[str] = []
    rows: list[int] = []
    begins: list[int] = []
    for place, line in enumerate(lines):
        if not open_before[place]:
            if not line.strip() or (notes and line.startswith(notes)):
                continue
            rows.append(block.row + place)
            begins.append(len(kept))
        kept.append(line)
    if rows:
        _tell_ragged(kept, begins, rows, width, (name, table, faults))
    return Records("\n".join(kept), np.asarray(rows, np.int64))


def first_odd_row(records: Records, width: int, table: Table) -> int | None:
    """The line of the first record that a strict reader refuses; slow, for faults only."""
    body = csv.reader(io.StringIO(records.body), delimiter=table.delimiter, strict=True)
    place = -1
    try:
        for place, record in enumerate(body):
            if len(record) != width and place < records.rows.size:
                return int(records.rows[place])
    except csv.Error:
        return int(records.rows[min(place + 1, records.rows.size - 1)])
    return None


def _tell_ragged(
    kept: list[str], begins: list[int], rows: list[int], width: int, where: tuple[str, Table, Faults]
) -> None:
    name, table, faults = where
    quoted = re.compile(rf'(?<![^\n{re.escape(table.delimiter)}])"(?:[^"]|"")*"')
    ragged: list[tuple[int, int]] = []
    for row, begin, end in zip(rows, begins, [*begins[1:], len(kept)], strict=True):
        record = kept[begin] if end == begin + 1 else "\n".join(kept[begin:end])
        if table.quote and table.quote in record:
            fields = quoted.sub("", record).count(table.delimiter) + 1
            fields = fields if fields == width else _fields(record, width, table)
        else:
            fields = record.count(table.delimiter) + 1
        if fields != width:
            ragged.append((row, fields))
    if ragged:
        remedy = "Mend the row; if it is a note, add its beginning to footnotes; check delimiter and header_lines."
        faults.add_rows(
            name,
            [row for row, _ in ragged],
            lambda place: f"has {ragged[place][1]} fields, the header has {width}",
            remedy,
        )


def _fields(record: str, width: int, table: Table) -> int:
    """How many fields a record with quotes has; those of the header where a strict reader must tell what is wrong."""
    try:
        found = len(next(csv.reader(io.StringIO(record), delimiter=table.delimiter, strict=True)))
    except csv.Error:
        return width
    return found
