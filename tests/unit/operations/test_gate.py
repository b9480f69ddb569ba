"""What a report shows of what must be shown before a model is put to work."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rockfall_desktop.domain.gate import Clause, Shown
from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.report import BlockCount, PerformanceReport, Scores
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.gate import judge_for_deployment
from rockfall_desktop.operations.gate_clauses import Evidence, Interval, clauses_of, evidence_of
from rockfall_desktop.operations.proposed_levels import less_cautious, proposed_levels
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.jobs import Jobs
from tests.unit.store.job_samples import completed, created, epoch, new_id, up_to_fitting

SHOWN = Evidence(Interval(0.01, 0.2), Interval(0.8, 1.2), Interval(0.9, 1.4), ())


def scores(model: str, pr_auc: float | None) -> Scores:
    return Scores(
        model=model, horizon_steps=1, base_rate=0.05, pr_auc=pr_auc, roc_auc=0.8, brier=0.04, brier_skill=0.1,
        log_loss=0.2, ece=0.01, calibration_slope=0.9, observed_expected=1.1, accuracy=0.95, accuracy_of_never=0.95,
    )  # fmt: skip


def block(name: str, *, positives: tuple[int, ...] = (20,), start: date | None = date(2020, 1, 1)) -> BlockCount:
    end = None if start is None else start.replace(year=start.year + 1)
    return BlockCount(
        name=name, start=start, end=end, samples=400, positives=positives, incidents=21, occasions=21
    )  # fmt: skip


def report(**changes: object) -> PerformanceReport:
    good = completed(new_id()).report
    rows = (scores("LSTM", 0.3), scores("logistic regression", 0.2), scores("climatology", 0.05))
    return good.model_copy(update={"scores": rows, "blocks": (block("training"), block("test")), **changes})


def clause(name: str, found: PerformanceReport, evidence: Evidence = SHOWN) -> Clause:
    return next(one for one in clauses_of(found, evidence) if one.name == name)


def test_that_everything_shown_passes_and_point_values_alone_do_not() -> None:
    assert {one.shown for one in clauses_of(report(), SHOWN)} == {Shown.YES}
    alone = {one.name: one.shown for one in clauses_of(report(), evidence_of(report()))}
    assert alone == {
        "better": Shown.UNKNOWN, "slope": Shown.UNKNOWN, "observed_expected": Shown.UNKNOWN,
        "brier_skill": Shown.YES, "leakage": Shown.UNKNOWN, "incidents": Shown.YES,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "changes", "evidence", "shown", "said"),
    [
        (
            "better",
            {"pr_auc": 0.2},
            SHOWN,
            Shown.NO,
            "not better than the best baseline: average precision 0.200, logi",
        ),
        ("better", {}, SHOWN._replace(better=None), Shown.UNKNOWN, "not shown to be better"),
        ("better", {}, SHOWN._replace(better=Interval(-0.1, 0.2)), Shown.UNKNOWN, "not shown to be better.*-0.1 to"),
        ("better", {}, SHOWN._replace(better=Interval(0.0, 0.2)), Shown.UNKNOWN, "not shown to be better"),
        ("better", {"pr_auc": None}, SHOWN, Shown.UNKNOWN, "not shown to be better"),
        ("better", {"scores": ()}, SHOWN, Shown.UNKNOWN, "no baseline"),
        ("better", {"scores": (scores("LSTM", 0.3),)}, SHOWN, Shown.UNKNOWN, "no baseline"),
        ("slope", {}, SHOWN._replace(slope=None), Shown.UNKNOWN, "is 0.90; without an interval"),
        ("slope", {}, SHOWN._replace(slope=Interval(0.5, 0.9)), Shown.NO, "does not hold 1"),
        ("slope", {"calibration_slope": None}, SHOWN, Shown.UNKNOWN, "does not give"),
        ("observed_expected", {}, SHOWN._replace(observed_expected=None), Shown.UNKNOWN, "is 1.10"),
        ("observed_expected", {}, SHOWN._replace(observed_expected=Interval(1.1, 2)), Shown.NO, "does not hold 1"),
        ("brier_skill", {"brier_skill": 0.0}, SHOWN, Shown.NO, "is 0.000"),
        ("brier_skill", {"brier_skill": None}, SHOWN, Shown.UNKNOWN, "does not give"),
        ("leakage", {}, SHOWN._replace(leaks=None), Shown.UNKNOWN, "does not say"),
        ("leakage", {}, SHOWN._replace(leaks=("rain knows the label",)), Shown.NO, "rain knows the label"),
        ("incidents", {"incidents_in_test": 9}, SHOWN, Shown.NO, "9 incidents"),
        ("incidents", {"few_incidents": True}, SHOWN, Shown.NO, "different ones"),
    ],
)
def test_that_a_demand_is_open_where_the_report_does_not_show_it(
    name: str, changes: dict[str, object], evidence: Evidence, shown: Shown, said: str
) -> None:
    import re

    found = clause(name, report(**changes), evidence)
    assert found.shown is shown
    assert re.search(said, found.sentence), found.sentence


def test_that_thresholds_come_from_the_training_block_and_never_from_the_test_block() -> None:
    blocks = (block("training", positives=(4, 40)), block("test", positives=(399, 399)))
    near, far = proposed_levels(report(blocks=blocks), (1, 7))
    assert (near.horizon_steps, near.yellow, near.orange, near.red) == (1, 0.0198, 0.0481, 0.0917)
    assert (far.horizon_steps, far.yellow, far.orange, far.red) == (7, 0.182, 0.357, 0.526)


@given(st.integers(0, 400))
def test_that_proposed_levels_rise_below_1_whatever_the_base_rate(positives: int) -> None:
    (rule,) = proposed_levels(report(blocks=(block("training", positives=(positives,)),)), (3,))
    assert 0 < rule.yellow < rule.orange < rule.red < 1


def test_that_an_interval_without_numbers_shows_nothing() -> None:
    nothing = Interval(math.nan, math.nan)
    found = clauses_of(report(), Evidence(nothing, nothing, Interval(0.9, math.nan), ()))
    assert [one.shown for one in found[:3]] == [Shown.UNKNOWN] * 3


def test_that_levels_that_rise_later_or_fall_sooner_than_proposed_are_told() -> None:
    (usual,) = proposed_levels(report(), (3,))
    more = {"yellow": usual.yellow / 2, "hold_steps": 9, "fall_share": 0.5}
    assert less_cautious((usual,), (usual,)) == less_cautious((usual.model_copy(update=more),), (usual,)) == ()
    high = LevelRule(horizon_steps=3, yellow=0.97, orange=0.98, red=0.99, hold_steps=1, fall_share=1.0)
    (told,) = less_cautious((high,), (usual,))
    assert "for 3 steps ahead are less cautious than proposed: yellow from 0.97 (proposed " in told
    assert "falling below 1 of a threshold (proposed 0.8), falling after 1 steps (proposed 3)." in told


def store_completed(
    station: Station, user_id: str, site: tuple[str, str], tested: BlockCount, more: tuple[str, ...] = ()
) -> str:
    site_id, folder = site
    event = created(user_id=user_id)
    config = event.config.model_copy(update={"sites": (folder,)})
    event = event.model_copy(update={"site_id": site_id, "site_ids": (site_id, *more), "config": config})
    jobs = Jobs(station.store)
    jobs.create(event)
    jobs.append(event.job_id, *up_to_fitting(), epoch(1))
    done = completed(event.job_id)
    judged = done.report.model_copy(
        update={"blocks": (block("training"), tested), "job_id": event.job_id, "given_up": ("It diverged.",)}
    )
    jobs.append(event.job_id, done.model_copy(update={"report": judged}))
    return event.job_id


def test_that_every_job_that_was_judged_on_the_test_block_is_counted_whoever_s_it_is(
    station: Station, session: Session
) -> None:
    here, folder = new_id(), "/sites/quarry"
    ours = store_completed(station, session.user_id, (here, folder), block("test", start=date(2020, 1, 1)))
    store_completed(station, new_id(), (here, "/usb/quarry"), block("test", start=date(2020, 12, 31)))
    store_completed(station, new_id(), (new_id(), folder), block("test", start=date(2020, 1, 1)))
    store_completed(station, new_id(), (here, folder), block("test", start=date(2021, 1, 2)))
    store_completed(station, new_id(), (new_id(), "/elsewhere"), block("test", start=date(2020, 1, 1)))
    several = (new_id(), "/elsewhere"), block("test", start=date(2020, 1, 1))
    store_completed(station, new_id(), *several, more=(here,))
    store_completed(station, new_id(), *several, more=(new_id(),))
    Jobs(station.store).create(created().model_copy(update={"site_id": here}))
    judgement = judge_for_deployment(session, station=station, job_id=ours)
    assert judgement.jobs_on_test_block == 4
    assert judgement.given_up == ("It diverged.",)
    assert judgement.asks_again
    assert not judgement.passed
    assert [rule.horizon_steps for rule in judgement.levels] == [1]
