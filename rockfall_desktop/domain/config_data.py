"""Where a training's samples come from and how they are split."""

from datetime import date
from typing import Annotated

from pydantic import Field

from rockfall_desktop.domain.config_form import Group, form
from rockfall_desktop.domain.value import Value


class DataFields(Value):
    """Fields of the group Data; `TrainingConfig` holds them all."""

    sites: tuple[str, ...] = Field(
        min_length=1,
        max_length=1,
        title="Site",
        description="Folder of the site whose records are learned from.",
        json_schema_extra=form(Group.DATA),
    )
    window_steps: int = Field(
        default=30,
        ge=2,
        le=4096,
        title="Window",
        description="How far the network looks back, counted in the site's steps, the current step included.",
        json_schema_extra=form(Group.DATA, "steps"),
    )
    horizon_steps: tuple[Annotated[int, Field(ge=1, le=4096)], ...] = Field(
        default=(1,),
        min_length=1,
        max_length=4,
        title="Horizons",
        description="How far ahead the network answers: one to four counts of steps, growing, e.g. 1, 3, 7.",
        json_schema_extra=form(Group.DATA, "steps"),
    )
    train_until: date | None = Field(
        default=None,
        title="Train until",
        description="First day that is no longer learned from. Empty: the first 60 % of the record.",
        json_schema_extra=form(Group.DATA, "date"),
    )
    validation_until: date | None = Field(
        default=None,
        title="Validate until",
        description="First day of the test block, which nothing but the report ever sees. Empty: 80 % of the record.",
        json_schema_extra=form(Group.DATA, "date"),
    )
    calibration_until: None = Field(
        default=None,
        title="Calibrate until",
        description="End of the calibration block; none is cut while no calibration is fitted.",
        json_schema_extra=form(Group.DATA, "date"),
    )
