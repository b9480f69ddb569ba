"""The network of point sets.

Axes: s set, m point, f feature, v change, c number of a point, d width.
"""

from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import relu

from rockfall_desktop.learning.networks.shapes import CloudShape

_SPACE = 3
_POINT = 32
_SET = 256
_TURNER = (32, 64, 128)


class PointLines(nn.Module):
    """Lines that every point goes through on its own, normalised by layer (Ba et al. 2016): (s, m, c) to (s, m, c')."""

    def __init__(self, *wide: int) -> None:
        super().__init__()
        self.lines = nn.ModuleList(nn.Linear(before, after) for before, after in pairwise(wide))
        self.norms = nn.ModuleList(nn.LayerNorm(after) for after in wide[1:])

    def forward(self, seen_smc: torch.Tensor) -> torch.Tensor:
        """Each point's new numbers; also for whole sets, (s, c)."""
        for line, norm in zip(self.lines, self.norms, strict=True):
            seen_smc = relu(norm(line(seen_smc)))
        return seen_smc


class Turner(nn.Module):
    """Learns from a set how to turn its points: a matrix that starts as the identity."""

    def __init__(self, numbers: int) -> None:
        super().__init__()
        self.each = PointLines(numbers, *_TURNER)
        self.all = PointLines(_TURNER[-1], _TURNER[-2])
        self.matrix = nn.Linear(_TURNER[-2], numbers * numbers)
        with torch.no_grad():
            self.matrix.weight.mul_(0.01)
            self.matrix.bias.copy_(torch.eye(numbers).flatten())

    def forward(self, seen_smc: torch.Tensor) -> torch.Tensor:
        """Turn the points of each set: (s, m, c) to (s, m, c)."""
        numbers = seen_smc.shape[-1]
        matrix_scc = self.matrix(self.all(self.each(seen_smc).amax(dim=1))).reshape(-1, numbers, numbers)
        return torch.as_tensor(seen_smc @ matrix_scc)


class PointEncoder(nn.Module):
    """PointNet (Qi et al. 2017): points through shared lines, the largest of each number over the set.

    Places and features of points are turned by learned matrices, as in the paper; they start as the identity and are
    not held to be orthogonal, which the paper does by an extra loss. Lines are narrower than the paper's (32 and 256
    numbers for 64 and 1024), and layer normalisation stands for batch normalisation, which would fail with one zone
    in a batch and let zones depend on one another. What is known of the change joins the set's encoding.
    """

    def __init__(self, shape: CloudShape, width: int) -> None:
        super().__init__()
        self.turn_places = Turner(_SPACE)
        self.begin = PointLines(shape.features, _POINT, _POINT)
        self.turn_points = Turner(_POINT)
        self.end = PointLines(_POINT, 2 * _POINT, _SET)
        self.line = nn.Linear(_SET + shape.changes, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, points_smf: torch.Tensor, changes_sv: torch.Tensor) -> torch.Tensor:
        """Encode points (s, m, f), x, y, z first, and changes (s, v) to one token of each set, (s, 1, d)."""
        turned_smf = torch.cat([self.turn_places(points_smf[..., :_SPACE]), points_smf[..., _SPACE:]], dim=-1)
        largest_sc = self.end(self.turn_points(self.begin(turned_smf))).amax(dim=1)
        return torch.as_tensor(self.norm(self.line(torch.cat([largest_sc, changes_sv], dim=-1)))[:, None])
