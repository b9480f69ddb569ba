"""How it learns."""

from typing import Literal

from pydantic import Field

from rockfall_desktop.domain.config_form import Group, form
from rockfall_desktop.domain.config_networks import NetworkFields

_SHORTEST_CHUNK = 64


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
        description="Id of a completed job with whose weights learning begins: incidents of one slope are few.",
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
        "samples in it ('dense', several times faster; an LSTM or GRU then looks back twice as far).",
        json_schema_extra=form(Group.TRAINING),
    )

    @property
    def chunk_steps(self) -> int:
        """How many neighbouring steps of samples a chunk of dense training holds (K)."""
        return max(_SHORTEST_CHUNK, self.window_steps)

    @property
    def history_steps(self) -> int:
        """Steps that the network reads for an answer, the current step included: the window, or the longest history.

        A recurrent network that was trained densely has learned from histories of window + 1 to window + K steps.
        """
        recurrent = self.temporal_network in {"lstm", "gru"}
        return self.window_steps + (self.chunk_steps if recurrent and self.way == "dense" else 0)
