"""The channels of a model at one of its sites, with what training has seen of each.

Axes: z zone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.bundle import ChannelInput
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.judging.experience import Experience, experience, unread_zones
from rockfall_desktop.learning.samples.pooling import shared_channels
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.learning.samples.split import split_by_time
from rockfall_desktop.learning.samples.zone_folds import fold_of_zones, zones_of_block


class _Learned(NamedTuple):
    """What of a site lies in the training block.

    Attributes:
        last_step: of the block.
        zones: bool (z,), those that are learned from.
    """

    last_step: int
    zones: NDArray[np.bool_]


def channel_inputs(sites: Sequence[SiteInput], config: TrainingConfig, place: int) -> tuple[ChannelInput, ...]:
    """The channels that a model reads at one of its sites, in the order of the graphs' inputs.

    Lowest and highest are those that the network knows: with one scaling for all sites of every site that it learned
    from; where each has its own, a reading is to the network how far it lies from the site's own mean, and only the
    site's own count. How full a channel was, how long silent and in which zones is always the site's own.

    Args:
        sites: what was read, all with time.
        config: of the training.
        place: which of the configuration's sites it is.
    """
    names = config.temporal_features if config.temporal_network != "none" else ()
    chosen = shared_channels([site.arrays for site in sites], names)
    learned = [_learned(site, number, config) for number, site in enumerate(sites)]
    others = [number for number, part in enumerate(learned) if part.zones.any()]
    known_from = others if config.scaling == "shared" else [place]
    return tuple(
        _input(
            channel,
            [_seen(chosen[number][column], learned[number]) for number in known_from],
            _seen(channel, learned[place]),
            _unread(channel, sites[place].arrays.zone_ids, learned[place]),
        )
        for column, channel in enumerate(chosen[place])
    )


def _learned(site: SiteInput, number: int, config: TrainingConfig) -> _Learned:
    split = split_by_time(config, site.arrays.local_date)
    return _Learned(split.training[1], zones_of_block(fold_of_zones(site.arrays, number, config), config, "training"))


def _seen(channel: ChannelArray, learned: _Learned) -> Experience:
    """Of a site that is held out as a whole, what was measured in the time of the training block."""
    return experience(channel, learned.last_step, learned.zones if learned.zones.any() else None)


def _unread(channel: ChannelArray, zone_ids: tuple[str, ...], learned: _Learned) -> tuple[str, ...]:
    unread = unread_zones(channel, learned.last_step, learned.zones)
    return tuple(zone_ids[zone] for zone in np.flatnonzero(unread))


def _input(
    channel: ChannelArray, known: Sequence[Experience], own: Experience, unread: tuple[str, ...]
) -> ChannelInput:
    return ChannelInput(
        name=channel.name,
        kind=channel.kind,
        unit=channel.unit,
        zoned=channel.zoned,
        lowest=min((one.lowest for one in known if one.lowest is not None), default=None),
        highest=max((one.highest for one in known if one.highest is not None), default=None),
        known_share=own.known_share,
        longest_gap_steps=own.longest_gap_steps,
        unread_zones=unread,
    )
