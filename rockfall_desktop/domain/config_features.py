"""What a network reads."""

from typing import Literal

from pydantic import Field

from rockfall_desktop.domain.config_data import DataFields
from rockfall_desktop.domain.config_form import Group, form

ALL_CHANNELS = ALL_LAYERS = "all"
RASTER_KINDS, CLOUD_KINDS = frozenset({"drone_imagery", "elevation", "geology"}), frozenset({"lidar"})
LayerChoice = Literal["all", "drone_imagery", "elevation", "lidar", "geology"]


class FeatureFields(DataFields):
    """Fields of the group Features; `TrainingConfig` holds them all."""

    temporal_features: tuple[str, ...] = Field(
        default=(ALL_CHANNELS,),
        title="Channels",
        description="Names of the channels that the network reads; 'all' takes every channel of the site.",
        json_schema_extra=form(Group.FEATURES),
    )
    spatial_features: tuple[LayerChoice, ...] = Field(
        default=(),
        title="Layers",
        description="Kinds of layers that the network reads: drone_imagery, elevation (as slope analysis), geology, "
        "lidar; 'all' takes every kind of the site for which a network is chosen. Each sample sees the newest survey "
        "that was known by then.",
        json_schema_extra=form(Group.FEATURES),
    )
    season: bool = Field(
        default=True,
        title="Season",
        description="Gives the network the day of the year as sine and cosine.",
        json_schema_extra=form(Group.FEATURES),
    )
