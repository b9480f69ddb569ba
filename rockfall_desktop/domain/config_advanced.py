"""Choices that most trainings leave alone."""

from typing import Literal

from pydantic import Field, field_validator

from rockfall_desktop.domain.config_form import Group, form
from rockfall_desktop.domain.config_training import TrainingFields

Augmentation = Literal[
    "jitter", "scaling", "time_masking", "channel_dropout", "turn_chips", "turn_points", "jitter_points", "drop_points"
]


class AdvancedFields(TrainingFields):
    """Fields of the group Advanced; `TrainingConfig` holds them all."""

    weight_decay: float = Field(
        default=0.01,
        ge=0.0,
        le=1.0,
        title="Weight decay",
        description="Pull of AdamW towards small weights.",
        json_schema_extra=form(Group.ADVANCED),
    )
    gradient_clip: float = Field(
        default=1.0,
        gt=0.0,
        le=1000.0,
        title="Gradient clip",
        description="Largest length of the gradient in one step.",
        json_schema_extra=form(Group.ADVANCED),
    )
    imbalance: Literal["none", "class_weights", "focal", "logit_adjustment"] = Field(
        default="none",
        title="Imbalance",
        description="Weight of the rare class while learning; probabilities are corrected for it afterwards.",
        json_schema_extra=form(Group.ADVANCED),
    )
    focal_gamma: float = Field(
        default=2.0,
        ge=0.0,
        le=5.0,
        title="Focal gamma",
        description="How strongly the focal loss turns to hard samples; used with 'focal' only.",
        json_schema_extra=form(Group.ADVANCED),
    )
    members: int = Field(
        default=1,
        ge=1,
        le=16,
        title="Members",
        description="Networks in the ensemble, one trained after the other, each from a seed of its own.",
        json_schema_extra=form(Group.ADVANCED),
    )
    uncertainty: Literal["none", "mc_dropout", "laplace"] = Field(
        default="none",
        title="Uncertainty",
        description="How sure an answer is: by dropout while answering, or by the last layer's curvature (Laplace).",
        json_schema_extra=form(Group.ADVANCED),
    )
    augmentation: tuple[Augmentation, ...] = Field(
        default=(),
        title="Augmentation",
        description="Changes of the training samples that leave their answer as it is; none by default.",
        json_schema_extra=form(Group.ADVANCED),
    )
    calibration: Literal["none", "temperature", "isotonic"] = Field(
        default="none",
        title="Calibration",
        description="Map to probabilities that mean what they say, fitted on a block of its own: one temperature with "
        "an offset, or isotonic, which takes more incidents.",
        json_schema_extra=form(Group.ADVANCED),
    )
    seed: int = Field(
        default=7,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        description="Start of every random draw: the same seed gives the same losses.",
        json_schema_extra=form(Group.ADVANCED),
    )
    device: Literal["cpu", "cuda", "mps"] = Field(
        default="cpu",
        title="Device",
        description="Where the training computes: the processor, a CUDA graphics card, or that of an Apple computer.",
        json_schema_extra=form(Group.ADVANCED),
    )
    precision: Literal["float32", "mixed"] = Field(
        default="float32",
        title="Precision",
        description="Number format of the training; mixed learns in bfloat16 on a CUDA card and answers in float32.",
        json_schema_extra=form(Group.ADVANCED),
    )
    place: Literal["thread", "process"] = Field(
        default="thread",
        title="Place",
        description="Where the job runs: in this program, or in a process of its own, whose crash leaves it alone.",
        json_schema_extra=form(Group.ADVANCED),
    )

    @field_validator("augmentation", mode="before")
    @classmethod
    def _none_is_nothing(cls, value: object) -> object:
        return () if value == "none" else value  # jobs of before
