"""Judges the texts of a column: numbers, words that mean a number, words that mean nothing."""

import re
from collections import Counter
from collections.abc import Sequence

_NUMBER = {
    ".": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"),
    ",": re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?"),
}
_NOTHING = frozenset(
    {"na", "n/a", "nan", "null", "none", "nil", "-", "--", "---", "*", "**", "***", "#n/a", "#value!", "nodata",
     "no data",
     "missing", "inf", "-inf", "?", "x", "fehlt", "ausfall", "k.a.", "nd", "n.d.", "m", "--.-", "---.-"}
)  # fmt: skip
_CODES = frozenset(
    {"-999", "-9999", "-99999", "-999.9", "-999.0", "-999.99", "-9999.0", "-6999", "-7999", "9999.9", "99999", "-99.9"}
)  # fmt: skip
_TRACES = frozenset({"trace", "tr", "t", "spur", "spuren", "traces", "tr.", "微量", "traza", "tracce"})
TRACE_MM = 0.025
"""Half of what a gauge of 0.1 mm rounds to its first step: a trace is more than nothing and below 0.05 mm."""


def is_number(text: str, decimal: str) -> bool:
    """Whether a text is a number with that decimal sign."""
    return _NUMBER[decimal].fullmatch(text) is not None


def decimal_of(cells: Sequence[str]) -> str:
    """The decimal sign that makes numbers of more texts; a point when both do."""
    points = sum(is_number(cell, ".") for cell in cells)
    commas = sum(is_number(cell, ",") for cell in cells)
    return "," if commas > points else "."


def number_share(cells: Sequence[str], decimal: str) -> float:
    """Share of the texts that are numbers, those that mean nothing or a trace left aside; 0 when none is left."""
    counted = [cell for cell in cells if cell and not means_nothing(cell) and cell.lower() not in _TRACES]
    return sum(is_number(cell, decimal) for cell in counted) / len(counted) if counted else 0.0


def means_nothing(cell: str) -> bool:
    """Whether a text is one of the usual ways to write that there is no value."""
    return cell.lower() in _NOTHING or (len(cell) > 1 and not cell.strip("*-#?/.~"))


def missing_in(cells: Sequence[str], decimal: str) -> tuple[str, ...]:
    """The texts of a column of numbers that mean "no value", the codes of loggers included."""
    seen = Counter(cells)
    words = [cell for cell in seen if cell and means_nothing(cell) and not is_number(cell, decimal)]
    codes = [cell for cell in seen if cell.replace(",", ".") in _CODES]
    return tuple((words + codes)[:20])


def traces_in(cells: Sequence[str], decimal: str) -> tuple[str, ...]:
    """The texts of a column of rain that mean a trace."""
    return tuple(cell for cell in Counter(cells) if cell.lower() in _TRACES and not is_number(cell, decimal))


def odd_words(cells: Sequence[str], decimal: str) -> tuple[str, ...]:
    """The texts of a column of numbers that are no number and mean nothing that is known."""
    return tuple(
        cell
        for cell in Counter(cells)
        if cell and not is_number(cell, decimal) and not means_nothing(cell) and cell.lower() not in _TRACES
    )[:5]
