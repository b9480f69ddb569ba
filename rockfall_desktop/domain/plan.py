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
