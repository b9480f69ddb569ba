"""Chosen changes reach the training, and nothing but the training."""

from pathlib import Path

import pytest

from rockfall_desktop.domain.config import TrainingConfig
from tests.unit.learning.made_spatial import made_samples
from tests.unit.learning.networks.inputs import Choice
from tests.unit.learning.training import drain, epochs, small_config, start

CHIPS: Choice = ("none", "cnn", "none", "mlp")
POINTS: Choice = ("none", "none", "pointnet", "mlp")
DENSE: Choice = ("gru", "none", "pointnet", "mlp")


@pytest.mark.parametrize("name", ["jitter", "scaling", "time_masking", "channel_dropout"])
def test_that_a_chosen_change_alters_what_is_learned_and_the_same_seed_repeats_it(tmp_path: Path, name: str) -> None:
    def losses(**changes: object) -> list[float]:
        events, _ = drain(start(tmp_path, small_config(epochs=2, **changes)))
        return [epoch.train_loss for epoch in epochs(events)]

    changed = losses(augmentation=(name,))
    assert changed != losses()
    assert changed == losses(augmentation=(name,))


@pytest.mark.parametrize(
    ("name", "choice", "way"),
    [
        ("turn_chips", CHIPS, "window"),
        ("turn_points", POINTS, "window"),
        ("jitter_points", POINTS, "window"),
        ("drop_points", POINTS, "window"),
        ("turn_points", DENSE, "dense"),
    ],
)
def test_that_a_chosen_change_of_layers_alters_what_is_learned_and_the_same_seed_repeats_it(
    tmp_path: Path, name: str, choice: Choice, way: str
) -> None:
    def losses(**changes: object) -> list[float]:
        """Nothing else draws random numbers: a change that only draws some is none."""
        samples, config = made_samples(
            choice, 4, way=way, epochs=1, batch_size=512, dropout=0.0, modality_dropout=0.0, **changes
        )
        events, _ = drain(start(tmp_path, config, samples=samples))
        return [epoch.train_loss for epoch in epochs(events)]

    changed = losses(augmentation=(name,))
    assert changed != losses()
    assert changed == losses(augmentation=(name,))


def test_that_settings_of_a_job_of_before_still_open() -> None:
    assert TrainingConfig.model_validate({"sites": ["a"], "augmentation": "none"}).augmentation == ()
