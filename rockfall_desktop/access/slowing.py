"""Slows down guessing: five tries are free, then the wait doubles up to 15 minutes, and 100 failures close a name.

Time is the machine's uptime, which nobody can set. After a restart the clock begins anew: then at least the new uptime
has passed, so a wait can become longer by a restart, never shorter.
"""

from rockfall_desktop.domain.errors import AccessRefused
from rockfall_desktop.domain.key_slot import Tries

FREE_TRIES = 5
LONGEST_WAIT_S = 15 * 60
FAILURES_THAT_DISABLE = 100


def wait_s(failures: int) -> int:
    """Seconds to wait after a number of failures in a row: 0 up to the fourth, then 2, 4, 8 ... 900."""
    if failures < FREE_TRIES:
        return 0
    return int(min(LONGEST_WAIT_S, 2 ** min(failures - FREE_TRIES + 1, 20)))


def wait_left_s(tries: Tries, uptime_s: float) -> float:
    """Seconds still to wait before the next try."""
    same_start = uptime_s >= tries.at_uptime_s
    waited = uptime_s - tries.at_uptime_s if same_start else uptime_s
    return max(0.0, wait_s(tries.failures) - waited)


def count_try(tries: Tries, uptime_s: float, *, closes: bool = True) -> Tries:
    """The count with one more try, to be written BEFORE the pass phrase is checked.

    Args:
        tries: the count so far.
        uptime_s: seconds that the machine has been running.
        closes: whether 100 failures close it for good; the factory password, which guards nothing, only waits.

    Raises:
        AccessRefused: when there is still time to wait, or after 100 failures.
    """
    if closes and tries.failures >= FAILURES_THAT_DISABLE:
        raise AccessRefused(
            "Not signed in",
            f"This name is closed after {FAILURES_THAT_DISABLE} wrong tries.",
            "Put back access.json and rockfall.db together from a backup; nothing else opens it.",
        )
    left = wait_left_s(tries, uptime_s)
    if left > 0:
        raise AccessRefused(
            "Not signed in",
            f"Too many wrong tries: wait {_in_words(left)}.",
            "Then try again; setting the clock does not help.",
        )
    return Tries(failures=tries.failures + 1, at_uptime_s=uptime_s)


def uncount_try(tries: Tries) -> Tries:
    """Take back the last try, which could not be checked at all (too little memory)."""
    return tries.model_copy(update={"failures": max(0, tries.failures - 1)})


def _in_words(seconds: float) -> str:
    whole = max(1, round(seconds + 0.5))
    return f"{whole} s" if whole < 120 else f"{-(-whole // 60)} min"
