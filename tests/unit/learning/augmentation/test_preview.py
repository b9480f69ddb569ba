"""The preview shows one sample before and after, and leaves the random numbers alone."""

import numpy as np
import torch

from rockfall_desktop.learning.augmentation.preview import preview
from rockfall_desktop.learning.samples.build import build_samples
from tests.small_site import small_site
from tests.unit.learning.training import small_config


def test_that_a_preview_shows_the_change_and_leaves_the_random_numbers_alone() -> None:
    config = small_config(augmentation=("jitter",))
    samples = build_samples(small_site(), config)
    before = samples.windows.untyped_storage().nbytes(), samples.windows[5].clone()
    state = torch.get_rng_state()
    shown = preview(samples, config, 3)
    assert torch.equal(torch.get_rng_state(), state)
    assert shown.windows is not None
    old, new = shown.windows
    assert old.shape == new.shape == (8, 2)
    assert np.array_equal(np.isnan(old), np.isnan(new))
    assert 0 < np.nanmax(np.abs(old - new)) < 0.5
    assert torch.equal(samples.windows[5], before[1])
    assert shown.chips is None
    assert shown.points is None


def test_that_another_draw_shows_another_sample() -> None:
    config = small_config()
    samples = build_samples(small_site(), config)
    first, again, other = (preview(samples, config, draw).windows for draw in (1, 1, 2))
    assert first is not None
    assert again is not None
    assert other is not None
    assert np.array_equal(first[0], again[0], equal_nan=True)
    assert not np.array_equal(first[0], other[0], equal_nan=True)
