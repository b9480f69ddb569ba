"""Finds the column or columns with the time, and every form in which all of their texts can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl

from rockfall_desktop.sites.importing.header_words import TIME_WORDS, guess_role
from rockfall_desktop.sites.importing.spacing import NO_TIME, Seconds, usual_length

_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%d %b %Y", "%d-%b-%Y", "%b %d %Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%y-%m-%d", "%d-%m-%y", "%m-%d-%y",
    "%Y年%m月%d日", "%Y %m %d", "%y/%m/%d", "%y.%m.%d",
)  # fmt: skip
_TIMES = (
    "", " %H:%M", " %H:%M:%S", " %H:%M:%S%.f", "T%H:%M", "T%H:%M:%S", "T%H:%M:%S%.f", "T%H:%M:%S%.f%z", "T%H:%M%z",
    " %H:%M:%S%z", " %H:%M%z", " %H:%M:%S %z", " %I:%M %p", " %I:%M:%S %p", " %H.%M", " %H%M", " %H",
    " %H %M", " %H時%M分",
)  # fmt: skip
_JOINED = ("%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%m%d %H%M", "%s")
_FORMATS = (*("".join(pair) for pair in product(_DATES, _TIMES)), *_JOINED)
_FIRST_S, _END_S = -2_208_988_800, 4_133_980_800  # 1900 and 2101
_FEW, _MANY = 40, 5000
_MOST_JOINED = 5
_PARTS = (("year", "jahr", "年", "año", "an"), ("month", "monat", "月", "mes", "mois"), ("day", "tag", "日", "jour"))


@dataclass(frozen=True)
class TimeColumns:
    """Which columns make the time.

    Attributes:
        places: numbers of the columns, in order.
        formats: every form that reads all their texts, none where no form does.
        interval: usual length between rows, "" where it is not regular or the form is open.
    """

    places: tuple[int, ...]
    formats: tuple[str, ...]
    interval: str


def find_time(names: Sequence[tuple[str, ...]], columns: Sequence[Sequence[str]]) -> TimeColumns | None:
    """The columns with the time; None where none is found.

    Args:
        names: header texts of each column.
        columns: texts of each column in the part that was seen.
    """
    for places in _candidates(names, columns):
        texts = joined(columns, places)
        formats = fitting(texts)
        if formats:
            interval = usual_length(row_seconds(columns, places, formats[0])) if len(formats) == 1 else ""
            return TimeColumns(places, formats, interval)
    return None


def joined(columns: Sequence[Sequence[str]], places: tuple[int, ...]) -> list[str]:
    """The texts of some columns joined by a blank, as the reader does; rows with nothing are left out."""
    rows = zip(*(columns[place] for place in places), strict=True)
    return [" ".join(cells) for cells in rows if any(cells)]


def fitting(texts: Sequence[str]) -> tuple[str, ...]:
    """Every form that reads all texts as times between 1900 and 2100 and differs from the others in what it reads."""
    if not texts:
        return ()
    few = pl.Series(list(texts[:_FEW]))
    spread = np.unique(np.linspace(0, len(texts) - 1, min(_MANY, len(texts))).astype(int))
    many = pl.Series([texts[place] for place in spread])
    found: dict[bytes, str] = {}
    for form in _FORMATS:
        if read_as(few, form) is None:
            continue
        seconds = read_as(many, form)
        if seconds is None:
            continue
        key = seconds.tobytes()
        if key not in found or _closer(form, found[key], texts[0]):
            found[key] = form
    return tuple(found.values())


def _closer(form: str, other: str, text: str) -> bool:
    """Whether a form has as many blanks as the text, and the other has not; the reader may be lenient with them."""
    return form.count(" ") == text.count(" ") != other.count(" ")


def row_seconds(columns: Sequence[Sequence[str]], places: tuple[int, ...], form: str) -> Seconds:
    """Seconds since 1970 of each row, int64 (n,), `NO_TIME` where the row has no such time."""
    rows = zip(*(columns[place] for place in places), strict=True)
    times = _parsed(pl.Series([" ".join(cells) for cells in rows], dtype=pl.String), form)
    if times is None:
        return np.full(len(columns[places[0]]), NO_TIME, np.int64)
    return np.asarray(times.dt.epoch("s").fill_null(NO_TIME).to_numpy(), np.int64)


def read_as(texts: pl.Series, form: str) -> "np.ndarray[tuple[int], np.dtype[np.int64]] | None":
    """Seconds since 1970 of texts in a form, int64 (n,); None when one of them does not fit."""
    times = _parsed(texts, form)
    if times is None or times.null_count():
        return None
    seconds = np.asarray(times.dt.epoch("us").to_numpy() // 1_000_000, np.int64)
    return seconds if bool(((seconds >= _FIRST_S) & (seconds < _END_S)).all()) else None


def _parsed(texts: pl.Series, form: str) -> pl.Series | None:
    """Moments without a zone, null where a text does not fit; None where the form cannot be used at all."""
    written, series = form, texts
    if "%H" in form and "%M" not in form:
        written, series = f"{form}:%M", texts + ":00"
    try:
        times = series.str.to_datetime(written, strict=False, time_unit="us")
    except pl.exceptions.PolarsError:
        return None
    return times.dt.replace_time_zone(None)


def _candidates(names: Sequence[tuple[str, ...]], columns: Sequence[Sequence[str]]) -> list[tuple[int, ...]]:
    timely = [place for place, texts in enumerate(names) if TIME_WORDS.search(" ".join(texts).lower())]
    timely = [place for place in timely if guess_role(names[place]) != "issued"] or timely
    found: list[tuple[int, ...]] = []
    parts = [next((p for p in timely if _is_part(names[p], words)), None) for words in _PARTS]
    if all(part is not None for part in parts):
        first = [part for part in parts if part is not None]
        hours = [p for p in timely if _is_part(names[p], ("hour", "minute", "stunde", "heure", "hora", "時"))]
        found += [(*first, *hours[:2]), tuple(first)] if hours else [tuple(first)]
    for length in range(min(len(timely), _MOST_JOINED), 0, -1):
        found += [tuple(timely[start : start + length]) for start in range(len(timely) - length + 1)]
    singles: list[tuple[int, ...]] = [
        (place,) for place in range(min(len(names), 12)) if place not in timely and _dates_in(columns[place])
    ]
    return [places for places in dict.fromkeys(found + singles) if len(places) == len(set(places))][:60]


def _is_part(texts: tuple[str, ...], words: tuple[str, ...]) -> bool:
    plain = " ".join(texts).lower()
    return any(word in plain for word in words)


def _dates_in(cells: Sequence[str]) -> bool:
    first = next((cell for cell in cells if cell), "")
    return sum(sign in "-/.:年" for sign in first) >= 2 or (first.isdigit() and len(first) in {8, 10, 12, 14})
