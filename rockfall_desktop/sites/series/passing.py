"""One piece of a table on its way through: its columns, under keys that several channels may share.

Axes: r records.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.instants import Seconds, clock_changes, repeated, to_utc
from rockfall_desktop.sites.tables.table import TextTable
from rockfall_desktop.sites.tables.times import Times


@dataclass(frozen=True, eq=False)
class Moments:
    """When the readings of a piece were over.

    Attributes:
        end_s: int64 (r,), seconds since 1970 UTC.
        time_zone: IANA name of the clock that the file has.
        skipped: whether one stands at a time that the clock skipped.
        twice: how many fall into an hour that it went through twice.
    """

    end_s: Seconds
    time_zone: str
    skipped: bool
    twice: int


@dataclass(frozen=True, eq=False)
class Passing:
    """One piece of a table whose columns are not held.

    Attributes:
        piece: it.
        found: key to what was met in the column so far.
        taken: key to the column of the piece (r,).
        time_zone: IANA name, that of the site.
    """

    piece: TextTable
    found: dict[Any, Any]
    taken: dict[Any, NDArray[Any]]
    time_zone: str
    _shared: dict[Any, Any] = field(default_factory=dict)

    def moments(self, channel: Channel) -> Moments | None:
        """When the readings of a channel were over, computed once for all that have the same; None as `times`."""
        key = (time_key(channel), channel.interval)
        if key not in self._shared:
            times = self.times(channel)
            self._shared[key] = None if times is None else _moments(times, duration_s(channel.interval or "0s"))
        moments: Moments | None = self._shared[key]
        return moments

    def records(self, first: int) -> NDArray[np.int32]:
        """The numbers of the records, int32 (r,), when the first one's is given; the same array for all who ask."""
        if first not in self._shared:
            self._shared[first] = np.arange(first, first + self.piece.origin.count, dtype=np.int32)
        records: NDArray[np.int32] = self._shared[first]
        return records

    def times(self, channel: Channel) -> Times | None:
        """The times of the piece; None where a row so far had none."""
        met = self.found[time_key(channel)]
        return None if met.bad else Times(self.taken[time_key(channel)], met.zone(self.time_zone))

    def zone(self, channel: Channel) -> NDArray[np.int32] | None:
        """Index of each row's zone (r,), -1 for none; None where the columns tell it."""
        return None if channel.zone_column is None else self.taken[channel.zone_column]

    def numbers(self, channel: Channel) -> list[tuple[str, NDArray[np.float64]]]:
        """Zone id, empty where the channel has one column, and its numbers (r,), NaN where there is none."""
        if not number_columns(channel):
            return [("", np.ones(self.piece.origin.count))]  # a row without a number counts as one
        named = channel.zone_columns or {"": channel.column or ""}
        return [(zone, self.taken[number_key(channel, name)]) for zone, name in named.items()]


def _moments(times: Times, length_s: int) -> Moments:
    skipped, twice = False, 0
    if clock_changes(times.time_zone).moment_s.size:
        skipped = bool(to_utc(times.clock_s, times.time_zone, "earliest")[1].any())
        twice = repeated(times.clock_s, times.time_zone)
    return Moments(times.end_s(length_s), times.time_zone, skipped, twice)


def number_columns(channel: Channel) -> list[str]:
    """The columns of a channel that hold its numbers."""
    return [name for name in (channel.column, *channel.zone_columns.values()) if name is not None]


def time_key(channel: Channel) -> tuple[Any, ...]:
    """The same for channels that have the same times."""
    return (channel.time_columns, channel.time_format, channel.timezone)


def number_key(channel: Channel, name: str) -> tuple[Any, ...]:
    """The same where a column becomes the same numbers."""
    return (name, channel.missing, tuple(channel.values.items()))
