"""Ranges of axes that move in steps: a chart that moved with every point would draw its axes anew with every point."""

from dataclasses import dataclass

_ROOM_BELOW, _ROOM_ABOVE = 0.12, 0.24
_LEAST_USED = 0.5
_GROWTH = 1.5
_FIRST_END = 10.0


@dataclass(frozen=True)
class Heights:
    """What a y axis shows."""

    low: float
    high: float


def steady_heights(low: float, high: float, before: Heights | None) -> Heights:
    """The range for values from low to high: the one of before while they fit into it and use half of it.

    A fresh range leaves room below, and more above for the number at the best epoch.
    """
    span = max(high - low, 1e-9)
    if before is not None:
        room = before.high - before.low
        if (
            before.low <= low - 0.5 * _ROOM_BELOW * span
            and high + 0.5 * _ROOM_ABOVE * span <= before.high
            and span >= _LEAST_USED * room
        ):
            return before
    return Heights(low - _ROOM_BELOW * span, high + _ROOM_ABOVE * span)


def steady_end(last: float) -> float:
    """Where an x axis that begins at 1 ends so that it holds `last`: 10, 15, 23, 34, ..."""
    end = _FIRST_END
    while end < last:
        end = float(round(end * _GROWTH))
    return end
