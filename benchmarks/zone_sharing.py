"""Training that encodes each zone's static input once a batch beside a bare loop that encodes it for every sample."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.figures import verdict

if TYPE_CHECKING:
    import torch

    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.learning.networks.network import RockfallNetwork
    from rockfall_desktop.learning.samples.sample_set import Block, SampleSet

_ZONES, _SIDE, _BANDS, _POINTS = 20, 32, 8, 512
_BATCH, _WINDOW, _CHANNELS, _WIDTH = 128, 72, 8, 32
_LENGTH = 200
_ROUNDS, _LONGEST_S = 15, 60.0
_GOALS = {"cnn": 1.3, "resnet_light": 3.0, "resnet": 3.0, "pointnet": 3.0}


def run() -> None:
    """One optimiser step of each way in turns, on the same samples, one torch thread; medians are compared."""
    import torch

    torch.set_num_threads(1)
    found = {}
    for network in _GOALS:
        shared, alone = _seconds(network)
        found[network] = alone / shared
        print(f"LSTM + {network}: {_BATCH / shared:,.0f} samples/s shared, {_BATCH / alone:,.0f} for every sample")
    figure = ", ".join(f"{name} {ratio:.2f} x" for name, ratio in found.items())
    goal = ", ".join(f"{name} >= {least:g} x" for name, least in _GOALS.items())
    verdict("zone_sharing", figure, goal, met=all(found[name] >= least for name, least in _GOALS.items()))


def _seconds(name: str) -> tuple[float, float]:
    """Median seconds of a step of each way."""
    import torch

    from rockfall_desktop.learning.fitting.new_network import new_network
    from rockfall_desktop.learning.fitting.window_way import WindowWay

    config = _config(name)
    samples = made_up_samples(name)
    network, loss = new_network(samples, config)
    way = WindowWay(network, samples, loss, config)

    def shared(picked: "torch.Tensor") -> None:
        for _ in way.pieces(picked):
            pass

    def alone(picked: "torch.Tensor") -> None:
        block = samples.training
        for piece in picked.split(way.at_once.samples):
            batch = _encoded_for_each(network, samples, block, piece)
            (loss.of(network(batch), block.targets[piece]) * (len(piece) / len(picked))).backward()

    optimiser = torch.optim.AdamW(network.parameters(), config.learning_rate)
    taken: tuple[list[float], list[float]] = ([], [])
    begun = time.perf_counter()
    for number, picked in enumerate(_steps(len(samples.training.rows))):
        for way_of, times in zip((shared, alone), taken, strict=True):
            times.append(_step(way_of, picked, optimiser, network))
        if number == _ROUNDS or time.perf_counter() - begun > _LONGEST_S:
            break
    return statistics.median(taken[0][1:]), statistics.median(taken[1][1:])


def _step(
    way_of: "Callable[[torch.Tensor], None]",
    picked: "torch.Tensor",
    optimiser: "torch.optim.Optimizer",
    network: "RockfallNetwork",
) -> float:
    import torch

    network.train()
    begun = time.perf_counter()
    optimiser.zero_grad()
    way_of(picked)
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    return time.perf_counter() - begun


def _steps(samples: int) -> "Iterator[torch.Tensor]":
    import torch

    while True:
        yield from torch.randperm(samples).split(_BATCH)[: samples // _BATCH]


def _encoded_for_each(
    network: "RockfallNetwork", samples: "SampleSet", block: "Block", picked: "torch.Tensor"
) -> object:
    """A batch whose samples each bring their own chips or points, as a Dataset gives them."""
    from rockfall_desktop.learning.gathering import Encoded, gather

    batch = gather(samples, block, picked, Encoded())
    if samples.rasters is not None:
        stack_b = block.rasters[picked]
        tokens = network.raster_tokens(samples.rasters.bands[stack_b], samples.rasters.classes[stack_b])
        return batch._replace(raster_bkd=tokens, raster_here_b=stack_b >= 0)
    assert samples.clouds is not None
    set_b = block.clouds[picked]
    tokens = network.cloud_tokens(samples.clouds.points[set_b], samples.clouds.changes[set_b])
    return batch._replace(cloud_bkd=tokens, cloud_here_b=set_b >= 0)


def _config(name: str) -> "TrainingConfig":
    from rockfall_desktop.domain.config import TrainingConfig

    part = "cloud_network" if name == "pointnet" else "raster_network"
    layer = "lidar" if name == "pointnet" else "elevation"
    return TrainingConfig.model_validate(
        {"sites": ("a",), part: name, "spatial_features": (layer,), "window_steps": _WINDOW, "width": _WIDTH}
        | {"batch_size": _BATCH, "temporal_network": "lstm", "season": False}
    )


def made_up_samples(name: str) -> "SampleSet":
    """Random numbers in the shapes of a site with 20 zones; every sample has its zone's chips or points."""
    import torch

    from rockfall_desktop.judging.inputs import Scaling
    from rockfall_desktop.learning.samples.sample_set import CloudStacks, RasterStacks

    torch.manual_seed(7)
    if name == "pointnet":
        features = ("x", "y", "z", "intensity", "height")
        clouds = CloudStacks(torch.randn(_ZONES, _POINTS, 5), torch.zeros(_ZONES, 0), features, ())
        return replace(made_up_series(), clouds=clouds)
    bands = torch.randn(_ZONES, _BANDS, _SIDE, _SIDE)
    classes = torch.zeros(_ZONES, 0, _SIDE, _SIDE, dtype=torch.int64)
    names, scaling = tuple("abcdefgh"), Scaling((0.0,) * _BANDS, (1.0,) * _BANDS)
    return replace(made_up_series(), rasters=RasterStacks(bands, classes, names, (), scaling, None))


def made_up_series() -> "SampleSet":
    """The same without chips and points."""
    import torch

    from rockfall_desktop.domain.report import BlockCount
    from rockfall_desktop.judging.inputs import Scaling
    from rockfall_desktop.learning.samples.sample_set import Block, SampleSet

    steps = _LENGTH + _WINDOW - 1
    series = torch.randn(_ZONES * steps, _CHANNELS)
    times = torch.arange(_ZONES * steps, dtype=torch.float64)
    step = torch.arange(_LENGTH).repeat(_ZONES)
    zone = torch.arange(_ZONES).repeat_interleave(_LENGTH)
    targets = (torch.rand(len(step), 1) < 0.05).float()
    count = BlockCount(
        name="training",
        start=None,
        end=None,
        samples=len(step),
        positives=(int(targets.sum()),),
        incidents=0,
        occasions=0,
    )
    block = Block(zone * steps + step, targets, step, zone, zone, zone, count)
    rows = len(series) - _WINDOW + 1
    names = tuple("abcdefgh")
    return SampleSet(
        windows=series.as_strided((rows, _WINDOW, _CHANNELS), (_CHANNELS, _CHANNELS, 1)),
        times=times.as_strided((rows, _WINDOW), (1, 1)),
        rasters=None,
        clouds=None,
        training=block,
        validation=block,
        test=block,
        inputs=names,
        channels=names,
        scalings=(Scaling((0.0,) * _CHANNELS, (1.0,) * _CHANNELS),),
        month=torch.zeros(steps, dtype=torch.int64),
        left_out={},
        zone_names=tuple(f"zone {number}" for number in range(_ZONES)),
    )
