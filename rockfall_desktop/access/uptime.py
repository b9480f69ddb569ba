"""The machine's own clock: seconds since it was started, time asleep included. Nobody can set it."""

import sys
import time


def uptime_s() -> float:
    """Seconds since the machine started, sleep included, the same for every process of one start."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - there is no such library call elsewhere

        ticks = ctypes.windll.kernel32.GetTickCount64
        ticks.restype = ctypes.c_uint64
        return float(ticks()) / 1000.0
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)
    return time.clock_gettime(time.CLOCK_BOOTTIME)
