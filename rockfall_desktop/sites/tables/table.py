"""Reads the tables of a site, of every format: whole, or a piece at a time where they may be large."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePath
from typing import IO

import polars as pl

from rockfall_desktop.domain.site_table import Table
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import MAXIMUM_BYTES, SiteFolder
from rockfall_desktop.sites.tables.blocks import TextFile
from rockfall_desktop.sites.tables.origin import joined
from rockfall_desktop.sites.tables.text_pieces import Numbers, text_pieces
from rockfall_desktop.sites.tables.text_table import TextTable

__all__ = ["TableReader", "TextTable", "table_key"]
WHOLE_BYTES = 512 * 1024**2
END_BYTES = 64 * 1024


class TableReader:
    """Reads each whole table once, however many ask for it; large ones go by in pieces.

    With `ends_only` just the first and last records of each file are read, their rows are not right and the files are
    not hashed: for a first look at which times a file covers.
    """

    def __init__(self, folder: SiteFolder, faults: Faults, notes: list[str], *, ends_only: bool = False) -> None:
        self._folder = folder
        self._faults = faults
        self._notes = notes
        self._ends_only = ends_only
        self._read: dict[str, TextTable] = {}

    @property
    def notes(self) -> list[str]:
        """Where what was left out or mapped is told."""
        return self._notes

    def table(self, table: Table) -> TextTable:
        """The table of a file, or of all files that fit, without the rows that `keep` leaves out.

        Raises:
            Unreadable: when a file is no such table.
        """
        key = table_key(table)
        if key not in self._read:
            self._read[key] = self._whole(table)
        return self._read[key]

    def pieces(self, table: Table, wanted: frozenset[str], numbers: Numbers) -> Iterator[TextTable]:
        """The records of a table, many at a time, file after file, without those that `keep` leaves out.

        Args:
            table: how it is written.
            wanted: the columns that are needed; others may be left out.
            numbers: those of them that are asked for their numbers only: these may come as numbers.

        Raises:
            Unreadable: when a file is no such table; at the latest when it is at its end.
        """
        yield from self._kept(self._pieces(table, wanted, numbers), table)

    def _whole(self, table: Table) -> TextTable:
        names = self._folder.matching(table.file)
        size = sum(self._folder.place_of(name).stat().st_size for name in names)
        if size > WHOLE_BYTES:
            remedy = "Leave out what is not needed, or split the file."
            message = f"has {size / 1024**2:,.0f} MiB, more than {WHOLE_BYTES // 1024**2} for such a table"
            self._faults.stop(table.file, None, message, remedy)
        pieces = list(self._kept(self._pieces(table, None, {}), table))
        if not pieces:
            self._faults.stop(table.file, None, "has headers but no row of data", "Put data below the headers.")
        first = pieces[0]
        frames = [self._like(first, piece) for piece in pieces]
        frame = pl.concat(frames, how="vertical", rechunk=True)
        return TextTable(table.file, first.names, frame, joined([piece.origin for piece in pieces]))

    def _like(self, first: TextTable, piece: TextTable) -> pl.DataFrame:
        """The columns of a piece in the order of the first; files of one pattern may order them as they like."""
        if piece.names == first.names and piece.frame.schema == first.frame.schema:
            return piece.frame
        columns = []
        for place, texts in enumerate(first.names):
            found = [own for own, its in enumerate(piece.names) if its == texts]
            if len(found) != 1 or piece.frame[f"c{found[0]}"].dtype != first.frame[f"c{place}"].dtype:
                text = "/".join(text for text in texts if text)
                message = f"has no column '{text}' like the one of {first.file}"
                self._faults.stop(piece.file, None, message, "Give the files of one pattern the same columns.")
            columns.append(piece.frame[f"c{found[0]}"].alias(f"c{place}"))
        return pl.DataFrame(columns)

    def _pieces(self, table: Table, wanted: frozenset[str] | None, numbers: Numbers) -> Iterator[TextTable]:
        names = self._folder.matching(table.file)
        for name in names:
            count = 0
            for piece in self._of_file(name, table, wanted, numbers):
                count += piece.origin.count
                yield piece
            if count == 0:
                self._tell_bare(name, alone=len(names) == 1)

    def _tell_bare(self, name: str, *, alone: bool) -> None:
        if alone:
            self._faults.stop(name, None, "has a header but no row of data", "Put data below the header.")
        self._notes.append(f"{name}: has a header but no row of data yet.")

    def _of_file(self, name: str, table: Table, wanted: frozenset[str] | None, numbers: Numbers) -> Iterator[TextTable]:
        path = self._folder.place_of(name) if self._ends_only else self._folder.path_of(name)
        if path.stat().st_size > MAXIMUM_BYTES:
            self._faults.stop(name, None, "is larger than 2 GiB", "Split the file and name the parts with *.")
        ending = PurePath(name).suffix.lower()
        if ending == ".parquet":
            from rockfall_desktop.sites.tables.parquet import parquet_pieces  # noqa: PLC0415

            needed = wanted if wanted is None or table.keep is None else wanted | {table.keep.column}
            return parquet_pieces(path, name, needed, self._faults, ends_only=self._ends_only)
        if ending == ".xlsx":
            from rockfall_desktop.sites.tables.workbook import workbook_table  # noqa: PLC0415

            return iter((workbook_table(path, name, table, self._faults),))
        opened = partial(_ends if self._ends_only else _content, path)
        return text_pieces(TextFile(opened, name, table, self._faults, self._notes), table, numbers, self._faults)

    def _kept(self, pieces: Iterator[TextTable], table: Table) -> Iterator[TextTable]:
        """The pieces without the rows that `keep` leaves out, which are noted at the end."""
        keep, dropped = table.keep, 0
        for piece in pieces:
            if keep is None:
                yield piece
                continue
            mask = piece.column(keep.column, self._faults).is_in(list(keep.values))
            dropped += mask.len() - int(mask.sum())
            yield piece.kept(mask)
        if keep is not None and dropped:
            told = f"{keep.column} is none of {', '.join(keep.values)}"
            self._notes.append(f"{table.file}: {dropped:,} rows left out because {told}.")


def _content(path: Path) -> IO[bytes]:
    return path.open("rb")


def _ends(path: Path) -> IO[bytes]:
    """The first and the last whole lines of a file."""
    with path.open("rb") as file:
        head = file.read(END_BYTES)
        file.seek(max(len(head), path.stat().st_size - END_BYTES))
        tail = file.read()
    return io.BytesIO(head[: head.rfind(b"\n") + 1] + tail[tail.find(b"\n") + 1 :] if tail else head)


def table_key(table: Table) -> str:
    """The same for all that read one table in one way; what "no value" means may differ."""
    options = Table.model_validate(table.model_dump(include=set(Table.model_fields)))
    return options.model_dump_json(exclude={"missing", "values"})
