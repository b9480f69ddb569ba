"""Reads a sheet of a workbook (.xlsx) with its dates and numbers, after its archive was found harmless."""

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

import fastexcel
import numpy as np
import polars as pl

from rockfall_desktop.domain.site_table import Table
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.tables.origin import one_file
from rockfall_desktop.sites.tables.text_table import TextTable, as_text

MAXIMUM_MEMBERS = 1000
MAXIMUM_UNPACKED = 256 * 1024**2
MAXIMUM_CELLS = 20_000_000
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,4})(\d{1,9})["']""")
_REMEDY = "Save it again as an Excel workbook (.xlsx), or as text."
_CHUNK = 1024**2


def workbook_table(path: Path, name: str, table: Table, faults: Faults) -> TextTable:
    """The records of a sheet; rows as the program that made it numbers them.

    Raises:
        Unreadable: when it is no workbook, a hostile one, or has no such sheet.
    """
    _check_archive(path, name, faults)
    start = table.skip_lines + table.header_lines
    try:
        reader = fastexcel.read_excel(path)
        sheets = reader.sheet_names
        sheet = _chosen(sheets, name, table, faults)
        head = _grid(reader.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=start, dtypes="string"))
        words = _grid(reader.load_sheet(sheet, header_row=None, skip_rows=start, dtypes="string"))
        keep = _data_rows(words, table)
        last = int(np.flatnonzero(keep).max(initial=-1)) + 1  # notes at the foot do not turn dates into text
        typed = reader.load_sheet(sheet, header_row=None, skip_rows=start, n_rows=last, schema_sample_rows=None)
        frame = _grid(typed).filter(pl.Series(keep[:last]))
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError):
        faults.stop(name, None, "is no workbook that can be read", _REMEDY)
    if head.height < start or head.width == 0:
        remedy = "Correct skip_lines and header_lines, or sheet, in site.toml."
        faults.stop(name, None, f"ends before its header, which ends in row {start}", remedy)
    lines = head.slice(table.skip_lines).rows()
    names = tuple(tuple((text or "").strip() for text in column) for column in zip(*lines, strict=True))
    rows = np.flatnonzero(keep) + start + 1
    frame = frame.select(frame.columns[: len(names)])
    return TextTable(name, names, frame, one_file(name, rows.astype(np.int64)))


def _chosen(sheets: list[str], name: str, table: Table, faults: Faults) -> str:
    if not table.sheet and sheets:
        return sheets[0]
    if table.sheet not in sheets:
        there = ", ".join(f"'{sheet[:40]}'" for sheet in sheets[:20])
        faults.stop(name, None, f"has no sheet '{table.sheet}'", f"Its sheets: {there}.")
    return table.sheet


def _grid(sheet: fastexcel.ExcelSheet) -> pl.DataFrame:
    frame = sheet.to_polars()
    frame.columns = [f"c{place}" for place in range(frame.width)]
    return frame


def _data_rows(words: pl.DataFrame, table: Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows hold something and are no footnotes."""
    if words.width == 0:
        return np.zeros(0, bool)
    texts = [as_text(column) for column in words]
    filled = np.zeros(words.height, bool)
    first = pl.Series([""], dtype=pl.String).new_from_index(0, words.height)
    for text in texts:
        if text is not None:
            first = first.zip_with((first != ""), text)
            filled |= (text != "").to_numpy()
    for note in table.footnotes:
        filled &= ~first.str.starts_with(note).to_numpy()
    return filled


def _check_archive(path: Path, name: str, faults: Faults) -> None:
    """Refuse what is no zip, unpacks to too much, or has cells so far apart that the grid would not fit in memory."""
    if path.stat().st_size == 0:
        faults.stop(name, None, "is empty", "Put the data into the file, or take it out of site.toml.")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAXIMUM_MEMBERS:
                faults.stop(name, None, f"has {len(members):,} parts, more than a workbook needs", _REMEDY)
            left = MAXIMUM_UNPACKED
            for member in members:
                with archive.open(member) as part:
                    left = _check_part(part, left, name, faults)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError, NotImplementedError):
        faults.stop(name, None, "is no workbook, or one that was cut off", _REMEDY)


def _check_part(part: IO[bytes], left: int, name: str, faults: Faults) -> int:
    """Unpack a part without keeping it; gives back how much may still come."""
    columns, rows, tail = 1, 1, b""
    while chunk := part.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            faults.stop(name, None, f"unpacks to more than {MAXIMUM_UNPACKED // 1024**2} MiB", "Save it as text.")
        found = _CELL.findall(tail + chunk)
        tail = chunk[-32:]
        if found:
            columns = max(columns, *(_column(letters) for letters in {letters.upper() for letters, _ in found}))
            rows = max(rows, *(int(row) for _, row in found))
    if columns * rows > MAXIMUM_CELLS:
        message = f"has a sheet of {columns:,} columns and {rows:,} rows, more than {MAXIMUM_CELLS:,} cells"
        faults.stop(name, None, message, "Delete what stands far from the table, or save it as text.")
    return left


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
