"""Exports made-up networks and compares their answers in torch and in onnxruntime."""

from functools import cache, lru_cache

import numpy as np
import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.prepared import Prepared
from rockfall_desktop.judging.answer_state import AnswerState
from rockfall_desktop.judging.calibration_maps import TemperatureMap
from rockfall_desktop.judging.dropout_draws import DropoutDraws
from rockfall_desktop.judging.head_posterior import HeadPosterior
from rockfall_desktop.judging.probabilities import Correction, probabilities
from rockfall_desktop.learning.export.export import export_answer, export_zones
from rockfall_desktop.learning.networks.batch import Batch
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.networks.shapes import InputShapes
from rockfall_desktop.scoring.answering import MemberGraphs, answer
from rockfall_desktop.scoring.graphs import GraphRunner
from tests.unit.learning.export.combinations import OPTIONS, Choice, is_possible
from tests.unit.learning.networks.inputs import CLOUD, RASTER, SERIES, sets, stacks
from tests.unit.learning.training import small_config

SAMPLES = 37


def difference(choice: Choice) -> float:
    """Largest difference of probability or spread over made-up samples, some without raster, cloud or both."""
    config, shapes = config_of(choice), shapes_of(choice)
    network, graphs = exported(alone(choice))
    networks, members = [network] * config.members, [graphs] * config.members
    state, prepared = state_of(networks, config), prepared_for(shapes, config)
    theirs = answer(members, state, prepared)
    ours = state.answer(
        np.concatenate([torch_draws(network, state, n, prepared) for n, network in enumerate(networks)])
    )
    assert np.ptp(ours.probability) > 1e-3, "the samples are answered alike, nothing is compared"
    return float(max(np.abs(ours.probability - theirs.probability).max(), np.abs(ours.spread - theirs.spread).max()))


def alone(choice: Choice) -> Choice:
    """The choice whose one network has the same graphs: for them it is one of many, and only masks are an input."""
    settings = dict(zip(OPTIONS, choice, strict=True))
    masked = settings["uncertainty"] == "mc_dropout"
    return tuple((settings | {"members": 1, "uncertainty": "mc_dropout" if masked else "none"}).values())


@lru_cache(maxsize=2)
def exported(choice: Choice) -> tuple[RockfallNetwork, MemberGraphs]:
    """A network and its graphs; an export takes seconds, those of zones are made once for all that encode alike."""
    config, shapes = config_of(choice), shapes_of(choice)
    torch.manual_seed(11)
    network = lively(RockfallNetwork(shapes, config).eval())
    encoders, zones = zone_graph(config.raster_network, config.cloud_network)
    network.load_state_dict(encoders, strict=False)
    made = export_answer(network, shapes, config.history_steps, masked=config.uncertainty == "mc_dropout")
    return network, MemberGraphs(zones, GraphRunner(made, 1))


@cache
def zone_graph(raster: str, cloud: str) -> tuple[dict[str, torch.Tensor], GraphRunner | None]:
    """Weights of the encoders of zones, and their graph."""
    choice = ("none", raster, cloud, "mlp", "none", (1,), 1, 1)
    if not is_possible(choice):
        return {}, None
    config, shapes = config_of(choice), shapes_of(choice)
    torch.manual_seed(10)
    network = RockfallNetwork(shapes, config)
    made = export_zones(network, shapes)
    assert made is not None
    weights = network.state_dict()
    return {name: weights[name] for name in weights if name.startswith(("raster.", "cloud."))}, GraphRunner(made, 1)


def shapes_of(choice: Choice) -> InputShapes:
    settings = dict(zip(OPTIONS, choice, strict=True))
    spatial = (
        RASTER if settings["raster_network"] != "none" else None,
        CLOUD if settings["cloud_network"] != "none" else None,
    )
    return InputShapes(SERIES if settings["temporal_network"] != "none" else 0, *spatial)


def config_of(choice: Choice) -> TrainingConfig:
    settings = dict(zip(OPTIONS, choice, strict=True))
    kinds = (("elevation", settings["raster_network"]), ("lidar", settings["cloud_network"]))
    features = tuple(kind for kind, network in kinds if network != "none")
    return small_config(**settings, spatial_features=features, window_steps=9)


def lively(network: RockfallNetwork) -> RockfallNetwork:
    """With heads that spread their answers, as trained ones do."""
    torch.nn.init.normal_(network.head.line.weight, std=1.0)
    return network


def state_of(networks: list[RockfallNetwork], config: TrainingConfig) -> AnswerState:
    correction, members = Correction(tuple(3.0 for _ in config.horizon_steps)), len(networks)
    calibration = TemperatureMap(1.3, tuple(0.1 for _ in config.horizon_steps))
    if config.uncertainty == "mc_dropout":
        draws = DropoutDraws(5, 4, networks[0].mask_places, config.width, 0.3)
        return AnswerState(correction, members, dropout=draws, calibration=calibration)
    if config.uncertainty == "laplace":
        heads = tuple(_head(network) for network in networks)
        return AnswerState(correction, members, heads=heads, calibration=calibration)
    return AnswerState(correction, members, calibration=calibration)


def _head(network: RockfallNetwork) -> HeadPosterior:
    line = network.head.line
    mean = np.concatenate((line.weight.detach().numpy(), line.bias.detach().numpy()[:, None]), axis=1)
    root = np.random.default_rng(2).normal(size=(mean.size, mean.size)) * 0.02
    return HeadPosterior(mean.astype(np.float64), root @ root.T, 1.0)


def prepared_for(shapes: InputShapes, config: TrainingConfig) -> Prepared:
    torch.manual_seed(12)
    series, zones, places = {}, {}, {}
    if shapes.series:
        gaps = torch.rand(SAMPLES, config.history_steps).cumsum(1)
        series["x"] = torch.randn(SAMPLES, config.history_steps, SERIES).numpy()
        series["time"] = (gaps - gaps[:, -1:]).numpy()
    if shapes.raster is not None:
        zones |= dict(zip(("bands", "classes"), (part.numpy() for part in stacks(4)), strict=True))
        places["raster"] = torch.randint(-1, 4, (SAMPLES,)).numpy()
    if shapes.cloud is not None:
        zones |= dict(zip(("points", "changes"), (part.numpy() for part in sets(6)), strict=True))
        places["cloud"] = torch.randint(-1, 6, (SAMPLES,)).numpy()
    return Prepared(SAMPLES, series, zones, places)


def torch_draws(network: RockfallNetwork, state: AnswerState, place: int, prepared: Prepared) -> np.ndarray:
    with torch.no_grad():
        batch = _batch(network, prepared)
        if state.heads:
            return state.heads[place].draws(network.features(batch).numpy(), state.correction)
        masks = [None] if state.dropout is None else list(torch.from_numpy(state.dropout.of_member(place)))
        return np.stack([probabilities(network(batch, mask).numpy(), state.correction) for mask in masks])


def _batch(network: RockfallNetwork, prepared: Prepared) -> Batch:
    batch, zones = Batch(prepared.samples), {name: torch.from_numpy(value) for name, value in prepared.zones.items()}
    if prepared.series:
        x_bti, time_bt = (torch.from_numpy(prepared.series[name]) for name in ("x", "time"))
        batch = batch._replace(x_bti=x_bti, time_bt=time_bt)
    if network.raster is not None:
        place = torch.from_numpy(prepared.stacks["raster"])
        tokens = network.raster_tokens(zones["bands"], zones["classes"])
        batch = batch._replace(raster_bkd=tokens[place.clamp(min=0)], raster_here_b=place >= 0)
    if network.cloud is not None:
        place = torch.from_numpy(prepared.stacks["cloud"])
        tokens = network.cloud_tokens(zones["points"], zones["changes"])
        batch = batch._replace(cloud_bkd=tokens[place.clamp(min=0)], cloud_here_b=place >= 0)
    return batch
