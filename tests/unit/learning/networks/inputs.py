"""Made-up inputs of every kind, for tests of networks."""

import itertools

import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.learning.networks.batch import Batch
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.networks.shapes import CloudShape, InputShapes, RasterShape
from tests.unit.learning.training import small_config, windows_only

SERIES, SIZE = 3, 5
RASTER = RasterShape(bands=4, class_counts=(3, 2), side=16)
CLOUD = CloudShape(features=5, points=20, changes=2)

TEMPORAL = ("none", "lstm", "gru", "transformer")
RASTERS = ("none", "cnn", "resnet_light", "resnet")
CLOUDS = ("none", "pointnet")
FUSIONS = ("mlp", "attention", "gated")

Choice = tuple[str, str, str, str]
CHOICES: list[Choice] = [
    choice
    for choice in itertools.product(TEMPORAL, RASTERS, CLOUDS, FUSIONS)
    if choice[:3] != ("none", "none", "none")
    and (choice[1:3] != ("none", "none") or choice[3] == "mlp")
    and (
        choice[1] in {"none", "cnn"}
        or choice in {("none", choice[1], "none", "gated"), ("lstm", choice[1], "pointnet", "mlp")}
    )
]


def config_of(choice: Choice, **changes: object) -> TrainingConfig:
    names = ("temporal_network", "raster_network", "cloud_network", "fusion")
    spatial = [kind for kind, part in zip(("elevation", "lidar"), choice[1:3], strict=True) if part != "none"]
    return small_config(**dict(zip(names, choice, strict=True)), spatial_features=spatial, **changes)


def network_of(choice: Choice, **changes: object) -> RockfallNetwork:
    torch.manual_seed(1)
    config = config_of(choice, **changes)
    raster = RASTER if config.raster_network != "none" else None
    cloud = CLOUD if config.cloud_network != "none" else None
    return RockfallNetwork(InputShapes(SERIES, raster, cloud), config)


def stacks(count: int = SIZE, side: int = 16) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(3)
    return torch.randn(count, 4, side, side), torch.randint(0, 3, (count, 2, side, side))


def sets(count: int = SIZE) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(4)
    return torch.randn(count, 20, 5), torch.randn(count, 2)


def batch_of(network: RockfallNetwork, here: tuple[bool, ...] = (True,) * SIZE) -> Batch:
    """A batch whose spatial inputs are there where said."""
    torch.manual_seed(5)
    batch = windows_only(torch.randn(SIZE, 8, SERIES))
    here_b = torch.tensor(here)
    if network.raster is not None:
        batch = batch._replace(raster_bkd=network.raster_tokens(*stacks()), raster_here_b=here_b)
    if network.cloud is not None:
        batch = batch._replace(cloud_bkd=network.cloud_tokens(*sets()), cloud_here_b=here_b.flip(0))
    return batch
