"""Exports made-up networks and compares their answers in torch and in onnxruntime."""

import numpy as np
import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.prepared import Prepared
from rockfall_desktop.judging.answer_state import AnswerState
from rockfall_desktop.judging.calibration_maps import TemperatureMap
from rockfall_desktop.judging.dropout_draws import DropoutDraws
from rockfall_desktop.judging.head_posterior import HeadPosterior
from rockfall_desktop.judging.probabilities import Correction, probabilities
from rockfall_desktop.learning.export.export import export_network
from rockfall_desktop.learning.networks.batch import Batch
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.networks.shapes import InputShapes
from rockfall_desktop.scoring.answering import MemberGraphs, answer
from rockfall_desktop.scoring.graphs import GraphRunner
from tests.unit.learning.export.combinations import OPTIONS, Choice
from tests.unit.learning.networks.inputs import CLOUD, RASTER, SERIES, sets, stacks
from tests.unit.learning.training import small_config

SAMPLES = 37


def difference(choice: Choice) -> float:
    """Largest difference of probability or spread over made-up samples, some without raster, cloud or both."""
    config = config_of(choice)
    spatial = (RASTER if config.raster_network != "none" else None, CLOUD if config.cloud_network != "none" else None)
    shapes = InputShapes(SERIES if config.temporal_network != "none" else 0, *spatial)
    torch.manual_seed(11)
    networks = [lively(RockfallNetwork(shapes, config).eval())] * config.members  # one export takes seconds
    state, prepared = state_of(networks, config), prepared_for(shapes, config)
    members = [graphs_of(networks[0], shapes, config, state)] * config.members
    theirs = answer(members, state, prepared)
    ours = state.answer(
        np.concatenate([torch_draws(network, state, n, prepared) for n, network in enumerate(networks)])
    )
    assert np.ptp(ours.probability) > 1e-3, "the samples are answered alike, nothing is compared"
    return float(max(np.abs(ours.probability - theirs.probability).max(), np.abs(ours.spread - theirs.spread).max()))


def graphs_of(
    network: RockfallNetwork, shapes: InputShapes, config: TrainingConfig, state: AnswerState
) -> MemberGraphs:
    found = export_network(network, shapes, config.history_steps, masked=state.dropout is not None)
    zones = GraphRunner(found.zones, 1) if found.zones is not None else None
    return MemberGraphs(zones, GraphRunner(found.answer, 1))


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
