"""Which network reads it."""

from typing import Literal

from pydantic import Field

from rockfall_desktop.domain.config_features import FeatureFields
from rockfall_desktop.domain.config_form import Group, form


class NetworkFields(FeatureFields):
    """Fields of the group Networks; `TrainingConfig` holds them all."""

    temporal_network: Literal["none", "lstm", "gru", "transformer"] = Field(
        default="lstm",
        title="Temporal network",
        description="Network that reads the window: LSTM, GRU or Transformer; none reads layers alone.",
        json_schema_extra=form(Group.NETWORKS),
    )
    raster_network: Literal["none", "cnn", "resnet_light", "resnet"] = Field(
        default="none",
        title="Raster network",
        description="Network that reads imagery, slope analysis and geology: CNN, ResNet-14 (light) or ResNet-18.",
        json_schema_extra=form(Group.NETWORKS),
    )
    cloud_network: Literal["none", "pointnet"] = Field(
        default="none",
        title="Cloud network",
        description="Network that reads point clouds: PointNet.",
        json_schema_extra=form(Group.NETWORKS),
    )
    fusion: Literal["mlp", "attention", "gated"] = Field(
        default="mlp",
        title="Fusion",
        description="How encodings of series and layers are joined; used when layers are read.",
        json_schema_extra=form(Group.NETWORKS),
    )
    modality_dropout: float = Field(
        default=0.1,
        ge=0.0,
        le=0.9,
        title="Modality dropout",
        description="Share of samples without their rasters, and without their clouds, in each training step.",
        json_schema_extra=form(Group.NETWORKS),
    )
    width: int = Field(
        default=32,
        ge=4,
        le=512,
        multiple_of=4,
        title="Width",
        description="Hidden units of each layer; a multiple of four, so that a Transformer's heads divide it.",
        json_schema_extra=form(Group.NETWORKS, "units"),
    )
    layers: int = Field(
        default=1,
        ge=1,
        le=6,
        title="Network layers",
        description="How many layers the temporal network has.",
        json_schema_extra=form(Group.NETWORKS),
    )
    dropout: float = Field(
        default=0.1,
        ge=0.0,
        le=0.8,
        title="Dropout",
        description="Share of units left out at random in each training step.",
        json_schema_extra=form(Group.NETWORKS),
    )
