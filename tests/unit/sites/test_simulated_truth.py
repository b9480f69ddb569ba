"""The two truths of a simulated pit: what a perfect forecast would say, and the oracle that is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rockfall_desktop.domain.simulated_pit import SimulatedPit
from rockfall_desktop.sites.simulated import truth
from rockfall_desktop.sites.simulated.draws import SkyDraws
from rockfall_desktop.sites.simulated.futures import Pairs, forecast_truth, go_on
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
    sooner = forecast_truth(np.random.default_rng(4), record, pairs, (HORIZON,), 50)
    for name in ("rain_mm", "followed", "peak_mm_s"):
        getattr(record.sky, name)[0, record.lead + 101 :] *= 3.0
    record.course.velocity_mm_d[:, record.lead + 101 :] *= 2.0
    later = forecast_truth(np.random.default_rng(4), record, pairs, (HORIZON,), 50)
    for name in ("rain_mm", "followed", "peak_mm_s"):
        getattr(record.sky, name)[0, record.lead + 101 :] /= 3.0
    record.course.velocity_mm_d[:, record.lead + 101 :] /= 2.0
    np.testing.assert_array_equal(sooner, later)


@pytest.mark.parametrize("step", ["1d", "1h"])
def test_that_the_forecast_truth_agrees_with_what_happened_and_the_oracle_is_another(step: str) -> None:
    found, expected, oracle = [], [], []
    for seed in range(8):  # rain and shaking are shared by a pit's zones, so that pits are what counts
        record = make_pit(SimulatedPit(zones=12, days={"1d": 900, "1h": 60}[step], step=step, seed=seed)).record
        random, horizon = np.random.default_rng(seed), truth.HORIZON_STEPS[record.wall.step_h][-1]
        pairs = some_pairs(record, 500, horizon)
        chance = forecast_truth(random, record, pairs, (horizon,), 60)[:, 0]
        found.append(truth.happened(record, pairs, horizon).mean() - chance.mean())
        expected.append(chance)
        oracle.append(truth.oracle(record, pairs, horizon))
    error = np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(np.mean(found)) < 3.0 * error
    assert error < 0.5 * np.mean(expected)
    both = np.concatenate(expected), np.concatenate(oracle)
    assert 0.3 < np.corrcoef(*both)[0, 1] < 0.99
    assert np.abs(both[0] - both[1]).mean() > 0.1 * both[0].mean()


def test_that_more_futures_come_closer_and_longer_horizons_hold_more(record: Record) -> None:
    pairs = some_pairs(record, 60)
    few, again = (forecast_truth(np.random.default_rng(seed), record, pairs, (1, HORIZON), 100) for seed in (1, 2))
    assert (few[:, 1] >= few[:, 0]).all()
    spread = np.sqrt((2 * few * (1 - few) / 100).mean(axis=0))
    assert (np.abs(few - again).std(axis=0) < 2.0 * spread + 0.01).all()


def test_that_pairs_lie_in_the_last_fifth_with_their_horizon(record: Record) -> None:
    pairs = truth.draw_pairs(np.random.default_rng(0), record, 3000)
    longest = max(truth.HORIZON_STEPS[record.wall.step_h])
    assert pairs.step.min() >= int(record.steps * 0.8)
    assert pairs.step.max() == record.steps - 1 - longest
    assert set(pairs.zone.tolist()) == set(range(6))


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
