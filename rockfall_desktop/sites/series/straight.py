"""Puts the readings of regular tables onto the steps while they are read, so that no channel is held as a whole.

A channel is regular when the readings of each zone stand in the order of time, once each, and nothing is wrong with
them. Whatever is odd ends the attempt, and the channel is read the thorough way (readings.py), which orders, joins and
tells. Both give the same; a test holds them against each other.

Axes: z zone, t time, r readings or records.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.kinds import rate_mm_h
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.faults import Unreadable
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.series import channels
from rockfall_desktop.sites.series.columns import SharedTables
from rockfall_desktop.sites.series.passing import Passing
from rockfall_desktop.sites.series.ranges import RAIN
from rockfall_desktop.sites.series.readings import Readings
from rockfall_desktop.sites.series.same_rows import Irregular, SameRows
from rockfall_desktop.sites.series.straight_zone import StraightZone
from rockfall_desktop.sites.series.unit_tally import UnitTally
from rockfall_desktop.sites.series.units import own_unit
from rockfall_desktop.sites.tables.origin import Origin, joined

Ends = tuple[tuple[int, str, int], tuple[int, str, int]]
"""The first and the last reading: end in seconds since 1970 UTC, file and row."""
_LONGEST_TURN = 512


@dataclass(frozen=True, eq=False)
class ReadChannel:
    """A channel on its steps, what is to be noted about it, and its first and last reading."""

    array: ChannelArray
    notes: list[str]
    ends: Ends


Straight = dict[str, ReadChannel | None]
"""The channels of a table under their names; None for one that has to be read the thorough way."""


class StraightChannel:
    """One channel while its table goes by.

    Raises:
        Irregular: from each method, when the channel has to be read the thorough way.
    """

    def __init__(
        self, channel: Channel, zone_ids: tuple[str, ...], ends_s: tuple[int, int], clock: StepClock, same: SameRows
    ) -> None:
        if not _may_be_straight(channel):
            raise Irregular
        zones = len(zone_ids) if channel.scope == "zone" else 1
        self.channel = channel
        self._clock = clock
        self._same = same
        self._ends_s = ends_s
        self._number = {name: place for place, name in enumerate(zone_ids)} | {"": 0}
        self._own = own_unit(channel, np.zeros(zones, np.int64), 0, [])
        self._series = channels.empty_series((zones, clock.count))
        self._zones: dict[int, StraightZone] = {}
        self._tally = UnitTally(channel)
        self._count = self._twice = 0
        self._time_zone = ""
        self._ends: Ends | None = None

    def add(self, passing: Passing, first_record: int) -> None:
        """Add the readings of a piece whose first record has a number."""
        moments, zone = passing.moments(self.channel), passing.zone(self.channel)
        if moments is None or moments.skipped:
            raise Irregular
        self._time_zone = moments.time_zone
        self._twice += moments.twice
        inside = zone is None or bool((zone >= 0).all())
        for name, value in passing.numbers(self.channel):
            if name not in self._number or (zone is not None and self.channel.scope != "zone"):
                raise Irregular
            parts = moments.end_s, value, passing.records(first_record)
            of_zone = zone
            if not inside or not value.size or np.isnan(value.min()):
                usable = ~np.isnan(value) if zone is None else ~np.isnan(value) & (zone >= 0)
                parts = parts[0][usable], value[usable], parts[2][usable]
                of_zone = None if zone is None else zone[usable]
            if parts[0].size:
                self._note_ends(parts[0], parts[2], passing.piece.origin, first_record)
                self._note_values(parts[1])
                self._spread(of_zone, self._number[name], parts)

    def result(self, said: list[str], origin: Origin) -> ReadChannel:
        """The channel and the notes about it; origin: of all records, said: about its columns."""
        if self._ends is None:
            raise Irregular
        if not self._tally.plain():
            raise Irregular
        notes = [f"Channel '{self.channel.name}': {text}" for text in [*self._said(), *said]]
        for zone in self._zones.values():
            zone.finish()
        impossible = [zone.first_impossible for _, zone in sorted(self._zones.items())]
        first = next((one for one in impossible if one is not None), None)
        own = own_unit(self.channel, np.zeros(self._own.factor.size, np.int64), self._count, notes)
        self._series.first_impossible = -1 if first is None else 0
        record, value = first or (0, 0.0)
        none = np.zeros(1, np.int64)
        readings = Readings(none.astype(np.int32), none, none, np.array([value]), np.array([record], np.int32), origin)
        array = channels.finished(self._series, self.channel, readings, own, self._clock, notes)
        return ReadChannel(array, notes, self._ends)

    def _spread(
        self,
        zone: NDArray[np.int32] | None,
        only: int,
        parts: tuple[Seconds, NDArray[np.float64], NDArray[np.int32]],
    ) -> None:
        end_s, value, record = parts
        if zone is None or (zone[0] == zone[-1] and (zone == zone[0]).all()):
            self._zone(only if zone is None else int(zone[0])).add(end_s, value, record)
            return
        turn = _turn_of(zone)
        if turn:
            for first in range(turn):
                own = slice(first, None, turn)
                self._zone(int(zone[first])).add(end_s[own].copy(), value[own].copy(), record[own].copy())
            return
        order = np.argsort(zone.astype(np.int16) if int(zone.max()) < np.iinfo(np.int16).max else zone, kind="stable")
        zone = zone[order]
        end_s, value, record = end_s[order], value[order], record[order]
        borders = np.flatnonzero(np.concatenate(([True], zone[1:] != zone[:-1], [True]))).tolist()
        for begin, end in pairwise(borders):
            own = slice(begin, end)
            self._zone(int(zone[begin])).add(end_s[own].copy(), value[own].copy(), record[own].copy())

    def _zone(self, number: int) -> StraightZone:
        if number not in self._zones:
            self._zones[number] = StraightZone(self._series, number, self.channel, self._own, self._clock, self._same)
        return self._zones[number]

    def _note_ends(self, end_s: Seconds, record: NDArray[np.int32], origin: Origin, before: int) -> None:
        early, late = int(end_s.argmin()), int(end_s.argmax())
        if end_s[early] < self._ends_s[0] or end_s[late] > self._ends_s[1]:
            raise Irregular
        if self._ends is None or end_s[early] < self._ends[0][0]:
            first = (int(end_s[early]), *origin.place(int(record[early]) - before))
            self._ends = (first, first if self._ends is None else self._ends[1])
        if end_s[late] > self._ends[1][0]:
            self._ends = (self._ends[0], (int(end_s[late]), *origin.place(int(record[late]) - before)))

    def _note_values(self, value: NDArray[np.float64]) -> None:
        if self.channel.kind in RAIN and self.channel.valid_range is None and (value < 0).any():
            raise Irregular
        self._count += value.size
        self._tally.add(value)

    def _said(self) -> Iterator[str]:
        if self._twice:
            yield (
                f"{self.channel.file}: {self._twice:,} rows fall into an hour that the clock of {self._time_zone} goes "
                "through twice; readings are taken as of the second pass."
            )


def read_straight(
    tables: SharedTables, channel: Channel, zone_ids: tuple[str, ...], ends_s: tuple[int, int], clock: StepClock
) -> Straight | None:
    """All channels that share the table of one, under their names; None where it has to be read the thorough way.

    Args:
        tables: with faults and notes of its own, as an attempt may end in the middle.
        channel: one of them.
        zone_ids: the site's zones.
        ends_s: first and last reading of the site; one outside ends the attempt.
        clock: the site's steps.
    """
    try:
        sharing = tables.sharing(channel)
        same = SameRows(clock)
        filling = [StraightChannel(one, zone_ids, ends_s, clock, same) for one in sharing]
        origins: list[Origin] = []
        count = 0
        for passing in tables.passing(sharing):
            for one in filling:
                one.add(passing, count)
            origins.append(passing.piece.origin)
            count += passing.piece.origin.count
            met = passing.found
            del passing
        if not count:
            return None
        origin = joined(origins)
        return {one.channel.name: one.result(tables.said(one.channel, met), origin) for one in filling}
    except (Irregular, Unreadable):
        return None


def _turn_of(zone: NDArray[np.int32]) -> int:
    """After how many readings (r,) the same zones come again, all through and each once; 0 where they do not."""
    again = np.flatnonzero(zone[1 : _LONGEST_TURN + 1] == zone[0])
    turn = int(again[0]) + 1 if again.size else 0
    if not turn or (zone[turn:] != zone[:-turn]).any() or np.unique(zone[:turn]).size < turn:
        return 0
    return turn


def _may_be_straight(channel: Channel) -> bool:
    """Whether nothing has to be known of all readings of a channel before the first goes onto its step."""
    by_spacing = channel.kind in RAIN or rate_mm_h(channel.kind, channel.unit) is not None
    return channel.interval is not None or (channel.stamp == "end" and not by_spacing)
