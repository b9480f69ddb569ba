"""From probabilities to levels that rise at once and fall only after a while.

Each of yellow, orange and red is a latch of its own: it closes at a step whose probability reaches its threshold, and
opens when the probability stayed below `fall_share` of that threshold for `hold_steps` steps in a row. The level is the
highest closed latch. A latch is always closed when a higher one is, since what opens it opens those above as well.

A step that could not be judged (NaN) neither closes a latch nor counts as one that stayed below: silence is no calm.
Nor is a probability that rests on readings beyond experience: it may close a latch, and opens none.

Axes: s step (oldest first), last in every array; ... any, e.g. z zone.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.levels import Level, LevelRule

LEVELS = (Level.GREEN, Level.YELLOW, Level.ORANGE, Level.RED)


class LevelCourse(NamedTuple):
    """Levels as places in `LEVELS`, int8 (..., s).

    Attributes:
        lowest: if no latch was closed before the first step: the levels of a record that begins there.
        highest: if every latch was. Where both are the same, nothing before the first step can change them.
    """

    lowest: NDArray[np.int8]
    highest: NDArray[np.int8]


def thresholds(rule: LevelRule) -> tuple[float, float, float]:
    """Probabilities from which yellow, orange and red hold."""
    return rule.yellow, rule.orange, rule.red


def level_course(
    probability: NDArray[np.float64], rule: LevelRule, beyond: NDArray[np.bool_] | None = None
) -> LevelCourse:
    """The levels of steps in a row.

    Args:
        probability: (..., s), NaN where a step could not be judged.
        rule: of their horizon.
        beyond: bool (..., s), steps that never count as calm, whatever their probability; None: no step.
    """
    lowest = np.zeros(probability.shape, np.int8)
    highest = np.zeros(probability.shape, np.int8)
    for threshold in thresholds(rule):
        closes = probability >= threshold
        below = probability < threshold * rule.fall_share
        opens = _in_a_row(below if beyond is None else below & ~beyond, rule.hold_steps)
        closed_at, opened_at = _newest(closes), _newest(opens)
        lowest += closed_at > opened_at
        highest += closed_at >= opened_at
    return LevelCourse(lowest, highest)


def steps_to_fall(rules: tuple[LevelRule, ...]) -> int:
    """Steps after which every level of a calm zone is known, whatever was before."""
    return max(rule.hold_steps for rule in rules)


def _in_a_row(holds: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    """Whether something held at each step and the `steps` - 1 before it."""
    counted = np.cumsum(holds, axis=-1, dtype=np.int64)
    before = np.zeros_like(counted)
    before[..., steps:] = counted[..., :-steps]
    return np.asarray(counted - before == steps)


def _newest(happens: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Newest step up to each at which something happened; -1 where it had not."""
    steps = np.arange(happens.shape[-1])
    return np.asarray(np.maximum.accumulate(np.where(happens, steps, -1), axis=-1))
