"""Reads times of a fixed form from the bytes of a table: each day once, the time of day by eight signs at a time.

Only what stands exactly as the form says is read here: all digits, a day that there is from 1900 to 2100, hours to 23
and minutes and seconds to 59. All else is left to whoever reads the other times.

Axes: r records.
"""

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.tables.fields import LONGEST_WORDS, Fields, Whole, Words

_TOGETHER = 16_384
_MOST_DAYS = 100_000
_FEWEST_A_DAY = 4
_FEWEST_ALIKE = 4
_LONGEST_TURN = 2880
_DIGITS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_SECONDS = {"H": 3600, "M": 60, "S": 1}
_PARTS = re.compile(r"%(.)|([^%])")
_HIGH = 0x8080808080808080
_DAY_S = 86_400
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_BEFORE_1970 = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class StampForm:
    """How a time is written when its day stands before its time of day.

    Attributes:
        signs: how many signs it has.
        behind: how many of them belong to the time of day; 8 at most.
        pattern: those with 0 for each digit, as a little-endian word.
        allowed: what may be added to each of its bytes, less the pattern, without reaching the highest bit.
        places: first byte of each part of the time of day, and its seconds.
        day: what stands before the time of day, with groups Y, m and d.
    """

    signs: int
    behind: int
    pattern: int
    allowed: int
    places: tuple[tuple[int, int], ...]
    day: re.Pattern[bytes]


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
    front = "".join(
        f"(?P<{kind}>[0-9]{{{_DIGITS[kind]}}})" if kind else re.escape(sign)
        for kind, sign in parts[: [kind for kind, _ in parts].index("H")]
    )
    return StampForm(len(whole), len(behind), pattern, more, tuple(places), re.compile(front.encode()))


def plain_clock(fields: Fields, column: int, records: int, form: StampForm, days: dict[bytes, int]) -> Whole | None:
    """What the clock showed at each record, seconds since 1970, int64 (r,); None where this has to be read otherwise.

    Args:
        fields: of the table.
        column: place of the column.
        records: how many there are.
        form: how the times are written.
        days: what stands before the time of day to its midnight, as far as known; grows.
    """
    of_day_s = np.empty(records, np.int64)
    starts: list[Whole] = []
    for begin in range(0, records, _TOGETHER):
        part = slice(begin, min(begin + _TOGETHER, records))
        if (fields.lengths(column, part) != form.signs).any():
            return None
        words = fields.words(column, -(-form.signs // 8), part)
        found = _times_of_day_s(words[:, -1].copy(), form)
        if found is None:
            return None
        of_day_s[part] = found
        starts.append(_new_days(words, form) + begin)
    first = np.concatenate(starts)
    if first.size * _FEWEST_A_DAY > records + 2 * _FEWEST_A_DAY:
        return None
    midnights = _midnights(fields.texts(column, first), form, days)
    if midnights is None:
        return None
    of_day_s += np.repeat(midnights, np.diff(first, append=records))
    return of_day_s


def _times_of_day_s(last: Words, form: StampForm) -> Whole | None:
    """As `_time_of_day_s`; signs that stood there before, in the row above or a turn above, are not read again."""
    new = last[1:] != last[:-1]
    if np.count_nonzero(new) * _FEWEST_ALIKE < last.size:
        first = np.concatenate(([0], np.flatnonzero(new) + 1))
        found = _time_of_day_s(last[first], form)
        return None if found is None else np.repeat(found, np.diff(first, append=last.size))
    turn = _turn_of(last)
    found = _time_of_day_s(last[:turn] if turn else last, form)
    return np.resize(found, last.size) if turn and found is not None else found


def _turn_of(last: Words) -> int:
    """After how many times of day, half of all at most, the same come again, all through; 0 where they do not."""
    again = last[1 : _LONGEST_TURN + 1] == last[0]
    turn = int(again.argmax()) + 1
    if 2 * turn > last.size or not again[turn - 1] or (last[turn:] != last[:-turn]).any():
        return 0
    return turn


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


def _midnights(texts: list[bytes], form: StampForm, days: dict[bytes, int]) -> Whole | None:
    """The midnight before each of some times, int64 (n,); None where one has no such day, or there are too many."""
    keys = [text[: form.signs - form.behind] for text in texts]
    for key in keys:
        if key not in days:
            midnight_s = _midnight_s(key, form)
            if midnight_s is None or len(days) >= _MOST_DAYS:
                return None
            days[key] = midnight_s
    return np.array([days[key] for key in keys], np.int64)


def _midnight_s(written: bytes, form: StampForm) -> int | None:
    """The start of a day in seconds since 1970 of that clock; None where it is no day."""
    found = form.day.fullmatch(written)
    if found is None or not _FIRST_YEAR <= int(found["Y"]) <= _LAST_YEAR:
        return None
    try:
        day = date(int(found["Y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    return (day.toordinal() - _BEFORE_1970) * _DAY_S
