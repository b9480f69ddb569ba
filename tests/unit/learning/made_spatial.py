"""Made-up stacks and sets of points beside the series of a small site."""

from dataclasses import replace

import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import CloudStacks, RasterStacks, SampleSet
from tests.small_site import small_site
from tests.unit.learning.networks.inputs import Choice, config_of


def made_samples(choice: Choice, stacks: int = 7, **changes: object) -> tuple[SampleSet, TrainingConfig]:
    """Samples of which each has one of some stacks and sets, or none."""
    config = config_of(choice, **changes)
    plain = build_samples(small_site(), config.model_copy(update={
        "temporal_network": "lstm", "raster_network": "none", "cloud_network": "none", "spatial_features": (),
    }))  # fmt: skip
    torch.manual_seed(6)
    bands, classes = torch.randn(stacks, 4, 16, 16), torch.randint(0, 3, (stacks, 2, 16, 16))
    names, plain_scaling = ("a", "b", "c", "d"), Scaling((0.0,) * 4, (1.0,) * 4)
    rasters = RasterStacks(bands, classes, names, (("x", "y", "z"), ("x", "y")), plain_scaling, None)
    clouds = CloudStacks(torch.randn(stacks, 20, 5), torch.randn(stacks, 2), ("x", "y", "z", "i", "r"), ("m", "n"))
    blocks = {}
    for name in ("training", "validation", "test"):
        block = getattr(plain, name)
        drawn = torch.randint(-1, stacks, (2, len(block.rows)))
        blocks[name] = replace(block, rasters=drawn[0], clouds=drawn[1])
    raster = rasters if config.raster_network != "none" else None
    cloud = clouds if config.cloud_network != "none" else None
    return replace(plain, rasters=raster, clouds=cloud, **blocks), config
