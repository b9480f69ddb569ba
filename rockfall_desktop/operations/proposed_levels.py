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


def less_cautious(levels: tuple[LevelRule, ...], proposed: tuple[LevelRule, ...]) -> tuple[str, ...]:
    """What of some levels rises later or falls sooner than proposed, a sentence for each horizon where something does.

    Args:
        levels: one rule for each horizon.
        proposed: for the same horizons in the same order.
    """
    told = (_less_cautious(chosen, usual) for chosen, usual in zip(levels, proposed, strict=True))
    return tuple(one for one in told if one)


def _less_cautious(chosen: LevelRule, usual: LevelRule) -> str:
    said = [
        f"{name} from {getattr(chosen, name):.3g} (proposed {getattr(usual, name):.3g})"
        for name in TIMES
        if getattr(chosen, name) > getattr(usual, name)
    ]
    if chosen.fall_share > usual.fall_share:
        said.append(f"falling below {chosen.fall_share:.3g} of a threshold (proposed {usual.fall_share:.3g})")
    if chosen.hold_steps < usual.hold_steps:
        said.append(f"falling after {chosen.hold_steps} steps (proposed {usual.hold_steps})")
    if not said:
        return ""
    return f"The levels for {chosen.horizon_steps} steps ahead are less cautious than proposed: {', '.join(said)}."


def _rate(report: PerformanceReport, place: int) -> float:
    """Share of the training block's samples that an incident answers; where the report has no such block, the least."""
    block = next((one for one in report.blocks if one.name == "training" and one.samples), None)
    share = 0.0 if block is None or place >= len(block.positives) else block.positives[place] / block.samples
    return min(max(share, _LEAST), _MOST)


def _times(times: float, rate: float) -> float:
    return float(f"{times * rate / (1 - rate + times * rate):.3g}")
