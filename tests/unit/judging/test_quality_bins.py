"""Marks are counted in bins: every step once, the worst mark first."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.quality import WORDS, Mark
from rockfall_desktop.judging.quality_bins import CLASSES, MOST_ROWS, quality_map
from tests.small_site import DAY_S, incidents, site_of

NAMES = [name for name, _ in CLASSES]


def site(quality: np.ndarray | None, *, zoned: bool = False, shape: tuple[int, ...] = (10,)) -> SiteArrays:
    values = np.ones(shape if quality is None else quality.shape, np.float32)
    if quality is not None:
        values[(quality & Mark.OUT_OF_RANGE) > 0] = np.nan
    channel = ChannelArray("level", "water_level", "m", zoned, values, quality)
    return site_of((channel,), values.shape[0] if zoned else 1, values.shape[-1], incidents([], []))


def test_that_each_mark_is_counted_in_its_bin() -> None:
    quality = np.zeros(10, np.uint8)
    quality[[0, 1]], quality[7], quality[9] = Mark.SPIKE, Mark.SPIKE | Mark.OUT_OF_RANGE, Mark.GAP
    found = quality_map(site(quality), 2)
    (row,) = found.rows
    assert row.steps.tolist() == [5, 5]
    assert row.classes[NAMES.index("out of range")].tolist() == [0, 1]
    assert row.classes[NAMES.index("spike, drift or flat line")].tolist() == [2, 0]
    assert row.marks[list(WORDS).index(Mark.SPIKE)].tolist() == [2, 1]
    assert row.masked.tolist() == [0, 1]
    assert row.good_share == 0.6
    assert (np.diff(found.edges_s) == 5 * DAY_S).all()


def test_that_a_channel_that_was_not_judged_is_not_good() -> None:
    (row,) = quality_map(site(None), 4).rows
    assert not row.judged
    assert row.steps.sum() == 0


def test_that_zones_stand_under_their_channel_the_worst_first() -> None:
    quality = np.zeros((3, 8), np.uint8)
    quality[1, :4], quality[2, :1] = Mark.FLAT, Mark.FLAT
    whole, *zones = quality_map(site(quality, zoned=True), 4).rows
    assert whole.zone is None
    assert [row.zone for row in zones] == [1, 2, 0]
    assert whole.classes.sum() == 5


def test_that_of_many_zones_the_best_have_no_row_and_are_counted() -> None:
    quality = np.zeros((200, 6), np.uint8)
    quality[150] = Mark.DRIFT
    found = quality_map(site(quality, zoned=True), 3)
    assert len(found.rows) == MOST_ROWS
    assert found.rows[1].zone == 150
    assert found.left_out == 200 - (MOST_ROWS - 1)
    assert found.rows[0].steps.sum() == 1200


def test_that_a_site_without_steps_has_no_bins_to_fill() -> None:
    found = quality_map(site_of((), 1, 0, incidents([], [])), 5)
    assert found.rows == ()
    assert found.edges_s.size == 2


@settings(max_examples=50, deadline=None)
@given(steps=st.integers(1, 90), bins=st.integers(1, 40), seed=st.integers(0, 50))
def test_that_every_step_is_counted_once(steps: int, bins: int, seed: int) -> None:
    quality = np.random.default_rng(seed).integers(0, 256, steps).astype(np.uint8)
    (row,) = quality_map(site(quality), bins).rows
    assert row.steps.sum() == steps
    assert (row.steps > 0).all()
    assert row.classes.sum() == (quality > 0).sum()
    for place, mark in enumerate(WORDS):
        assert row.marks[place].sum() == (quality & mark > 0).sum()
