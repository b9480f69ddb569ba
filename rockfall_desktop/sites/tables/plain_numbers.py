"""Reads columns of plain decimal numbers from the bytes of a table, eight signs at a time.

A plain number has an optional minus, digits and at most one decimal mark, 16 signs in all: its digits are a whole
number that a float64 holds, divided by a power of ten that it holds too, so the result is rounded once, as it has to
be (Clinger 1990). The digits of a word are joined by multiplications (SIMD within a register, as in Lemire 2021).

Axes: r records.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.tables.fields import Fields, Whole, Words

_TOGETHER = 16_384
_MOST_SIGNS = 16
_ZEROS = 0x3030303030303030
_HIGH = 0x8080808080808080
_OVER_NINE = 0x7676767676767676
_BEHIND = 0x0706050403020100
_MINUS = ord("-") ^ ord("0")
_JOINS = (  # of digits to pairs, of pairs to fours, of fours to the number
    (10 * 2**8 + 1, 8, 0x00FF00FF00FF00FF),
    (100 * 2**16 + 1, 16, 0x0000FFFF0000FFFF),
    (10_000 * 2**32 + 1, 32, 0xFFFFFFFF),
)
_POWERS = 10.0 ** np.arange(_MOST_SIGNS)


def plain_numbers(fields: Fields, column: int, records: int, decimal: str) -> NDArray[np.float64] | None:
    """The numbers of a column, float64 (r,), NaN where nothing stands; None where a field is no plain number.

    Args:
        fields: of the table.
        column: place of the column.
        records: how many there are.
        decimal: the decimal mark.
    """
    numbers = np.empty(records)
    for begin in range(0, records, _TOGETHER):
        part = slice(begin, min(begin + _TOGETHER, records))
        found = _numbers(fields, column, part, ord(decimal) ^ ord("0"))
        if found is None:
            return None
        numbers[part] = found
    return numbers


def _numbers(fields: Fields, column: int, part: slice, point: int) -> NDArray[np.float64] | None:
    length = fields.lengths(column, part)
    longest, shortest = int(length.max()), int(length.min())
    if longest > _MOST_SIGNS:
        return None
    words = fields.words(column, 1 if longest <= 8 else 2, part)
    digits = [_own_signs(words[:, -1], length)]
    if longest > 8:
        digits.append(_own_signs(words[:, 0], length - 8))
    marks = [_mark(word, point) for word in digits]
    minus = None
    if any(mark is None for mark in marks):
        minus = _without_minus(digits, length)
        marks = [_mark(word, point) for word in digits]
    known = [mark for mark in marks if mark is not None]
    if len(known) < len(marks) or (shortest <= 2 and _no_digit(known, minus, length)):
        return None
    if longest > 8 and ((known[0] > 0) & (known[1] > 0)).any():
        return None
    whole, behind = _joined(digits, known, point)
    found = whole.view(np.int64).astype(np.float64)
    found /= _POWERS[behind[0]] if (behind == behind[0]).all() else _POWERS.take(behind.view(np.int64))
    if minus is not None:
        np.negative(found, out=found, where=minus)
    if not shortest:
        found[length == 0] = np.nan
    return found


def _own_signs(word: Words, length: Whole) -> Words:
    """Digits as 0 to 9, and 0 where a sign is not of the field; length: bytes of it up to the end of the word."""
    strange = (8 - (length if length.max() <= 8 and length.min() >= 0 else np.clip(length, 0, 8))).view(np.uint64)
    strange <<= np.uint64(3)
    own = word ^ np.uint64(_ZEROS)
    own >>= strange
    own <<= strange
    return own


def _mark(word: Words, point: int) -> Words | None:
    """1 in the byte of each word's decimal mark, uint64 (r,); None where anything else is no digit."""
    high = word + np.uint64(_OVER_NINE)
    high |= word
    high &= np.uint64(_HIGH)
    odd = high - np.uint64(1)
    odd &= high
    mark = high >> np.uint64(7)
    high <<= np.uint64(1)
    high -= mark  # now all bits of the byte
    high &= word
    high ^= mark * np.uint64(point)
    odd |= high
    return None if odd.any() else mark


def _without_minus(digits: list[Words], length: Whole) -> NDArray[np.bool_]:
    """Clear the minus of each field, and give back where one stood, bool (r,); digits: the last word first."""
    minus = np.zeros(length.size, bool)
    for place, word in enumerate(digits):
        there = length - 8 * place
        begins = (there > 0) & (there <= 8)
        at = ((8 - np.where(begins, there, 8)) * 8).view(np.uint64)
        begins &= (word >> at) & np.uint64(0xFF) == _MINUS
        np.bitwise_xor(word, (begins * np.uint64(_MINUS)) << at, out=word)
        minus |= begins
    return minus


def _no_digit(marks: list[Words], minus: NDArray[np.bool_] | None, length: Whole) -> bool:
    """Whether a field has signs, but none of them is a digit."""
    signs = sum((mark > 0 for mark in marks), np.zeros(length.size, np.int64))
    signs += 0 if minus is None else minus
    return bool(((signs == length) & (length > 0)).any())


def _joined(digits: list[Words], marks: list[Words], point: int) -> tuple[Words, Words]:
    """The digits of each field as a whole number, and how many of them stand behind the decimal mark; uint64 (r,)."""
    last, mark = digits[0], marks[0]
    moved = np.minimum(mark, np.uint64(1))
    closed = _closed(last, mark, moved, point)
    behind = mark * np.uint64(_BEHIND)
    behind >>= np.uint64(56)
    if len(digits) == 1:
        return _whole(closed), behind
    front, front_mark = digits[1], marks[1]
    own = np.minimum(front_mark, np.uint64(1))
    closed |= (front >> np.uint64(56)) * moved
    before = _closed(front, front_mark, moved + own, point)
    behind += own * np.uint64(8) + ((front_mark * np.uint64(_BEHIND)) >> np.uint64(56))
    return _whole(before) * np.uint64(10**8) + _whole(closed), behind


def _closed(word: Words, mark: Words, moved: Words, point: int) -> Words:
    """The word without its mark: what stands before it moves up by a byte where `moved` is 1."""
    before = mark - np.uint64(1)
    before &= word
    after = mark * np.uint64(point)
    after ^= word
    after ^= before
    before <<= moved << np.uint64(3)
    before |= after
    return before


def _whole(word: Words) -> Words:
    """The number of eight digits, the first of them in the lowest byte; the word is lost."""
    for times, bits, kept in _JOINS:
        word *= np.uint64(times)
        word >>= np.uint64(bits)
        word &= np.uint64(kept)
    return word
