"""Ticks of a logarithmic axis that shows little more than one power of ten: at round values, as on a plain axis."""

import math

NARROW = 1.3
_WANTED = 5
_ROUND = (1.0, 2.0, 5.0, 10.0)


def narrow_ticks(least: float, most: float) -> list[float]:
    """Where round values stand between two powers of ten.

    Args:
        least: lower end of the axis as a power of ten.
        most: upper end.

    Returns:
        Places on the axis, powers of ten, ascending.
    """
    low, high = 10.0**least, 10.0**most
    step = _round_up((high - low) / _WANTED)
    numbers = range(max(1, math.ceil(low / step)), math.floor(high / step) + 1)
    return [math.log10(number * step) for number in numbers]


def _round_up(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(one * power for one in _ROUND if one * power >= step * (1 - 1e-9))
