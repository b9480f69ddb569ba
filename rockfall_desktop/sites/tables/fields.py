"""Where the fields of a block of plain records lie, so that numbers and times can be read from the bytes themselves.

Axes: r records, c columns, w words of eight bytes.
"""

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Whole = NDArray[np.int64]
LONGEST_WORDS = 3
_BEFORE = 8 * LONGEST_WORDS
_SCANNED = 131_072
_TURNED = 8192
"""Bytes and records that are looked at together: what is computed of them stays in the processor's memory."""


class Fields:
    """The fields of records of which each is a line, none is quoted and all have the same number of fields."""

    def __init__(self, text: bytes, ends: Whole) -> None:
        """Fields of a text that 24 bytes of padding precede; ends: int64 (c, r), place of the sign after each field."""
        self._text = text
        self._ends = ends

    def lengths(self, column: int, part: slice) -> Whole:
        """How many bytes the fields of a column have, int64 (r,); part: of the records."""
        begin, end, _ = part.indices(self._ends.shape[1])
        if column:
            before = self._ends[column - 1, part]
        elif begin:
            before = self._ends[-1, begin - 1 : end - 1]
        else:
            before = np.concatenate(([_BEFORE - 1], self._ends[-1, : end - 1]))
        length = self._ends[column, part] - before
        length -= 1
        return length

    def words(self, column: int, count: int, part: slice) -> Words:
        """The last bytes of the fields of a column as little-endian words, uint64 (r, w); others may stand before them.

        Args:
            column: place of the column.
            count: how many words, 3 at most; the last one ends with the field.
            part: of the records.
        """
        size = 8 * count
        every = np.ndarray((len(self._text) - size + 1,), f"V{size}", self._text, strides=(1,))
        return every[self._ends[column, part] - size].view("<u8").reshape(-1, count)

    def texts(self, column: int, records: Whole) -> list[bytes]:
        """The texts of some fields of a column."""
        ends = self._ends[column, records].tolist()
        begins = self._ends[column - 1, records] + 1 if column else self._line_starts(records)
        return [self._text[begin:end] for begin, end in zip(begins.tolist(), ends, strict=True)]

    def _line_starts(self, records: Whole) -> Whole:
        return np.where(records > 0, self._ends[-1, records - 1] + 1, _BEFORE)


def fields_of(lines: bytes, count: int, width: int, delimiter: str) -> Fields | None:
    r"""The fields of lines, each with its \n and without quotation marks; None where not every line has as many.

    Args:
        lines: whole lines.
        count: how many.
        width: how many fields each should have.
        delimiter: one sign, of ASCII.
    """
    text = bytes(_BEFORE) + lines
    signs = np.frombuffer(text, np.uint8)
    borders = None if count * width > len(lines) else _borders(signs, count * width, delimiter)
    if borders is None:
        return None
    rows = borders.reshape(count, width)
    ends = np.empty((width, count), np.int64)
    for begin in range(0, count, _TURNED):
        part = slice(begin, begin + _TURNED)
        ends[:, part] = rows[part].T
    if (signs[ends[-1]] != ord("\n")).any():
        return None
    return Fields(text, ends)


def _borders(signs: NDArray[np.uint8], number: int, delimiter: str) -> Whole | None:
    """The places of all delimiters and line ends, int64 (number,); None where there are more or fewer."""
    borders, filled = np.empty(number, np.int64), 0
    for begin in range(0, signs.size, _SCANNED):
        part = signs[begin : begin + _SCANNED]
        border = part == ord(delimiter)
        border |= part == ord("\n")
        found = np.flatnonzero(border)
        if found.size > number - filled:
            return None
        np.add(found, begin, out=borders[filled : filled + found.size])
        filled += found.size
    return borders if filled == number else None
