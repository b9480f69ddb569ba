"""What of a zone's window and maps lies beyond experience, in words.

Axes: z zone.
"""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.bundle import ChannelInput
from rockfall_desktop.judging.inputs import READ_AS_CHANGE
from rockfall_desktop.scoring.loading import LoadedModel
from rockfall_desktop.scoring.newest import NewestAnswers
from rockfall_desktop.scoring.series_inputs import newest_outside
from rockfall_desktop.scoring.site_inputs import SiteInputs

Sentences = list[list[str]]


def outside_words(loaded: LoadedModel, inputs: SiteInputs, found: NewestAnswers) -> Sentences:
    """Of each zone a sentence for each channel, about its newest reading beyond experience, and for its maps."""
    sentences: Sentences = [[] for _ in inputs.arrays.zone_ids]
    if not found.beyond.any():
        return sentences
    for channel, known in zip(inputs.channels, loaded.model.channels, strict=True):
        outside = newest_outside(channel, known, loaded.model.history_steps, inputs.last)
        side_z, value_z, step_z = (of_zones(part, len(sentences)) for part in outside)
        for zone in np.flatnonzero(side_z):
            moment = datetime.fromtimestamp(int(inputs.moment_s[step_z[zone]]), UTC)
            sentences[zone].append(_sentence(known, float(value_z[zone]), moment, above=bool(side_z[zone] > 0)))
    for seen in found.layers.values():
        for zone in np.flatnonzero(seen.unknown):
            sentences[zone].append("A map shows a class there that training never saw.")
    return sentences


def of_zones(values: NDArray[np.generic], zones: int) -> NDArray[np.generic]:
    """What holds for the whole site holds for each zone."""
    return np.broadcast_to(values, (zones,))


def _sentence(known: ChannelInput, value: float, moment: datetime, *, above: bool) -> str:
    what = f"The change of {known.name}" if known.kind in READ_AS_CHANGE else known.name
    limit = known.highest if above else known.lowest
    side = "above" if above else "below"
    saw = "training read nothing of it" if limit is None else f"{side} all that training saw ({limit:.4g} {known.unit})"
    return f"{what}, {value:.4g} {known.unit} at {moment:%Y-%m-%d %H:%M} UTC: {saw}."
