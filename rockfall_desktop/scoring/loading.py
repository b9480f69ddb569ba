"""From the files of a verified bundle to what answers.

Axes: n sample, t step of a window, i input, h horizon, d width, r place of a mask.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.bundle import HEADS, BundleModel
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.judging.answer_state import AnswerState, from_plain
from rockfall_desktop.judging.cloud_inputs import CloudReading
from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.judging.raster_inputs import RasterReading
from rockfall_desktop.judging.reading_content import readings_from
from rockfall_desktop.scoring.answering import MemberGraphs
from rockfall_desktop.scoring.graph_shapes import demand_fitting
from rockfall_desktop.scoring.graphs import GraphRunner

_FLOAT64 = np.dtype("<f8")
_AGAIN = "Export and deploy the job's model again."


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A model, ready to answer.

    Attributes:
        model: what the bundle says of it.
        members: its graphs.
        state: how their numbers become answers.
        rasters, clouds: how layers are read; None where the model reads none.
    """

    model: BundleModel
    members: tuple[MemberGraphs, ...]
    state: AnswerState
    rasters: RasterReading | None
    clouds: CloudReading | None


def load_model(model: BundleModel, content: Callable[[str], bytes], threads: int) -> LoadedModel:
    """Make the graphs of a bundle ready to run, from bytes alone.

    Args:
        model: of the bundle's manifest.
        content: gives a file of the bundle, verified.
        threads: bound for each graph.

    Raises:
        WrongInput: when a graph cannot be run or takes or gives something else than the manifest says, or the
            manifest's parts do not fit together.
    """
    state, rasters, clouds = _parts(model, _heads(model, content))
    _demand_whole(model, state, spatial=rasters is not None or clouds is not None)
    members = tuple(_member(names, content, threads) for names in model.graphs)
    loaded = LoadedModel(model, members, state, rasters, clouds)
    for member in members:
        demand_fitting(member, model, state, rasters, clouds)
    return loaded


def unfit(sentence: str) -> WrongInput:
    """The fault of a bundle whose parts do not fit together."""
    return WrongInput("The bundle does not fit together", sentence, _AGAIN)


def _member(names: tuple[str, ...], content: Callable[[str], bytes], threads: int) -> MemberGraphs:
    zones = GraphRunner(content(names[0]), threads) if len(names) > 1 else None
    return MemberGraphs(zones, GraphRunner(content(names[-1]), threads))


def _heads(model: BundleModel, content: Callable[[str], bytes]) -> dict[str, NDArray[np.float64]]:
    """The arrays of heads.bin, one behind the other in the order of their names."""
    if not model.heads:
        return {}
    held = content(HEADS)
    sizes = {name: math.prod(shape) for name, shape in sorted(model.heads.items())}
    if any(size < 1 for size in sizes.values()) or sum(sizes.values()) * _FLOAT64.itemsize != len(held):
        raise unfit(f"{HEADS} has not the size of its arrays.")
    numbers = np.frombuffer(held, _FLOAT64)
    if not np.isfinite(numbers).all():
        raise unfit(f"{HEADS} holds something that is no number.")
    ends = np.cumsum(list(sizes.values()))[:-1]
    parts = zip(sizes, np.split(numbers, ends), strict=True)
    return {name: part.reshape(model.heads[name]) for name, part in parts}


def _parts(
    model: BundleModel, heads: Mapping[str, NDArray[np.float64]]
) -> tuple[AnswerState, RasterReading | None, CloudReading | None]:
    try:
        state = from_plain(model.answers, dict(heads))
        rasters, clouds = readings_from(model.layers)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise unfit(f"Its manifest lacks a part of how answers or layers are read: {str(error)[:100]}.") from error
    return state, rasters, clouds


def _demand_whole(model: BundleModel, state: AnswerState, *, spatial: bool) -> None:
    horizons, channels = model.config.horizon_steps, len(model.channels)
    scaling = Scaling(model.scaling_mean, model.scaling_spread)
    wrong = {
        "one rule of levels for each horizon": tuple(rule.horizon_steps for rule in model.levels) != horizons,
        "one scaling for each channel": (len(scaling.mean), len(scaling.spread)) != (channels, channels),
        "a spread above zero for each channel": any(not spread > 0 for spread in scaling.spread),
        "graphs for each member": len(model.graphs) != model.members or state.members != model.members,
        "two graphs where it reads layers, else one": any(len(names) != 1 + spatial for names in model.graphs),
        "one correction for each horizon": len(state.correction.positive_weight) != len(horizons),
        "a head for each member": len(state.heads) not in {0, model.members},
        "steps to be read": model.history_steps != model.config.history_steps,
        "channels where it reads series": bool(channels) != (model.config.temporal_network != "none"),
    }
    for demand in (demand for demand, holds in wrong.items() if holds):
        raise unfit(f"Its manifest does not give {demand}.")
