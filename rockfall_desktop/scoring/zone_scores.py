"""Answers and levels of zones in words: why a zone is grey, what lies beyond experience, what is missing.

Axes: z zone, h horizon, c channel, g part of the layers.
"""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.levels import Level
from rockfall_desktop.domain.site_score import HorizonScore, ZoneScore
from rockfall_desktop.judging.experience import beyond
from rockfall_desktop.judging.inputs import READ_AS_CHANGE
from rockfall_desktop.judging.levels import LEVELS
from rockfall_desktop.judging.readiness import LEAST_SHARE
from rockfall_desktop.scoring.loading import LoadedModel
from rockfall_desktop.scoring.newest import NewestAnswers
from rockfall_desktop.scoring.series_inputs import newest_readings, newest_step_read
from rockfall_desktop.scoring.site_inputs import SiteInputs

STALE_STEPS, STALE_S = 3, 3600
_HOUR_S, _DAY_S = 3600, 86_400
_LAYER_WORDS = {"raster": "raster or map", "cloud": "scan"}

Sentences = list[list[str]]


def newest_moment(inputs: SiteInputs) -> int | None:
    """End of the newest step with any reading that the model reads, seconds since 1970 UTC; None without any."""
    step = newest_step_read(inputs.channels, inputs.last)
    return None if step < 0 else int(inputs.moment_s[step])


def grey_site(inputs: SiteInputs, history_steps: int, at_s: int) -> str:
    """Why no zone of a site can be judged, one sentence; empty where some may be.

    Readings are too old when the newest lies more than three steps, and more than an hour, back.
    """
    if not inputs.channels:
        return "" if inputs.last >= inputs.first else "No step of the record was over by then."
    newest_s = newest_moment(inputs)
    if newest_s is None:
        return "There is no reading of anything that the model reads."
    if at_s - newest_s > max(STALE_STEPS * inputs.arrays.step_s, STALE_S):
        since = datetime.fromtimestamp(newest_s, UTC)
        return f"The newest reading is {_spoken(at_s - newest_s)} old: of {since:%Y-%m-%d %H:%M} UTC."
    if inputs.last < inputs.first:
        return f"The record has {inputs.last + 1} steps; the model reads {history_steps} for an answer."
    return ""


def zone_scores(loaded: LoadedModel, inputs: SiteInputs, found: NewestAnswers) -> tuple[ZoneScore, ...]:
    """The score of every zone, in the site's order."""
    zone_ids = inputs.arrays.zone_ids
    reasons = [_reason(loaded, found, zone) for zone in range(len(zone_ids))]
    outside, missing = _beyond(loaded, inputs, found), _missing(inputs, found)
    return tuple(
        ZoneScore(
            zone_id=zone_id,
            name=zone_id,
            level=Level.GREY if reasons[zone] else LEVELS[int(found.level[zone].max())],
            reason=reasons[zone],
            beyond=tuple(outside[zone]),
            missing=tuple(missing[zone]),
            horizons=() if reasons[zone] else _horizons(loaded, found, zone),
        )
        for zone, zone_id in enumerate(zone_ids)
    )


def _horizons(loaded: LoadedModel, found: NewestAnswers, zone: int) -> tuple[HorizonScore, ...]:
    answer, drawn = found.answer, loaded.state.draws > 1
    return tuple(
        HorizonScore(
            horizon_steps=steps,
            probability=float(answer.probability[zone, h]),
            spread=float(answer.spread[zone, h]) if drawn else None,
            aleatoric=float(answer.aleatoric[zone, h]),
            epistemic=float(answer.epistemic[zone, h]) if drawn else None,
            level=LEVELS[int(found.level[zone, h])],
        )
        for h, steps in enumerate(loaded.model.config.horizon_steps)
    )


def _reason(loaded: LoadedModel, found: NewestAnswers, zone: int) -> str:
    """Why a zone is grey; empty where it is judged."""
    if found.judged[zone]:
        return ""
    if found.silent[zone].any():
        names = [one.name for one, silent in zip(loaded.model.channels, found.silent[zone], strict=True) if silent]
        steps = loaded.model.history_steps
        return f"No reading of {', '.join(names)} in the last {steps} steps, which training never saw so."
    if found.share[zone] < LEAST_SHARE:
        return f"Only {found.share[zone]:.0%} of the readings are there that the model was trained with."
    for name, seen in found.layers.items():
        if seen.place[zone] < 0:
            return f"No {_LAYER_WORDS[name]} shows the zone; the model reads one."
    return "The model gives no probability for it."


def _beyond(loaded: LoadedModel, inputs: SiteInputs, found: NewestAnswers) -> Sentences:
    sentences: Sentences = [[] for _ in inputs.arrays.zone_ids]
    for channel, known in zip(inputs.channels, loaded.model.channels, strict=True):
        values = newest_readings(channel, loaded.model.history_steps, inputs.last)
        side_z = _of_zones(beyond(values, known.lowest, known.highest), len(sentences))
        value_z = _of_zones(values, len(sentences))
        what = f"The change of {known.name}" if known.kind in READ_AS_CHANGE else known.name
        for zone in np.flatnonzero(side_z):
            above = side_z[zone] > 0
            limit = known.highest if above else known.lowest
            saw = "training read nothing of it" if limit is None else (
                f"{'above' if above else 'below'} all that training saw ({limit:.4g} {known.unit})"
            )  # fmt: skip
            sentences[zone].append(f"{what}, {value_z[zone]:.4g} {known.unit}: {saw}.")
    for seen in found.layers.values():
        for zone in np.flatnonzero(seen.unknown):
            sentences[zone].append("A map shows a class there that training never saw.")
    return sentences


def _missing(inputs: SiteInputs, found: NewestAnswers) -> Sentences:
    sentences: Sentences = [[] for _ in inputs.arrays.zone_ids]
    for channel in inputs.channels:
        unread = ~np.isfinite(np.atleast_2d(channel.values)[:, inputs.last])
        for zone in np.flatnonzero(_of_zones(unread, len(sentences))):
            sentences[zone].append(channel.name)
    for seen in found.layers.values():
        for zone, part in np.argwhere(seen.unseen):
            sentences[zone].append(seen.names[part])
    return sentences


def _of_zones(values: NDArray[np.generic], zones: int) -> NDArray[np.generic]:
    return np.broadcast_to(values, (zones,))


def _spoken(seconds: int) -> str:
    days, rest = divmod(seconds, _DAY_S)
    hours, rest = divmod(rest, _HOUR_S)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {rest // 60} min"
