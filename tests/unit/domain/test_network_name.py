"""A network is called by what it is."""

import pytest

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.network_name import network_name

FUSED = {"raster_network": "cnn", "spatial_features": ("geology",)}


@pytest.mark.parametrize(
    ("changes", "members", "name"),
    [
        ({}, 1, "LSTM"),
        ({"temporal_network": "transformer", "uncertainty": "laplace"}, 1, "Transformer, Laplace"),
        ({"temporal_network": "gru", "uncertainty": "mc_dropout", "fusion": "gated"} | FUSED, 5,
         "GRU + CNN, gated, 5 members, MC dropout"),
        ({"temporal_network": "none", "raster_network": "resnet", "fusion": "attention"}, 1, "ResNet-18"),
        ({"cloud_network": "pointnet"} | FUSED, 2, "LSTM + CNN + PointNet, MLP, 2 members"),
    ],
)  # fmt: skip
def test_that_a_name_says_parts_fusion_members_and_uncertainty(
    changes: dict[str, object], members: int, name: str
) -> None:
    config = TrainingConfig.model_validate({"sites": ("a",)}).model_copy(update=changes)
    assert network_name(config, members) == name


def test_that_dropout_as_uncertainty_takes_dropout() -> None:
    with pytest.raises(ValueError, match="dropout: must be above 0"):
        TrainingConfig.model_validate({"sites": ("a",), "uncertainty": "mc_dropout", "dropout": 0.0})
