"""When the sync goes again: what is injected into the loop so that a test needs no waiting and no luck."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

_Random = random.SystemRandom()


def _wait(nudge: threading.Event, seconds: float) -> bool:
    return nudge.wait(seconds)


@dataclass(frozen=True)
class Rhythm:
    """The loop's times and chances.

    Attributes:
        idle_s: from one look at the office to the next when nothing waits.
        look_s: from one look at the own outbox to the next; also the longest time until an end is heard.
        first_retry_s: longest time to the first try after a fault; it doubles with each that fails.
        longest_retry_s: where the doubling ends: well below the minute in which all must have arrived after a fault.
        monotonic: seconds of a clock that is never set.
        chance: a number from 0 to 1; times between tries are drawn with it, so that stations do not come all at once.
        wait: waits for a nudge at most so many seconds; whether it came.
    """

    idle_s: float = 15.0
    look_s: float = 1.0
    first_retry_s: float = 1.0
    longest_retry_s: float = 20.0
    monotonic: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = _Random.random
    wait: Callable[[threading.Event, float], bool] = _wait

    def retry_s(self, failures: int) -> float:
        """Seconds to the next try after so many that failed, at least one: full jitter below a doubling bound."""
        bound = min(self.longest_retry_s, self.first_retry_s * 2.0 ** min(failures, 30))
        return max(self.look_s / 2, self.chance() * bound)
