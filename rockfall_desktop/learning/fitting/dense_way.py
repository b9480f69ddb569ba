"""The dense way to learn: a run of neighbouring steps is read once, and every sample in it is taken from that.

Axes: n sample, b sample of a piece, c chunk, d width, h horizon.
"""

from collections.abc import Callable, Generator, Iterator
from datetime import datetime

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.judging.probabilities import probabilities
from rockfall_desktop.learning.augmentation.augment import NO_CHANGE, Augment
from rockfall_desktop.learning.device import beside, learning_format
from rockfall_desktop.learning.evaluation.pulse import Pulse
from rockfall_desktop.learning.fitting.dense_chunks import ChunkReader, chunk_ends
from rockfall_desktop.learning.fitting.dense_states import newest_states
from rockfall_desktop.learning.fitting.losses import Loss
from rockfall_desktop.learning.fitting.pieces import chunk_piece
from rockfall_desktop.learning.fitting.window_way import NOTHING, Piece, WindowWay
from rockfall_desktop.learning.gathering import Encoded, LearningEncodings, encode_block, gather_spatial
from rockfall_desktop.learning.memory import AtOnce
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet


class DenseWay:
    """Chunks of neighbouring samples in random order, cut anew for every epoch.

    For a recurrent network a chunk is window + K steps. The first `window` warm it up, the samples of the other K are
    learned from; window + K, the longest history among them, is what is read for an answer later. Attention is limited
    to the window by itself: window + K - 1 steps do, and a sample is answered as by its window alone.
    An epoch takes every sample of the training block once.

    Attributes:
        at_once: about how much goes through the network at once, samples in whole chunks.
    """

    def __init__(self, network: RockfallNetwork, samples: SampleSet, loss: Loss, config: TrainingConfig) -> None:
        assert network.encoder is not None  # noqa: S101 - `learning_way` asks for chunks only where there are series
        self._network, self._encoder, self._samples, self._loss = network, network.encoder, samples, loss
        self._augment = Augment(config.augmentation, len(samples.channels))
        self._config, self._span, self._format = config, config.chunk_steps, learning_format(config)
        self._reader = ChunkReader(samples, config)
        self.at_once = AtOnce(chunk_piece(config, len(samples.inputs)), keeps=network.fusion is not None)

    @property
    def steps(self) -> int:
        """Optimiser steps of an epoch, none of them without a chunk."""
        rows_n = self._samples.training.rows
        return min(self._config.steps_of_epoch(len(rows_n)), -(-len(torch.unique(rows_n)) // self._span))

    def epoch(self, order: torch.Generator) -> tuple[torch.Tensor, ...]:
        """The steps of one epoch, drawn from a generator: int64 (b, 2), samples and the rows that end their chunks."""
        end_n = chunk_ends(self._samples.training, self._span, int(torch.randint(self._span, (1,), generator=order)))
        _, chunk_n, count_c = torch.unique(end_n, return_inverse=True, return_counts=True)
        drawn_c = torch.randperm(len(count_c), generator=order).to(end_n.device)
        turn_c = torch.empty_like(drawn_c)
        turn_c[drawn_c] = torch.arange(len(drawn_c), device=end_n.device)
        sample_n = torch.argsort(turn_c[chunk_n], stable=True)
        sizes = [int(part.sum()) for part in torch.tensor_split(count_c[drawn_c], self.steps)]
        return torch.split(torch.stack((sample_n, end_n[sample_n]), dim=1), sizes)

    def pieces(self, picked: torch.Tensor) -> Iterator[Piece]:
        """Send one step through the network, some chunks after the other; gradients are there when it ends."""
        block = self._samples.training
        encodings = LearningEncodings(
            self._network, self._samples, block, picked[:, 0], self._augment, self._format, self.at_once
        )
        for _ in encodings.groups():
            yield NOTHING
        for piece in _whole_chunks(picked, self.at_once.samples):
            with self._format():
                logits = self._logits(block, piece, encodings.encoded, self._augment)
                loss = self._loss.of(logits, block.targets.index_select(0, piece[:, 0]))
            torch.autograd.backward(loss * (len(piece) / len(picked)))
            yield Piece(loss.detach() * len(piece), len(piece))
        for _ in encodings.backward_groups():
            yield NOTHING

    def predict(
        self, block: Block, at_once: AtOnce, control: Control, now: Callable[[], datetime]
    ) -> Generator[Tick, None, NDArray[np.float64]]:
        """Corrected probabilities (n, h) of a block read in chunks like the training's, in whole chunks at once.

        A recurrent network sees histories of window + 1 to window + K steps here; its judge gives it window + K.

        Raises:
            Cancelled: as soon as a cancel is seen.

        """
        self._network.eval()
        _, block = beside(self._network, self._samples, block)
        answer = np.empty(tuple(block.targets.shape))
        pulse = Pulse(control, now)
        encoded = yield from encode_block(self._network, self._samples, block, pulse.beat, at_once.stacks)
        with torch.inference_mode():
            chosen = torch.stack(
                (torch.arange(len(block.rows), device=block.rows.device), chunk_ends(block, self._span)), dim=1
            )
            chosen = chosen[torch.argsort(chosen[:, 1], stable=True)]
        for part in _whole_chunks(chosen, at_once.samples):
            with torch.inference_mode():
                logits = self._logits(block, part, encoded, NO_CHANGE).numpy(force=True)
            answer[part[:, 0].numpy(force=True)] = probabilities(logits, self._loss.correction)
            yield from pulse.beat()
        return answer

    def _logits(self, block: Block, picked: torch.Tensor, encoded: Encoded, augment: Augment) -> torch.Tensor:
        """Logits (b, h) of samples and the ends of their chunks (b, 2)."""
        sample_b, end_b = picked.unbind(1)
        chunks = self._reader.read(block.rows.index_select(0, sample_b), end_b)
        x_cti = augment.series(chunks.x_cti)
        states_ctd = newest_states(self._encoder, x_cti, chunks.time_ct, self._span)
        encoding_bd = states_ctd.flatten(0, 1).index_select(0, chunks.place_b)
        features_bd = self._network.fused(encoding_bd, gather_spatial(block, sample_b, encoded))
        return torch.as_tensor(self._network.head(features_bd))


def learning_way(
    network: RockfallNetwork, samples: SampleSet, loss: Loss, config: TrainingConfig
) -> WindowWay | DenseWay:
    """The way that a configuration names; without series there is nothing to read in chunks."""
    dense = config.way == "dense" and network.encoder is not None
    return (DenseWay if dense else WindowWay)(network, samples, loss, config)


def _whole_chunks(picked: torch.Tensor, most: int) -> tuple[torch.Tensor, ...]:
    """Samples (b, 2) that lie chunk after chunk, split between chunks into parts of about `most` samples."""
    if len(picked) <= most:
        return (picked,)
    _, count_c = torch.unique_consecutive(picked[:, 1], return_counts=True)
    at_once = max(1, most * len(count_c) // len(picked))
    return torch.split(picked, [int(part.sum()) for part in torch.split(count_c, at_once)])
