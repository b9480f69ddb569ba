"""Kept encoders of an earlier job: whatever they encode, nothing in them learns, and all the rest does."""

import time
from pathlib import Path

import pytest
import torch

from rockfall_desktop.domain.control import Control
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints
from rockfall_desktop.learning.fitting.fine_tuning import StartingPoint
from rockfall_desktop.learning.fitting.fit import fit
from rockfall_desktop.learning.networks.network import RockfallNetwork
from tests.unit.learning.made_spatial import made_samples
from tests.unit.learning.networks.inputs import Choice
from tests.unit.learning.training import drain, now

ENCODERS = ("encoder.", "raster.", "cloud.")
NETWORKS: tuple[tuple[Choice, str], ...] = (
    (("lstm", "cnn", "pointnet", "gated"), "window"),
    (("gru", "cnn", "pointnet", "attention"), "dense"),
    (("none", "resnet_light", "pointnet", "mlp"), "window"),
)


@pytest.mark.parametrize(("choice", "way"), NETWORKS, ids=["-".join((*choice, way)) for choice, way in NETWORKS])
def test_that_every_kept_encoder_stays_to_the_last_bit_and_what_joins_them_and_the_head_learn(
    tmp_path: Path, choice: Choice, way: str
) -> None:
    augmentation = ("jitter", "turn_chips", "turn_points", "drop_points") if choice[0] != "none" else ("turn_chips",)
    samples, config = made_samples(
        choice, epochs=1, batch_size=256, way=way, weight_decay=0.3, start_from="0a", frozen=True, width=4,
        augmentation=augmentation,
    )  # fmt: skip
    torch.manual_seed(2)
    before = {name: value.clone() for name, value in RockfallNetwork(samples.shapes, config).state_dict().items()}
    checkpoints = Checkpoints(tmp_path, time.monotonic)
    start = StartingPoint((before,), config.frozen)
    _, fitted = drain(fit(samples, config, checkpoints, Control(), now, start=start))
    after = fitted.networks[0].state_dict()
    kept = {name for name in before if torch.equal(before[name], after[name])}
    encoders = {name for name in before if name.startswith(ENCODERS)}
    assert {name.split(".")[0] for name in encoders} == {
        part for part, there in zip(("encoder", "raster", "cloud"), choice, strict=False) if there != "none"
    }
    assert kept == encoders
