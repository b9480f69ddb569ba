"""The untrained network of a seed."""

import numpy as np
import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.learning.fitting.losses import Loss, make_loss
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import SampleSet


def member_seed(seed: int, member: int) -> int:
    """The seed of a network of an ensemble, from 1: the training's own, then others spawned from it.

    Counting up would give the ensembles of neighbouring seeds the same members.
    """
    return seed if member == 1 else int(np.random.SeedSequence((seed, member)).generate_state(1)[0])


def new_network(samples: SampleSet, config: TrainingConfig, member: int = 1) -> tuple[RockfallNetwork, Loss]:
    """The untrained network of a seed where the samples lie, whose heads start at the base rate, and its loss.

    Seeds torch's generators: what a training draws follows from `config.seed` and `member` alone.
    """
    torch.manual_seed(member_seed(config.seed, member))
    network = RockfallNetwork(samples.shapes, config)
    loss = make_loss(config, samples.training.targets)
    network.start_at(loss.start_h)
    return network.to(samples.training.rows.device), loss
