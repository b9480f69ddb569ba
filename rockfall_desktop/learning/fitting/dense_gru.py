"""A GRU over few long runs of steps, on the CPU: its steps cost what they compute, not what calling torch costs.

Same numbers as `torch.nn.GRU`, whose way back takes some fifty calls of torch a step. Here a step takes eight calls of
numpy each way, and the weights' gradients are one product over all steps.

Axes: t step, b run, i input, d width, g gates (reset, update, new: 3 d).
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import dropout, linear

_Array = NDArray[np.float32]


def every_gru_state(cells: nn.GRU, x_bti: torch.Tensor) -> torch.Tensor:
    """States (b, t, d) after every step of runs (b, t, i), of a GRU in its training mode or not (Cho et al. 2014)."""
    inputs_tbi = x_bti.transpose(0, 1)
    for layer in range(cells.num_layers):
        if layer:
            inputs_tbi = dropout(inputs_tbi, cells.dropout, cells.training)
        in_weight, in_bias = getattr(cells, f"weight_ih_l{layer}"), getattr(cells, f"bias_ih_l{layer}")
        weight, bias = getattr(cells, f"weight_hh_l{layer}"), getattr(cells, f"bias_hh_l{layer}")
        gates_tbg = linear(inputs_tbi.contiguous(), in_weight, in_bias)
        inputs_tbi = torch.as_tensor(_Layer.apply(gates_tbg, weight, bias))  # type: ignore[no-untyped-call]
    return inputs_tbi.transpose(0, 1)


class _Layer(torch.autograd.Function):
    """One layer, from what the inputs add to its gates.

    Runs stand last, so that each gate is one stretch of memory. Sigmoids are taken by tanh, which numpy computes fast:
    sigmoid(x) = (1 + tanh(x / 2)) / 2, with the halves in the weights. A row of ones below the states takes the biases.
    """

    @staticmethod
    def forward(ctx: Any, gates_tbg: torch.Tensor, weight_gd: torch.Tensor, bias_g: torch.Tensor) -> torch.Tensor:
        weight, bias_g1 = weight_gd.detach().numpy(), bias_g.detach().numpy()[:, None]
        gates, width = weight.shape
        steps, runs, _ = gates_tbg.shape
        halves = np.repeat(np.array([0.5, 0.5, 1], np.float32), width)[:, None]
        asked = np.concatenate((weight, bias_g1), axis=1) * halves
        added = np.multiply(gates_tbg.detach().numpy().transpose(0, 2, 1), halves, order="C")
        states = np.zeros((steps + 1, width + 1, runs), np.float32)
        states[:, width] = 1
        gate = np.empty((steps, gates, runs), np.float32)  # reset and update; the state's part of new
        new = np.empty((steps, width, runs), np.float32)
        for step in range(steps):
            np.matmul(asked, states[step], out=gate[step])
            _open(gate[step, : 2 * width], added[step, : 2 * width])
            np.multiply(gate[step, :width], gate[step, 2 * width :], out=new[step])
            new[step] += added[step, 2 * width :]
            np.tanh(new[step], out=new[step])
            after = states[step + 1, :width]
            np.subtract(states[step, :width], new[step], out=after)
            after *= gate[step, width : 2 * width]
            after += new[step]
        ctx.kept = (states[:, :width], gate.reshape(steps, 3, width, runs), new, weight)
        return torch.from_numpy(states[1:, :width].transpose(0, 2, 1))

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        states, gate, new, weight = ctx.kept
        steps, width, runs = new.shape
        reset, update, old = gate.swapaxes(0, 1)
        wanted = gradients[0].numpy().transpose(0, 2, 1).copy(order="C")
        to_new = (1 - new * new) * (1 - update)
        share = np.empty_like(gate)  # of a state's gradient, what each gate takes
        np.multiply(to_new, reset, out=share[:, 2])
        np.multiply(share[:, 2] * old, 1 - reset, out=share[:, 0])
        np.multiply((states[:-1] - new) * update, 1 - update, out=share[:, 1])
        lost, back = np.empty_like(gate), np.ascontiguousarray(weight.T)
        state = np.zeros((width, runs), np.float32)
        through = np.empty_like(state)
        for step in range(steps - 1, -1, -1):
            held = wanted[step]
            held += state
            np.multiply(held, share[step], out=lost[step])
            np.matmul(back, lost[step].reshape(3 * width, runs), out=state)
            np.multiply(held, update[step], out=through)
            state += through
        lost_gn, state_dn = (_flat(one) for one in (lost.reshape(steps, 3 * width, runs), states[:-1]))
        of_weight, of_bias = lost_gn @ state_dn.T, lost_gn.sum(1)
        np.multiply(wanted, to_new, out=lost[:, 2])  # what the inputs add to new is not touched by the reset
        of_gates = lost.reshape(steps, 3 * width, runs).transpose(0, 2, 1)
        return torch.from_numpy(of_gates), torch.from_numpy(of_weight), torch.from_numpy(of_bias)


def _open(gate: _Array, added: _Array) -> None:
    """Sigmoid of a sum whose halves these are."""
    gate += added
    np.tanh(gate, out=gate)
    gate += np.float32(1)
    gate *= np.float32(0.5)


def _flat(value_tgb: _Array) -> _Array:
    """All steps and runs beside each other, (g, t * b)."""
    return value_tgb.swapaxes(0, 1).reshape(value_tgb.shape[1], -1)
