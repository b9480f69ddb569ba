"""Where a training's samples come from and how they are split."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from rockfall_desktop.domain.config_form import Group, form
from rockfall_desktop.domain.value import Value


class DataFields(Value):
    """Fields of the group Data; `TrainingConfig` holds them all."""

    sites: tuple[str, ...] = Field(
        min_length=1,
        max_length=16,
        title="Sites",
        description="Folders of the sites that are learned from together: the same channels, the same step.",
        json_schema_extra=form(Group.DATA),
    )
    scaling: Literal["shared", "site"] = Field(
        default="shared",
        title="Scaling",
        description="Mean and spread of a channel: one for all sites, or for each site its own.",
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
        description="First day after the validation block: of the test block, which nothing but the report ever sees, "
        "or of the calibration block. Empty: 80 % of the record, 75 % before a calibration block.",
        json_schema_extra=form(Group.DATA, "date"),
    )
    calibration_until: date | None = Field(
        default=None,
        title="Calibrate until",
        description="First day of the test block where a calibration is fitted: its block lies before. Empty: 85 % of "
        "the record; with dates above, none is cut and validation serves twice.",
        json_schema_extra=form(Group.DATA, "date"),
    )
    view: Literal["time", "zones", "sites"] = Field(
        default="time",
        title="View",
        description="What the test block is: later times, zones that were not learned from, or sites that were not.",
        json_schema_extra=form(Group.DATA),
    )
    zone_folds: int = Field(
        default=5,
        ge=3,
        le=50,
        title="Folds",
        description="Into how many groups of neighbours the zones are parted; used with view 'zones' only.",
        json_schema_extra=form(Group.DATA, "groups"),
    )
    zone_fold: int = Field(
        default=0,
        ge=0,
        le=49,
        title="Tested fold",
        description="Which group of zones, or which site, is tested, from 0; the next one validates.",
        json_schema_extra=form(Group.DATA),
    )
