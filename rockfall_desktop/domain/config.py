"""What a training was asked for. Its fields make the form, the terminal's options and the manual."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from rockfall_desktop.domain.value import Value

ALL_CHANNELS = "all"


class Group(StrEnum):
    """The part of the form in which a field stands."""

    DATA = "Data"
    FEATURES = "Features"
    NETWORKS = "Networks"
    TRAINING = "Training"
    ADVANCED = "Advanced"


def _form(group: Group, unit: str = "") -> dict[str, Any]:
    return {"group": group.value, "unit": unit}


class TrainingConfig(Value):
    """What one training is asked to do, complete: the same values give the same network to the last bit on the CPU.

    A field with a single choice is a promise kept for later; the form does not show it.
    """

    sites: tuple[str, ...] = Field(
        min_length=1,
        max_length=1,
        title="Site",
        description="Folder of the site whose records are learned from.",
        json_schema_extra=_form(Group.DATA),
    )
    window_steps: int = Field(
        default=30,
        ge=2,
        le=4096,
        title="Window",
        description="How far the network looks back, counted in the site's steps, the current step included.",
        json_schema_extra=_form(Group.DATA, "steps"),
    )
    horizon_steps: tuple[Annotated[int, Field(ge=1, le=4096)], ...] = Field(
        default=(1,),
        min_length=1,
        max_length=4,
        title="Horizons",
        description="How far ahead the network answers: one to four counts of steps, growing, e.g. 1, 3, 7.",
        json_schema_extra=_form(Group.DATA, "steps"),
    )
    train_until: date | None = Field(
        default=None,
        title="Train until",
        description="First day that is no longer learned from. Empty: the first 60 % of the record.",
        json_schema_extra=_form(Group.DATA, "date"),
    )
    validation_until: date | None = Field(
        default=None,
        title="Validate until",
        description="First day of the test block, which nothing but the report ever sees. Empty: 80 % of the record.",
        json_schema_extra=_form(Group.DATA, "date"),
    )
    calibration_until: None = Field(
        default=None,
        title="Calibrate until",
        description="End of the calibration block; none is cut while no calibration is fitted.",
        json_schema_extra=_form(Group.DATA, "date"),
    )
    temporal_features: tuple[str, ...] = Field(
        default=(ALL_CHANNELS,),
        title="Channels",
        description="Names of the channels that the network reads; 'all' takes every channel of the site.",
        json_schema_extra=_form(Group.FEATURES),
    )
    spatial_features: tuple[str, ...] = Field(
        default=(),
        max_length=0,
        title="Layers",
        description="Layers that the network reads; none in this version.",
        json_schema_extra=_form(Group.FEATURES),
    )
    season: bool = Field(
        default=True,
        title="Season",
        description="Gives the network the day of the year as sine and cosine.",
        json_schema_extra=_form(Group.FEATURES),
    )
    temporal_network: Literal["lstm", "gru", "transformer"] = Field(
        default="lstm",
        title="Temporal network",
        description="Network that reads the window: LSTM, GRU or Transformer.",
        json_schema_extra=_form(Group.NETWORKS),
    )
    raster_network: Literal["none"] = Field(
        default="none",
        title="Raster network",
        description="Network that reads rasters; none in this version.",
        json_schema_extra=_form(Group.NETWORKS),
    )
    cloud_network: Literal["none"] = Field(
        default="none",
        title="Cloud network",
        description="Network that reads point clouds; none in this version.",
        json_schema_extra=_form(Group.NETWORKS),
    )
    fusion: Literal["mlp"] = Field(
        default="mlp",
        title="Fusion",
        description="How encodings are joined before the heads.",
        json_schema_extra=_form(Group.NETWORKS),
    )
    width: int = Field(
        default=32,
        ge=4,
        le=512,
        multiple_of=4,
        title="Width",
        description="Hidden units of each layer; a multiple of four, so that a Transformer's heads divide it.",
        json_schema_extra=_form(Group.NETWORKS, "units"),
    )
    layers: int = Field(
        default=1,
        ge=1,
        le=6,
        title="Layers",
        description="How many layers the temporal network has.",
        json_schema_extra=_form(Group.NETWORKS),
    )
    dropout: float = Field(
        default=0.1,
        ge=0.0,
        le=0.8,
        title="Dropout",
        description="Share of units left out at random in each training step.",
        json_schema_extra=_form(Group.NETWORKS),
    )
    learning_rate: float = Field(
        default=0.002,
        gt=0.0,
        le=1.0,
        title="Learning rate",
        description="Largest step width of AdamW.",
        json_schema_extra=_form(Group.TRAINING),
    )
    schedule: Literal["one_cycle", "plateau", "constant"] = Field(
        default="one_cycle",
        title="Schedule",
        description="How the learning rate moves: one cycle up and down, halved on a plateau, or constant.",
        json_schema_extra=_form(Group.TRAINING),
    )
    batch_size: int = Field(
        default=128,
        ge=1,
        le=65536,
        title="Batch",
        description="Samples in one training step.",
        json_schema_extra=_form(Group.TRAINING, "samples"),
    )
    epochs: int = Field(
        default=40,
        ge=1,
        le=10_000,
        title="Epochs",
        description="How often the training block is gone through at most.",
        json_schema_extra=_form(Group.TRAINING),
    )
    patience: int = Field(
        default=8,
        ge=1,
        le=1000,
        title="Patience",
        description="Epochs without a lower validation log loss after which the training stops.",
        json_schema_extra=_form(Group.TRAINING, "epochs"),
    )
    weight_decay: float = Field(
        default=0.01,
        ge=0.0,
        le=1.0,
        title="Weight decay",
        description="Pull of AdamW towards small weights.",
        json_schema_extra=_form(Group.ADVANCED),
    )
    gradient_clip: float = Field(
        default=1.0,
        gt=0.0,
        le=1000.0,
        title="Gradient clip",
        description="Largest length of the gradient in one step.",
        json_schema_extra=_form(Group.ADVANCED),
    )
    imbalance: Literal["none", "class_weights", "focal"] = Field(
        default="none",
        title="Imbalance",
        description="Weight of the rare class while learning; probabilities are corrected for it afterwards.",
        json_schema_extra=_form(Group.ADVANCED),
    )
    focal_gamma: float = Field(
        default=2.0,
        ge=0.0,
        le=5.0,
        title="Focal gamma",
        description="How strongly the focal loss turns to hard samples; used with 'focal' only.",
        json_schema_extra=_form(Group.ADVANCED),
    )
    members: int = Field(
        default=1,
        ge=1,
        le=1,
        title="Members",
        description="Networks in the ensemble; one in this version.",
        json_schema_extra=_form(Group.ADVANCED),
    )
    uncertainty: Literal["none"] = Field(
        default="none",
        title="Uncertainty",
        description="Bayesian choice; none in this version.",
        json_schema_extra=_form(Group.ADVANCED),
    )
    augmentation: Literal["none"] = Field(
        default="none",
        title="Augmentation",
        description="Changes of the training samples; none in this version.",
        json_schema_extra=_form(Group.ADVANCED),
    )
    calibration: Literal["none"] = Field(
        default="none",
        title="Calibration",
        description="Map fitted on the calibration block; none in this version.",
        json_schema_extra=_form(Group.ADVANCED),
    )
    seed: int = Field(
        default=7,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        description="Start of every random draw: the same seed gives the same losses.",
        json_schema_extra=_form(Group.ADVANCED),
    )
    device: Literal["cpu"] = Field(
        default="cpu",
        title="Device",
        description="Where the training computes.",
        json_schema_extra=_form(Group.ADVANCED),
    )
    precision: Literal["float32"] = Field(
        default="float32",
        title="Precision",
        description="Number format of the training.",
        json_schema_extra=_form(Group.ADVANCED),
    )
    place: Literal["thread"] = Field(
        default="thread",
        title="Place",
        description="Where the job runs: in a thread of this program.",
        json_schema_extra=_form(Group.ADVANCED),
    )

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if list(self.horizon_steps) != sorted(set(self.horizon_steps)):
            raise ValueError("horizon_steps: the horizons must grow, each one once, e.g. 1, 3, 7")
        if self.train_until and self.validation_until and self.train_until >= self.validation_until:
            raise ValueError("validation_until: must be later than train_until")
        if bool(self.train_until) != bool(self.validation_until):
            raise ValueError("train_until: give both dates, train_until and validation_until, or neither")
        if not self.temporal_features and not self.season:
            raise ValueError("temporal_features: choose at least one channel or turn season on")
        if len(self.temporal_features) != len(set(self.temporal_features)):
            raise ValueError("temporal_features: a channel is named twice")
        return self
