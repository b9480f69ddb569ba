"""What a network reads."""

from pydantic import Field

from rockfall_desktop.domain.config_data import DataFields
from rockfall_desktop.domain.config_form import Group, form

ALL_CHANNELS = "all"


class FeatureFields(DataFields):
    """Fields of the group Features; `TrainingConfig` holds them all."""

    temporal_features: tuple[str, ...] = Field(
        default=(ALL_CHANNELS,),
        title="Channels",
        description="Names of the channels that the network reads; 'all' takes every channel of the site.",
        json_schema_extra=form(Group.FEATURES),
    )
    spatial_features: tuple[str, ...] = Field(
        default=(),
        max_length=0,
        title="Layers",
        description="Layers that the network reads; none in this version.",
        json_schema_extra=form(Group.FEATURES),
    )
    season: bool = Field(
        default=True,
        title="Season",
        description="Gives the network the day of the year as sine and cosine.",
        json_schema_extra=form(Group.FEATURES),
    )
