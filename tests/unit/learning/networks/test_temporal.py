"""Encoders of series: each step by the steps up to it, and the Transformer by real time and by exactly its window."""

import pytest
import torch

from rockfall_desktop.learning.networks.temporal import TemporalEncoder, bands, needed_steps, temporal_encoder
from tests.unit.learning.training import small_config

WINDOW = 9


def encoder(network: str, layers: int) -> TemporalEncoder:
    torch.manual_seed(1)
    config = small_config(temporal_network=network, window_steps=WINDOW, layers=layers)
    made = temporal_encoder(3, config).eval()
    for name, value in made.named_parameters():
        if name.endswith("height_hf"):
            torch.nn.init.normal_(value)
    return made


def uneven_run(steps: int = 30) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(2)
    time_bt = torch.cumsum(torch.rand(2, steps) * 3 + 0.1, dim=1)
    return torch.randn(2, steps, 3), time_bt - time_bt[:, -1:]


@pytest.mark.parametrize("network", ["lstm", "gru", "transformer"])
def test_that_the_newest_step_and_every_step_agree_and_nothing_looks_ahead(network: str) -> None:
    made = encoder(network, 2)
    x_bti, time_bt = uneven_run(WINDOW)
    every_btd = made.every(x_bti, time_bt)
    assert every_btd.shape == (2, WINDOW, 8)
    torch.testing.assert_close(made(x_bti, time_bt), every_btd[:, -1], atol=1e-6, rtol=1e-5)
    x_bti[:, 5:] = 99.0
    torch.testing.assert_close(made.every(x_bti, time_bt)[:, :5], every_btd[:, :5], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("layers", [1, 2, 3, 6])
def test_that_a_run_of_steps_answers_like_each_window_in_it(layers: int) -> None:
    made = encoder("transformer", layers)
    x_bti, time_bt = uneven_run()
    every_btd = made.every(x_bti, time_bt)
    for step in range(WINDOW - 1, 30):
        first = step - WINDOW + 1
        own_time_bt = time_bt[:, first : step + 1] - time_bt[:, step : step + 1]
        window_bd = made(x_bti[:, first : step + 1], own_time_bt)
        torch.testing.assert_close(every_btd[:, step], window_bd, atol=1e-5, rtol=0)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_that_the_whole_window_counts_and_nothing_before_it(layers: int) -> None:
    made = encoder("transformer", layers)
    x_bti, time_bt = uneven_run(WINDOW + 1)
    x_bti.requires_grad_()
    (made.every(x_bti, time_bt)[:, -1] * torch.arange(8)).sum().backward()  # type: ignore[no-untyped-call]
    assert x_bti.grad is not None
    reach_t = x_bti.grad.abs().sum(dim=(0, 2))
    assert reach_t[0] == 0
    assert (reach_t[1:] > 0).all()


def test_that_a_gap_before_old_readings_changes_the_answer() -> None:
    made = encoder("transformer", 1)
    x_bti, _ = uneven_run(WINDOW)
    even_bt = torch.arange(1.0 - WINDOW, 1.0).expand(2, WINDOW)
    gap_bt = even_bt - 5.0 * (torch.arange(WINDOW) < 4)
    assert (made(x_bti, even_bt) - made(x_bti, gap_bt)).abs().max() > 1e-4
    torch.testing.assert_close(made(x_bti, even_bt), made(x_bti, even_bt - 7.0), atol=1e-5, rtol=0)


@pytest.mark.parametrize("window", [2, 3, 30, 4096])
@pytest.mark.parametrize("layers", [1, 2, 5, 6])
def test_that_bands_add_up_to_the_window(window: int, layers: int) -> None:
    assert sum(band - 1 for band in bands(window, layers)) == window - 1
    assert needed_steps(bands(window, layers))[0] == window
