"""Every step of some chunks, encoded by whatever is fastest for few long runs."""

import torch
from torch import nn

from rockfall_desktop.learning.fitting.dense_gru import every_gru_state
from rockfall_desktop.learning.networks.temporal import RecurrentEncoder, TemporalEncoder


def every_state(encoder: TemporalEncoder, x_cti: torch.Tensor, time_ct: torch.Tensor) -> torch.Tensor:
    """Encodings (c, t, d) of each step of chunks (c, t, i); as `encoder.every`, and on the CPU sooner for a GRU."""
    if isinstance(encoder, RecurrentEncoder) and isinstance(encoder.cells, nn.GRU) and x_cti.device.type == "cpu":
        return every_gru_state(encoder.cells, x_cti)
    return encoder.every(x_cti, time_ct)
