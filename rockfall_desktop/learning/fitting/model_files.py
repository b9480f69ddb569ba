"""What a finished training leaves behind to be used: weights of each network, and `model.json` that explains them."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import torch
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.judging.probabilities import Correction
from rockfall_desktop.judging.reading_content import reading_content
from rockfall_desktop.learning.fitting.checkpoints import Weights, weights_name
from rockfall_desktop.learning.fitting.model_folder import NOT_WHOLE, TRAIN_AGAIN, ModelFolder, write_part
from rockfall_desktop.learning.fitting.seen import Seen, SeenSite
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.networks.shapes import CloudShape, InputShapes, RasterShape
from rockfall_desktop.learning.samples.meaning import Meaning

MODEL = "model.json"
SCHEMA = 3
_WITHOUT_MEANING = 2
_SEEN: TypeAdapter[Seen] = TypeAdapter(dict[str, SeenSite])


class Origin(NamedTuple):
    """What a model was made of.

    Attributes:
        layers: how layers are read, `judging.reading_content`.
        data: fingerprint of all that was read, `resuming.data_fingerprint`.
        seen: what its weights have seen, those included that they began with.
        meaning: what its channels measure and how long a step is.
    """

    layers: Mapping[str, Any]
    data: str
    seen: Seen
    meaning: Meaning


def write_model(
    folder: Path,
    config: TrainingConfig,
    channels: tuple[str, ...],
    shapes: InputShapes,
    scalings: tuple[Scaling, ...],
    correction: Correction,
    networks: int = 1,
    origin: Origin | None = None,
) -> dict[str, str]:
    """Write what is needed to use the weights: settings, channels, scalings, correction, and where the weights are.

    `scalings` stand in the order of the configuration's sites.

    `history_steps` is how many steps must be read for an answer: more than the window after dense training.

    `networks` is how many of the ensemble have ended; fewer than `config.members` after an early stop.

    Without an `origin` nothing can begin with the model and it cannot be exported.

    Returns:
        The SHA-256 of the file, by its name.
    """
    content = {
        "schema": SCHEMA,
        "config": config.model_dump(mode="json"),
        "history_steps": config.history_steps,
        "channels": channels,
        "shapes": asdict(shapes),
        "scalings": [{"mean": scaling.mean, "spread": scaling.spread} for scaling in scalings],
        "layers": reading_content(None, None) if origin is None else origin.layers,
        "correction": {"positive_weight": correction.positive_weight, "focal_gamma": correction.focal_gamma},
        "weights": [weights_name(member, config.members) for member in range(1, networks + 1)],
        "data": None if origin is None else origin.data,
        "seen": None if origin is None else _SEEN.dump_python(origin.seen, mode="json"),
        "meaning": None if origin is None else origin.meaning.model_dump(mode="json"),
    }
    return write_part(folder, MODEL, json.dumps(content, indent=2).encode())


class WeightFiles(NamedTuple):
    """Where the weights of a model lie, and what is to be known before they are used.

    Attributes:
        names: of each network's.
        channels: those that it reads, in their order.
        layers: how layers are read, as in `Origin`.
        data: fingerprint of what was read; None where that was not written down.
        seen: what the weights have seen; None where that was not written down.
        meaning: what the channels measure and how long a step is; None where that was not written down.
    """

    names: tuple[str, ...]
    channels: tuple[str, ...]
    layers: Mapping[str, Any]
    data: str | None
    seen: Seen | None
    meaning: Meaning | None


def weights_of(folder: ModelFolder) -> WeightFiles:
    """The files of weights that `model.json` names. Schema 2 did not say what channels mean; all else is the same.

    Raises:
        StoreFault: when it is missing, damaged or another one.
        WrongInput: when another version of the program wrote it.
    """
    content = _content(folder)
    seen = None if content.get("seen") is None else _SEEN.validate_python(content["seen"])
    meaning = None if content.get("meaning") is None else Meaning.model_validate(content["meaning"])
    return WeightFiles(
        tuple(content["weights"]), tuple(content["channels"]), content["layers"], content.get("data"), seen, meaning
    )


def read_weights(folder: ModelFolder, name: str) -> Weights:
    """The numbers of one network.

    Raises:
        StoreFault: when the file is missing, damaged or another one.
    """
    try:
        return load(folder.read(name))
    except SafetensorError as error:
        raise StoreFault(NOT_WHOLE, f"{folder.path / name} holds no weights: {error}.", TRAIN_AGAIN) from error


def read_seen(folder: ModelFolder, name: str) -> Seen:
    """What `write_seen` wrote.

    Raises:
        StoreFault: when the file is missing, damaged or another one.
    """
    try:
        return _SEEN.validate_json(folder.read(name))
    except ValidationError as error:
        raise StoreFault(NOT_WHOLE, f"{folder.path / name} does not say what was seen.", TRAIN_AGAIN) from error


def write_seen(folder: Path, name: str, seen: Seen) -> dict[str, str]:
    """Write what weights have seen; the SHA-256 of the file, by its name.

    Raises:
        StoreFault: when the disk is full.
    """
    return write_part(folder, name, _SEEN.dump_json(seen))


def read_model(
    folder: ModelFolder,
) -> tuple[tuple[RockfallNetwork, ...], TrainingConfig, tuple[Scaling, ...], Correction]:
    """The judged networks, ready to answer, with the settings, scalings and correction that belong to them.

    Draws no random number: a training in the same process goes on with its own.

    Raises:
        StoreFault: when a file is missing, damaged or another one.
        WrongInput: when another version of the program wrote it.
    """
    content = _content(folder)
    config = TrainingConfig.model_validate_json(json.dumps(content["config"]))
    shapes = _shapes(content["shapes"])
    networks = tuple(_network(folder, name, shapes, config) for name in content["weights"])
    scalings = tuple(Scaling(tuple(one["mean"]), tuple(one["spread"])) for one in content["scalings"])
    correction = Correction(
        tuple(content["correction"]["positive_weight"]), float(content["correction"]["focal_gamma"])
    )
    return networks, config, scalings, correction


def _network(folder: ModelFolder, name: str, shapes: InputShapes, config: TrainingConfig) -> RockfallNetwork:
    weights = {name: value.clone() for name, value in read_weights(folder, name).items()}
    with torch.device("meta"):
        network = RockfallNetwork(shapes, config)
    network.load_state_dict(weights, assign=True)
    return network.eval()


def _content(folder: ModelFolder) -> dict[str, Any]:
    path = folder.path / MODEL
    try:
        content: dict[str, Any] = json.loads(folder.read(MODEL))
        schema = content["schema"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreFault(NOT_WHOLE, f"{path} is damaged.", TRAIN_AGAIN) from error
    if schema not in (_WITHOUT_MEANING, SCHEMA):
        message = f"{path} has schema {schema}, and this program reads schemas {_WITHOUT_MEANING} and {SCHEMA}."
        raise WrongInput("Another version wrote the model", message, "Use that version, or train again.")
    return content


def _shapes(content: dict[str, Any]) -> InputShapes:
    raster, cloud = content["raster"], content["cloud"]
    if raster is not None:
        raster = RasterShape(raster["bands"], tuple(raster["class_counts"]), raster["side"])
    return InputShapes(content["series"], raster, CloudShape(**cloud) if cloud is not None else None)
