"""Answers and levels of zones in words: why a zone is grey, what is missing.

Axes: z zone, h horizon, c channel, g part of the layers.
"""

from datetime import UTC, datetime

import numpy as np

from rockfall_desktop.domain.levels import Level
from rockfall_desktop.domain.site_score import HorizonScore, ZoneScore
from rockfall_desktop.judging.levels import LEVELS
from rockfall_desktop.judging.readiness import LEAST_SHARE
from rockfall_desktop.scoring.loading import LoadedModel
from rockfall_desktop.scoring.newest import NewestAnswers
from rockfall_desktop.scoring.outside_words import Sentences, of_zones, outside_words
from rockfall_desktop.scoring.series_inputs import newest_step_read
from rockfall_desktop.scoring.site_inputs import SiteInputs

STALE_STEPS, STALE_S = 3, 3600
_HOUR_S, _DAY_S = 3600, 86_400
_LAYER_WORDS = {"raster": "raster or map", "cloud": "scan"}


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


def newest_ahead(inputs: SiteInputs, at_s: int) -> int | None:
    """Begin of the newest step with a reading if it lies behind a moment, seconds since 1970 UTC; else None.

    A step that is under way may hold readings; one that has not begun cannot, if the clock is right.
    """
    start_s = inputs.arrays.start_s
    step = newest_step_read(inputs.channels, len(start_s) - 1)
    return int(start_s[step]) if step >= 0 and start_s[step] > at_s else None


def zone_scores(loaded: LoadedModel, inputs: SiteInputs, found: NewestAnswers) -> tuple[ZoneScore, ...]:
    """The score of every zone, in the site's order."""
    zone_ids = inputs.arrays.zone_ids
    outside, missing = outside_words(loaded, inputs, found), _missing(inputs, found)
    reasons = [_reason(loaded, found, zone) or _unsafe(found, zone, outside[zone]) for zone in range(len(zone_ids))]
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
            level=_level(found, zone, h),
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


def _unsafe(found: NewestAnswers, zone: int, outside: list[str]) -> str:
    """Why a zone of which the network says green must not be shown so; empty where it may."""
    return f"Beyond experience: {outside[0]}" if found.beyond[zone] and not found.level[zone].any() else ""


def _level(found: NewestAnswers, zone: int, horizon: int) -> Level:
    """Of one horizon; beyond experience none is green."""
    place = int(found.level[zone, horizon])
    return Level.GREY if found.beyond[zone] and not place else LEVELS[place]


def _missing(inputs: SiteInputs, found: NewestAnswers) -> Sentences:
    sentences: Sentences = [[] for _ in inputs.arrays.zone_ids]
    for channel in inputs.channels:
        unread = ~np.isfinite(np.atleast_2d(channel.values)[:, inputs.last])
        for zone in np.flatnonzero(of_zones(unread, len(sentences))):
            sentences[zone].append(channel.name)
    for seen in found.layers.values():
        for zone, part in np.argwhere(seen.unseen):
            sentences[zone].append(seen.names[part])
    return sentences


def _spoken(seconds: int) -> str:
    days, rest = divmod(seconds, _DAY_S)
    hours, rest = divmod(rest, _HOUR_S)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {rest // 60} min"
