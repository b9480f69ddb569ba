"""The newest answers of every zone, with the levels that follow from those of the steps before.

Nothing is stored between two looks: the level follows from the record alone. First as many steps are answered as a
level is held; a calm zone is decided by them, whatever was before. Zones that hover between falling and rising are
looked at further back, four times as far each time, to the record's beginning or the longest look. A zone that hovers
longer than that is given the higher level that it may have: what the program cannot know it does not call calm.
Nothing falls on readings beyond experience: where they leave open whether a zone is green, its level stays green here
and `beyond` says that it must not be shown so.

Axes: n sample, z zone, s step (oldest first), h horizon, c channel.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.judging.levels import LevelCourse, level_course, steps_to_fall
from rockfall_desktop.judging.mixtures import Answer
from rockfall_desktop.judging.readiness import LEAST_SHARE
from rockfall_desktop.scoring.answering import answer
from rockfall_desktop.scoring.layer_inputs import Seen
from rockfall_desktop.scoring.loading import LoadedModel
from rockfall_desktop.scoring.site_inputs import Asked, SiteInputs

LONGEST_LOOK_STEPS = 256
LARGEST_LOOK_SAMPLES = 1 << 16
_FURTHER = 4
_LARGEST_PIECE_BYTES = 1 << 26
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class NewestAnswers:
    """What a model says of each zone at the newest step that is over.

    Attributes:
        answer: of each zone, (z, h).
        level: int8 (z, h), places in `judging.levels.LEVELS`; of no meaning where `judged` is false.
        held: bool (z,), zones whose level is the higher of two that the longest look, or a record that begins late,
            leaves open.
        judged: bool (z,).
        beyond: bool (z,), whether a zone's window or maps hold what training never saw: then it is never green.
        share, silent, layers: as in `Asked`, along z.
    """

    answer: Answer
    level: NDArray[np.int8]
    held: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    beyond: NDArray[np.bool_]
    share: NDArray[np.float64]
    silent: NDArray[np.bool_]
    layers: dict[str, Seen]


class _Past(NamedTuple):
    """Steps in a row of some zones.

    Attributes:
        probability: (z, s, h), NaN where it does not count.
        beyond: bool (z, s), whether it rests on readings beyond experience.
    """

    probability: NDArray[np.float64]
    beyond: NDArray[np.bool_]

    def of(self, zones: NDArray[np.int64] | NDArray[np.bool_]) -> "_Past":
        """The same for some of the zones."""
        return _Past(self.probability[zones], self.beyond[zones])


def newest_answers(loaded: LoadedModel, inputs: SiteInputs) -> NewestAnswers:
    """Answer every zone of a site at its newest step, `inputs.last`, which is at least `inputs.first`.

    Raises:
        WrongInput: when a graph cannot be run.
    """
    zones, last = np.arange(len(inputs.arrays.zone_ids)), inputs.last
    begin = max(inputs.first, last + 1 - min(steps_to_fall(loaded.model.levels), _steps_at_once(loaded, len(zones))))
    asked, found = _answered(loaded, inputs, zones, begin, last)
    newest = slice(last - begin, None, last - begin + 1)
    known = _by_step(asked, found, len(zones))
    lowest, highest = (bound[:, -1] for bound in _look_back(loaded, inputs, known, begin))
    judged, beyond = np.isfinite(known.probability[:, -1, 0]), known.beyond[:, -1]
    for seen in asked.layers.values():
        beyond = beyond | seen.unknown[newest]
    left_open = (lowest != highest) & judged[:, None] & ~(beyond[:, None] & (lowest == 0))
    return NewestAnswers(
        answer=Answer(*(getattr(found, part.name)[newest] for part in fields(Answer))),
        level=np.where(left_open, highest, lowest),
        held=left_open.any(axis=1),
        judged=judged,
        beyond=beyond,
        share=asked.share[newest],
        silent=asked.silent[newest],
        layers={name: seen.picked(newest) for name, seen in asked.layers.items()},
    )


def _look_back(loaded: LoadedModel, inputs: SiteInputs, known: _Past, begin: int) -> LevelCourse:
    """Levels (z, 1, h) of the newest step: zones that what is known since `begin` leaves open are looked at further."""
    zones = np.flatnonzero(np.isfinite(known.probability[:, -1, 0]))
    known = known.of(zones)
    bounds = tuple(np.zeros((len(inputs.arrays.zone_ids), 1, len(loaded.model.levels)), np.int8) for _ in "lh")
    lowest, highest = bounds
    while True:
        lowest[zones], highest[zones] = (bound[:, -1:] for bound in _courses(known, loaded))
        still = (lowest != highest).any(axis=(1, 2))[zones]
        zones, known = zones[still], known.of(still)
        looked = inputs.last + 1 - begin
        longest = min(LONGEST_LOOK_STEPS, LARGEST_LOOK_SAMPLES // max(1, len(zones)))
        longest = max(longest, steps_to_fall(loaded.model.levels))
        if not len(zones) or looked >= longest or begin == inputs.first:
            return LevelCourse(lowest, highest)
        further = max(inputs.first, inputs.last + 1 - min(_FURTHER * looked, longest))
        known = _one_behind_another((_before(loaded, inputs, zones, further, begin - 1), known))
        begin = further


def _courses(known: _Past, loaded: LoadedModel) -> LevelCourse:
    rules = enumerate(loaded.model.levels)
    courses = [level_course(known.probability[:, :, h], rule, known.beyond) for h, rule in rules]
    return LevelCourse(*(np.stack(bounds, axis=-1) for bounds in zip(*courses, strict=True)))


def _before(loaded: LoadedModel, inputs: SiteInputs, zones: NDArray[np.int64], first: int, last: int) -> _Past:
    """Some zones at steps from `first` to `last`."""
    steps = _steps_at_once(loaded, len(zones))
    parts = []
    for begin in range(first, last + 1, steps):
        asked, found = _answered(loaded, inputs, zones, begin, min(last, begin + steps - 1))
        parts.append(_by_step(asked, found, len(zones)))
    return _one_behind_another(parts)


def _one_behind_another(parts: Sequence[_Past]) -> _Past:
    probability, beyond = ([getattr(part, name) for part in parts] for name in _Past._fields)
    return _Past(np.concatenate(probability, axis=1), np.concatenate(beyond, axis=1))


def _by_step(asked: Asked, found: Answer, zones: int) -> _Past:
    values = np.where(_judged(asked, found)[:, None], found.probability, np.nan)
    return _Past(values.reshape(zones, -1, values.shape[1]), asked.beyond.reshape(zones, -1))


def _steps_at_once(loaded: LoadedModel, zones: int) -> int:
    """Steps of some zones whose windows may lie in the memory together."""
    numbers = max(1, loaded.model.history_steps * (2 * len(loaded.model.channels) + 2))
    return max(1, _LARGEST_PIECE_BYTES // (numbers * np.dtype(np.float32).itemsize * zones))


def _answered(
    loaded: LoadedModel, inputs: SiteInputs, zones: NDArray[np.int64], first: int, last: int
) -> tuple[Asked, Answer]:
    """Some zones at steps in a row, zone after zone."""
    steps = last - first + 1
    asked = inputs.asked(np.repeat(zones, steps), np.tile(np.arange(first, last + 1), len(zones)))
    return asked, answer(loaded.members, loaded.state, asked.prepared)


def _judged(asked: Asked, found: Answer) -> NDArray[np.bool_]:
    """Which samples count: enough was read, every kind of layer is there, the answer is a probability; bool (n,)."""
    here = np.ones(len(asked.share), np.bool_)
    for seen in asked.layers.values():
        here &= seen.place >= 0
    return np.asarray((asked.share >= LEAST_SHARE) & ~asked.silent.any(axis=1) & here & _sound(found))


def _sound(found: Answer) -> NDArray[np.bool_]:
    """Which answers are probabilities and do not fall with the horizon; bool (n,)."""
    probability, rest = found.probability, (found.spread, found.aleatoric, found.epistemic)
    with np.errstate(invalid="ignore"):
        within = ((probability >= 0) & (probability <= 1)).all(axis=1)
        rises = (np.diff(probability, axis=1) >= -_ROUNDING).all(axis=1)
        counted = np.all([np.isfinite(part) & (part >= 0) for part in rest], axis=(0, 2))
    return np.asarray(within & rises & counted)
