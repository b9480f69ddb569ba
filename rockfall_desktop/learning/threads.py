"""One bound for every library that would take all cores, and starve the window and itself."""

import os

import torch
from threadpoolctl import threadpool_limits


def training_threads(*, window_open: bool) -> int:
    """Threads for a training: one core is left to an open window."""
    cores = os.cpu_count() or 1
    return max(1, cores - 1) if window_open else cores


def bound_threads(threads: int) -> None:
    """Hold torch, OpenMP and BLAS to a number of threads, for the whole process."""
    torch.set_num_threads(threads)
    threadpool_limits(threads)
