"""The preview shows one sample before and after, and leaves the random numbers alone."""

from typing import Any

import numpy as np
import pytest
import torch

from rockfall_desktop.learning.augmentation.preview import preview
from rockfall_desktop.learning.samples.build import build_samples
from tests.small_site import small_site
from tests.unit.learning.samples.made_layers import cloud, layers_of, on_day, raster, reading
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


@pytest.mark.parametrize(
    ("kinds", "layers"),
    [
        (("lidar",), (cloud(epoch=on_day(400)),)),
        (("drone_imagery",), (raster(epoch=on_day(400)),)),
        (("drone_imagery", "lidar"), (raster(epoch=on_day(300)), cloud(epoch=on_day(400)))),
    ],
    ids=["clouds alone", "rasters alone", "both"],
)
def test_that_a_preview_shows_a_sample_that_has_what_the_change_is_made_to(
    kinds: tuple[str, ...], layers: tuple[Any, ...]
) -> None:
    config = reading(*kinds, augmentation=("turn_points", "turn_chips"))
    samples = build_samples(small_site(zoned=False), config, layers_of(*layers))
    block = samples.training
    for kind, numbers in (("lidar", block.clouds), ("drone_imagery", block.rasters)):
        share = (numbers < 0).float().mean()
        assert share > 0.4 if kind in kinds else share == 1, "else any sample would do"
    for draw in range(20):
        shown = preview(samples, config, draw)
        assert (shown.points is not None) == ("lidar" in kinds)
        assert (shown.chips is not None) == ("drone_imagery" in kinds)
