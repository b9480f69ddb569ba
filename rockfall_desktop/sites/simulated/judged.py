"""Where forecasts of a simulated pit are judged: in the test block that learning cuts with its default window."""

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.simulated_pit import SimulatedPit

HORIZON_STEPS = {24: (1,), 1: (6, 12)}
"""By hours of a step: the horizons for which the forecast truth is made, and 1 to 5 % of samples are a yes."""
WINDOW_STEPS = int(TrainingConfig.model_fields["window_steps"].default)
TEST_FROM = 0.8
PAIRS = 2_000


def judged_steps(steps: int, step_h: int) -> range:
    """The steps of the test block: the last fifth of those with a window of 30 steps before and all horizons behind.

    `learning.samples.split` cuts the same. A longer window begins its test block up to a fifth of the difference later.
    In a record too short for any window it is the last step that has its horizons.
    """
    last = steps - 1 - max(HORIZON_STEPS[step_h])
    first = min(WINDOW_STEPS - 1, last)
    return range(first + int((last - first + 1) * TEST_FROM), last + 1)


def pair_count(pit: SimulatedPit) -> int:
    """How many pairs of zone and step the forecast truth has: 2,000, or all of a smaller test block; 0 if not asked."""
    return min(PAIRS, pit.zones * len(judged_steps(pit.steps, pit.step_h))) if pit.futures else 0
