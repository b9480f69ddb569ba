"""The newest steps of some chunks, encoded by whatever is fastest for few long runs."""

import torch
from torch import nn

from rockfall_desktop.learning.fitting.dense_attention import newest_attended
from rockfall_desktop.learning.fitting.dense_gru import every_gru_state
from rockfall_desktop.learning.networks.temporal import AttentionEncoder, RecurrentEncoder, TemporalEncoder


def newest_states(encoder: TemporalEncoder, x_cti: torch.Tensor, time_ct: torch.Tensor, count: int) -> torch.Tensor:
    """Encodings (c, count, d) of the newest steps of chunks (c, t, i), window + count - 1 or more: `encoder.newest`."""
    if isinstance(encoder, AttentionEncoder):
        return newest_attended(encoder, x_cti, time_ct, count)
    if isinstance(encoder, RecurrentEncoder) and isinstance(encoder.cells, nn.GRU) and x_cti.device.type == "cpu":
        return every_gru_state(encoder.cells, x_cti)[:, -count:]
    return encoder.newest(x_cti, time_ct, count)
