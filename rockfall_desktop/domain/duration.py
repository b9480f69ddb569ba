"""Lengths of time as a person writes them: 90s, 10min, 1h, 1d."""

import re

DAY_S = 86_400
_UNITS = {"s": 1, "min": 60, "h": 3600, "d": DAY_S}
_PATTERN = re.compile(r"(\d{1,6}) ?(s|min|h|d)")


def duration_s(text: str) -> int:
    """Seconds in a length of time such as "10min".

    Raises:
        ValueError: when the text is no length of time.

    """
    found = _PATTERN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text}' is no length of time; write e.g. 10min, 1h or 1d")
    return int(found.group(1)) * _UNITS[found.group(2)]


def length_text(seconds: int) -> str:
    """A length of time as a person writes it, in the largest unit that fits: 3600 is "1h", 5400 is "90min"."""
    unit = next(unit for unit in ("d", "h", "min", "s") if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


def horizon_words(steps: int, step_seconds: int) -> str:
    """A number of steps as time where the length of a step is known, e.g. "6 h"; else in steps."""
    seconds = steps * step_seconds
    for word in ("d", "h", "min"):
        if seconds and seconds % _UNITS[word] == 0:
            return f"{seconds // _UNITS[word]} {word}"
    return "1 step" if steps == 1 else f"{steps} steps"


def step_s(text: str) -> int:
    """Seconds in a site's step: a minute or more, a length that divides the day, or the day itself.

    Raises:
        ValueError: when the text is no length of time or does not divide the day.

    """
    seconds = duration_s(text)
    if seconds < 60 or DAY_S % seconds:
        raise ValueError(f"a step of {text} does not divide the day; take e.g. 10min, 1h, 6h or 1d")
    return seconds
