"""Time zones by the database that is installed with the program: the same on every machine, whatever system it has."""

from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

reset_tzpath(to=())  # the system's own may be years old, and two stations would read one file differently
_NOT_PLACES = {"localtime", "Factory", "posixrules"}  # what they mean depends on the machine


def check_time_zone(name: str) -> str:
    """The name itself, if the IANA time zone database has it.

    Raises:
        ValueError: when there is no such time zone; the message names the closest one.

    """
    if name not in _names():
        close = get_close_matches(name, sorted(_names()), 1, 0.5)
        advice = f"did you mean {close[0]}?" if close else "write an IANA name, e.g. Asia/Hong_Kong"
        raise ValueError(f"there is no time zone '{name}'; {advice}")
    return name


def clock_of(name: str) -> ZoneInfo:
    """The clock of a time zone whose name was checked."""
    return ZoneInfo(name)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones() - _NOT_PLACES)
