"""One bound for every library that would take all cores, and starve the window and itself."""

import os

import torch
from threadpoolctl import threadpool_limits


def training_threads() -> int:
    """Threads for a training, the same in the window and in the terminal: one core is left to whoever draws."""
    return max(1, (os.cpu_count() or 1) - 1)


def bound_threads(threads: int) -> None:
    """Hold torch, OpenMP and BLAS to a number of threads, for the whole process."""
    torch.set_num_threads(threads)
    threadpool_limits(threads)
