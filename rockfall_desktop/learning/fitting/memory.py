"""Whether an error says that there is not enough memory, and how it is told."""

import torch

from rockfall_desktop.domain.errors import TrainingFault

_SIGNS = ("DefaultCPUAllocator", "not enough memory", "MPS backend out of memory", "CUDA out of memory")


def out_of_memory(error: BaseException) -> bool:
    """Whether Python, torch's allocator or a device ran out of memory."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)


def halved(piece: int) -> int:
    """Half of the samples that went through at once.

    Raises:
        TrainingFault: when it was one alone.
    """
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.empty_cache()
    if piece > 1:
        return piece // 2
    raise TrainingFault(
        "Out of memory",
        "The training needed more memory than there is, even with one sample at a time.",
        "Choose a smaller batch, window or width, or close other programs.",
    )
