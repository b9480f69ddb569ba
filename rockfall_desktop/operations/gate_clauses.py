"""What a report shows of each demand of the gate, with the figures, a sentence each."""

import math
from typing import NamedTuple

from rockfall_desktop.domain.gate import Clause, Shown
from rockfall_desktop.domain.report import FEW_INCIDENTS, PerformanceReport, best_rival


class Interval(NamedTuple):
    """A 95 % interval; one whose ends are no numbers shows nothing."""

    low: float
    high: float

    @property
    def is_known(self) -> bool:
        """Whether both ends are numbers."""
        return not (math.isnan(self.low) or math.isnan(self.high))

    def holds(self, value: float) -> bool:
        """Whether a value lies in it."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:.3g} to {self.high:.3g}"


class Evidence(NamedTuple):
    """What a report may hold beyond its point values. None counts as not shown.

    Attributes:
        better: of the paired difference of average precision, the network less the best baseline.
        slope: of the slope of the calibration line.
        observed_expected: of observed over expected.
        leaks: what the search for leakage found, a sentence each.
    """

    better: Interval | None = None
    slope: Interval | None = None
    observed_expected: Interval | None = None
    leaks: tuple[str, ...] | None = None


def evidence_of(_report: PerformanceReport) -> Evidence:
    """What a report holds beyond its point values: nothing yet."""
    return Evidence()


def clauses_of(report: PerformanceReport, evidence: Evidence) -> tuple[Clause, ...]:
    """Every demand, in the order in which it is shown."""
    return (
        _better(report, evidence.better),
        _holds_one("slope", "The calibration line's slope is 1", report.calibration_slope, evidence.slope),
        _holds_one(
            "observed_expected",
            "As many incidents as expected",
            report.observed_expected,
            evidence.observed_expected,
        ),
        _brier_skill(report.brier_skill),
        _leakage(evidence.leaks),
        _incidents(report),
    )


def _better(report: PerformanceReport, interval: Interval | None) -> Clause:
    title = "Better than the best baseline"
    best = best_rival(report.scores) if report.scores else None
    if report.pr_auc is None or best is None or best.pr_auc is None:
        sentence = "It was not shown to be better: the report compares it with no baseline."
        return Clause(name="better", title=title, shown=Shown.UNKNOWN, sentence=sentence)
    figures = f"average precision {report.pr_auc:.3f}, {best.model} {best.pr_auc:.3f}"
    if report.pr_auc <= best.pr_auc:
        shown, sentence = Shown.NO, f"It is not better than the best baseline: {figures}."
    elif interval is None or not interval.is_known:
        shown, sentence = Shown.UNKNOWN, f"It was not shown to be better: {figures}, without an interval."
    elif interval.low <= 0:
        shown, sentence = Shown.UNKNOWN, f"It was not shown to be better: {figures}, difference {interval} (95 %)."
    else:
        shown, sentence = Shown.YES, f"It is better: {figures}, difference {interval} (95 %)."
    return Clause(name="better", title=title, shown=shown, sentence=sentence)


def _holds_one(name: str, title: str, value: float | None, interval: Interval | None) -> Clause:
    what = "slope of the calibration line" if name == "slope" else "observed over expected"
    if value is None:
        shown, sentence = Shown.UNKNOWN, f"The report does not give the {what}."
    elif interval is None or not interval.is_known:
        shown, sentence = Shown.UNKNOWN, f"The {what} is {value:.2f}; without an interval it is not shown to be 1."
    else:
        shown = Shown.YES if interval.holds(1.0) else Shown.NO
        lies = "which holds 1" if shown is Shown.YES else "which does not hold 1"
        sentence = f"The {what} is {value:.2f}, {interval} (95 %), {lies}."
    return Clause(name=name, title=title, shown=shown, sentence=sentence)


def _brier_skill(skill: float | None) -> Clause:
    if skill is None:
        shown, sentence = Shown.UNKNOWN, "The report does not give the Brier skill against climatology."
    else:
        shown = Shown.YES if skill > 0 else Shown.NO
        sentence = f"The Brier skill against climatology is {skill:.3f}; it must be above 0."
    return Clause(name="brier_skill", title="More skill than climatology", shown=shown, sentence=sentence)


def _leakage(leaks: tuple[str, ...] | None) -> Clause:
    if leaks is None:
        shown, sentence = Shown.UNKNOWN, "The report does not say whether leakage was looked for."
    elif leaks:
        shown, sentence = Shown.NO, f"Leakage was found: {'; '.join(leaks)}."
    else:
        shown, sentence = Shown.YES, "Leakage was looked for and none was found."
    return Clause(name="leakage", title="No leakage", shown=shown, sentence=sentence)


def _incidents(report: PerformanceReport) -> Clause:
    count = report.incidents_in_test
    enough = count >= FEW_INCIDENTS and not report.few_incidents
    alike = count >= FEW_INCIDENTS and report.few_incidents
    sentence = f"{count} incidents fall into the test block; {FEW_INCIDENTS} different ones are the least."
    if alike:
        sentence = f"{count} incidents fall into the test block, fewer than {FEW_INCIDENTS} of them different ones."
    return Clause(
        name="incidents", title="Enough test incidents", shown=Shown.YES if enough else Shown.NO, sentence=sentence
    )
