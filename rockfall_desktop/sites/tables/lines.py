"""Splits a text file into header and records and remembers the line of each, as an editor shows it."""

import csv
import io
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.site_table import Table
from rockfall_desktop.sites.faults import Faults


@dataclass(frozen=True)
class TextLines:
    """The lines of a table that hold data.

    Attributes:
        names: the header texts of each column, one from each header line.
        body: the data lines, joined by line ends.
        rows: int64 (r,), line in the file, from 1, of the first line of each record.
    """

    names: tuple[tuple[str, ...], ...]
    body: str
    rows: NDArray[np.int64]


def split_lines(content: bytes, table: Table, faults: Faults) -> TextLines:
    """Split a file's content; note lines with the wrong number of fields and quotes that are never closed.

    Raises:
        Unreadable: when the file is empty, no text, or does not have the shape of a table.
    """
    lines = _decode(content, table, faults).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = table.skip_lines + table.header_lines
    if len(lines) < start:
        remedy = "Correct skip_lines and header_lines in site.toml."
        faults.stop(table.file, len(lines), f"ends before its header, which ends in line {start}", remedy)
    names = _names(lines[table.skip_lines : start], table, faults)
    return _records(lines, start, names, table, faults)


def _decode(content: bytes, table: Table, faults: Faults) -> str:
    remedy = "Save the file as UTF-8 text, or name its encoding in site.toml, e.g. encoding = 'cp1252' or 'big5'."
    if not content.strip():
        faults.stop(table.file, None, "is empty", "Put the data into the file, or take it out of site.toml.")
    try:
        text = content.decode(table.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        faults.stop(table.file, row, f"is no text in {table.encoding}", remedy)
    except (UnicodeError, ValueError):
        faults.stop(table.file, None, f"is no text in {table.encoding}", remedy)
    except LookupError:
        advice = "Write e.g. utf-8, cp1252, big5 or utf-16."
        faults.stop("site.toml", None, f"encoding '{table.encoding}' of {table.file} is not known", advice)
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        faults.stop(table.file, row, "holds a zero byte, so it is no text", remedy)
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is not text either


def _names(lines: list[str], table: Table, faults: Faults) -> tuple[tuple[str, ...], ...]:
    try:
        cells = [_split(line, table) for line in lines]
    except csv.Error:
        faults.stop(table.file, table.skip_lines + 1, "has a header that cannot be split", "Mend the header.")
    width = max(map(len, cells))
    if width == 0:
        remedy = "Correct skip_lines and header_lines in site.toml."
        faults.stop(table.file, table.skip_lines + 1, "has an empty header", remedy)
    padded = [[*line, *[""] * (width - len(line))] for line in cells]
    return tuple(tuple(text.strip() for text in column) for column in zip(*padded, strict=True))


def _split(line: str, table: Table) -> list[str]:
    if not table.quote:
        return line.split(table.delimiter)
    return next(csv.reader([line], delimiter=table.delimiter), [])


def _records(
    lines: list[str], start: int, names: tuple[tuple[str, ...], ...], table: Table, faults: Faults
) -> TextLines:
    quotes = [line.count(table.quote) if table.quote else 0 for line in lines[start:]]
    open_before = np.cumsum([0, *quotes]) % 2 == 1
    notes = tuple(table.footnotes)
    kept: list[str] = []
    rows: list[int] = []
    begins: list[int] = []
    for place, line in enumerate(lines[start:]):
        if not open_before[place]:
            if not line.strip() or (notes and line.startswith(notes)):
                continue
            rows.append(start + place + 1)
            begins.append(len(kept))
        kept.append(line)
    if open_before[-1]:
        faults.stop(table.file, rows[-1], "opens a quotation mark that is never closed", "Close it in that row.")
    if not rows:
        faults.stop(table.file, None, "has a header but no row of data", "Put data below the header.")
    _tell_ragged(kept, begins, rows, len(names), table, faults)
    return TextLines(names, "\n".join(kept), np.asarray(rows, np.int64))


def _tell_ragged(kept: list[str], begins: list[int], rows: list[int], width: int, table: Table, faults: Faults) -> None:
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
            table.file,
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
