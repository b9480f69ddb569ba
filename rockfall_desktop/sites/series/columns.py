"""Reads the columns of all channels that share a table in one go, and lets the table go after the last of them.

Axes: r records.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.series.passing import Passing, number_columns, number_key, time_key
from rockfall_desktop.sites.series.zone_keys import ZoneKeys
from rockfall_desktop.sites.tables.numbers import NumbersFound, numbers_of
from rockfall_desktop.sites.tables.origin import Origin, joined
from rockfall_desktop.sites.tables.table import TableReader, TextTable, table_key
from rockfall_desktop.sites.tables.times import Times, TimesFound, clock_of
from rockfall_desktop.sites.zones import Zones

_NAMES_TOLD = 5
_GROWTH = 1.2


@dataclass(frozen=True, eq=False)
class ChannelColumns:
    """What the records of a channel's table say about it, nothing dropped yet.

    Attributes:
        times: of each record (r,).
        zone: int32 (r,), index of the zone, -1 for none of the site's; None: all are of the first.
        values: zone to float64 (r,), NaN where there is none; one entry with key -1 where `zone` tells the zone.
        origin: where the records stand.
        said: notes about the columns.
    """

    times: Times
    zone: NDArray[np.int32] | None
    values: dict[int, NDArray[np.float64]]
    origin: Origin
    said: list[str]


@dataclass(eq=False)
class _Column:
    """One column while its table goes by, one piece after the other."""

    take: Callable[[TextTable], NDArray[Any]]
    found: Any = None
    failed: bool = False
    users: int = 0
    _held: NDArray[Any] | None = None
    _size: int = 0

    def add(self, piece: TextTable) -> None:
        if not self.failed:
            try:
                self._append(self.take(piece))
            except Unreadable:
                self.failed, self._held = True, None

    def whole(self) -> NDArray[Any]:
        """All that was taken; nothing can be added any more."""
        if self._held is None:
            return np.zeros(0)
        if self._held.size > self._size:
            self._held.resize(self._size, refcheck=False)
        return self._held

    def let_go(self) -> None:
        """Hold nothing any longer; to be called after the last channel that needs the column."""
        self._held, self._size = None, 0

    def _append(self, part: NDArray[Any]) -> None:
        if self._held is None:
            self._held = np.empty(0, part.dtype)
        if self._size + part.size > self._held.size:  # in place, so that at no time two copies are held
            self._held.resize(int((self._size + part.size) * _GROWTH), refcheck=False)
        self._held[self._size : self._size + part.size] = part
        self._size += part.size


@dataclass(eq=False)
class _ZonesLost:
    count: int = 0
    names: list[str] = field(default_factory=list)


class SharedTables:
    """The tables of a site's channels, each read once and held until its last channel was asked for."""

    def __init__(
        self, channels: Sequence[Channel], reader: TableReader, zones: Zones, time_zone: str, faults: Faults
    ) -> None:
        self._reader = reader
        self._zones = zones
        self._zone_keys = ZoneKeys(zones.ids)
        self._time_zone = time_zone
        self._faults = faults
        self._sharing: dict[str, list[Channel]] = {}
        for channel in channels:
            self._sharing.setdefault(table_key(channel), []).append(channel)
        self._waiting = {key: len(sharing) for key, sharing in self._sharing.items()}
        self._columns: dict[str, tuple[dict[Any, _Column], Origin] | None] = {}

    def columns(self, channel: Channel) -> ChannelColumns:
        """The columns of a channel; to be asked once for each.

        Raises:
            Unreadable: when the table, a column or the times cannot be used.
        """
        key = table_key(channel)
        if key not in self._columns:
            self._columns[key] = None
            self._columns[key] = self._load(self._sharing[key])
        loaded = self._columns[key]
        self._waiting[key] -= 1
        if not self._waiting[key]:
            del self._columns[key]
        if loaded is None:
            self._faults.halt()
        columns, origin = loaded
        found = self._of_channel(channel, columns, origin)
        for used in self._asked(channel):
            columns[used].users -= 1
            if not columns[used].users:
                columns[used].let_go()
        return found

    def text_at(self, channel: Channel, record: int) -> str:
        """What is written in the channel's column at a record; reads the table again up to it, for faults only."""
        name, left = channel.column or "", record
        for piece in self._reader.pieces(channel, frozenset((name,)), {}):
            if left < piece.origin.count:
                return str(piece.column(name, self._faults)[left])
            left -= piece.origin.count
        return ""

    def sharing(self, channel: Channel) -> list[Channel]:
        """The channels that share a channel's table, itself among them."""
        return self._sharing[table_key(channel)]

    def passing(self, sharing: list[Channel]) -> Iterator[Passing]:
        """The columns of channels that share a table, piece by piece; nothing of them is held.

        Raises:
            Unreadable: at the first piece of which a column or the times cannot be used.
        """
        columns = self._needed(sharing)
        found = {key: column.found for key, column in columns.items()}
        for piece in self._pieces(sharing):
            taken = {key: column.take(piece) for key, column in columns.items()}
            yield Passing(piece, found, taken, self._time_zone)
            del piece, taken  # so that no two pieces are held

    def said(self, channel: Channel, met: dict[Any, Any]) -> list[str]:
        """Notes about a channel's columns; met: what the last piece found in each."""
        found = [met[number_key(channel, name)] for name in number_columns(channel)]
        said = [text for one in found for text in one.said(channel)]
        return said + self._lost(channel, met)

    def _lost(self, channel: Channel, found: dict[Any, Any]) -> list[str]:
        lost = None if channel.zone_column is None else found[channel.zone_column]
        if lost is None or not lost.count:
            return []
        names = ", ".join(f"'{name}'" for name in lost.names)
        return [f"{channel.file}: {lost.count:,} rows left out, their zone is none of the site's: {names}."]

    def _needed(self, sharing: list[Channel]) -> dict[Any, _Column]:
        columns: dict[Any, _Column] = {}
        for channel in sharing:
            for key, column in self._asked(channel).items():
                columns.setdefault(key, column).users += 1
        return columns

    def _pieces(self, sharing: list[Channel]) -> Iterator[TextTable]:
        texts = {name for one in sharing for name in (*one.time_columns, one.zone_column or "", *_kept(one))} - {""}
        numbers: dict[str, set[tuple[str, ...]]] = {}
        for one in sharing:
            for name in number_columns(one):
                numbers.setdefault(name, set()).add(one.missing)
        texts_only = texts | {name for one in sharing if _renames_numbers(one) for name in number_columns(one)}
        typed = {name: next(iter(ways)) for name, ways in numbers.items() if len(ways) == 1 and name not in texts_only}
        return self._reader.pieces(sharing[0], frozenset(texts | set(numbers)), typed)

    def _load(self, sharing: list[Channel]) -> tuple[dict[Any, _Column], Origin]:
        columns = self._needed(sharing)
        origins = []
        for piece in self._pieces(sharing):
            origins.append(piece.origin)
            for column in columns.values():
                column.add(piece)
        return columns, joined(origins)

    def _asked(self, channel: Channel) -> dict[Any, _Column]:
        """What a channel needs: its times, its zones and its numbers, each under a key that others may share."""
        asked: dict[Any, _Column] = {}
        times = TimesFound(channel)
        asked[time_key(channel)] = _Column(lambda piece: clock_of(piece, channel, self._faults, times), times)
        if channel.zone_column is not None:
            asked[channel.zone_column] = self._zone_column(channel.zone_column)
        for name in number_columns(channel):
            asked[number_key(channel, name)] = self._number_column(channel, name)
        return asked

    def _number_column(self, channel: Channel, name: str) -> _Column:
        found = NumbersFound(channel.file, name)
        return _Column(lambda piece: numbers_of(piece, name, channel, self._faults, found), found)

    def _zone_column(self, name: str) -> _Column:
        lost = _ZonesLost()
        return _Column(lambda piece: self._zone_of(piece, name, lost), lost)

    def _zone_of(self, piece: TextTable, name: str, lost: _ZonesLost) -> NDArray[np.int32]:
        place = piece.plain_place(name)
        if place is not None and piece.fields is not None:
            plain = self._zone_keys.zones(piece.fields, place, piece.origin.count)
            if plain is not None:
                return plain
        texts = piece.written(name, self._faults)
        if texts.dtype == pl.String:
            alone = _all_same(texts)
            zone = self._zones.by_id(texts.head(1) if alone else texts)
            if (zone >= 0).all():
                return np.full(texts.len(), zone[0], np.int32) if alone else zone
        texts = piece.column(name, self._faults)
        zone = self._zones.by_id(texts)
        away = zone < 0
        if away.any():
            lost.count += int(away.sum())
            own = texts.filter(away).unique().sort().head(_NAMES_TOLD).to_list()
            lost.names = sorted({*lost.names, *own})[:_NAMES_TOLD]
        return zone

    def _of_channel(self, channel: Channel, columns: dict[Any, _Column], origin: Origin) -> ChannelColumns:
        clock = columns[time_key(channel)]
        needed = [columns[key] for key in self._asked(channel)]
        if origin.count == 0:
            remedy = "Check keep in site.toml, and the files."
            self._faults.stop(channel.file, None, f"holds no row for channel '{channel.name}'", remedy)
        if clock.failed or any(column.failed for column in needed):
            self._faults.halt()
        clock.found.tell(self._faults)
        said: list[str] = []
        values = self._values(channel, columns, said)
        zone = None
        if channel.zone_column is not None:
            zone = columns[channel.zone_column].whole()
            said += self._lost(channel, {channel.zone_column: columns[channel.zone_column].found})
        times = Times(clock.whole(), clock.found.zone(self._time_zone))
        return ChannelColumns(times, zone, values, origin, said)

    def _values(self, channel: Channel, columns: dict[Any, _Column], said: list[str]) -> dict[int, NDArray[np.float64]]:
        values: dict[int, NDArray[np.float64]] = {}
        if not number_columns(channel):
            return {-1: np.ones(columns[time_key(channel)].whole().size)}  # a row without a number counts as one
        for zone, name in (channel.zone_columns or {"": channel.column or ""}).items():
            place = self._zones.ids.index(zone) if zone in self._zones.ids else -1
            if zone and place < 0:
                self._tell_no_zone(channel, zone)
            column = columns[number_key(channel, name)]
            values[place] = column.whole()
            said += column.found.said(channel)
        return values

    def _tell_no_zone(self, channel: Channel, zone: str) -> None:
        ids = ", ".join(f"'{name}'" for name in self._zones.ids[:20])
        message = f"zone_columns of channel '{channel.name}' names '{zone}', which is none of the site's zones"
        self._faults.stop("site.toml", None, message, f"Its zones: {ids}.")


def _all_same(texts: pl.Series) -> bool:
    """Whether a column says one thing only, as in a file for each zone."""
    some = texts.len() > 0 and not texts.has_nulls()
    return some and texts[0] == texts[-1] and bool((texts == texts[0]).all())


def _kept(channel: Channel) -> tuple[str, ...]:
    return () if channel.keep is None else (channel.keep.column,)


def _renames_numbers(channel: Channel) -> bool:
    """Whether a text that is a number stands for another one, so that its writing counts."""
    return any(re.fullmatch(r"[-+.,\deE]+", word) for word in channel.values)
