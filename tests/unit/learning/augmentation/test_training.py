"""Chosen changes reach the training, and nothing but the training."""

from pathlib import Path

import pytest

from rockfall_desktop.domain.config import TrainingConfig
from tests.unit.learning.training import drain, epochs, small_config, start


@pytest.mark.parametrize("name", ["jitter", "scaling", "time_masking", "channel_dropout"])
def test_that_a_chosen_change_alters_what_is_learned_and_the_same_seed_repeats_it(tmp_path: Path, name: str) -> None:
    def losses(**changes: object) -> list[float]:
        events, _ = drain(start(tmp_path, small_config(epochs=2, **changes)))
        return [epoch.train_loss for epoch in epochs(events)]

    changed = losses(augmentation=(name,))
    assert changed != losses()
    assert changed == losses(augmentation=(name,))


def test_that_settings_of_a_job_of_before_still_open() -> None:
    assert TrainingConfig.model_validate({"sites": ["a"], "augmentation": "none"}).augmentation == ()
