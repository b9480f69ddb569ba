"""Answers of all members and draws for the samples of a block, joined piece by piece so that no draw is kept.

Axes: k draw, n sample, h horizon, r place of a mask, d width.
"""

from collections.abc import Callable, Generator, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import LogLine, Tick
from rockfall_desktop.judging.answer_state import AnswerState
from rockfall_desktop.judging.mixtures import Answer, joined
from rockfall_desktop.judging.probabilities import probabilities
from rockfall_desktop.learning.device import beside
from rockfall_desktop.learning.evaluation.pulse import Pulse
from rockfall_desktop.learning.fitting.fit import Fitted
from rockfall_desktop.learning.gathering import Encoded, encode_block, gather
from rockfall_desktop.learning.memory import ANSWERED, AtOnce, within_memory
from rockfall_desktop.learning.networks.batch import Batch
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet

__all__ = ["Answer", "answer_block", "answer_fitted"]

_Draw = Callable[[Batch], NDArray[np.float64]]


class _Member(NamedTuple):
    """A member, what it encoded of the block, and its ways from a batch to probabilities (k, n, h)."""

    encoded: Encoded
    draws: tuple[_Draw, ...]


def answer_block(
    networks: Sequence[RockfallNetwork],
    samples: SampleSet,
    block: Block,
    at_once: AtOnce,
    state: AnswerState,
    control: Control,
    now: Callable[[], datetime],
) -> Generator[Tick, None, Answer]:
    """What members say of a block together, (n, h); yields ticks, leaves the networks in evaluation mode.

    Raises:
        Cancelled: as soon as a cancel is seen.

    """
    samples, block = beside(networks[0], samples, block)
    pulse, members = Pulse(control, now), []
    for place, network in enumerate(networks):
        network.eval()
        encoded = yield from encode_block(network, samples, block, pulse.beat, at_once.stacks)
        with torch.inference_mode():
            members.append(_Member(encoded, _draws(network, state, place)))
        yield from pulse.beat()
    parts = []
    for picked in torch.split(torch.arange(len(block.rows), device=block.rows.device), at_once.samples):
        found = []
        for member in members:
            with torch.inference_mode():
                batch = gather(samples, block, picked, member.encoded)
            for draw in member.draws:
                with torch.inference_mode():
                    found.append(draw(batch))
                yield from pulse.beat()
        parts.append(state.answer(np.concatenate(found)))
    return joined(parts)


def answer_fitted(
    fitted: Fitted, samples: SampleSet, block: Block, state: AnswerState, control: Control, now: Callable[[], datetime]
) -> Generator[Tick | LogLine, None, Answer]:
    """The same of all networks of a training, less at once where the memory does not do.

    Raises:
        Cancelled: as soon as a cancel is seen.
        TrainingFault: when the memory does not do for one sample.

    """
    ask = partial(answer_block, fitted.networks, samples, block, fitted.answering, state, control, now)
    return (yield from within_memory(fitted.answering, ask, ANSWERED, now))


def _draws(network: RockfallNetwork, state: AnswerState, place: int) -> tuple[_Draw, ...]:
    if state.heads:
        return (lambda batch: state.heads[place].draws(network.features(batch).numpy(force=True), state.correction),)
    if state.dropout is None:
        return (_draw(network, state, None),)
    device = network.head.line.weight.device
    masks = torch.from_numpy(state.dropout.of_member(place)).to(device)
    return tuple(_draw(network, state, masks_rd) for masks_rd in masks)


def _draw(network: RockfallNetwork, state: AnswerState, masks_rd: torch.Tensor | None) -> _Draw:
    def draw(batch: Batch) -> NDArray[np.float64]:
        return probabilities(network(batch, masks_rd).numpy(force=True), state.correction)[None]

    return draw
