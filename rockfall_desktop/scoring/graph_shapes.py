"""What the graphs of a model take and give, beside what its manifest says.

Axes: n sample, t step of a window, i input, h horizon, d width, r place of a mask, s stack, q set, c band, k token or
class band, y row, x column, m point, f feature, v change.
"""

from rockfall_desktop.domain.bundle import BundleModel
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.judging.answer_state import AnswerState
from rockfall_desktop.judging.cloud_inputs import CloudReading
from rockfall_desktop.judging.raster_inputs import RasterReading
from rockfall_desktop.scoring.answering import MemberGraphs
from rockfall_desktop.scoring.graphs import FREE, GraphRunner, Port

_FLOAT, _INTEGER, _TRUTH = "tensor(float)", "tensor(int64)", "tensor(bool)"


def demand_fitting(
    member: MemberGraphs,
    model: BundleModel,
    state: AnswerState,
    rasters: RasterReading | None,
    clouds: CloudReading | None,
) -> None:
    """Refuse graphs that take or give something else than a manifest says.

    Raises:
        WrongInput: naming the graph and what is wrong with it.
    """
    tokens: dict[str, Port] = {}
    if member.zones is not None:
        _demand("zones", "takes", member.zones.takes, zone_ports(rasters, clouds))
        wanted = tuple(name for name, reads in (("raster", rasters), ("cloud", clouds)) if reads is not None)
        tokens = member.zones.gives
        if tuple(tokens) != wanted or any(not _are_tokens(port) for port in tokens.values()):
            raise _unlike("zones", f"gives {_spoken(tokens)}")
    _demand("answer", "takes", member.answer.takes, _answer_ports(model, state, tokens))
    _demand_answers(member.answer, model, state)


def zone_ports(rasters: RasterReading | None, clouds: CloudReading | None) -> dict[str, Port]:
    """What the zones' graph of a model takes, by name."""
    ports: dict[str, Port] = {}
    if rasters is not None:
        ports["bands"] = Port(_FLOAT, (FREE, len(rasters.names), rasters.side, rasters.side))
        ports["classes"] = Port(_INTEGER, (FREE, len(rasters.class_names), rasters.side, rasters.side))
    if clouds is not None:
        ports["points"] = Port(_FLOAT, (FREE, clouds.points, len(clouds.features)))
        ports["changes"] = Port(_FLOAT, (FREE, len(clouds.change_names)))
    return ports


def _answer_ports(model: BundleModel, state: AnswerState, tokens: dict[str, Port]) -> dict[str, Port]:
    ports: dict[str, Port] = {}
    if model.channels:
        inputs = 2 * len(model.channels) + (2 if model.config.season else 0)
        ports["x"] = Port(_FLOAT, (FREE, model.history_steps, inputs))
        ports["time"] = Port(_FLOAT, (FREE, model.history_steps))
    for name, port in tokens.items():
        ports[name] = port
        ports[f"{name}_here"] = Port(_TRUTH, (FREE,))
    if state.dropout is not None:
        ports["masks"] = Port(_FLOAT, (state.dropout.places, state.dropout.width))
    return ports


def _demand(graph: str, verb: str, found: dict[str, Port], wanted: dict[str, Port]) -> None:
    if found != wanted:
        raise _unlike(graph, f"{verb} {_spoken(found)}")


def _demand_answers(graph: GraphRunner, model: BundleModel, state: AnswerState) -> None:
    logits, features = (graph.gives.get(name) for name in ("logits", "features"))
    horizons = len(model.config.horizon_steps)
    fits = logits == Port(_FLOAT, (FREE, horizons)) and features is not None and _is_table(features)
    if fits and features is not None:
        inputs = 1 + int(features.shape[1])
        fits = all(
            head.mean.shape == (horizons, inputs) and head.covariance.shape == (horizons * inputs,) * 2
            for head in state.heads
        )
    if not fits or tuple(graph.gives) != ("logits", "features"):
        raise _unlike("answer", f"gives {_spoken(graph.gives)}")


def _are_tokens(port: Port) -> bool:
    return (
        port.kind == _FLOAT and len(port.shape) == len("skd") and port.shape[0] == FREE and FREE not in port.shape[1:]
    )


def _is_table(port: Port) -> bool:
    return port.kind == _FLOAT and len(port.shape) == len("nd") and port.shape[0] == FREE and port.shape[1] != FREE


def _spoken(ports: dict[str, Port]) -> str:
    return ", ".join(f"{name} {list(port.shape)}" for name, port in ports.items()) or "nothing"


def _unlike(graph: str, words: str) -> WrongInput:
    return WrongInput(
        "The bundle does not fit together",
        f"Its {graph} graph {words[:300]}: not what its manifest says.",
        "Export and deploy the job's model again.",
    )
