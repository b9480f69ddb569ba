"""A table, or a piece of one: its columns as the file has them, text or typed, and where each record stands.

Axes: r records.
"""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.tables.fields import Fields
from rockfall_desktop.sites.tables.origin import Origin

_LARGEST_WHOLE = 1e15


@dataclass(frozen=True, eq=False)
class TextTable:
    """A table of one or several files.

    Attributes:
        file: name of the file, or the name with * that stands for several.
        names: the header texts of each column.
        given: the frame, or what makes it once somebody asks for it.
        origin: file and line of each record.
        fields: where the fields lie in the text, for those who need no frame; None where that is not known.
    """

    file: str
    names: tuple[tuple[str, ...], ...]
    given: pl.DataFrame | Callable[[], pl.DataFrame]
    origin: Origin
    fields: Fields | None = None

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Frame (r rows), columns c0, c1, ...: text as written, or typed where the file has types."""
        return self.given if isinstance(self.given, pl.DataFrame) else self.given()

    @property
    def rows(self) -> NDArray[np.int64]:
        """Line of each record in its file, from 1, int64 (r,)."""
        return self.origin.rows()

    def column(self, name: str, faults: Faults) -> pl.Series:
        """The texts of a column, stripped, empty where nothing stands; numbers and times are written out.

        Raises:
            Unreadable: when there is no such column, more than one, or one of another type.
        """
        text = as_text(self.written(name, faults))
        if text is None:
            remedy = "Export the column as text, numbers or times."
            faults.stop(self.file, None, f"holds neither text, numbers nor times in column {name}", remedy)
        return text

    def written(self, name: str, faults: Faults) -> pl.Series:
        """A column as the file has it, named by any of its header lines or by all joined with a slash.

        Raises:
            Unreadable: when there is no such column, or more than one.
        """
        found = self._places.get(name, [])
        if len(found) == 1:
            return self.frame[f"c{found[0]}"]
        told = ["/".join(text for text in texts if text) for texts in self.names]
        if found:
            faults.stop(self.file, None, f"has {len(found)} columns '{name}'", "Give each column its own name.")
        close = get_close_matches(name, told, 1, 0.5)
        advice = f"Did you mean '{close[0]}'? " if close else ""
        if len(told) == 1:
            advice += "Perhaps the delimiter is another one. "
        columns = ", ".join(f"'{text[:60]}'" for text in told[:40])
        return faults.stop(self.file, None, f"has no column '{name}'", f"{advice}Its columns: {columns}.")

    def plain_place(self, name: str) -> int | None:
        """The place of a column whose fields can be read from the text itself; None where they cannot."""
        found = self._places.get(name, [])
        return found[0] if self.fields is not None and len(found) == 1 else None

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Each name that a column goes by to the places of those that do."""
        places: dict[str, list[int]] = {}
        for place, texts in enumerate(self.names):
            for name in {*texts, "/".join(texts)}:
                places.setdefault(name, []).append(place)
        return places

    def kept(self, mask: pl.Series) -> "TextTable":
        """The table with some records only."""
        origin = self.origin.kept(mask.to_numpy())
        return TextTable(self.file, self.names, self.frame.filter(mask), origin)


def places_of(name: str, names: tuple[tuple[str, ...], ...]) -> list[int]:
    """The places of the columns that go by a name."""
    return [place for place, texts in enumerate(names) if name in texts or name == "/".join(texts)]


def as_text(series: pl.Series) -> pl.Series | None:
    """The values of a column as stripped text, empty where there is none; None for a type that no table has."""
    kind = series.dtype
    if kind == pl.String:
        text = series
    elif kind.is_integer() or kind in (pl.Boolean, pl.Categorical, pl.Enum):
        text = series.cast(pl.String)
    elif kind.is_float() or kind.is_decimal():
        number = series.cast(pl.Float64)
        whole = (number == number.round(0)) & (number.abs() < _LARGEST_WHOLE)
        text = number.cast(pl.String).zip_with(~whole, number.cast(pl.Int64, strict=False).cast(pl.String))
        text = text.zip_with(number.is_not_nan(), pl.Series([""], dtype=pl.String))
    elif isinstance(kind, pl.Datetime):
        text = series.dt.strftime("%Y-%m-%d %H:%M:%S")
    elif kind in (pl.Date, pl.Time):
        text = series.cast(pl.String)
    elif kind == pl.Null:
        text = pl.Series([""], dtype=pl.String).new_from_index(0, series.len())
    else:
        return None
    return text.fill_null("").str.strip_chars()
