"""The two truths of a simulated pit: what a perfect forecast would say, and the oracle that is none."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.simulated_pit import SimulatedPit, asked_pit
from rockfall_desktop.learning.samples.split import split_by_time
from rockfall_desktop.sites.simulated import truth
from rockfall_desktop.sites.simulated.calendar import Calendar
from rockfall_desktop.sites.simulated.draws import SkyDraws, draw_sky, draw_wall
from rockfall_desktop.sites.simulated.futures import Pairs, forecast_truth, go_on
from rockfall_desktop.sites.simulated.judged import HORIZON_STEPS, judged_steps, pair_count
from rockfall_desktop.sites.simulated.memory import remembered, respond, to_come
from rockfall_desktop.sites.simulated.parts import make_pit
from rockfall_desktop.sites.simulated.poisson import poisson_counts
from rockfall_desktop.sites.simulated.record import Record

HORIZON = 9


@pytest.fixture(scope="module", params=["1d", "1h"])
def record(request: pytest.FixtureRequest) -> Record:
    days = {"1d": 1500, "1h": 90}[request.param]
    return make_pit(SimulatedPit(zones=6, days=days, step=request.param, blasts=True, seed=3)).record


def some_pairs(record: Record, count: int, horizon: int = HORIZON) -> Pairs:
    random = np.random.default_rng(1)
    return Pairs(random.integers(0, 6, count), random.integers(0, record.steps - horizon, count))


def test_that_a_restart_with_the_same_draws_goes_the_same_way(record: Record) -> None:
    pairs = some_pairs(record, 40)
    ahead = pairs.step[:, None] + record.lead + 1 + np.arange(HORIZON)
    sky = SkyDraws(*(np.take(draws[0], ahead) for draws in vars(record.sky_draws).values()))
    wall = type(record.wall_draws)(*(draws[pairs.zone[:, None], ahead] for draws in vars(record.wall_draws).values()))
    course, own = go_on(record, pairs, sky, wall), record.course
    place = (pairs.zone[:, None], ahead)
    np.testing.assert_allclose(course.velocity_mm_d, own.velocity_mm_d[place], rtol=1e-9)
    np.testing.assert_allclose(course.expected, own.expected[place], rtol=1e-7)
    np.testing.assert_array_equal(course.small, own.small[place])
    np.testing.assert_array_equal(course.large, own.large[place])


def test_that_a_future_knows_nothing_of_what_came(record: Record) -> None:
    pairs = Pairs(np.zeros(30, np.int64), np.full(30, 100))
    sooner = forecast_truth(np.random.default_rng(4), record, pairs, (HORIZON,), 50).probability
    for name in ("rain_mm", "followed", "peak_mm_s"):
        getattr(record.sky, name)[0, record.lead + 101 :] *= 3.0
    record.course.velocity_mm_d[:, record.lead + 101 :] *= 2.0
    later = forecast_truth(np.random.default_rng(4), record, pairs, (HORIZON,), 50).probability
    for name in ("rain_mm", "followed", "peak_mm_s"):
        getattr(record.sky, name)[0, record.lead + 101 :] /= 3.0
    record.course.velocity_mm_d[:, record.lead + 101 :] /= 2.0
    np.testing.assert_array_equal(sooner, later)


@pytest.mark.parametrize("step", ["1d", "1h"])
def test_that_the_forecast_truth_agrees_with_what_happened_and_the_oracle_is_another(step: str) -> None:
    found, expected, oracle = [], [], []
    for seed in range(8):  # rain and shaking are shared by a pit's zones, so that pits are what counts
        record = make_pit(SimulatedPit(zones=12, days={"1d": 900, "1h": 60}[step], step=step, seed=seed)).record
        random, horizon = np.random.default_rng(seed), HORIZON_STEPS[record.wall.step_h][-1]
        pairs = some_pairs(record, 500, horizon)
        chance = forecast_truth(random, record, pairs, (horizon,), 60).probability[:, 0]
        found.append(truth.happened(record, pairs, horizon).mean() - chance.mean())
        expected.append(chance)
        oracle.append(truth.oracle(record, pairs, horizon))
    error = np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(np.mean(found)) < 3.0 * error
    assert error < 0.5 * np.mean(expected)
    apart = np.abs(np.log(np.concatenate(expected) / np.concatenate(oracle)))
    assert np.median(apart) < 0.2  # the rain of a day or less is little beside that of weeks ...
    assert np.quantile(apart, 0.95) > 0.1  # ... but one who knows it knows more


def drawn_falls(record: Record, pairs: Pairs, futures: int) -> np.ndarray:
    """The share of futures in which falls that are drawn, failures with their rest too, happen in each horizon."""
    random, count = np.random.default_rng(8), pairs.zone.size
    again = Pairs(np.repeat(pairs.zone, futures), np.repeat(pairs.step, futures))
    sky = draw_sky(random, again.zone.size, HORIZON, record.wall.climate.shape)
    course = go_on(record, again, sky, draw_wall(random, again.zone.size, HORIZON))
    sooner = np.maximum.accumulate(course.happened, axis=1)
    return sooner.reshape(count, futures, HORIZON).mean(axis=1)[:, [0, -1]]


def test_that_the_forecast_truth_is_the_chance_of_the_falls_that_are_drawn(record: Record) -> None:
    fastest = np.argsort(record.course.velocity_mm_d[:, record.lead : -HORIZON], axis=None)[-20:]
    zone, step = np.unravel_index(fastest, (6, record.steps - HORIZON))
    pairs = Pairs(np.append(zone, 0), np.append(step, 100))  # where failures come soon, the way before them counts
    found = forecast_truth(np.random.default_rng(4), record, pairs, (1, HORIZON), 400)
    drawn = drawn_falls(record, pairs, 2000)
    error = np.hypot(np.sqrt(drawn * (1 - drawn) / 2000) + 1e-3, found.standard_error)
    assert (np.abs(found.probability - drawn) < 4.5 * error).all()


def test_that_the_standard_error_is_that_of_other_futures_and_never_0(record: Record) -> None:
    pairs = some_pairs(record, 60)
    runs = [forecast_truth(np.random.default_rng(seed), record, pairs, (1, HORIZON), 200) for seed in range(8)]
    assert min(run.standard_error.min() for run in runs) > 0
    assert all((run.standard_error < run.probability).all() for run in runs)
    probabilities = np.stack([run.probability for run in runs])
    z = (probabilities - probabilities.mean(axis=0)) / np.stack([run.standard_error for run in runs])
    assert 0.5 < np.median(np.abs(z)) / 0.6745 < 1.3
    assert (runs[0].probability[:, 1] >= runs[0].probability[:, 0]).all()


def test_that_the_file_has_no_standard_error_of_0_and_says_simulated_in_every_row(record: Record) -> None:
    pairs = truth.draw_pairs(np.random.default_rng(0), record, 50)
    calendar = Calendar(record.wall.step_h, record.steps)
    table = pl.read_csv(truth.truth_table(np.random.default_rng(1), record, calendar, pairs))
    assert table.height == 50 * len(HORIZON_STEPS[record.wall.step_h])
    assert (table["standard_error"] > 0).all()
    assert (table["probability"] > 0).all()
    assert table["futures"].min() >= 200
    assert table["simulated"].all()
    assert pl.read_parquet(truth.rate_table(record, calendar))["simulated"].all()


def test_that_pairs_are_different_and_all_of_a_small_test_block(record: Record) -> None:
    for count in (300, 10**6):
        pairs = truth.draw_pairs(np.random.default_rng(0), record, count)
        block = judged_steps(record.steps, record.wall.step_h)
        assert len({*zip(pairs.zone.tolist(), pairs.step.tolist(), strict=True)}) == min(count, 6 * len(block))
        assert set(pairs.zone.tolist()) == set(range(6))
        assert pairs.step.min() >= block.start
        assert pairs.step.max() <= block.stop - 1


@pytest.mark.parametrize(("step_h", "steps"), [(24, 2191), (24, 200), (1, 8760), (1, 2000)])
def test_that_the_pairs_lie_in_the_test_block_of_the_default_window(step_h: int, steps: int) -> None:
    config = TrainingConfig(sites=("somewhere",), horizon_steps=HORIZON_STEPS[step_h])
    block = judged_steps(steps, step_h)
    assert split_by_time(config, np.arange(steps, dtype=np.int32)).test == (block.start, block.stop - 1)


def test_that_the_shortest_record_still_has_a_step_to_judge() -> None:
    assert list(judged_steps(30, 24)) == [28]


def test_that_the_readme_says_how_many_pairs_there_are() -> None:
    said = truth.readme(asked_pit(futures=True, zones=1, days=100))
    assert "14 different pairs of zone and step, drawn\n    evenly from the 14 of" in said
    assert f"{pair_count(asked_pit(futures=True)):,} different pairs" in truth.readme(asked_pit(futures=True))
    assert "pairs" not in truth.readme(asked_pit())


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(0, 20), st.integers(0, 9), st.integers(0, 2**31))
def test_that_memory_and_what_is_to_come_make_the_whole_response(length: int, more: int, ahead: int, seed: int) -> None:
    random, horizon = np.random.default_rng(seed), ahead + 1
    kernel, pulses = random.normal(size=length), random.normal(size=length + more + horizon)
    now = length + more - 1
    whole = np.array([sum(kernel[k] * pulses[t - k] for k in range(min(length, t + 1))) for t in range(pulses.size)])
    np.testing.assert_allclose(respond(kernel[None], pulses)[0], whole, atol=1e-12)
    known = remembered(kernel, pulses[: now + 1], np.array([now]), horizon)[0]
    fresh = to_come(kernel, pulses[None, now + 1 :])[0]
    np.testing.assert_allclose(known + fresh, whole[now + 1 :], atol=1e-12)


def test_that_counts_from_uniform_draws_are_poisson() -> None:
    draw = (np.arange(20_000) + 0.5) / 20_000
    for mean in (0.01, 0.7, 9.0, 120.0):
        counts = poisson_counts(np.full(1, mean), draw)
        assert abs(counts.mean() - mean) < 0.01 * mean + 1e-3
        assert abs(counts.var() - mean) < 0.03 * mean
