"""How much goes through a network at once, and what is done where the memory does not do: half of it, and told."""

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import torch

from rockfall_desktop.domain.errors import TrainingFault
from rockfall_desktop.domain.events import Level, LogLine

Result = TypeVar("Result")
Event = TypeVar("Event")

NO_LIMIT = sys.maxsize
ANSWERED = "answered at a time"
LEARNED_FROM = "learned from at a time, gradients add up"
_SIGNS = (
    "DefaultCPUAllocator", "not enough memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED", "CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED",
    "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
)  # fmt: skip


class TooManyStacks(MemoryError):
    """So many stacks of rasters, or sets of points, could not be encoded together, or handed their gradients."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


@dataclass
class AtOnce:
    """How much goes through a network at once; less, for good, from the moment at which the memory did not do.

    Other groups of stacks draw other random numbers of augmentation and may change the last bits of a sum, as other
    pieces of a batch do: a checkpoint holds these numbers.

    Attributes:
        samples: of a batch or block.
        stacks: most stacks of rasters, or sets of points, that are encoded together; fewer where each takes long.
        keeps: whether what encoders compute is kept for the way back, as far as there is room; else it is computed
            a second time there, to the same bits. Of no meaning where nothing is learned.
    """

    samples: int
    stacks: int = NO_LIMIT
    keeps: bool = False

    def fall(self, failed_stacks: int | None, doing: str) -> str:
        """Take half of what did not fit, or keep nothing; what is told of it.

        Raises:
            TrainingFault: when it was one alone and nothing is kept.
        """
        if failed_stacks is None and self.samples > 1:
            self.samples //= 2
            are = "one sample is" if self.samples == 1 else f"{self.samples} samples are"
            return f"Not enough memory: {are} {doing}."
        kept, self.keeps = self.keeps, False
        stacks = min(failed_stacks or 0, self.stacks)
        if stacks > 1 or (stacks and kept):
            self.stacks = max(1, stacks // 2)
            of = "one zone" if self.stacks == 1 else f"{self.stacks} zones"
            return f"Not enough memory: rasters or points of {of} are encoded at a time."
        if kept:
            return "Not enough memory: rasters and points are encoded a second time on the way back."
        what = "the rasters or points of one zone" if failed_stacks else "one sample"
        raise TrainingFault(
            "Out of memory",
            f"The networks need more memory than there is, even with {what} at a time.",
            "Choose a smaller batch, window or width, a smaller network of the layers, or close other programs.",
        )


def within_memory(
    at_once: AtOnce,
    attempt: Callable[[], Generator[Event, None, Result]],
    doing: str,
    now: Callable[[], datetime],
    put_back: Callable[[], None] = lambda: None,
) -> Generator[Event | LogLine, None, Result]:
    """Do what takes `at_once` at a time; again with less, and a line that says so, for as long as memory is lacking.

    Args:
        at_once: what an attempt goes by; changed in place.
        attempt: begins anew each time it is called.
        doing: what happens to samples, `ANSWERED` or `LEARNED_FROM`.
        now: the clock, UTC.
        put_back: called before every attempt but the first.

    Raises:
        TrainingFault: when the memory does not do for one sample, or for one stack.
    """
    while True:
        try:
            return (yield from attempt())
        except (MemoryError, RuntimeError) as error:
            if not _out_of_memory(error):
                raise
            failed_stacks = error.count if isinstance(error, TooManyStacks) else None
        # here the error is gone, and with it the tensors that its frames held
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            torch.cuda.empty_cache()
        text = at_once.fall(failed_stacks, doing)
        put_back()
        yield LogLine(at=now(), level=Level.WARNING, text=text)


@contextmanager
def counting_stacks(count: int) -> Iterator[None]:
    """Tell a lack of memory inside from any other.

    Raises:
        TooManyStacks: when there is not enough memory for so many.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if _out_of_memory(error):
            raise TooManyStacks(count) from error
        raise


def _out_of_memory(error: BaseException) -> bool:
    """Whether Python, torch's allocator or a device ran out of memory."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)
