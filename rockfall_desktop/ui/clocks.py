"""Clocks for the session: one that goes on while the computer sleeps, and the one on the wall."""

import ctypes
import sys
import time
from collections.abc import Callable

Clock = Callable[[], float]


def awake_and_asleep_s() -> float:
    """Seconds since the start of the computer, sleep included.

    Linux: CLOCK_BOOTTIME; Windows: GetTickCount64; macOS: CLOCK_MONOTONIC_RAW. `time.monotonic` stands still while a
    Linux machine sleeps.
    """
    if sys.platform == "win32":
        return float(ctypes.windll.kernel32.GetTickCount64()) / 1000.0
    kind: int = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC_RAW", time.CLOCK_MONOTONIC))
    return time.clock_gettime(kind)


CLOCKS: tuple[Clock, ...] = (awake_and_asleep_s, time.time)
