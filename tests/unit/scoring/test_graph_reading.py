"""Graphs are read before any engine sees them: what our export never makes is refused, in bounded time and memory."""

import itertools
import random
from collections.abc import Callable

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.learning.export.export import export_network
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.networks.shapes import InputShapes
from rockfall_desktop.scoring import graphs
from rockfall_desktop.scoring.graph_reading import MOST_FIELDS, OPERATORS, demand_known_graph
from rockfall_desktop.scoring.graphs import GraphRunner
from tests.unit.learning.export.combinations import Choice
from tests.unit.learning.export.parity import config_of
from tests.unit.learning.networks.inputs import CLOUD, RASTER, SERIES
from tests.unit.scoring.made_model import graph, last_step_graph

SIZES = (3, 4, 2)
TOGETHER: tuple[Choice, ...] = (
    ("lstm", "cnn", "none", "attention", "mc_dropout", (1, 3, 7), 1, 1),
    ("gru", "resnet_light", "pointnet", "gated", "none", (1,), 2, 1),
    ("transformer", "none", "pointnet", "mlp", "none", (1, 3, 7), 2, 1),
)


def exported(choice: Choice) -> list[bytes]:
    config = config_of(choice)
    spatial = (RASTER if config.raster_network != "none" else None, CLOUD if config.cloud_network != "none" else None)
    shapes = InputShapes(SERIES if config.temporal_network != "none" else 0, *spatial)
    torch.manual_seed(3)
    network = RockfallNetwork(shapes, config).eval()
    made = export_network(network, shapes, config.history_steps, masked=config.uncertainty == "mc_dropout")
    return [content for content in (made.zones, made.answer) if content is not None]


def operators(content: bytes) -> set[str]:
    return {f"{node.domain}{node.op_type}" for node in onnx.load_from_string(content).graph.node}


@pytest.mark.campaign
def test_that_the_known_operators_are_those_that_exports_make_and_no_others() -> None:
    made = [content for choice in TOGETHER for content in exported(choice)]
    for content in made:
        demand_known_graph(content)
    assert set().union(*map(operators, made)) == OPERATORS


def with_node(*nodes: onnx.NodeProto) -> onnx.ModelProto:
    made = onnx.load_from_string(last_step_graph(*SIZES))
    made.graph.node.extend(nodes)
    return made


def endless() -> onnx.ModelProto:
    body = helper.make_graph(
        [helper.make_node("Neg", ["value"], ["next"])], "body",
        [helper.make_tensor_value_info("turn", TensorProto.INT64, [])], [],
    )  # fmt: skip
    return with_node(helper.make_node("Loop", ["turns", "true", "x"], ["more"], body=body))


def hidden_in_a_known_one() -> onnx.ModelProto:
    inner = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "inner", [], [])
    return with_node(helper.make_node("Neg", ["x"], ["more"], body=inner))


def filling() -> onnx.ModelProto:
    return with_node(helper.make_node("ConstantOfShape", ["shape"], ["more"]))


def somebody_elses() -> onnx.ModelProto:
    return with_node(helper.make_node("Add", ["x", "x"], ["more"], domain="com.microsoft"))


def asking_for_somebody_elses() -> onnx.ModelProto:
    made = with_node()
    made.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return made


def with_a_function() -> onnx.ModelProto:
    made = with_node()
    made.functions.append(
        helper.make_function("own", "Add", ["a"], ["b"], [helper.make_node("Neg", ["a"], ["b"])], made.opset_import)
    )
    return made


def kept_in_a_file() -> onnx.ModelProto:
    made = with_node()
    onnx.external_data_helper.set_external_data(made.graph.initializer[0], "weights.bin")
    return made


def with_sparse_numbers() -> onnx.ModelProto:
    made = with_node()
    made.graph.sparse_initializer.append(
        helper.make_sparse_tensor(
            numpy_helper.from_array(np.ones(1, np.float32), "sparse"), numpy_helper.from_array(np.array([5])), [2**40]
        )
    )
    return made


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (endless, "the operator Loop"), (filling, "the operator ConstantOfShape"), (hidden_in_a_known_one, "a part"),
        (somebody_elses, "operator of somebody else"), (asking_for_somebody_elses, "operators of somebody else"),
        (with_a_function, "a part"), (kept_in_a_file, "a part"), (with_sparse_numbers, "a part"),
    ],
)  # fmt: skip
def test_that_what_no_export_makes_is_refused(change: Callable[[], onnx.ModelProto], words: str) -> None:
    with pytest.raises(WrongInput, match=f"cannot be opened: It .*{words}"):
        GraphRunner(change().SerializeToString(), 1)


def test_that_no_bytes_hide_an_operator_from_the_reader_that_the_engine_s_reader_sees() -> None:
    content, numbers = last_step_graph(*SIZES), random.Random(4)
    believed = 0
    for _ in range(3000):
        changed = bytearray(content)
        for _ in range(numbers.randint(1, 3)):
            changed[numbers.randrange(len(changed))] = numbers.randrange(256)
        made = bytes(changed[: numbers.randint(1, 2 * len(changed))])
        try:
            demand_known_graph(made)
        except WrongInput:
            continue
        believed += 1
        try:
            found = onnx.load_from_string(made)
        except Exception:  # noqa: BLE001 - the engine refuses it too
            continue
        assert {node.op_type for node in found.graph.node if node.HasField("op_type")} <= OPERATORS
        assert not found.functions
        assert not any(one.external_data for one in found.graph.initializer)
    assert believed > 100


def test_that_bytes_of_very_many_parts_are_given_up() -> None:
    with pytest.raises(WrongInput, match="more parts than any model"):
        demand_known_graph(b"\x08\x0a" * (MOST_FIELDS + 1))


def test_that_a_graph_that_would_fill_the_memory_is_not_run() -> None:
    large = np.array([2**33, 1, 3])
    nodes = [
        helper.make_node("Expand", ["x", "large"], ["all"]),
        helper.make_node("ReduceMax", ["all"], ["features"]),
        helper.make_node("Neg", ["features"], ["logits"]),
    ]
    runner = GraphRunner(graph(nodes, {"large": large}, SIZES), 1)
    with pytest.raises(WrongInput, match=r"cannot be run: .*arena"):
        runner.run({"x": np.zeros((1, 4, 3), np.float32), "time": np.zeros((1, 4), np.float32)})


def test_that_a_run_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["x", *(f"softmax{place}" for place in range(400)), "features"]
    nodes = [helper.make_node("Softmax", [one], [other]) for one, other in itertools.pairwise(names)]
    runner = GraphRunner(graph([*nodes, helper.make_node("Neg", ["features"], ["logits"])], {}, SIZES), 1)
    given = {"x": np.zeros((20_000, 4, 3), np.float32), "time": np.zeros((20_000, 4), np.float32)}
    monkeypatch.setattr(graphs, "MOST_SECONDS", 0.0)
    with pytest.raises(WrongInput, match="cannot be run"):
        runner.run(given)
