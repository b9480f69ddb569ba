"""What a choice of settings means before anything is trained."""

from pydantic import Field

from rockfall_desktop.domain.report import BlockCount
from rockfall_desktop.domain.value import Value


class TrainingPlan(Value):
    """The line above Start: samples and incidents of each block, the network's size, the expected time."""

    blocks: tuple[BlockCount, ...] = Field(description="The time split: training, validation, test.")
    left_out: dict[str, int] = Field(description="Samples left out, by reason.")
    parameters: int = Field(ge=0, description="Trainable numbers of the network.")
    seconds_per_epoch: float | None = Field(
        ge=0, description="Measured on a few steps on this machine; None while a training runs."
    )
    memory_mb: float = Field(ge=0, description="Memory of the series and the network with its optimiser, in MB.")
    disk_mb: float = Field(default=0.0, ge=0, description="Room for checkpoints and weights of all members, in MB.")
    epochs: int = Field(default=1, ge=1, description="Epochs of a member at most.")
    members: int = Field(default=1, ge=1, description="Networks of the ensemble.")

    @property
    def longest_s(self) -> float | None:
        """Seconds of all epochs of all members; None where the pace was not measured."""
        return None if self.seconds_per_epoch is None else self.seconds_per_epoch * self.epochs * self.members
