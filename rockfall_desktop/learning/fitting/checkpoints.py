"""The files of a training: written whole or not at all, read without running anything.

`best.safetensors` and `last.pt` lie in the job's folder, beside `model.json`, which says what the weights belong to.
"""

import io
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.files import write_file
from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.judging.probabilities import Correction
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.networks.shapes import CloudShape, InputShapes, RasterShape

WEIGHTS, LAST, MODEL = "best.safetensors", "last.pt", "model.json"
_AT_MOST_EVERY_S = 20.0

State = dict[str, torch.Tensor]


class Checkpoints:
    """Keeps the best weights in memory and writes best and last at most every 20 s, and at every end."""

    def __init__(self, folder: Path, seconds: Callable[[], float]) -> None:
        self._folder = folder
        self._seconds = seconds
        self._written_at = seconds()
        self._best: State | None = None
        self._best_waits = False

    @property
    def best(self) -> State | None:
        """The weights of the best epoch so far."""
        return self._best

    def keep_best(self, network: RockfallNetwork) -> None:
        """Copy the weights of a new best epoch."""
        self._best = {name: value.detach().clone() for name, value in network.state_dict().items()}
        self._best_waits = True

    def write(self, last: Callable[[], dict[str, Any]], *, now: bool = False) -> None:
        """Write best and last when it is time, or at once.

        Raises:
            StoreFault: when the disk is full; the files of before are unchanged.

        """
        if not now and self._seconds() - self._written_at < _AT_MOST_EVERY_S:
            return
        if self._best_waits and self._best is not None:
            write_file(self._folder / WEIGHTS, save(self._best))
            self._best_waits = False
        buffer = io.BytesIO()
        torch.save(last(), buffer)
        write_file(self._folder / LAST, buffer.getvalue())
        self._written_at = self._seconds()


def read_last(folder: Path) -> dict[str, Any]:
    """The last checkpoint: epoch, network, optimiser; tensors and plain values only, no code is run."""
    content = torch.load(folder / LAST, weights_only=True)
    assert isinstance(content, dict)  # noqa: S101 - `write` makes nothing else
    return content


def write_model(
    folder: Path,
    config: TrainingConfig,
    channels: tuple[str, ...],
    shapes: InputShapes,
    scaling: Scaling,
    correction: Correction,
) -> None:
    """Write what is needed to use `best.safetensors`: settings, channels, scaling, correction."""
    content = {
        "schema": 1,
        "config": config.model_dump(mode="json"),
        "channels": channels,
        "shapes": asdict(shapes),
        "scaling": {"mean": scaling.mean, "spread": scaling.spread},
        "correction": {"positive_weight": correction.positive_weight, "focal_gamma": correction.focal_gamma},
    }
    write_file(folder / MODEL, json.dumps(content, indent=2).encode())


def read_model(folder: Path) -> tuple[RockfallNetwork, TrainingConfig, Scaling, Correction]:
    """The judged network, ready to answer, with the settings, scaling and correction that belong to it."""
    content = json.loads((folder / MODEL).read_bytes())
    config = TrainingConfig.model_validate_json(json.dumps(content["config"]))
    network = RockfallNetwork(_shapes(content["shapes"]), config)
    network.load_state_dict(load((folder / WEIGHTS).read_bytes()))
    network.eval()
    scaling = Scaling(tuple(content["scaling"]["mean"]), tuple(content["scaling"]["spread"]))
    correction = Correction(
        tuple(content["correction"]["positive_weight"]), float(content["correction"]["focal_gamma"])
    )
    return network, config, scaling, correction


def _shapes(content: dict[str, Any]) -> InputShapes:
    raster, cloud = content["raster"], content["cloud"]
    if raster is not None:
        raster = RasterShape(raster["bands"], tuple(raster["class_counts"]), raster["side"])
    return InputShapes(content["series"], raster, CloudShape(**cloud) if cloud is not None else None)
