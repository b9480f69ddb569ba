"""The GRU for few long runs gives the numbers of torch's own, and their gradients."""

import pytest
import torch
from torch import nn

from rockfall_desktop.learning.fitting.dense_gru import every_gru_state


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("runs", [1, 5])
def test_that_states_and_gradients_are_those_of_torch(layers: int, runs: int) -> None:
    torch.manual_seed(layers)
    cells = nn.GRU(3, 8, layers, batch_first=True)
    x_bti, wanted_btd = torch.randn(runs, 40, 3, requires_grad=True), torch.randn(runs, 40, 8)
    learned = [x_bti, *cells.parameters()]
    expected = cells(x_bti)[0]
    found = every_gru_state(cells, x_bti)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
    gradients = torch.autograd.grad((found * wanted_btd).sum(), learned)
    for gradient, right in zip(gradients, torch.autograd.grad((expected * wanted_btd).sum(), learned), strict=True):
        torch.testing.assert_close(gradient, right, rtol=1e-4, atol=1e-5)


def test_that_gradients_are_those_of_finite_differences_where_only_late_steps_are_asked() -> None:
    torch.manual_seed(2)
    cells = nn.GRU(2, 4, batch_first=True)
    x_bti, step = torch.randn(2, 12, 2), 1e-2
    loss = every_gru_state(cells, x_bti)[:, 7:].square().sum()
    (gradient,) = torch.autograd.grad(loss, [cells.weight_hh_l0])
    for gate, unit in ((0, 1), (5, 0), (9, 3)):
        sums = []
        for sign in (1, -1):
            with torch.no_grad():
                cells.weight_hh_l0[gate, unit] += sign * step
                sums.append(float(every_gru_state(cells, x_bti)[:, 7:].square().sum()))
                cells.weight_hh_l0[gate, unit] -= sign * step
        assert float(gradient[gate, unit]) == pytest.approx((sums[0] - sums[1]) / (2 * step), rel=0.02, abs=1e-3)


def test_that_dropout_lies_between_layers_and_only_while_learning() -> None:
    cells = nn.GRU(3, 8, 2, batch_first=True, dropout=0.5)
    x_bti = torch.randn(2, 9, 3)
    assert not torch.equal(every_gru_state(cells, x_bti), every_gru_state(cells, x_bti))
    cells.eval()
    torch.testing.assert_close(every_gru_state(cells, x_bti), cells(x_bti)[0], rtol=0, atol=1e-6)
