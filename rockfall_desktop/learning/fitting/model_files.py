"""What a finished training leaves behind to be used: weights of each network, and `model.json` that explains them."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from safetensors.torch import load

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.files import write_file
from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.judging.probabilities import Correction
from rockfall_desktop.judging.reading_content import reading_content
from rockfall_desktop.learning.fitting.checkpoints import weights_name
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.networks.shapes import CloudShape, InputShapes, RasterShape

MODEL = "model.json"


def write_model(
    folder: Path,
    config: TrainingConfig,
    channels: tuple[str, ...],
    shapes: InputShapes,
    scalings: tuple[Scaling, ...],
    correction: Correction,
    networks: int = 1,
    layers: Mapping[str, Any] | None = None,
) -> None:
    """Write what is needed to use the weights: settings, channels, scalings, correction, and where the weights are.

    `scalings` stand in the order of the configuration's sites.

    `layers` is how layers are read (`judging.reading_content`).

    `history_steps` is how many steps must be read for an answer: more than the window after dense training.

    `networks` is how many of the ensemble have ended; fewer than `config.members` after an early stop.
    """
    content = {
        "schema": 1,
        "config": config.model_dump(mode="json"),
        "history_steps": config.history_steps,
        "channels": channels,
        "shapes": asdict(shapes),
        "scalings": [{"mean": scaling.mean, "spread": scaling.spread} for scaling in scalings],
        "layers": layers if layers is not None else reading_content(None, None),
        "correction": {"positive_weight": correction.positive_weight, "focal_gamma": correction.focal_gamma},
        "weights": [weights_name(member, config.members) for member in range(1, networks + 1)],
    }
    write_file(folder / MODEL, json.dumps(content, indent=2).encode())


class WeightFiles(NamedTuple):
    """Where the weights of a model lie, and the channels that it reads, in their order."""

    paths: tuple[Path, ...]
    channels: tuple[str, ...]


def weights_of(folder: Path) -> WeightFiles:
    """The files of weights that `model.json` names."""
    content = json.loads((folder / MODEL).read_bytes())
    return WeightFiles(tuple(folder / name for name in content["weights"]), tuple(content["channels"]))


def read_model(folder: Path) -> tuple[tuple[RockfallNetwork, ...], TrainingConfig, tuple[Scaling, ...], Correction]:
    """The judged networks, ready to answer, with the settings, scalings and correction that belong to them."""
    content = json.loads((folder / MODEL).read_bytes())
    config = TrainingConfig.model_validate_json(json.dumps(content["config"]))
    shapes = _shapes(content["shapes"])
    networks = tuple(_network(folder / name, shapes, config) for name in content["weights"])
    scalings = tuple(Scaling(tuple(one["mean"]), tuple(one["spread"])) for one in content["scalings"])
    correction = Correction(
        tuple(content["correction"]["positive_weight"]), float(content["correction"]["focal_gamma"])
    )
    return networks, config, scalings, correction


def _network(path: Path, shapes: InputShapes, config: TrainingConfig) -> RockfallNetwork:
    network = RockfallNetwork(shapes, config)
    network.load_state_dict(load(path.read_bytes()))
    return network.eval()


def _shapes(content: dict[str, Any]) -> InputShapes:
    raster, cloud = content["raster"], content["cloud"]
    if raster is not None:
        raster = RasterShape(raster["bands"], tuple(raster["class_counts"]), raster["side"])
    return InputShapes(content["series"], raster, CloudShape(**cloud) if cloud is not None else None)
