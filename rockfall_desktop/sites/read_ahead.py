"""Adds to the measured channels of a site what was announced of the time ahead, and what is computed."""

from contextlib import suppress

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.series import blasts, forecasts
from rockfall_desktop.sites.series.announced import AHEAD_KINDS, read_announced
from rockfall_desktop.sites.series.derived import derive
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zones import Zones


def measured_channels(manifest: SiteManifest) -> tuple[Channel, ...]:
    """The channels whose readings make the record: what is announced reaches beyond it and does not lengthen it."""
    return tuple(channel for channel in manifest.channel if channel.kind not in AHEAD_KINDS)


def tell_nothing_measured(manifest: SiteManifest, faults: Faults) -> None:
    """Note a fault where a site has forecasts or blasts only, so that nobody knows which steps it has."""
    if manifest.channel and not measured_channels(manifest):
        message = "has forecasts or blasts only, and they do not tell where the record ends"
        faults.add("site.toml", None, message, "Add a measured channel, e.g. the rain that fell.")


def with_ahead(
    manifest: SiteManifest,
    reader: TableReader,
    zones: Zones,
    measured: list[ChannelArray],
    clock: StepClock,
    faults: Faults,
    notes: list[str],
) -> list[ChannelArray]:
    """All channels in the order of site.toml: measured, forecast and blasts, then the computed ones.

    Args:
        manifest: what site.toml says.
        reader: reads the tables of forecasts and blasts.
        zones: the site's zones.
        measured: those of `measured_channels`, in their order.
        clock: the site's steps.
        faults: where a channel that cannot be used is told; it is then left out.
        notes: what was left out or converted.
    """
    by_name = {channel.name: channel for channel in measured}
    series: list[ChannelArray] = []
    for channel in manifest.channel:
        if channel.name in by_name:
            series.append(by_name[channel.name])
        elif channel.kind in AHEAD_KINDS:
            with suppress(Unreadable):
                series += _announced(channel, reader, zones, (manifest.timezone, clock), faults, notes)
    return [*series, *derive(manifest, tuple(measured), clock, notes)]


def _announced(
    channel: Channel,
    reader: TableReader,
    zones: Zones,
    when: tuple[str, StepClock],
    faults: Faults,
    notes: list[str],
) -> tuple[ChannelArray, ...]:
    time_zone, clock = when
    rows = read_announced(channel, reader, zones, time_zone, faults, notes)
    if channel.kind == "blast":
        return blasts.on_steps(channel, rows, clock, len(zones.ids), faults, notes)
    forecast = forecasts.forecast_of(channel, rows, faults, notes)
    return forecasts.on_steps(channel, forecast, clock, len(zones.ids))
