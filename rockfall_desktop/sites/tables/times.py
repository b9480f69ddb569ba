"""Turns columns into times, all rows at once; rows are looked at singly only to tell faults.

Axes: r records.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rockfall_desktop.domain.site_table import TimedTable
from rockfall_desktop.sites.faults import FAULTS_PER_FILE, Faults
from rockfall_desktop.sites.instants import DAY_S, Seconds, clock_changes, repeated, to_utc
from rockfall_desktop.sites.tables.numbers import short
from rockfall_desktop.sites.tables.origin import Origin
from rockfall_desktop.sites.tables.plain_times import StampForm, plain_clock, stamp_form
from rockfall_desktop.sites.tables.text_table import TextTable

_FIRST_YEAR_S, _END_S = -2_208_988_800, 4_133_980_800  # 1900-01-01 and 2101-01-01
_FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y", "%d/%m/%Y %H:%M", "%m/%d/%Y",
    "%m/%d/%Y %H:%M", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d-%m-%Y", "%d-%m-%Y %H:%M", "%Y/%m/%d", "%Y/%m/%d %H:%M",
    "%Y%m%d", "%d %b %Y", "%d/%m/%y",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Times:
    """The times of a table's rows.

    Attributes:
        clock_s: int64 (r,), what the clock showed, as seconds since 1970 as if it were UTC.
        time_zone: IANA name of that clock.
    """

    clock_s: Seconds
    time_zone: str

    def start_s(self) -> Seconds:
        """Seconds since 1970 UTC of the written times; of a repeated hour the first pass."""
        return to_utc(self.clock_s, self.time_zone, "earliest")[0]

    def end_s(self, length_s: int | Seconds = 0) -> Seconds:
        """Seconds since 1970 UTC a length (one, or one for each row) after the times; whole days go by the calendar."""
        if isinstance(length_s, int) and length_s == 0:
            return to_utc(self.clock_s, self.time_zone, "latest")[0]
        days_s = np.where(np.asarray(length_s) % DAY_S == 0, length_s, 0)
        ends = to_utc(self.clock_s + days_s, self.time_zone, "latest")[0]
        ends += length_s - days_s
        return ends


@dataclass
class TimesFound:
    """What was met while columns became times, piece by piece.

    Attributes:
        options: how the times are written.
        absolute: whether the times say their offset from UTC; None before the first piece.
        fits: rows with a time.
        bad: file to how many rows have none, and line and text of the first of them.
        days: what is written before a time of day to its midnight, seconds since 1970 of that clock.
    """

    options: TimedTable
    absolute: bool | None = None
    fits: int = 0
    bad: dict[str, tuple[int, list[tuple[int, str]]]] = field(default_factory=dict)
    days: dict[bytes, int] = field(default_factory=dict)

    @cached_property
    def form(self) -> StampForm | None:
        """How the times are written, where they can be read from the text itself."""
        return stamp_form(self.options.time_format) if len(self.options.time_columns) == 1 else None

    def zone(self, site_time_zone: str) -> str:
        """IANA name of the clock that the times are of."""
        return "UTC" if self.absolute else self.options.timezone or site_time_zone

    def tell(self, faults: Faults) -> None:
        """Note the rows without a time.

        Raises:
            Unreadable: when there are any.
        """
        if not self.bad:
            return
        first = pl.Series([next(iter(self.bad.values()))[1][0][1]], dtype=pl.String)
        like = [form for form in _FORMATS if first.str.to_datetime(form, strict=False).is_not_null().all()]
        written = self.options.time_format
        hint = f" This one looks like {like[0]}." if like and like[0] != written else ""
        remedy = f"{self.fits:,} other rows fit: write all times in one form." if self.fits else "No row fits: "
        remedy += "" if self.fits else "correct time_format."
        form = f"no time of the form {written}" if written else "no time"
        for file, (count, samples) in self.bad.items():
            told = samples if self.fits else samples[:1]
            rows = [row for row, _ in told] + [0] * (count - len(samples) if self.fits else 0)
            texts = [text for _, text in told]
            faults.add_rows(file, rows, lambda place, texts=texts: f"'{texts[place]}' is {form}", remedy + hint)  # type: ignore[misc]
        faults.halt()


def read_times(table: TextTable, options: TimedTable, site_time_zone: str, faults: Faults, notes: list[str]) -> Times:
    """The times of all rows.

    Raises:
        Unreadable: when a column is missing or a row has no time in the format: its row is noted.
    """
    found = TimesFound(options)
    clock_s = clock_of(table, options, faults, found)
    found.tell(faults)
    times = Times(clock_s, found.zone(site_time_zone))
    check_clock(times, table.file, table.origin, faults, notes)
    return times


def clock_of(table: TextTable, options: TimedTable, faults: Faults, found: TimesFound) -> Seconds:
    """What the clock showed at each row of a piece of a table, int64 (r,); rows without a time are added to `found`.

    Raises:
        Unreadable: when a column is missing, the format is not understood, or other pieces have times of another sort.
    """
    plain = _plain(table, options, found)
    if plain is not None:
        found.absolute = False
        found.fits += plain.size
        return plain
    columns = [table.written(name, faults) for name in options.time_columns]
    moments = _typed(columns)
    if moments is None:
        moments = _parsed(table, columns, options, faults)
    absolute = getattr(moments.dtype, "time_zone", None) is not None or "%s" in options.time_format
    if found.absolute not in (None, absolute):
        remedy = "Write the times of all files in one form."
        faults.stop(table.file, None, "has times with an offset from UTC, or without one, unlike other files", remedy)
    found.absolute = absolute
    clock_s = _seconds(moments)
    bad = np.flatnonzero((clock_s < _FIRST_YEAR_S) | (clock_s >= _END_S))
    found.fits += clock_s.size - bad.size
    if bad.size:
        _remember(table, bad, [table.column(name, faults) for name in options.time_columns], found)
    return clock_s


def check_clock(times: Times, file: str, origin: Origin, faults: Faults, notes: list[str]) -> None:
    """Note a fault for each time that the clock skipped, and say how many fall into an hour that came twice."""
    clock_s, zone = times.clock_s, times.time_zone
    if clock_changes(zone).moment_s.size == 0:
        return
    skipped = np.flatnonzero(to_utc(clock_s, zone, "earliest")[1])
    if skipped.size:
        _, all_day = to_utc(clock_s[skipped] + DAY_S - 1, zone, "earliest")
        lost = skipped[(clock_s[skipped] % DAY_S != 0) | all_day]
        remedy = "If the logger does not change its clock, set timezone for this file, e.g. timezone = 'Etc/GMT-1'."
        origin.tell(faults, lost, lambda _: f"stands at a time that the clock of {zone} skipped", remedy)
    twice = repeated(clock_s, zone)
    if twice:
        notes.append(
            f"{file}: {twice:,} rows fall into an hour that the clock of {zone} goes through twice; "
            "readings are taken as of the second pass."
        )


def _plain(table: TextTable, options: TimedTable, found: TimesFound) -> Seconds | None:
    """The times of a piece whose fields are all written alike; None for others."""
    place = None if found.form is None else table.plain_place(options.time_columns[0])
    if place is None or found.form is None or table.fields is None or found.absolute:
        return None
    return plain_clock(table.fields, place, table.origin.count, found.form, found.days)


def _seconds(moments: pl.Series) -> Seconds:
    """Seconds since 1970 UTC, or of the clock where nothing says its offset; the lowest number for none."""
    moments = moments.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if moments.dtype.time_zone else moments  # type: ignore[attr-defined]
    moment_us = moments.cast(pl.Datetime("us")).to_physical().fill_null(np.iinfo(np.int64).min).to_numpy()
    return np.asarray(moment_us // 1_000_000, np.int64)


def _typed(columns: list[pl.Series]) -> pl.Series | None:
    """The moments of columns that have them as such: one of moments or days, or one of days and one of hours."""
    kinds = [column.dtype for column in columns]
    if len(columns) == 1 and (isinstance(kinds[0], pl.Datetime) or kinds[0] == pl.Date):
        return columns[0].cast(pl.Datetime("us")) if kinds[0] == pl.Date else columns[0]
    if len(columns) != 2 or kinds[0] not in (pl.Date, pl.Datetime) or kinds[1] not in (pl.Time, pl.Datetime):
        return None
    frame = pl.DataFrame({"day": columns[0], "hour": columns[1]})
    hour = pl.col("hour") if kinds[1] == pl.Time else pl.col("hour").dt.time()
    return frame.select(pl.col("day").dt.date().dt.combine(hour, time_unit="us")).to_series()


def _parsed(table: TextTable, columns: list[pl.Series], options: TimedTable, faults: Faults) -> pl.Series:
    """The moments of columns of text; stripped only where it is needed."""
    if all(column.dtype == pl.String for column in columns):
        moments = _parse(_joined(columns), options, table, faults)
        if not moments.null_count():
            return moments
    return _parse(_joined([table.column(name, faults) for name in options.time_columns]), options, table, faults)


def _joined(columns: list[pl.Series]) -> pl.Series:
    return columns[0] if len(columns) == 1 else pl.select(pl.concat_str(columns, separator=" ")).to_series()


def _parse(text: pl.Series, options: TimedTable, table: TextTable, faults: Faults) -> pl.Series:
    written = options.time_format
    if not written:
        message = f"time_format is missing: the times of {table.file} are text"
        faults.stop("site.toml", None, message, "Say how they are written, e.g. time_format = '%Y-%m-%d %H:%M'.")
    again = text.len() > 1 and text[0] == text[1]  # a memory of times pays only where they repeat
    hour_alone = ("%H" in written or "%I" in written) and "%M" not in written
    try:
        if hour_alone:  # polars wants minutes beside an hour
            return (text + ":00").str.to_datetime(f"{written}:%M", strict=False, time_unit="us", cache=again)
        return text.str.to_datetime(written, strict=False, time_unit="us", cache=again)
    except pl.exceptions.PolarsError:
        remedy = "Write it with %Y %m %d %H %M %S, e.g. %d.%m.%Y %H:%M."
        faults.stop("site.toml", None, f"time_format '{written}' of {options.file} is not understood", remedy)


def _remember(table: TextTable, bad: NDArray[np.int64], columns: list[pl.Series], found: TimesFound) -> None:
    owner = table.origin.file_of(bad)
    for number in np.unique(owner).tolist():
        file = table.origin.files[number]
        count, samples = found.bad.get(file, (0, []))
        own = bad[owner == number]
        chosen = own[: FAULTS_PER_FILE - len(samples)].tolist()
        texts = _joined([column.gather(chosen) for column in columns]).to_list()
        rows = [table.origin.place(record)[1] for record in chosen]
        samples += [(row, short(text)) for row, text in zip(rows, texts, strict=True)]
        found.bad[file] = (count + own.size, samples)
