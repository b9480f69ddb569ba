"""Attention in short blocks gives the numbers of the encoder itself, and their gradients."""

import pytest
import torch

from rockfall_desktop.learning.fitting.dense_attention import newest_attended
from rockfall_desktop.learning.networks.temporal import AttentionEncoder
from tests.unit.learning.training import small_config


@pytest.mark.parametrize("uneven", ["no", "alike", "some", "each"])
@pytest.mark.parametrize(("layers", "window", "count"), [(1, 30, 16), (1, 6, 40), (3, 20, 21)])
def test_that_encodings_and_gradients_are_those_of_the_encoder(
    layers: int, window: int, count: int, uneven: str
) -> None:
    torch.manual_seed(layers)
    config = small_config(temporal_network="transformer", layers=layers, window_steps=window, dropout=0.0)
    encoder = AttentionEncoder(3, config)
    for weight in encoder.parameters():
        weight.data.add_(torch.randn_like(weight) * 0.2)
    steps = window + count - 1
    gaps_ct = torch.ones(1, steps) * 1.5 if uneven == "no" else torch.rand(4 if uneven == "each" else 1, steps) + 0.5
    if uneven == "some":
        gaps_ct = torch.ones(4, steps)
        gaps_ct[1, steps // 2] = 25 / 24
    time_ct = gaps_ct.cumsum(1) - gaps_ct.sum(1, keepdim=True)
    x_cti, wanted_ctd = torch.randn(4, steps, 3, requires_grad=True), torch.randn(4, count, 8)
    learned = [x_cti, *encoder.parameters()]
    expected = encoder.newest(x_cti, time_ct, count)
    found = newest_attended(encoder, x_cti, time_ct, count)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
    gradients = torch.autograd.grad((found * wanted_ctd).sum(), learned)
    for gradient, right in zip(gradients, torch.autograd.grad((expected * wanted_ctd).sum(), learned), strict=True):
        torch.testing.assert_close(gradient, right, rtol=1e-3, atol=1e-4)
