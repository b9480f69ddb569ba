"""Checks the name of a time zone."""

from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones


def check_time_zone(name: str) -> str:
    """The name itself, if the IANA time zone database has it.

    Raises:
        ValueError: when there is no such time zone; the message names the closest one.

    """
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        close = get_close_matches(name, sorted(available_timezones()), 1, 0.5)
        advice = f"did you mean {close[0]}?" if close else "write an IANA name, e.g. Asia/Hong_Kong"
        raise ValueError(f"there is no time zone '{name}'; {advice}") from error
    return name
