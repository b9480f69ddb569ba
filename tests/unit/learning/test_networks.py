"""Networks answer for each sample on its own."""

import pytest
import torch

from rockfall_desktop.learning.networks.network import RockfallNetwork
from tests.unit.learning.training import small_config


@pytest.mark.parametrize("network", ["lstm", "gru", "transformer"])
@pytest.mark.parametrize("horizons", [(1,), (1, 3, 7, 14)])
def test_that_a_sample_is_answered_alike_alone_and_among_others(network: str, horizons: tuple[int, ...]) -> None:
    torch.manual_seed(1)
    config = small_config(temporal_network=network, horizon_steps=horizons, layers=2)
    model = RockfallNetwork(5, config).eval()
    x_bti = torch.randn(6, config.window_steps, 5)
    together = model(x_bti)
    assert together.shape == (6, len(horizons))
    torch.testing.assert_close(together[2:3], model(x_bti[2:3]), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("network", ["lstm", "gru", "transformer"])
def test_that_the_order_of_the_window_matters(network: str) -> None:
    torch.manual_seed(1)
    model = RockfallNetwork(3, small_config(temporal_network=network)).eval()
    torch.nn.init.normal_(model.heads[0].weight)  # type: ignore[arg-type]
    if network == "transformer":
        torch.nn.init.normal_(model.encoder.place_td)  # type: ignore[arg-type]
    x_bti = torch.randn(1, 8, 3)
    assert not torch.allclose(model(x_bti), model(torch.cat((x_bti[:, :7].flip(1), x_bti[:, 7:]), 1)))


def test_that_the_started_network_answers_with_the_given_odds() -> None:
    model = RockfallNetwork(3, small_config(horizon_steps=(1, 2))).eval()
    model.start_at([-3.0, -2.0])
    answer = model(torch.randn(50, 8, 3)).mean(0)
    torch.testing.assert_close(answer, torch.tensor([-3.0, -2.0]), atol=0.2, rtol=0)
