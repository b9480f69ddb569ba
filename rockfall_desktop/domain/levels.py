"""Levels: what a probability means for people under the slope."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from rockfall_desktop.domain.value import Value


class Level(StrEnum):
    """What is shown for a zone. Grey is never safe: it cannot be judged."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    GREY = "grey"


class LevelRule(Value):
    """From which probabilities on each level holds, for one horizon.

    A level rises at once and falls only when the probability stays below `fall_share` of its threshold for
    `hold_steps` steps: an alarm that flickers is not believed.
    """

    horizon_steps: int = Field(ge=1, description="Horizon in steps.")
    yellow: float = Field(gt=0, lt=1, description="Probability from which it is yellow.")
    orange: float = Field(gt=0, lt=1, description="Probability from which it is orange.")
    red: float = Field(gt=0, lt=1, description="Probability from which it is red.")
    fall_share: float = Field(default=0.8, gt=0, le=1, description="Share of a threshold below which a level may fall.")
    hold_steps: int = Field(default=3, ge=1, le=1000, description="Steps that it must stay below before it falls.")

    @model_validator(mode="after")
    def _rise(self) -> Self:
        if not self.yellow < self.orange < self.red:
            raise ValueError("yellow, orange and red must rise in this order")
        return self
