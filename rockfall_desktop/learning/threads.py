"""The bound on threads for what is loaded already."""

import torch
from threadpoolctl import threadpool_limits


def bound_threads(threads: int) -> None:
    """Hold torch, OpenMP and BLAS to a number of threads, for the whole process."""
    torch.set_num_threads(threads)
    threadpool_limits(threads)
