"""What a failure card says of whatever ended a job's work."""

import traceback

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.events import Failure

_OUT_OF_MEMORY = ("DefaultCPUAllocator", "out of memory")


def failure_of(error: Exception, where: str) -> Failure:
    """The card for an error: the world's fault in its own words, anything else with its traceback.

    Args:
        error: what was raised.
        where: the phase in which that happened.
    """
    if isinstance(error, RockfallError):
        return Failure(title=error.title, message=error.message, hint=error.hint, where=where)
    if isinstance(error, MemoryError) or any(words in str(error) for words in _OUT_OF_MEMORY):
        return Failure(
            title="Out of memory",
            message="The training needed more memory than there is.",
            hint="Choose a smaller batch, window or width, or close other programs.",
            where=where,
        )
    return Failure(
        title="The program failed",
        message=f"{type(error).__name__}: {error}"[:500],
        hint="This is a fault of the program; copy the details and report it.",
        where=where,
        detail="".join(traceback.format_exception(error))[-8000:],
    )
