"""Turns columns into numbers, all rows at once; rows are looked at singly only to tell faults.

Axes: r records.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rockfall_desktop.domain.site_table import Table
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.tables.plain_numbers import plain_numbers
from rockfall_desktop.sites.tables.text_table import TextTable, as_text

LARGEST = 1e30
_REMEDY = "Mend the row; if the text means 'no value' add it to missing, if it means a number add it to values."


@dataclass
class NumbersFound:
    """What was met while a column became numbers, piece by piece.

    Attributes:
        file: name of the table as site.toml has it.
        column: the column's name.
        words: text that stands for a number to how often it stood there.
    """

    file: str
    column: str
    words: dict[str, int] = field(default_factory=dict)

    def said(self, options: Table) -> list[str]:
        """A sentence for each text that was read as a number."""
        return [
            f"{self.file}: {count:,} times '{word}' in {self.column} was read as {options.values[word]:g}."
            for word, count in self.words.items()
        ]


def read_numbers(
    table: TextTable, column: str, options: Table, faults: Faults, notes: list[str]
) -> NDArray[np.float64]:
    """The numbers of a column, NaN where nothing or a missing marker stands; shape (r,).

    Raises:
        Unreadable: when there is no such column.
    """
    found = NumbersFound(table.file, column)
    numbers = numbers_of(table, column, options, faults, found)
    notes += found.said(options)
    return numbers


def numbers_of(
    table: TextTable, column: str, options: Table, faults: Faults, found: NumbersFound
) -> NDArray[np.float64]:
    """As `read_numbers`, for a piece of a table; what was met is added to `found`.

    Raises:
        Unreadable: when there is no such column.
    """
    numbers = _plain(table, column, options)
    if numbers is not None:
        return numbers
    written = table.written(column, faults)
    if written.dtype.is_numeric():
        return _of_typed(table, column, written, options, faults, found)
    text = table.column(column, faults)
    gap = ((text == "") | text.is_in(list(options.missing))).to_numpy()
    comma = options.decimal == "," and written.dtype == pl.String
    plain = text.str.replace(",", ".", literal=True) if comma else text
    numbers = plain.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy().copy()
    numbers[gap] = np.nan
    if comma:
        numbers[text.str.contains(".", literal=True).to_numpy()] = np.nan  # thousands or a fault: nobody knows
    told = gap.copy()
    for word, number in options.values.items():
        mask = (text == word).to_numpy()
        if mask.any():
            numbers[mask], told[mask] = number, True
            found.words[word] = found.words.get(word, 0) + int(mask.sum())
    with np.errstate(invalid="ignore"):
        bad = np.flatnonzero(~told & ~(np.abs(numbers) <= LARGEST))
    _tell_bad(table, column, bad, text, faults)
    return numbers


def _plain(table: TextTable, column: str, options: Table) -> NDArray[np.float64] | None:
    """The numbers of a column that has plain ones only, none of which may be written like a text that means another."""
    place = table.plain_place(column)
    if place is None or table.fields is None or any(not word.strip() for word in options.values):
        return None
    numbers = plain_numbers(table.fields, place, table.origin.count, options.decimal)
    if numbers is None:
        return None
    meant = [_number(word.replace(options.decimal, "."), pl.Float64()) for word in (*options.missing, *options.values)]
    return None if any(number is not None and (numbers == number).any() for number in meant) else numbers


def _of_typed(
    table: TextTable, column: str, written: pl.Series, options: Table, faults: Faults, found: NumbersFound
) -> NDArray[np.float64]:
    """The numbers of a typed column; texts in `missing` and `values` that are numbers are compared as such."""
    numbers = np.asarray(written.cast(pl.Float64).to_numpy(), np.float64)  # null becomes NaN
    result = numbers
    for word, meant in [*((word, np.nan) for word in options.missing), *options.values.items()]:
        marker = _number(word, written.dtype)
        same = numbers == marker if marker is not None else np.zeros(0, bool)
        if same.any():
            result = result.copy() if result is numbers else result
            result[same] = meant
            if word in options.values and word not in options.missing:
                found.words[word] = found.words.get(word, 0) + int(same.sum())
    with np.errstate(invalid="ignore"):
        _tell_bad(table, column, np.flatnonzero(np.abs(result) > LARGEST), written, faults)
    return result


def _number(word: str, kind: pl.DataType) -> float | None:
    """The number that a word is, as a column of this type holds it."""
    try:
        return float(np.float32(word)) if kind == pl.Float32 else float(word)
    except ValueError:
        return None


def _tell_bad(table: TextTable, column: str, bad: NDArray[np.int64], values: pl.Series, faults: Faults) -> None:
    def message(place: int) -> str:
        text = as_text(values.gather([int(bad[place])]))
        return f"'{short('' if text is None else text[0])}' in column {column} is no number"

    table.origin.tell(faults, bad, message, _REMEDY)


def short(text: str) -> str:
    """The beginning of a text, for a message."""
    return text if len(text) <= 40 else text[:37] + "..."
