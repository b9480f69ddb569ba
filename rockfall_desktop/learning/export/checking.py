"""Torch's own answers for some samples, to hold the graphs' against.

Axes: n sample.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import numpy as np
import torch

from rockfall_desktop.aside import finished
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.prepared import Prepared
from rockfall_desktop.judging.answer_state import AnswerState
from rockfall_desktop.judging.mixtures import Answer
from rockfall_desktop.learning.evaluation.answering import answer_block
from rockfall_desktop.learning.export.preparing import prepare
from rockfall_desktop.learning.memory import ANSWERED, AtOnce, within_memory
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import SampleSet

_PIECE = 64
_COMPARED = ("probability", "spread", "aleatoric", "epistemic")


def checked_samples(samples: SampleSet, most: int) -> tuple[Prepared, torch.Tensor]:
    """Up to `most` samples spread evenly over the test block, prepared, and their numbers within it."""
    count = len(samples.test.rows)
    picked = torch.unique(torch.linspace(0, count - 1, min(most, count)).round().to(torch.int64))
    return prepare(samples, samples.test, picked), picked


def torch_answer(
    networks: Sequence[RockfallNetwork], samples: SampleSet, picked: torch.Tensor, state: AnswerState
) -> Answer:
    """What the networks themselves say of picked samples of the test block.

    Raises:
        TrainingFault: when the memory does not do for one sample.
    """
    block, at_once = samples.test.only(picked), AtOnce(_PIECE)
    ask = partial(answer_block, networks, samples, block, at_once, state, Control(), _now)
    return finished(within_memory(at_once, ask, ANSWERED, _now))


def _now() -> datetime:
    return datetime.now(UTC)


def largest_difference(one: Answer, other: Answer) -> float:
    """Of any number of two answers to the same samples; not a number where either has one that is none."""
    return float(np.max([np.abs(getattr(one, name) - getattr(other, name)).max() for name in _COMPARED]))
