"""The steps of a site: where each begins, and into which one a moment falls."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.instants import DAY_S, Seconds, to_local, to_utc


@dataclass(frozen=True, eq=False)
class StepClock:
    """Steps from the first to the last reading.

    Attributes:
        edges_s: int64 (t + 1,), borders between the steps, seconds since 1970 UTC, growing.
        step_s: length of a step; a step of a day follows the local days, which may have 23 or 25 hours.
        time_zone: IANA name.
    """

    edges_s: Seconds
    step_s: int
    time_zone: str

    @property
    def count(self) -> int:
        """How many steps there are."""
        return self.edges_s.size - 1

    def step_that_ends_with(self, moment_s: Seconds) -> Seconds:
        """Step k with edge k < moment <= edge k + 1; may lie outside 0 .. count - 1."""
        if self._even:
            step = moment_s - (self.edges_s[0] + 1)
            step //= self.step_s
            return np.asarray(np.clip(step, -1, self.count, out=step), np.int64)
        return np.searchsorted(self.edges_s, moment_s, "left").astype(np.int64) - 1

    def step_that_holds(self, moment_s: Seconds) -> Seconds:
        """Step k with edge k <= moment < edge k + 1; may lie outside 0 .. count - 1."""
        return np.searchsorted(self.edges_s, moment_s, "right").astype(np.int64) - 1

    @cached_property
    def _even(self) -> bool:
        return bool((np.diff(self.edges_s) == self.step_s).all())

    def local_date(self) -> NDArray[np.int32]:
        """Days since 1970-01-01 of the local day in which each step starts, int32 (t,)."""
        return (to_local(self.edges_s[:-1], self.time_zone) // DAY_S).astype(np.int32)


def expected_steps(first_s: int, last_s: int, step_s: int) -> int:
    """About how many steps lie between two moments; to be asked before they are made."""
    return (last_s - first_s) // step_s + 1


def make_clock(first_s: int, last_s: int, step_s: int, time_zone: str) -> StepClock:
    """Steps such that the first and the last moment, each the end of something, fall into the first and last step.

    Steps of a day begin at each local midnight, and a day that the clock skipped is none; shorter ones are evenly
    spaced from the first local midnight on.
    """
    inside = np.array([first_s - 1, last_s - 1], np.int64)
    days = to_local(inside, time_zone) // DAY_S
    if step_s == DAY_S:
        edges, _ = to_utc(np.arange(days[0], days[1] + 2, dtype=np.int64) * DAY_S, time_zone, "earliest")
        return StepClock(np.unique(edges), step_s, time_zone)
    anchor, _ = to_utc(days[:1] * DAY_S, time_zone, "earliest")
    steps = (inside - anchor[0]) // step_s
    return StepClock(anchor[0] + np.arange(steps[0], steps[1] + 2, dtype=np.int64) * step_s, step_s, time_zone)


def no_steps(step_s: int, time_zone: str) -> StepClock:
    """The clock of a site without readings."""
    return StepClock(np.zeros(1, np.int64), step_s, time_zone)
