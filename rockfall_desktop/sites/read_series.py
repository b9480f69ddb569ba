"""Reads the channels of a site and puts them onto its steps.

A small site is held as a whole until its first and last reading are known. Of a large one the ends of the files tell
them, so that one channel after the other goes onto the steps; where they told wrong, all files are read again.
"""

from contextlib import suppress
from dataclasses import dataclass

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.clock import StepClock, expected_steps, make_clock
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.read_ahead import measured_channels
from rockfall_desktop.sites.series import channels
from rockfall_desktop.sites.series.columns import SharedTables
from rockfall_desktop.sites.series.readings import Readings, read_readings
from rockfall_desktop.sites.series.straight import Straight, read_straight
from rockfall_desktop.sites.series.wrong_unit import tell_wrong_unit
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zones import Zones

MAXIMUM_STEPS = 10_000_000
MAXIMUM_CELLS = 100_000_000
HELD_BYTES = 32 * 1024**2
"""Up to this size of all files together the readings are held."""


@dataclass
class _Span:
    """The first and the last reading met so far: end in seconds since 1970 UTC, file and row."""

    first: tuple[int, str, int] | None = None
    last: tuple[int, str, int] | None = None

    @property
    def ends_s(self) -> tuple[int, int] | None:
        return (self.first[0], self.last[0]) if self.first and self.last else None

    def widen(self, first: tuple[int, str, int], last: tuple[int, str, int]) -> None:
        self.first = first if self.first is None or first[0] < self.first[0] else self.first
        self.last = last if self.last is None or last[0] > self.last[0] else self.last

    def add(self, readings: Readings) -> None:
        early, late = int(readings.end_s.argmin()), int(readings.end_s.argmax())
        ends = [(int(readings.end_s[place]), *readings.place(place)) for place in (early, late)]
        self.widen(ends[0], ends[1])


class SeriesReading:
    """One reading of all channels; `clock` and `series` stand when `read` is through."""

    def __init__(
        self, manifest: SiteManifest, folder: SiteFolder, zones: Zones, faults: Faults, notes: list[str]
    ) -> None:
        self._manifest = manifest
        self._channels = measured_channels(manifest)
        self._folder = folder
        self._zones = zones
        self._faults = faults
        self._notes = notes
        self.clock: StepClock | None = None
        self.series: list[ChannelArray] = []
        self._span = _Span()
        self._complete = True

    def read(self) -> None:
        """Read every channel; faults are noted, and some channel may then be missing.

        Raises:
            Unreadable: when no clock can be made.
        """
        if self._size() <= HELD_BYTES:
            self._read_held()
            return
        guess = self._guess()
        early = Faults()
        said = self._read_with(guess, early)
        if self._span.ends_s != guess and not self._faults.count:
            early = Faults()
            said = self._read_with(self._span.ends_s, early)
        for fault in early.told():
            self._faults.add(fault.file, fault.row, fault.message, fault.remedy)
        self._notes += said

    def _tables(self, folder: SiteFolder, faults: Faults, notes: list[str], *, ends_only: bool = False) -> SharedTables:
        reader = TableReader(folder, faults, notes, ends_only=ends_only)
        return SharedTables(self._channels, reader, self._zones, self._manifest.timezone, faults)

    def _read_held(self) -> None:
        tables, held = self._tables(self._folder, self._faults, self._notes), []
        for channel in self._channels:
            readings = self._readings(channel, tables, self._notes)
            if readings is not None:
                held.append((channel, readings))
        if not self._complete:
            return
        self.clock = self._made_clock(self._span.ends_s)
        for channel, readings in held:
            channels.tell_early(channel, readings, self.clock, self._faults)
        if not self._faults.count:
            self.series = [self._on_steps(channel, readings, self._notes) for channel, readings in held]

    def _read_with(self, ends_s: tuple[int, int] | None, early: Faults) -> list[str]:
        """Read channel after channel onto the steps between two moments; gives back what is to be noted."""
        notes: list[str] = []
        self._span, self.series = _Span(), []
        self.clock = None if ends_s is None else self._made_clock(ends_s)
        tables = self._tables(self._folder, self._faults, notes)
        straight: Straight = {}
        for channel in self._channels:
            if channel.name not in straight:
                straight |= self._straight(channel, ends_s, notes)
            if (read := straight[channel.name]) is not None:
                self._span.widen(*read.ends)
                self.series.append(read.array)
                notes += read.notes
                continue
            readings = self._readings(channel, tables, notes)
            inside = ends_s is not None and self._span.ends_s is not None and _covers(ends_s, self._span.ends_s)
            if readings is not None and self.clock is not None and inside:
                channels.tell_early(channel, readings, self.clock, early)
                if not self._faults.count:
                    self.series.append(self._on_steps(channel, readings, notes))
        return notes

    def _straight(self, channel: Channel, ends_s: tuple[int, int] | None, notes: list[str]) -> Straight:
        """The channels of one table read in one go; None for each where that cannot be."""
        said: list[str] = []
        faults = Faults()
        tables = self._tables(self._folder, faults, said)
        sharing = tables.sharing(channel)
        if ends_s is not None and self.clock is not None:
            read = read_straight(tables, channel, self._zones.ids, ends_s, self.clock)
            if read is not None and not faults.count:
                notes += said
                return read
        return dict.fromkeys((one.name for one in sharing), None)

    def _readings(self, channel: Channel, tables: SharedTables, notes: list[str]) -> Readings | None:
        with suppress(Unreadable):
            readings = read_readings(channel, tables, self._faults, notes)
            tell_wrong_unit(channel, readings, self._faults)
            self._span.add(readings)
            return readings
        self._complete = False
        return None

    def _on_steps(self, channel: Channel, readings: Readings, notes: list[str]) -> ChannelArray:
        assert self.clock is not None  # noqa: S101
        return channels.on_steps(channel, readings, self.clock, len(self._zones.ids), notes)

    def _size(self) -> int:
        """Bytes of all files of the channels; those that are not there count nothing, reading them tells it."""
        scratch, size = Faults(), 0
        folder = SiteFolder(self._folder.path, scratch)
        for file in {channel.file for channel in self._channels}:
            with suppress(Unreadable, OSError):
                size += sum(folder.place_of(name).stat().st_size for name in folder.matching(file))
        return size

    def _guess(self) -> tuple[int, int] | None:
        """First and last reading as the ends of the files tell; None where they cannot."""
        scratch, span = Faults(), _Span()
        folder = SiteFolder(self._folder.path, scratch)
        tables = self._tables(folder, scratch, [], ends_only=True)
        for channel in self._channels:
            with suppress(Unreadable):
                span.add(read_readings(channel, tables, scratch, []))
        return None if span.ends_s is None or self._too_long(span.ends_s) else span.ends_s

    def _made_clock(self, ends_s: tuple[int, int] | None) -> StepClock:
        if ends_s is None:
            self._faults.halt()
        if self._too_long(ends_s) and self._span.first and self._span.last:
            steps = expected_steps(*ends_s, self._manifest.step_s)
            step, zones = self._manifest.step, len(self._zones.ids)
            message = f"begins a record of {steps:,} steps of {step}, too many for {zones:,} zones"
            (_, file, row), (_, other, end) = self._span.first, self._span.last
            remedy = f"Look for a wrong date here and in row {end} of {other}, or widen step."
            self._faults.stop(file, row, message, remedy)
        return make_clock(*ends_s, self._manifest.step_s, self._manifest.timezone)

    def _too_long(self, ends_s: tuple[int, int]) -> bool:
        steps = expected_steps(*ends_s, self._manifest.step_s)
        return steps > MAXIMUM_STEPS or steps * len(self._zones.ids) > MAXIMUM_CELLS


def _covers(outer: tuple[int, int], inner: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
