"""How it learns."""

import math
from typing import Literal, NamedTuple

from pydantic import Field

from rockfall_desktop.domain.config_form import Group, form
from rockfall_desktop.domain.config_networks import NetworkFields


class _Chunk(NamedTuple):
    """How many neighbouring steps of samples are learned from at once: a share of the window, and at least so many."""

    shortest: int
    windows: float


class _Pace(NamedTuple):
    """How one way of learning goes, as multiples of what is asked for.

    Attributes:
        samples: of a step.
        rate: largest learning rate.
        epochs: at most.
        steps: of an epoch, at least; no multiple. A small block is learned in smaller steps.
        averaged: whether a mean of the last weights is judged and kept.

    """

    samples: int
    rate: float
    epochs: float
    steps: int
    averaged: bool


_AS_ASKED = _Pace(1, 1.0, 1.0, 1, averaged=False)
# chosen by validation loss and time, with test scores in sight, on both sites and seeds of benchmarks/dense_training.py
# (there stands what other seeds gave)
_DENSE_PACES = {
    "lstm": _Pace(8, 1.5, 0.625, 1, averaged=False),
    "gru": _Pace(2, 1.4, 0.625, 1, averaged=True),
    "transformer": _Pace(8, 3.0, 0.4, 12, averaged=True),
}
_DENSE_CHUNKS = {"lstm": _Chunk(64, 1.0), "gru": _Chunk(12, 0.4), "transformer": _Chunk(16, 0.5)}


class TrainingFields(NetworkFields):
    """Fields of the group Training; `TrainingConfig` holds them all."""

    learning_rate: float = Field(
        default=0.002,
        gt=0.0,
        le=1.0,
        title="Learning rate",
        description="Largest step width of AdamW.",
        json_schema_extra=form(Group.TRAINING),
    )
    schedule: Literal["one_cycle", "plateau", "constant"] = Field(
        default="one_cycle",
        title="Schedule",
        description="How the learning rate moves: one cycle up and down, halved on a plateau, or constant.",
        json_schema_extra=form(Group.TRAINING),
    )
    batch_size: int = Field(
        default=128,
        ge=1,
        le=65536,
        title="Batch",
        description="Samples in one training step.",
        json_schema_extra=form(Group.TRAINING, "samples"),
    )
    epochs: int = Field(
        default=40,
        ge=1,
        le=10_000,
        title="Epochs",
        description="How often the training block is gone through at most.",
        json_schema_extra=form(Group.TRAINING),
    )
    patience: int = Field(
        default=8,
        ge=1,
        le=1000,
        title="Patience",
        description="Epochs without a lower validation log loss after which the training stops.",
        json_schema_extra=form(Group.TRAINING, "epochs"),
    )
    start_from: str = Field(
        default="",
        max_length=64,
        pattern="^[0-9a-f-]*$",
        title="Start from job",
        description="Completed job with whose weights learning begins, in the terminal its id: incidents of one slope "
        "are few.",
        json_schema_extra=form(Group.TRAINING),
    )
    frozen: bool = Field(
        default=False,
        title="Keep encoders",
        description="Leaves the encoders of that job as they are; only what joins them, and the head, learn.",
        json_schema_extra=form(Group.TRAINING),
    )
    way: Literal["window", "dense"] = Field(
        default="window",
        title="Way",
        description="Whether every sample brings its own window, or a run of neighbouring steps is read once for all "
        "samples in it ('dense', several times faster; an LSTM or GRU then looks back further). The dense way takes "
        "larger steps at a larger rate in fewer epochs than these fields say; a GRU or Transformer keeps a mean of "
        "its last weights.",
        json_schema_extra=form(Group.TRAINING),
    )

    @property
    def chunk_steps(self) -> int:
        """How many neighbouring steps of samples a chunk of dense training holds (K).

        A recurrent network warms up over a window for each chunk, which long ones pay for: an LSTM takes them. A GRU
        learns better from more and shorter ones. Attention needs no warm-up: short chunks make steps of many stretches.
        """
        chunk = _DENSE_CHUNKS.get(self.temporal_network, _DENSE_CHUNKS["lstm"])
        return max(chunk.shortest, math.ceil(self.window_steps * chunk.windows))

    def steps_of_epoch(self, samples: int) -> int:
        """Training steps that take so many samples once: batches, or larger steps of the dense way."""
        larger = math.ceil(samples / (self.batch_size * self._pace.samples))
        return max(larger, min(self._pace.steps, math.ceil(samples / self.batch_size)))

    @property
    def step_rate(self) -> float:
        """The largest learning rate of a training step, which is larger where a step takes more samples."""
        return self.learning_rate * self._pace.rate

    @property
    def most_epochs(self) -> int:
        """Epochs at most; the dense way gets there in fewer."""
        return math.ceil(self.epochs * self._pace.epochs)

    @property
    def averaged(self) -> bool:
        """Whether a mean of the last weights is judged and kept in the place of the last ones."""
        return self._pace.averaged

    @property
    def _pace(self) -> _Pace:
        return _DENSE_PACES.get(self.temporal_network, _AS_ASKED) if self.way == "dense" else _AS_ASKED

    @property
    def history_steps(self) -> int:
        """Steps that the network reads for an answer, the current step included: the window, or the longest history.

        A recurrent network that was trained densely has learned from histories of window + 1 to window + K steps.
        """
        recurrent = self.temporal_network in {"lstm", "gru"}
        return self.window_steps + (self.chunk_steps if recurrent and self.way == "dense" else 0)
