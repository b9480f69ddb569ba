"""Cuts the lines of a text table into header and blocks of whole records."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from rockfall_desktop.domain.site_table import Table
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.tables.decoding import LONGEST_BYTES, DecodedFile

MAXIMUM_COLUMNS = 10_000
Names = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Block:
    r"""Some whole records of a file, not yet split.

    Attributes:
        lines: UTF-8, each line with its \n.
        row: line in the file of the first line, from 1.
        count: how many lines there are.
    """

    lines: bytes
    row: int
    count: int


class TextFile:
    """A text table of one file.

    Attributes:
        name: its name.
        names: the header texts of each column, one from each header line; known once the first block was asked for.
    """

    def __init__(
        self, opened: Callable[[], IO[bytes]], name: str, table: Table, faults: Faults, notes: list[str]
    ) -> None:
        self.name = name
        self.names: Names = ()
        self._table = table
        self._faults = faults
        self._notes = notes
        self._decoded = DecodedFile(opened, name, table, faults)

    def blocks(self) -> Iterator[Block]:
        """The records, many at a time; padding that was dropped is noted at the end.

        Raises:
            Unreadable: when the file is empty, no text, or does not have the shape of a table.
        """
        skip, start = self._table.skip_lines, self._table.skip_lines + self._table.header_lines
        carry, row, held = b"", 1, 0
        for more, count in self._decoded.lines():
            carry += more
            held += count
            if row <= start:
                lines = carry.split(b"\n", start)
                if len(lines) <= start:
                    continue
                self.names = self._header(lines[skip:start])
                carry, row, held = lines[start], start + 1, held - start
            cut = self._end_of_records(carry)
            if cut:
                left = carry[cut:]
                cut_off = held - left.count(b"\n")
                yield Block(carry[:cut], row, cut_off)
                carry, row, held = left, row + cut_off, held - cut_off
            if len(carry) > LONGEST_BYTES:
                self._tell_open_quote(row)
        if row <= start:
            remedy = "Correct skip_lines and header_lines in site.toml."
            ends = carry.count(b"\n") + 1
            self._faults.stop(self.name, ends, f"ends before its header, which ends in line {start}", remedy)
        if carry:
            self._tell_open_quote(row)
        self._note_padding()

    def _end_of_records(self, lines: bytes) -> int:
        """Where the last whole record ends: at a line end before which the quotation marks are even."""
        if self._table.quote and b'"' in lines and lines.count(b'"') % 2:
            return lines.rfind(b"\n", 0, lines.rfind(b'"')) + 1
        return len(lines)

    def _tell_open_quote(self, row: int) -> None:
        message = "opens a quotation mark that is never closed"
        self._faults.stop(self.name, row, message, "Close it in that row.")

    def _header(self, lines: list[bytes]) -> Names:
        row, delimiter = self._table.skip_lines + 1, self._table.delimiter
        columns = max(line.count(delimiter.encode()) for line in lines) + 1
        if columns > MAXIMUM_COLUMNS:
            remedy = "Check the delimiter, or split the table."
            self._faults.stop(self.name, row, f"has {columns:,} columns, more than {MAXIMUM_COLUMNS:,}", remedy)
        try:
            cells = [self._split(line.decode()) for line in lines]
        except csv.Error:
            self._faults.stop(self.name, row, "has a header that cannot be split", "Mend the header.")
        width = max(map(len, cells))
        if width == 0:
            remedy = "Correct skip_lines and header_lines in site.toml."
            self._faults.stop(self.name, row, "has an empty header", remedy)
        padded = [[*line, *[""] * (width - len(line))] for line in cells]
        return tuple(tuple(text.strip() for text in column) for column in zip(*padded, strict=True))

    def _split(self, line: str) -> list[str]:
        if not self._table.quote:
            return line.split(self._table.delimiter)
        return next(csv.reader([line], delimiter=self._table.delimiter), [])

    def _note_padding(self) -> None:
        decoded = self._decoded
        if decoded.cut_row:
            self._notes.append(
                f"{self.name}: row {decoded.cut_row} was left out, because zero bytes stand where it should end."
            )
        if decoded.padding:
            self._notes.append(
                f"{self.name}: {decoded.padding:,} zero bytes of padding were dropped, "
                f"the first in row {decoded.padded_row}."
            )
