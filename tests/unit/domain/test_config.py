"""What a training may be asked for."""

import pytest
from pydantic import ValidationError

from rockfall_desktop.domain.config import Group, TrainingConfig
from rockfall_desktop.domain.config_faults import faults_by_field
from rockfall_desktop.domain.presets import PRESETS


def test_that_every_field_of_the_form_has_a_title_a_group_and_a_unit() -> None:
    for name, field in TrainingConfig.model_fields.items():
        extra = field.json_schema_extra
        assert isinstance(extra, dict), name
        assert field.title, name
        assert extra["group"] in set(Group), name
        assert "unit" in extra, name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"horizon_steps": (3, 1)}, "horizon_steps"),
        ({"horizon_steps": (1, 1)}, "horizon_steps"),
        ({"horizon_steps": (1, 2, 3, 4, 5)}, "horizon_steps"),
        ({"train_until": "2001-01-01"}, "train_until"),
        ({"train_until": "2001-01-01", "validation_until": "2000-01-01"}, "validation_until"),
        ({"temporal_features": (), "season": False}, "temporal_features"),
        ({"temporal_features": ("a", "a")}, "temporal_features"),
        ({"width": 30}, "width"),
        ({"spatial_features": ("rain",), "raster_network": "cnn"}, "spatial_features"),
        ({"spatial_features": ("all", "lidar"), "cloud_network": "pointnet"}, "spatial_features"),
        ({"spatial_features": ("lidar", "lidar"), "cloud_network": "pointnet"}, "spatial_features"),
        ({"spatial_features": ("all",)}, "spatial_features"),
        ({"raster_network": "cnn"}, "spatial_features"),
        ({"spatial_features": ("geology",), "raster_network": "cnn", "cloud_network": "pointnet"}, "spatial_features"),
        ({"spatial_features": ("lidar",)}, "cloud_network"),
        ({"spatial_features": ("geology", "lidar"), "cloud_network": "pointnet"}, "raster_network"),
        ({"temporal_network": "none"}, "temporal_network"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"epoch": 3}, "epoch"),
        ({"sites": ()}, "sites"),
    ],
)
def test_that_a_wrong_setting_is_refused_by_the_name_of_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TrainingConfig.model_validate({"sites": ("a",)} | changes)
    assert list(faults_by_field(refused.value)) == [field]


def test_that_layers_alone_are_enough_without_channels_and_season() -> None:
    alone = {"temporal_network": "none", "temporal_features": (), "season": False}
    TrainingConfig.model_validate(
        {
            "sites": ("a",),
            "spatial_features": ("geology", "lidar"),
            "raster_network": "cnn",
            "cloud_network": "pointnet",
        }
        | alone
    )


def test_that_every_preset_is_a_valid_configuration() -> None:
    for preset in PRESETS:
        TrainingConfig.model_validate({"sites": ("a",)} | preset.changes)
