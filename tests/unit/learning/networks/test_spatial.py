"""Raster networks and PointNet: tokens of each stack or set on its own."""

import pytest
import torch
from torch import nn

from rockfall_desktop.learning.networks.chip_input import GridTokens
from rockfall_desktop.learning.networks.convolutional import ConvolutionalEncoder
from rockfall_desktop.learning.networks.points import PointEncoder, Turner
from rockfall_desktop.learning.networks.residual import EIGHTEEN, LIGHT, ResidualEncoder
from rockfall_desktop.learning.networks.shapes import CloudShape, RasterShape
from tests.unit.learning.networks.inputs import CLOUD, sets

PUBLISHED_WITHOUT_CLASSIFIER = 11_689_512 - 513_000


def encoder(network: str, side: int, width: int = 8) -> nn.Module:
    torch.manual_seed(1)
    shape = RasterShape(4, (3, 2), side)
    made = {
        "cnn": lambda: ConvolutionalEncoder(shape, width),
        "resnet_light": lambda: ResidualEncoder(shape, width, LIGHT),
        "resnet": lambda: ResidualEncoder(shape, width, EIGHTEEN),
    }
    return made[network]().eval()


def chips(side: int, count: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(2)
    return torch.randn(count, 4, side, side), torch.randint(0, 3, (count, 2, side, side))


@pytest.mark.parametrize("network", ["cnn", "resnet_light", "resnet"])
@pytest.mark.parametrize("side", [1, 7, 32, 64])
def test_that_a_stack_becomes_four_tokens_that_no_neighbour_changes(network: str, side: int) -> None:
    made = encoder(network, side)
    bands, classes = chips(side)
    together = made(bands, classes)
    assert together.shape == (3, 4, 8)
    torch.testing.assert_close(together[1:2], made(bands[1:2], classes[1:2]), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("network", ["cnn", "resnet_light", "resnet"])
def test_that_the_class_of_a_cell_counts(network: str) -> None:
    made = encoder(network, 32)
    bands, classes = chips(32)
    assert (made(bands, classes) - made(bands, torch.zeros_like(classes))).abs().max() > 1e-3


@pytest.mark.parametrize("side", [16, 32, 64])
def test_that_the_large_residual_network_ends_with_two_by_two_cells(side: int) -> None:
    made = encoder("resnet", side)
    seen: list[torch.Size] = []
    made.blocks.register_forward_hook(lambda _, __, out: seen.append(out.shape))  # type: ignore[operator, union-attr]
    made(*chips(side))
    assert seen == [torch.Size([3, 512, 2, 2])]


def test_that_the_large_residual_network_has_the_weights_of_the_published_layout() -> None:
    made = ResidualEncoder(RasterShape(3, (), 224), 8, EIGHTEEN)
    own = sum(part.numel() for part in made.parameters()) - sum(part.numel() for part in made.tokens.parameters())
    assert own == PUBLISHED_WITHOUT_CLASSIFIER
    counted = [part for part in made.modules() if isinstance(part, nn.Conv2d) and part.kernel_size != (1, 1)]
    assert len(counted) + 1 == 18


def test_that_each_token_is_the_mean_of_its_quarter() -> None:
    tokens = GridTokens(2, 4)
    nn.init.zeros_(tokens.quarter_pd)
    bands = torch.zeros(1, 2, 6, 6)
    bands[:, :, :3, 3:] = torch.tensor([1.0, 5.0])[:, None, None]
    found = tokens(bands)[0]
    torch.testing.assert_close(found[1], tokens.norm(tokens.line(torch.tensor([1.0, 5.0]))))
    torch.testing.assert_close(found[0], found[2])


def test_that_the_order_of_points_does_not_matter_and_no_neighbour_does() -> None:
    torch.manual_seed(1)
    made = PointEncoder(CLOUD, 8).eval()
    points, changes = sets()
    tokens = made(points, changes)
    assert tokens.shape == (5, 1, 8)
    torch.testing.assert_close(made(points[:, torch.randperm(20)], changes), tokens, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(made(points[:1], changes[:1]), tokens[:1], atol=1e-6, rtol=1e-5)


def test_that_the_change_since_the_epoch_before_counts() -> None:
    made = PointEncoder(CLOUD, 8).eval()
    points, changes = sets()
    assert (made(points, changes) - made(points, changes + 1)).abs().max() > 1e-3
    assert PointEncoder(CloudShape(3, 20, 0), 8)(points[..., :3], changes[:, :0]).shape == (5, 1, 8)


def test_that_points_are_not_turned_before_learning_says_how() -> None:
    torch.manual_seed(1)
    turner = Turner(3).eval()
    points = sets()[0][..., :3]
    assert (turner(points) - points).abs().max() < 0.2
    nn.init.zeros_(turner.matrix.weight)
    torch.testing.assert_close(turner(points), points)
