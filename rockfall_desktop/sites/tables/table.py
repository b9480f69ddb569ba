"""Reads a text table with polars: every field as text, every record with its line in the file."""

import csv
import io
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rockfall_desktop.domain.site_table import Table
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.tables.lines import TextLines, split_lines


@dataclass(frozen=True, eq=False)
class TextTable:
    """A table whose fields are still text.

    Attributes:
        file: name of the file.
        names: the header texts of each column.
        frame: polars frame (r rows), columns c0, c1, ..., stripped text, empty where nothing stands.
        rows: int64 (r,), line of each record in the file, from 1.
    """

    file: str
    names: tuple[tuple[str, ...], ...]
    frame: pl.DataFrame
    rows: NDArray[np.int64]

    def column(self, name: str, faults: Faults) -> pl.Series:
        """The texts of a column, named by any of its header lines or by all joined with a slash.

        Raises:
            Unreadable: when there is no such column, or more than one.
        """
        found = [place for place, texts in enumerate(self.names) if name in (*texts, "/".join(texts))]
        if len(found) == 1:
            return self.frame.to_series(found[0])
        told = ["/".join(text for text in texts if text) for texts in self.names]
        if found:
            faults.stop(self.file, None, f"has {len(found)} columns '{name}'", "Give each column its own name.")
        close = get_close_matches(name, told, 1, 0.5)
        advice = f"Did you mean '{close[0]}'? " if close else ""
        if len(told) == 1:
            advice += "Perhaps the delimiter is another one. "
        columns = ", ".join(f"'{text[:60]}'" for text in told[:40])
        return faults.stop(self.file, None, f"has no column '{name}'", f"{advice}Its columns: {columns}.")

    def kept(self, mask: pl.Series) -> "TextTable":
        """The table with some rows only."""
        return TextTable(self.file, self.names, self.frame.filter(mask), self.rows[mask.to_numpy()])


class TableReader:
    """Reads each table once, however many channels share it."""

    def __init__(self, folder: SiteFolder, faults: Faults, notes: list[str]) -> None:
        self._folder = folder
        self._faults = faults
        self._notes = notes
        self._read: dict[str, TextTable] = {}

    def table(self, table: Table) -> TextTable:
        """The table of a file, without the rows that `keep` leaves out.

        Raises:
            Unreadable: when the file is no such table.
        """
        options = Table.model_validate(table.model_dump(include=set(Table.model_fields)))
        key = options.model_dump_json(exclude={"missing", "values", "decimal"})
        if key not in self._read:
            self._read[key] = self._keep(self._whole(options), options)
        return self._read[key]

    def _whole(self, table: Table) -> TextTable:
        before = self._faults.count
        lines = split_lines(self._folder.read(table.file), table, self._faults)
        if self._faults.count > before:
            self._faults.halt()
        frame = self._frame(lines, table)
        if frame.height != lines.rows.size:
            self._faults.stop(table.file, None, *_QUOTES)
        return TextTable(table.file, lines.names, frame, lines.rows)

    def _frame(self, lines: TextLines, table: Table) -> pl.DataFrame:
        names = [f"c{place}" for place in range(len(lines.names))]
        text = table.delimiter.join(names) + "\n" + lines.body + "\n"
        try:
            frame = pl.read_csv(
                io.BytesIO(text.encode()),
                infer_schema=False,
                separator=table.delimiter,
                quote_char=table.quote or None,
            )
        except pl.exceptions.PolarsError:
            self._faults.stop(table.file, _first_odd_row(lines, table), *_QUOTES)
        return frame.with_columns(pl.all().fill_null("").str.strip_chars())

    def _keep(self, table: TextTable, options: Table) -> TextTable:
        if options.keep is None:
            return table
        mask = table.column(options.keep.column, self._faults).is_in(list(options.keep.values))
        dropped = table.rows.size - int(mask.sum())
        if dropped:
            told = f"{options.keep.column} is none of {', '.join(options.keep.values)}"
            self._notes.append(f"{table.file}: {dropped:,} rows left out because {told}.")
        return table.kept(mask)


_QUOTES = (
    "has a quotation mark where none is expected, or too many fields",
    "Double it inside a quoted field, or set quote = '' in site.toml if quotation marks mean nothing here.",
)


def _first_odd_row(lines: TextLines, table: Table) -> int | None:
    """The line of the first record that a strict reader refuses; slow, for faults only."""
    body = csv.reader(io.StringIO(lines.body), delimiter=table.delimiter, strict=True)
    place = -1
    try:
        for place, record in enumerate(body):
            if len(record) != len(lines.names) and place < lines.rows.size:
                return int(lines.rows[place])
    except csv.Error:
        return int(lines.rows[min(place + 1, lines.rows.size - 1)])
    return None
