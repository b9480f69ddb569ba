"""Finds how a text table is laid out: delimiter, lines above the header, lines of the header, notes."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rockfall_desktop.sites.importing.cells import is_number

_DELIMITERS = ("\t", ";", "|", ",", ":", " ")
_LEAST_SHARE = 0.7
_LOOKED_AT = 800
_MOST_HEADER = 5
_MOST_LINES = 50
_NOTE_SIGNS = ("#", "*", "%", "//", "!", '"#')
_DATELIKE = re.compile(r"\d{1,4}[-/.:年]\d{1,2}.*|\d{8,14}")


@dataclass(frozen=True)
class Layout:
    """How the lines of a sample are to be read.

    Attributes:
        delimiter, quote: signs between and around fields.
        skip_lines, header_lines: lines above the header, lines of the header.
        width: fields of a row.
        has_header: whether the lines taken as header hold words and no data.
        footnotes: beginnings of lines that are notes.
        ragged: how many other lines of the sample have another number of fields.
    """

    delimiter: str
    quote: str
    skip_lines: int
    header_lines: int
    width: int
    has_header: bool
    footnotes: tuple[str, ...]
    ragged: int


def find_layout(head: Sequence[str], tail: Sequence[str]) -> Layout | None:
    """The layout of a table; None where there are no rows.

    Args:
        head: first lines of the file, without an incomplete last one.
        tail: last lines, without an incomplete first one; empty for a small file.
    """
    joined = records(head)
    quote = '"' if joined is not None else ""
    above = list(head) if joined is None else joined
    below = list(tail) if joined is None else records(_in_step(tail)) or []
    looked_at = [line for line in (*above[-_LOOKED_AT:], *below[-_LOOKED_AT:]) if line.strip()]
    if not looked_at:
        return None
    delimiter, width = _delimiter(looked_at, quote)
    counts = [len(split(line, delimiter, quote)) for line in above[:_LOOKED_AT]]
    start = next((place for place, count in enumerate(counts) if count == width and above[place].strip()), None)
    if start is None:
        return None
    header = _header_lines(above[start : start + _MOST_HEADER + 1], delimiter, quote, width)
    body = [*above[start + max(header, 1) :], *below]
    notes, ragged = _footnotes(body, delimiter, quote, width)
    skipped = sum(line.count("\n") + 1 for line in above[:start])
    return Layout(delimiter, quote, skipped, max(header, 1), width, header > 0, notes, ragged)


def records(lines: Sequence[str]) -> list[str] | None:
    """Lines joined where a quotation mark is open; None where one stays open for too long: then it means nothing."""
    found: list[str] = []
    waiting: list[str] = []
    for line in lines:
        if not waiting and line.count('"') % 2 == 0:
            found.append(line)
            continue
        waiting.append(line)
        if len(waiting) > 1 and line.count('"') % 2:
            found.append("\n".join(waiting))
            waiting = []
        elif len(waiting) > _MOST_LINES:
            return None
    return found


def split(line: str, delimiter: str, quote: str) -> list[str]:
    """The fields of a record, stripped."""
    if not quote:
        return [field.strip() for field in line.split(delimiter)]
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return [field.strip() for field in line.split(delimiter)]


def is_data(cell: str) -> bool:
    """Whether a text looks like a number or a time rather than like a name."""
    return is_number(cell, ".") or is_number(cell, ",") or _DATELIKE.fullmatch(cell) is not None


def _in_step(tail: Sequence[str]) -> Sequence[str]:
    """The tail from its first line that is surely not amid a quoted field."""
    for place, line in enumerate(tail[:_MOST_LINES]):
        if line.count('"') % 2:
            return tail[place + 1 :] if place < _MOST_LINES - 1 and records(tail[place:]) is None else tail
    return tail


def _delimiter(lines: Sequence[str], quote: str) -> tuple[str, int]:
    best, width, best_score = ",", 1, 0.0
    for place, sign in enumerate(_DELIMITERS):
        counts = Counter(len(split(line, sign, quote)) for line in lines)
        usual, times = max(counts.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        share = times / len(lines)
        score = share - 0.01 * place
        if usual > 1 and share >= _LEAST_SHARE and score > best_score and (sign not in ": " or best_score == 0.0):
            best, width, best_score = sign, usual, score
    return best, width


def _header_lines(lines: Sequence[str], delimiter: str, quote: str, width: int) -> int:
    """How many of the lines are names and units: up to the first with a number or a time in it."""
    for place, line in enumerate(lines):
        fields = split(line, delimiter, quote)
        if any(is_data(field) for field in fields) or (place > 0 and len(fields) != width):
            return place
    return 1  # words only: the first line is the header, whatever the others are


def _footnotes(body: Sequence[str], delimiter: str, quote: str, width: int) -> tuple[tuple[str, ...], int]:
    fits = [len(split(line, delimiter, quote)) == width for line in body]
    data = [line for line, fit in zip(body, fits, strict=True) if fit]
    last = max((place for place, fit in enumerate(fits) if fit), default=-1)
    notes: list[str] = []
    ragged = 0
    for place, line in enumerate(body):
        if fits[place] or not line.strip():
            continue
        if place < last and not line.startswith(_NOTE_SIGNS):
            ragged += 1
        elif not (notes and line.startswith(tuple(notes))):
            notes.append(_beginning(line, data))
    return tuple(dict.fromkeys(notes))[:50], ragged


def _beginning(line: str, data: Sequence[str]) -> str:
    """The shortest beginning of a note, of a word at least, with which no row of data begins."""
    word = re.match(r"\S+ ?", line)
    shortest = min(word.end() if word else 1, 12)
    for length in range(shortest, min(len(line), 60) + 1):
        if not any(row.startswith(line[:length]) for row in data):
            return line[:length]
    return line[:60]
