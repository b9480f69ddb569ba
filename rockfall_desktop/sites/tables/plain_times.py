"""Reads times of a fixed form from the bytes of a table: each day once, the time of day by eight signs at a time.

Only what stands exactly as the form says is read here, with hours to 23 and minutes and seconds to 59; the days are
read by whoever reads all other times, so that both mean the same.

Axes: r records.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.tables.fields import LONGEST_WORDS, Fields, Whole, Words

_TOGETHER = 16_384
_MOST_DAYS = 100_000
_FEWEST_A_DAY = 4
_DIGITS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_SECONDS = {"H": 3600, "M": 60, "S": 1}
_PARTS = re.compile(r"%(.)|([^%])")
_HIGH = 0x8080808080808080

ReadDays = Callable[[list[bytes]], Whole | None]
"""From some texts of times to seconds since 1970 of what the clock showed, int64 (n,); None where one is no time."""


@dataclass(frozen=True)
class StampForm:
    """How a time is written when its day stands before its time of day.

    Attributes:
        signs: how many signs it has.
        behind: how many of them belong to the time of day; 8 at most.
        pattern: those with 0 for each digit, as a little-endian word.
        allowed: what may be added to each of its bytes, less the pattern, without reaching the highest bit.
        places: first byte of each part of the time of day, and its seconds.
    """

    signs: int
    behind: int
    pattern: int
    allowed: int
    places: tuple[tuple[int, int], ...]


def stamp_form(written: str) -> StampForm | None:
    """The form of a time_format such as %Y-%m-%d %H:%M; None for one that is not read here."""
    parts = _PARTS.findall(written)
    kinds = "".join(kind for kind, _ in parts)
    clean = all(kind in _DIGITS if kind else sign.isascii() and not sign.isdigit() for kind, sign in parts)
    if not clean or set(kinds[:3]) != set("Ymd") or kinds[3:] not in ("H", "HM", "HMS"):
        return None
    whole = "".join("0" * _DIGITS[kind] if kind else sign for kind, sign in parts)
    before = sum(_DIGITS.get(kind, 1) for kind, _ in parts[: [kind for kind, _ in parts].index("H")])
    behind = whole[before:].encode()
    if len(behind) > 8 or len(whole) > 8 * LONGEST_WORDS:
        return None
    allowed = bytes(0x76 if sign == ord("0") else 0x7F for sign in behind)
    places, at = [], 0
    for kind, _ in parts[[kind for kind, _ in parts].index("H") :]:
        places += [(at, _SECONDS[kind])] if kind else []
        at += _DIGITS.get(kind, 1)
    pattern, more = (int.from_bytes(text, "little") for text in (behind, allowed))
    return StampForm(len(whole), len(behind), pattern, more, tuple(places))


def plain_clock(
    fields: Fields, column: int, records: int, form: StampForm, days: dict[bytes, int], read: ReadDays
) -> Whole | None:
    """What the clock showed at each record, seconds since 1970, int64 (r,); None where this has to be read otherwise.

    Args:
        fields: of the table.
        column: place of the column.
        records: how many there are.
        form: how the times are written.
        days: what stands before the time of day to its midnight, as far as known; grows.
        read: reads times of other days.
    """
    of_day_s = np.empty(records, np.int64)
    starts: list[Whole] = []
    for begin in range(0, records, _TOGETHER):
        part = slice(begin, min(begin + _TOGETHER, records))
        if (fields.lengths(column, part) != form.signs).any():
            return None
        words = fields.words(column, -(-form.signs // 8), part)
        found = _time_of_day_s(words[:, -1], form)
        if found is None:
            return None
        of_day_s[part] = found
        starts.append(_new_days(words, form) + begin)
    first = np.concatenate(starts)
    if first.size * _FEWEST_A_DAY > records + 2 * _FEWEST_A_DAY:
        return None
    midnights = _midnights(fields.texts(column, first), of_day_s[first], form, days, read)
    if midnights is None:
        return None
    of_day_s += np.repeat(midnights, np.diff(first, append=records))
    return of_day_s


def _time_of_day_s(last: Words, form: StampForm) -> Whole | None:
    """Seconds since midnight of times of which this is the last word, int64 (r,); None where one is not of the form."""
    word = last >> np.uint64(8 * (8 - form.behind))
    word ^= np.uint64(form.pattern)
    if (((word + np.uint64(form.allowed)) | word) & np.uint64(_HIGH)).any():
        return None
    pairs = word * np.uint64(10)
    pairs += word >> np.uint64(8)
    seconds = np.zeros(last.size, np.int64)
    for place, worth in form.places:
        number = ((pairs >> np.uint64(8 * place)) & np.uint64(0xFF)).view(np.int64)
        if number.max() > (23 if worth == _SECONDS["H"] else 59):
            return None
        number *= worth
        seconds += number
    return seconds


def _new_days(words: Words, form: StampForm) -> NDArray[np.int64]:
    """The records before whose time of day something else stands than in the record before."""
    size = 8 * words.shape[1]
    kept = np.zeros(size, np.uint8)
    kept[size - form.signs : size - form.behind] = 0xFF
    new = np.zeros(words.shape[0], bool)
    new[0] = True
    for place, mask in enumerate(kept.view("<u8").tolist()):
        if mask:
            word = words[:, place]
            new[1:] |= ((word[1:] ^ word[:-1]) & np.uint64(mask)) != 0
    return np.flatnonzero(new)


def _midnights(
    texts: list[bytes], of_day_s: Whole, form: StampForm, days: dict[bytes, int], read: ReadDays
) -> Whole | None:
    """The midnight before each of some times, int64 (n,)."""
    keys = [text[: form.signs - form.behind] for text in texts]
    unknown = [place for place, key in enumerate(keys) if key not in days]
    if unknown:
        if len(days) + len(unknown) > _MOST_DAYS:
            return None
        clock_s = read([texts[place] for place in unknown])
        if clock_s is None:
            return None
        midnights = (clock_s - of_day_s[unknown]).tolist()
        days.update(zip((keys[place] for place in unknown), midnights, strict=True))
    return np.array([days[key] for key in keys], np.int64)
