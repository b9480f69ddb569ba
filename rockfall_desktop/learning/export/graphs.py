"""A network cut in two: what is done once for each zone, and what is done for each sample.

Axes: b batch, t step of the window, i input, h horizon, s stack, q set, c band, k token or class band, y row, x column,
m point, f feature, v change, d width, r place of a mask.
"""

from typing import NamedTuple

import torch
from torch import nn

from rockfall_desktop.learning.networks.batch import Batch
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.networks.shapes import InputShapes

_STACKS = ("bands", "classes")
_SETS = ("points", "changes")


class GraphInputs(NamedTuple):
    """What a graph takes: example tensors by name, and which of their axes may have any length.

    Attributes:
        examples: tensors of plausible shapes, in the order of the graph's inputs.
        free: for each input the names of its free axes by place.
        outputs: names of what it gives.
    """

    examples: dict[str, torch.Tensor]
    free: dict[str, dict[int, str]]
    outputs: tuple[str, ...]


class ZoneGraph(nn.Module):
    """Stacks of chips and point sets in, tokens out: `raster` (s, k, d) and `cloud` (q, k, d), where there are any."""

    def __init__(self, network: RockfallNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Tokens of the inputs that `zone_inputs` names, in its order."""
        rest, tokens = list(inputs), []
        if self.network.raster is not None:
            tokens.append(self.network.raster_tokens(rest.pop(0), rest.pop(0)))
        if self.network.cloud is not None:
            tokens.append(self.network.cloud_tokens(rest.pop(0), rest.pop(0)))
        return tuple(tokens)


class AnswerGraph(nn.Module):
    """Windows and tokens in, `logits` (b, h) and `features` (b, d) out; masks of Monte-Carlo dropout are an input."""

    def __init__(self, network: RockfallNetwork, *, masked: bool) -> None:
        super().__init__()
        self.network, self.masked = network, masked

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Answer the inputs that `answer_inputs` names, in its order."""
        rest = list(inputs)
        batch = Batch(inputs[0].shape[0])
        if self.network.encoder is not None:
            batch = batch._replace(x_bti=rest.pop(0), time_bt=rest.pop(0))
        if self.network.raster is not None:
            batch = batch._replace(raster_bkd=rest.pop(0), raster_here_b=rest.pop(0))
        if self.network.cloud is not None:
            batch = batch._replace(cloud_bkd=rest.pop(0), cloud_here_b=rest.pop(0))
        features_bd = self.network.features(batch, rest.pop(0) if self.masked else None)
        return self.network.head(features_bd), features_bd


def zone_inputs(network: RockfallNetwork, shapes: InputShapes) -> GraphInputs:
    """Inputs of a `ZoneGraph`; none without spatial parts."""
    examples: dict[str, torch.Tensor] = {}
    free: dict[str, dict[int, str]] = {}
    outputs: tuple[str, ...] = ()
    if network.raster is not None and shapes.raster is not None:
        raster = shapes.raster
        examples["bands"] = torch.zeros(2, raster.bands, raster.side, raster.side)
        examples["classes"] = torch.zeros(2, len(raster.class_counts), raster.side, raster.side, dtype=torch.int64)
        free |= {name: {0: "stacks"} for name in _STACKS}
        outputs = ("raster",)
    if network.cloud is not None and shapes.cloud is not None:
        cloud = shapes.cloud
        examples["points"] = torch.rand(3, cloud.points, cloud.features, generator=torch.Generator().manual_seed(0))
        examples["changes"] = torch.zeros(3, cloud.changes)
        free |= {name: {0: "sets"} for name in _SETS}
        outputs = (*outputs, "cloud")
    return GraphInputs(examples, free, outputs)


def answer_inputs(
    network: RockfallNetwork, shapes: InputShapes, tokens: dict[str, torch.Tensor], steps: int, *, masked: bool
) -> GraphInputs:
    """Inputs of an `AnswerGraph` that reads `steps` steps; `tokens` are what the zones' graph gives."""
    size, examples = 2, dict[str, torch.Tensor]()
    if network.encoder is not None:
        examples["x"] = torch.zeros(size, steps, shapes.series)
        examples["time"] = torch.arange(1.0 - steps, 1.0).expand(size, steps).contiguous()
    for name, encoded in tokens.items():
        examples[name] = encoded[:size].contiguous()
        examples[f"{name}_here"] = torch.ones(size, dtype=torch.bool)
    free = {name: {0: "samples"} for name in examples}
    if masked:
        examples["masks"] = torch.ones(network.mask_places, network.head.line.in_features)
        free["masks"] = {}
    return GraphInputs(examples, free, ("logits", "features"))
