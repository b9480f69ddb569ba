"""The plain way to learn: every sample brings its own window.

Axes: b batch, h horizon.
"""

from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.learning.augmentation.augment import Augment
from rockfall_desktop.learning.device import learning_format
from rockfall_desktop.learning.evaluation.predicting import predict
from rockfall_desktop.learning.fitting.losses import Loss
from rockfall_desktop.learning.fitting.pieces import training_piece
from rockfall_desktop.learning.gathering import LearningEncodings, gather
from rockfall_desktop.learning.memory import AtOnce
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet


class Piece(NamedTuple):
    """A part of a step that went through the network, its gradients added.

    Attributes:
        loss: summed over samples, detached.
        samples: how many.
    """

    loss: torch.Tensor
    samples: int


NOTHING = Piece(torch.zeros(()), 0)
"""Between two groups of stacks or sets, on the way to the samples or back: a moment at which a stop is heard."""


class WindowWay:
    """Batches of samples in random order; `fit` asks for an epoch's steps and takes one after the other.

    Attributes:
        at_once: how much goes through the network at once; may be made smaller at any time, between two steps.
    """

    def __init__(self, network: RockfallNetwork, samples: SampleSet, loss: Loss, config: TrainingConfig) -> None:
        self._network, self._samples, self._loss = network, samples, loss
        self._augment = Augment(config.augmentation, len(samples.channels))
        self._batch, self._format = config.batch_size, learning_format(config)
        self.at_once = AtOnce(training_piece(config, len(samples.inputs)), keeps=network.fusion is not None)

    @property
    def steps(self) -> int:
        """Optimiser steps of an epoch."""
        return -(-len(self._samples.training.rows) // self._batch)

    def epoch(self, order: torch.Generator) -> tuple[torch.Tensor, ...]:
        """The steps of one epoch, int64 numbers of samples each, drawn from a generator."""
        rows_n = self._samples.training.rows
        return torch.split(torch.randperm(len(rows_n), generator=order).to(rows_n.device), self._batch)

    def pieces(self, picked: torch.Tensor) -> Iterator[Piece]:
        """Send one step through the network, a piece after the other; gradients are there when it ends."""
        block = self._samples.training
        encodings = LearningEncodings(
            self._network, self._samples, block, picked, self._augment, self._format, self.at_once
        )
        for _ in encodings.groups():
            yield NOTHING
        for piece in torch.split(picked, self.at_once.samples):
            with self._format():
                batch = gather(self._samples, block, piece, encodings.encoded)
                if batch.x_bti is not None:
                    batch = batch._replace(x_bti=self._augment.series(batch.x_bti))
                loss = self._loss.of(self._network(batch), block.targets.index_select(0, piece))
            torch.autograd.backward(loss * (len(piece) / len(picked)))
            yield Piece(loss.detach() * len(piece), len(piece))
        for _ in encodings.backward_groups():
            yield NOTHING

    def predict(
        self, block: Block, at_once: AtOnce, control: Control, now: Callable[[], datetime]
    ) -> Generator[Tick, None, NDArray[np.float64]]:
        """Corrected probabilities (n, h) of a block; see `learning.evaluation.predicting.predict`."""
        return predict(self._network, self._samples, block, at_once, self._loss.correction, control, now)
