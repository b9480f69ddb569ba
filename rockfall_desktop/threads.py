"""How many threads the heavy libraries may take, one core is left to whoever draws, and which are still at work."""

import os
import threading

ASIDE = "aside"
_BOUNDS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


def spare_threads() -> int:
    """Threads for work, the same in the window and in the terminal, so that the same seed gives the same losses."""
    return max(1, (os.cpu_count() or 1) - 1)


def bound_libraries() -> None:
    """Bound every library that reads its number of threads when it is loaded; call it before any of them is."""
    for name in _BOUNDS:
        os.environ[name] = str(spare_threads())


def abandoned() -> bool:
    """Whether a call in a thread of its own, whose result nobody wants any more, is still at work."""
    return any(thread.name == ASIDE for thread in threading.enumerate())
