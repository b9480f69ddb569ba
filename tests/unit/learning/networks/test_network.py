"""Networks answer for each sample on its own."""

import pytest
import torch

from rockfall_desktop.learning.networks.hazards import logits_of
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.networks.shapes import InputShapes
from tests.unit.learning.training import small_config, windows_only


@pytest.mark.parametrize("network", ["lstm", "gru", "transformer"])
@pytest.mark.parametrize("horizons", [(1,), (1, 3, 7, 14)])
def test_that_a_sample_is_answered_alike_alone_and_among_others(network: str, horizons: tuple[int, ...]) -> None:
    torch.manual_seed(1)
    config = small_config(temporal_network=network, horizon_steps=horizons, layers=2)
    model = RockfallNetwork(InputShapes(5), config).eval()
    x_bti = torch.randn(6, config.window_steps, 5)
    together = model(windows_only(x_bti))
    assert together.shape == (6, len(horizons))
    torch.testing.assert_close(together[2:3], model(windows_only(x_bti[2:3])), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("network", ["lstm", "gru", "transformer"])
def test_that_the_order_of_the_window_matters(network: str) -> None:
    torch.manual_seed(1)
    model = RockfallNetwork(InputShapes(3), small_config(temporal_network=network)).eval()
    torch.nn.init.normal_(model.head.line.weight)  # type: ignore[arg-type]
    x_bti = torch.randn(1, 8, 3)
    assert not torch.allclose(
        model(windows_only(x_bti)), model(windows_only(torch.cat((x_bti[:, :7].flip(1), x_bti[:, 7:]), 1)))
    )


def test_that_the_started_network_answers_with_the_given_odds() -> None:
    model = RockfallNetwork(InputShapes(3), small_config(horizon_steps=(1, 2))).eval()
    model.start_at([-3.0, -2.0])
    answer = model(windows_only(torch.randn(50, 8, 3))).mean(0)
    torch.testing.assert_close(answer, torch.tensor([-3.0, -2.0]), atol=0.2, rtol=0)


def test_that_probabilities_never_fall_with_the_horizon() -> None:
    torch.manual_seed(1)
    model = RockfallNetwork(InputShapes(3), small_config(horizon_steps=(1, 3, 7))).eval()
    torch.nn.init.normal_(model.head.line.weight, std=30)
    logits = model(windows_only(torch.randn(500, 8, 3)))
    assert torch.isfinite(logits).all()
    assert (logits.diff(dim=1) >= 0).all()


def test_that_a_single_horizon_is_the_plain_line() -> None:
    line = torch.linspace(-30, 30, 61)[:, None]
    torch.testing.assert_close(logits_of(line), line)
