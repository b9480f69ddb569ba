"""Where a network of an ensemble stands between two of its steps."""

from dataclasses import dataclass

import torch

from rockfall_desktop.learning.fitting import random_states


@dataclass(frozen=True)
class Position:
    """A point between two optimiser steps.

    Attributes:
        epoch: epochs done.
        step: steps done in the running epoch.
        total: loss of the running epoch, summed over its samples.
        seen: samples of the running epoch.
        order: where the generator of the samples' order stood when the epoch began.
        random: where torch's generators stand.
    """

    epoch: int
    step: int
    total: torch.Tensor
    seen: int
    order: torch.Tensor
    random: random_states.States
