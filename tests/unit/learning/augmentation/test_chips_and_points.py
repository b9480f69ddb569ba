"""Turned chips show the slope that a turned mountain would have; turned points keep their distances."""

import pytest
import torch

from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.learning.augmentation.chips import TURNS, turn_chips, turned_bands
from rockfall_desktop.learning.augmentation.points import drop_points, jitter_points, turn_points

FEATURES = ("x", "y", "z", "intensity", "nx", "ny", "nz")


def aspect_of(height_yx: torch.Tensor) -> torch.Tensor:
    """Sine and cosine of the aspect, clockwise from north, by central differences; (2, y, x), rows from the north."""
    south, east = torch.gradient(height_yx)
    downhill_east, downhill_north = -east, south
    length = torch.hypot(downhill_east, downhill_north).clamp(min=1e-9)
    return torch.stack((downhill_east / length, downhill_north / length))


@pytest.mark.parametrize("way", range(TURNS))
def test_that_the_aspect_of_a_turned_picture_is_that_of_the_turned_mountain(way: int) -> None:
    torch.manual_seed(2)
    y, x = torch.meshgrid(torch.arange(9.0), torch.arange(9.0), indexing="ij")
    height = 0.3 * x - 0.7 * y + 0.02 * x * y + 0.05 * x**2
    scaling = Scaling((0.0, 0.2, -0.1), (1.0, 0.5, 2.0))
    mean, spread = torch.tensor(scaling.mean)[:, None, None], torch.tensor(scaling.spread)[:, None, None]
    bands = (torch.cat((height[None], aspect_of(height))) - mean) / spread
    turned = turned_bands(bands[None], (1, 2), scaling, way)[0] * spread + mean
    torch.testing.assert_close(turned[1:, 1:-1, 1:-1], aspect_of(turned[0])[:, 1:-1, 1:-1], atol=1e-5, rtol=0)


def test_that_an_unknown_aspect_stays_unknown() -> None:
    scaling = Scaling((0.3, 0.3), (1.0, 1.0))
    for way in range(TURNS):
        assert (turned_bands(torch.zeros(1, 2, 4, 4), (0, 1), scaling, way) == 0).all()


def test_that_bands_and_classes_of_a_stack_turn_together_and_every_way_is_taken() -> None:
    torch.manual_seed(3)
    picture = torch.arange(16.0).reshape(1, 1, 4, 4).expand(400, 1, 4, 4)
    bands, classes = turn_chips(picture, picture.long(), None, Scaling((0.0,), (1.0,)))
    assert torch.equal(bands.long(), classes)
    assert len(torch.unique(bands.flatten(1), dim=0)) == TURNS
    assert torch.equal(picture[0, 0], torch.arange(16.0).reshape(4, 4))


def test_that_a_turn_about_the_vertical_keeps_distances_heights_and_angles_to_the_normals() -> None:
    torch.manual_seed(4)
    before = torch.randn(6, 50, 7)
    after = turn_points(before, FEATURES)
    assert not torch.allclose(after[:, :, 0], before[:, :, 0])
    for unmoved in (2, 3, 6):
        assert torch.equal(after[:, :, unmoved], before[:, :, unmoved])
    distances = [torch.linalg.vector_norm(sets[:, :1, :3] - sets[..., :3], dim=-1) for sets in (after, before)]
    torch.testing.assert_close(*distances, atol=1e-5, rtol=1e-5)
    along = (before[..., :3] * before[..., 4:]).sum(-1)
    torch.testing.assert_close((after[..., :3] * after[..., 4:]).sum(-1), along, atol=1e-4, rtol=1e-4)


def test_that_moved_points_move_a_little_and_dropped_ones_become_the_first() -> None:
    torch.manual_seed(4)
    before = torch.randn(20, 50, 7)
    moved = jitter_points(before)
    assert 0 < (moved - before)[..., :3].abs().max() <= 0.03 + 1e-6
    assert torch.equal(moved[..., 3:], before[..., 3:])
    thinner = drop_points(before)
    lost = (thinner != before).any(-1)
    assert 0 < lost.float().mean() < 0.3
    assert torch.equal(thinner[lost], before[:, :1].expand_as(before)[lost])
