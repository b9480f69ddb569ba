"""Splits the blocks of a text file into columns: by polars at once where a block is regular, else line by line.

Both ways give the same table; a test holds them against each other.
"""

import io
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from rockfall_desktop.domain.site_table import Table
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.tables.blocks import Block, TextFile
from rockfall_desktop.sites.tables.fields import fields_of
from rockfall_desktop.sites.tables.lines import first_odd_row, split_records
from rockfall_desktop.sites.tables.origin import consecutive, one_file
from rockfall_desktop.sites.tables.text_table import TextTable, places_of

_BLANK = re.compile(rb"(?m)^[\s\x1c-\x1f]+$")
_QUOTES = (
    "has a quotation mark where none is expected, or too many fields",
    "Double it inside a quoted field, or set quote = '' in site.toml if quotation marks mean nothing here.",
)


Numbers = Mapping[str, tuple[str, ...]]
"""Columns that are asked for their numbers only, each with the texts that mean "no value" in it."""


def text_pieces(file: TextFile, table: Table, numbers: Numbers, faults: Faults) -> Iterator[TextTable]:
    """The records of a text file, many at a time; those of odd blocks that cannot be split are noted and left out.

    Args:
        file: the file.
        table: how it is written.
        numbers: these columns come as numbers from blocks where all fields are.
        faults: takes what is wrong.

    Raises:
        Unreadable: when the file does not have the shape of a table.
    """
    odd = False
    for block in file.blocks():
        piece = _regular(block, file, table, numbers, faults)
        if piece is None:
            before = faults.count
            piece = _line_by_line(block, file, table, faults)
            odd = odd or faults.count > before
        if piece is not None:
            yield piece
    if odd:
        faults.halt()


def _regular(block: Block, file: TextFile, table: Table, numbers: Numbers, faults: Faults) -> TextTable | None:
    """The columns of a block whose lines are all records with the right number of unquoted fields."""
    width, lines = len(file.names), block.lines
    if (
        width == 1
        or (table.quote and b'"' in lines)
        or any(lines.startswith(note) or b"\n" + note in lines for note in map(str.encode, table.footnotes))
        or (table.delimiter in " \t" and (not lines.isascii() or _BLANK.search(lines)))
    ):
        return None
    origin = consecutive(file.name, block.row, block.count)
    if numbers:
        fields = fields_of(lines, block.count, width, table.delimiter)
        made = partial(_frame_of, block, file, table, numbers, faults)
        return None if fields is None else TextTable(file.name, file.names, made, origin, fields)
    if np.count_nonzero(np.frombuffer(lines, np.uint8) == ord(table.delimiter)) != block.count * (width - 1):
        return None
    frame = _split(block, file, table, numbers)
    return None if frame is None else TextTable(file.name, file.names, frame, origin)


def _frame_of(block: Block, file: TextFile, table: Table, numbers: Numbers, faults: Faults) -> pl.DataFrame:
    """The columns of a block of which each line is a record, for who cannot read them from its text."""
    frame = _split(block, file, table, numbers)
    if frame is not None:
        return frame
    piece = _line_by_line(block, file, table, faults)
    return faults.halt() if piece is None else piece.frame


def _split(block: Block, file: TextFile, table: Table, numbers: Numbers) -> pl.DataFrame | None:
    """The columns of a block; None where polars finds other records than there are lines."""
    width, lines = len(file.names), block.lines
    one_marker = {name: missing for name, missing in numbers.items() if len(missing) <= 1}  # polars takes no more
    if table.decimal == "," and b"." in lines:  # polars reads a point as one too, though it may mean thousands
        one_marker = {}
    typed = {place: missing for name, missing in one_marker.items() for place in places_of(name, file.names)}
    frame = _parsed(lines, width, table, typed)
    if frame is None and typed:
        frame = _parsed(lines, width, table, {})
    return None if frame is None or frame.height != block.count else frame


def _parsed(lines: bytes, width: int, table: Table, typed: dict[int, tuple[str, ...]]) -> pl.DataFrame | None:
    """The fields of a block as polars reads them; None where it refuses or might read another number than is meant."""
    schema: dict[str, Any] = {f"c{place}": pl.Float64 if place in typed else pl.String for place in range(width)}
    nulls = {f"c{place}": missing[0] for place, missing in typed.items() if missing}
    try:
        frame = pl.read_csv(
            lines,
            has_header=False,
            schema=schema,
            separator=table.delimiter,
            quote_char=None,
            decimal_comma=table.decimal == ",",
            null_values=nulls or None,
        )
    except pl.exceptions.PolarsError:
        return None
    if not typed or not frame.height:
        return frame
    finite = frame.select(pl.col([f"c{place}" for place in typed]).is_finite().all()).row(0)
    markers = {place: _markers(missing, table) for place, missing in typed.items() if missing}
    doubtful = any(found and frame[f"c{place}"].is_in(found).any() for place, found in markers.items())
    return frame if all(finite) and not doubtful else None


def _markers(missing: tuple[str, ...], table: Table) -> list[float]:
    """The numbers that mean "no value": written otherwise they may mean themselves, which only their text tells."""
    return [number for word in missing if (number := _number(word, table)) is not None]


def _number(word: str, table: Table) -> float | None:
    try:
        return float(word.replace(table.decimal, "."))
    except ValueError:
        return None


def _line_by_line(block: Block, file: TextFile, table: Table, faults: Faults) -> TextTable | None:
    before, width = faults.count, len(file.names)
    records = split_records(block, width, file.name, table, faults)
    if faults.count > before or records.rows.size == 0:
        return None
    names = [f"c{place}" for place in range(width)]
    text = table.delimiter.join(names) + "\n" + records.body + "\n"
    try:
        frame = pl.read_csv(
            io.BytesIO(text.encode()),
            infer_schema=False,
            separator=table.delimiter,
            quote_char=table.quote or None,
        )
    except pl.exceptions.PolarsError:
        faults.stop(file.name, first_odd_row(records, width, table), *_QUOTES)
    if frame.height != records.rows.size:
        faults.stop(file.name, None, *_QUOTES)
    return TextTable(file.name, file.names, frame, one_file(file.name, records.rows))
