"""Turns columns of text into numbers and times, all rows at once; rows are looked at singly only to tell faults."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rockfall_desktop.domain.site_table import Table, TimedTable
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.instants import DAY_S, Seconds, repeated, to_utc
from rockfall_desktop.sites.tables.table import TextTable

LARGEST = 1e30
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
        days_s = np.where(np.asarray(length_s) % DAY_S == 0, length_s, 0)
        return to_utc(self.clock_s + days_s, self.time_zone, "latest")[0] + (length_s - days_s)


def read_numbers(
    table: TextTable, column: str, options: Table, faults: Faults, notes: list[str]
) -> NDArray[np.float64]:
    """The numbers of a column, NaN where nothing or a missing marker stands; shape (r,).

    Raises:
        Unreadable: when there is no such column.
    """
    text = table.column(column, faults)
    gap = ((text == "") | text.is_in(list(options.missing))).to_numpy()
    plain = text.str.replace(",", ".", literal=True) if options.decimal == "," else text
    numbers = plain.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy().copy()
    numbers[gap] = np.nan
    told = gap.copy()
    for word, number in options.values.items():
        mask = (text == word).to_numpy()
        numbers[mask], told[mask] = number, True
        if mask.any():
            notes.append(f"{table.file}: {int(mask.sum()):,} times '{word}' in {column} was read as {number:g}.")
    with np.errstate(invalid="ignore"):
        bad = np.flatnonzero(~told & ~(np.abs(numbers) <= LARGEST))
    remedy = "Mend the row; if the text means 'no value' add it to missing, if it means a number add it to values."
    faults.add_rows(
        table.file,
        table.rows[bad].tolist(),
        lambda place: f"'{_short(text[int(bad[place])])}' in column {column} is no number",
        remedy,
    )
    return numbers


def read_times(table: TextTable, options: TimedTable, site_time_zone: str, faults: Faults, notes: list[str]) -> Times:
    """The times of all rows.

    Raises:
        Unreadable: when a column is missing or a row has no time in the format: its row is noted.
    """
    columns = [table.column(name, faults) for name in options.time_columns]
    text = columns[0] if len(columns) == 1 else pl.select(pl.concat_str(columns, separator=" ")).to_series()
    parsed = _parse(text, options, faults)
    clock = parsed.dt.replace_time_zone(None).dt.epoch("us").fill_null(np.iinfo(np.int64).min).to_numpy() // 1_000_000
    bad = np.flatnonzero((clock < _FIRST_YEAR_S) | (clock >= _END_S))
    if bad.size:
        _tell_bad_times(table, text, bad, options, faults)
        faults.halt()
    absolute = parsed.dtype == pl.Datetime("us", "UTC") or "%s" in options.time_format
    zone = "UTC" if absolute else options.timezone or site_time_zone
    _check_clock(table, clock, zone, faults, notes)
    return Times(clock.astype(np.int64), zone)


def _parse(text: pl.Series, options: TimedTable, faults: Faults) -> pl.Series:
    written = options.time_format
    hour_alone = ("%H" in written or "%I" in written) and "%M" not in written
    try:
        if hour_alone:  # polars wants minutes beside an hour
            return (text + ":00").str.to_datetime(f"{written}:%M", strict=False, time_unit="us")
        return text.str.to_datetime(written, strict=False, time_unit="us")
    except pl.exceptions.PolarsError:
        remedy = "Write it with %Y %m %d %H %M %S, e.g. %d.%m.%Y %H:%M."
        faults.stop("site.toml", None, f"time_format '{written}' of {options.file} is not understood", remedy)


def _tell_bad_times(
    table: TextTable, text: pl.Series, bad: NDArray[np.int64], options: TimedTable, faults: Faults
) -> None:
    first = text.gather(bad[:1].tolist())
    like = [form for form in _FORMATS if first.str.to_datetime(form, strict=False).is_not_null().all()]
    hint = f" This one looks like {like[0]}." if like and like[0] != options.time_format else ""
    fits = table.rows.size - bad.size
    told = bad if fits else bad[:1]
    share = f"{fits:,} other rows fit: write all times in one form." if fits else "No row fits: correct time_format."
    faults.add_rows(
        table.file,
        table.rows[told].tolist(),
        lambda place: f"'{_short(text[int(told[place])])}' is no time of the form {options.time_format}",
        f"{share}{hint}",
    )


def _check_clock(table: TextTable, clock: Seconds, zone: str, faults: Faults, notes: list[str]) -> None:
    skipped = np.flatnonzero(to_utc(clock, zone, "earliest")[1])
    _, all_day = to_utc(clock[skipped] + DAY_S - 1, zone, "earliest")
    lost = skipped[(clock[skipped] % DAY_S != 0) | all_day]
    faults.add_rows(
        table.file,
        table.rows[lost].tolist(),
        lambda _: f"stands at a time that the clock of {zone} skipped",
        "If the logger does not change its clock, set timezone for this file, e.g. timezone = 'Etc/GMT-1'.",
    )
    twice = repeated(clock, zone)
    if twice:
        notes.append(
            f"{table.file}: {twice:,} rows fall into an hour that the clock of {zone} goes through twice; "
            "readings are taken as of the second pass."
        )


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
