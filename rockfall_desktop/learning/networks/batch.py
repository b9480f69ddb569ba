"""What a network sees of a batch of samples.

Axes: b batch, t step of the window, i input, k token, d width; r place of a mask.
"""

from typing import NamedTuple

import torch


class Batch(NamedTuple):
    """Inputs of b samples; spatial ones as tokens that were encoded once for each zone in the batch.

    Attributes:
        x_bti: windows; None for a network without a temporal part.
        time_bt: real time of each step, in steps, counted from the sample's own: 0 last, negative before.
        raster_bkd, cloud_bkd: tokens; None for a network without that part; any numbers where missing.
        raster_here_b, cloud_here_b: bool, whether the sample has that input.
        size: b.

    """

    size: int
    x_bti: torch.Tensor | None = None
    time_bt: torch.Tensor | None = None
    raster_bkd: torch.Tensor | None = None
    raster_here_b: torch.Tensor | None = None
    cloud_bkd: torch.Tensor | None = None
    cloud_here_b: torch.Tensor | None = None
