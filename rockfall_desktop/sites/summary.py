"""Says in a few numbers what a site that was read holds."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.site import ChannelSummary, SiteManifest, SiteSummary


def summarise(folder: Path, manifest: SiteManifest, arrays: SiteArrays) -> SiteSummary:
    """The summary of a site."""
    return SiteSummary(
        site_id=arrays.site_id,
        name=arrays.name,
        simulated=arrays.simulated,
        folder=str(folder),
        step=manifest.step,
        timezone=manifest.timezone,
        crs=manifest.crs,
        zones=len(arrays.zone_ids),
        channels=tuple(map(_channel, arrays.channels)),
        layers=tuple(dict.fromkeys(layer.kind for layer in manifest.layer)),
        incidents=int(arrays.incidents.zone.size),
        steps=int(arrays.start_s.size),
        first_date=_day(arrays.local_date[:1]),
        last_date=_day(arrays.local_date[-1:]),
        notes=arrays.notes,
    )


def _channel(channel: ChannelArray) -> ChannelSummary:
    missing = float(np.isnan(channel.values).mean()) if channel.values.size else 0.0
    return ChannelSummary(
        name=channel.name,
        kind=channel.kind,
        unit=channel.unit,
        zoned=channel.zoned,
        missing_share=missing,
        marks=channel.marks,
    )


def _day(days: NDArray[np.int32]) -> date | None:
    return date(1970, 1, 1) + timedelta(days=int(days[0])) if days.size else None
