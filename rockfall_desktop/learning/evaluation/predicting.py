"""Answers of one network for the samples of a block, in pieces small enough to be stopped between.

Axes: n sample, h horizon.
"""

from collections.abc import Callable, Generator
from datetime import datetime

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.judging.probabilities import Correction, probabilities
from rockfall_desktop.learning.device import beside
from rockfall_desktop.learning.evaluation.pulse import Pulse
from rockfall_desktop.learning.gathering import encode_block, gather
from rockfall_desktop.learning.memory import AtOnce
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet


def predict(
    network: RockfallNetwork,
    samples: SampleSet,
    block: Block,
    at_once: AtOnce,
    correction: Correction,
    control: Control,
    now: Callable[[], datetime],
) -> Generator[Tick, None, NDArray[np.float64]]:
    """Corrected probabilities (n, h) of a block; yields ticks, leaves the network in evaluation mode.

    `at_once` may be made smaller where the memory does not do (`learning.memory.within_memory`).

    Raises:
        Cancelled: as soon as a cancel is seen.

    """
    network.eval()
    samples, block = beside(network, samples, block)
    pieces: list[NDArray[np.float64]] = []
    pulse = Pulse(control, now)
    encoded = yield from encode_block(network, samples, block, pulse.beat, at_once.stacks)
    for picked in torch.split(torch.arange(len(block.rows), device=block.rows.device), at_once.samples):
        with torch.inference_mode():
            logits = network(gather(samples, block, picked, encoded)).numpy(force=True)
        pieces.append(probabilities(logits, correction))
        yield from pulse.beat()
    return np.concatenate(pieces)
