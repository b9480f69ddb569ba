"""Remembers from which file and line each record of a table came, in runs of neighbours.

Axes: n runs, r records.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.faults import FAULTS_PER_FILE, Faults


@dataclass(frozen=True, eq=False)
class Origin:
    """Where the records of a table stand.

    Attributes:
        files: names of the files, in the order in which they were read.
        begin: int64 (n,), first record of each run, growing, the first 0.
        file: int32 (n,), index of the run's file.
        line: int64 (n,), line of the run's first record, from 1; the others follow line by line.
        count: how many records there are.
    """

    files: tuple[str, ...]
    begin: NDArray[np.int64]
    file: NDArray[np.int32]
    line: NDArray[np.int64]
    count: int

    def place(self, record: int) -> tuple[str, int]:
        """File and line of a record."""
        run = int(np.searchsorted(self.begin, record, "right")) - 1
        return self.files[int(self.file[run])], int(self.line[run] + record - self.begin[run])

    def rows(self) -> NDArray[np.int64]:
        """The line of every record, int64 (r,)."""
        lengths = np.diff(np.append(self.begin, self.count))
        return np.asarray(np.repeat(self.line - self.begin, lengths) + np.arange(self.count), np.int64)

    def file_of(self, records: NDArray[np.int64]) -> NDArray[np.int32]:
        """Index of the file of each of some records."""
        return self.file[np.searchsorted(self.begin, records, "right") - 1]

    def tell(self, faults: Faults, records: NDArray[np.int64], message: Callable[[int], str], remedy: str) -> None:
        """Note a fault in each of some records, each with its own file.

        Args:
            faults: takes them.
            records: their places in the table, int64 (n,).
            message: from the place in `records` to a sentence; asked for the first few of each file only.
            remedy: what to do.
        """
        owner = self.file_of(records)
        for number in np.unique(owner).tolist():
            places = np.flatnonzero(owner == number)
            lines = [self.place(int(record))[1] for record in records[places[:FAULTS_PER_FILE]]]
            lines += [0] * (places.size - len(lines))
            faults.add_rows(self.files[number], lines, lambda nth, own=places: message(int(own[nth])), remedy)  # type: ignore[misc]

    def kept(self, mask: NDArray[np.bool_]) -> "Origin":
        """The origin of the records that a mask (r,) keeps."""
        records = np.flatnonzero(mask)
        return origin_of_rows(self.files, self.file_of(records), self.rows()[records])


def origin_of_rows(files: tuple[str, ...], file: NDArray[np.int32], rows: NDArray[np.int64]) -> Origin:
    """The origin of records whose file and line are known one by one, (r,) each."""
    new = np.ones(rows.size, bool)
    new[1:] = (np.diff(rows) != 1) | (np.diff(file) != 0)
    begin = np.flatnonzero(new)
    return Origin(files, begin, file[begin], rows[begin], rows.size)


def one_file(file: str, rows: NDArray[np.int64]) -> Origin:
    """The origin of the records of one file, their lines (r,) given."""
    return origin_of_rows((file,), np.zeros(rows.size, np.int32), rows)


def consecutive(file: str, line: int, count: int) -> Origin:
    """The origin of records that stand line by line in one file."""
    runs = min(count, 1)
    return Origin((file,), np.zeros(runs, np.int64), np.zeros(runs, np.int32), np.full(runs, line, np.int64), count)


def joined(parts: list[Origin]) -> Origin:
    """The origin of the records of several tables, one after the other."""
    names = tuple(dict.fromkeys(name for part in parts for name in part.files))
    number = {name: place for place, name in enumerate(names)}
    before = np.cumsum([0, *(part.count for part in parts)])
    files = [np.array([number[name] for name in part.files], np.int32)[part.file] for part in parts]
    begins = [part.begin + shift for part, shift in zip(parts, before, strict=False)]
    lines = [part.line for part in parts]
    return Origin(names, np.concatenate(begins), np.concatenate(files), np.concatenate(lines), int(before[-1]))
