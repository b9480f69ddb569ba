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
    """One layer, from what the inputs add to its gates."""

    @staticmethod
    def forward(ctx: Any, gates_tbg: torch.Tensor, weight_gd: torch.Tensor, bias_g: torch.Tensor) -> torch.Tensor:
        added, weight, bias = gates_tbg.detach().numpy(), weight_gd.detach().numpy(), bias_g.detach().numpy()
        steps, runs, gates = added.shape
        width = gates // 3
        states = np.zeros((steps + 1, runs, width), np.float32)
        opened = np.empty((steps, runs, 2 * width), np.float32)  # reset and update
        new, old = (np.empty((steps, runs, width), np.float32) for _ in range(2))  # old: the state's part of new
        turned = np.ascontiguousarray(weight.T)
        before = np.empty((runs, gates), np.float32)
        for step in range(steps):
            np.matmul(states[step], turned, out=before)
            before += bias
            _open(opened[step], added[step, :, : 2 * width], before[:, : 2 * width])
            old[step] = before[:, 2 * width :]
            np.multiply(opened[step, :, :width], old[step], out=new[step])
            new[step] += added[step, :, 2 * width :]
            np.tanh(new[step], out=new[step])
            after = states[step + 1]
            np.subtract(states[step], new[step], out=after)
            after *= opened[step, :, width:]
            after += new[step]
        ctx.kept = (states, opened, new, old, weight)
        return torch.from_numpy(states[1:])

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        states, opened, new, old, weight = ctx.kept
        width = weight.shape[1]
        wanted = np.ascontiguousarray(gradients[0].numpy())
        reset, update = opened[:, :, :width], opened[:, :, width:]
        shut = 1 - update
        to_new = 1 - new * new
        to_new *= shut
        to_update = states[:-1] - new
        to_update *= update
        to_update *= shut
        to_reset = old * reset
        to_reset *= 1 - reset
        lost = np.empty((*reset.shape[:2], 3 * width), np.float32)
        lost_new = np.empty_like(new)
        state = np.zeros_like(new[0])
        back = np.empty_like(state)
        for step in range(len(wanted) - 1, -1, -1):
            state += wanted[step]
            np.multiply(state, to_new[step], out=lost_new[step])
            np.multiply(lost_new[step], to_reset[step], out=lost[step, :, :width])
            np.multiply(state, to_update[step], out=lost[step, :, width : 2 * width])
            np.multiply(lost_new[step], reset[step], out=lost[step, :, 2 * width :])
            np.matmul(lost[step], weight, out=back)
            state *= update[step]
            state += back
        of_weight, of_bias = _of_weight(lost, states), lost.sum((0, 1))
        lost[:, :, 2 * width :] = lost_new  # what the inputs add to new is not touched by the reset
        return torch.from_numpy(lost), torch.from_numpy(of_weight), torch.from_numpy(of_bias)


def _open(opened: _Array, added: _Array, before: _Array) -> None:
    """Sigmoid of a sum, by the tanh that numpy computes fast."""
    np.add(added, before, out=opened)
    opened *= np.float32(0.5)
    np.tanh(opened, out=opened)
    opened += np.float32(1)
    opened *= np.float32(0.5)


def _of_weight(lost: _Array, states: _Array) -> _Array:
    return np.asarray(lost.reshape(-1, lost.shape[2]).T @ states[:-1].reshape(-1, states.shape[2]), np.float32)
