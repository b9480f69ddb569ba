"""Levels that are proposed for a model: multiples of what is usual at the site."""

from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.report import PerformanceReport

TIMES = {"yellow": 2.0, "orange": 5.0, "red": 10.0}
_LEAST, _MOST = 1e-4, 0.9


def proposed_levels(report: PerformanceReport, horizon_steps: tuple[int, ...]) -> tuple[LevelRule, ...]:
    """For each horizon yellow, orange and red at 2, 5 and 10 times the odds of the base rate of the TRAINING block.

    Thresholds never see the test block. Odds, not probabilities: p = k r / (1 - r + k r) is about k r where incidents
    are rare, and stays below 1 and rises where they are not. Rounded to three digits; a rate is taken as at least
    0.0001 and at most 0.9.
    """
    return tuple(
        LevelRule(horizon_steps=steps, **{name: _times(times, _rate(report, place)) for name, times in TIMES.items()})
        for place, steps in enumerate(horizon_steps)
    )


def _rate(report: PerformanceReport, place: int) -> float:
    """Share of the training block's samples that an incident answers; where the report has no such block, the least."""
    block = next((one for one in report.blocks if one.name == "training" and one.samples), None)
    share = 0.0 if block is None or place >= len(block.positives) else block.positives[place] / block.samples
    return min(max(share, _LEAST), _MOST)


def _times(times: float, rate: float) -> float:
    return float(f"{times * rate / (1 - rate + times * rate):.3g}")
