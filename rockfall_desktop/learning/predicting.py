"""Answers of a network for the samples of a block, in pieces small enough to be stopped between.

Axes: n sample, h horizon.
"""

import time
from collections.abc import Callable, Generator
from datetime import datetime

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.judging.probabilities import Correction, probabilities
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples import Block

_TICK_S = 0.2
_PIECE = 1024


def predict(
    network: RockfallNetwork,
    windows: torch.Tensor,
    block: Block,
    correction: Correction,
    control: Control,
    now: Callable[[], datetime],
) -> Generator[Tick, None, NDArray[np.float64]]:
    """Corrected probabilities (n, h) of a block; yields ticks, leaves the network in evaluation mode.

    Raises:
        Cancelled: as soon as a cancel is seen.

    """
    network.eval()
    pieces: list[torch.Tensor] = []
    ticked = time.monotonic()
    for rows in torch.split(block.rows, _PIECE):
        with torch.inference_mode():
            pieces.append(network(windows.index_select(0, rows)))
        if control.cancelled:
            raise Cancelled
        if time.monotonic() - ticked > _TICK_S:
            ticked = time.monotonic()
            yield Tick(at=now())
    return probabilities(torch.cat(pieces).numpy(), correction)
