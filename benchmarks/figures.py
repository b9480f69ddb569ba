"""How a benchmark measures and says what it found."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Cost(NamedTuple):
    """What something took.

    Attributes:
        wall_s: seconds by the clock: what counts against a goal.
        processor_s: seconds of this program's threads; others on the machine do not change it, waiting does not count.
    """

    wall_s: float
    processor_s: float

    def __str__(self) -> str:
        return f"{self.wall_s:.2f} s (processor {self.processor_s:.2f} s)"


def cost_of(call: Callable[[], object]) -> Cost:
    """What a call takes; what it returns is freed afterwards."""
    wall_s, processor_s = time.perf_counter(), time.process_time()
    kept = call()
    cost = Cost(time.perf_counter() - wall_s, time.process_time() - processor_s)
    del kept
    return cost


def median_cost(costs: Sequence[Cost]) -> Cost:
    """The median of each."""
    return Cost(*(statistics.median(parts) for parts in zip(*costs, strict=True)))


def verdict(name: str, figure: str, goal: str, *, met: bool) -> None:
    """Print a benchmark's last line."""
    print(f"{name}: {figure} (goal: {goal}) {'met' if met else 'short'}")
