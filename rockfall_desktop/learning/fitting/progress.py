"""What a training tells while it runs, and whom."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import EpochFinished, Level, LogLine, StepProgress, Tick

_SHOW_EVERY_S = 0.1

FitEvent = EpochFinished | StepProgress | LogLine | Tick


class Watch(NamedTuple):
    """What a training is told from outside, and whom it tells.

    Attributes:
        control: whether to go on.
        now: the clock, UTC.
        due: whether it is time for a checkpoint.
    """

    control: Control
    now: Callable[[], datetime]
    due: Callable[[], bool]

    def warning(self, text: str) -> LogLine:
        """A line that somebody should read."""
        return LogLine(at=self.now(), level=Level.WARNING, text=text)


class Pace:
    """Samples per second since it was made, and whether it is time to show them again."""

    def __init__(self) -> None:
        self._begun = self._shown = time.perf_counter()
        self._samples = 0

    def count(self, samples: int) -> bool:
        """Count samples; whether a tenth of a second has passed since they were last shown."""
        self._samples += samples
        if (clock := time.perf_counter()) - self._shown <= _SHOW_EVERY_S:
            return False
        self._shown = clock
        return True

    @property
    def samples_per_second(self) -> float:
        """Those counted, over the time since it was made."""
        return self._samples / max(time.perf_counter() - self._begun, 1e-9)
