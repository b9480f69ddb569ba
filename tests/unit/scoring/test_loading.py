"""Only what a manifest says is loaded, from bytes alone; whatever else is a sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from rockfall_desktop.domain.bundle import HEADS, BundleModel
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.judging.answer_state import to_plain
from rockfall_desktop.learning.export.export import export_network
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.build import build_pooled
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.scoring.graphs import GraphRunner
from rockfall_desktop.scoring.loading import load_model
from tests.small_site import small_site
from tests.unit.learning.export.parity import state_of
from tests.unit.learning.samples.made_layers import cloud, faults, layers_of, raster, reading, units
from tests.unit.scoring.made_model import ANSWER, graph, last_step_graph, model_of, unanswering

SIZES = (6, 10, 2)
NODES = [
    helper.make_node("Gather", ["x", "last"], ["features"], axis=1),
    helper.make_node("MatMul", ["features", "weights"], ["logits"]),
]
CONSTANTS = {"last": np.array(9), "weights": np.ones((6, 2), np.float32)}


@pytest.fixture(scope="module")
def model() -> BundleModel:
    settings = reading(temporal_network="lstm", spatial_features=(), horizon_steps=(1, 3))
    site = SiteInput(small_site())
    return model_of(unanswering(site, settings)[1], site, settings)


def loaded(model: BundleModel, content: bytes, heads: bytes = b"") -> None:
    load_model(model, {ANSWER: content, HEADS: heads}.__getitem__, 1)


def outside(location: str, name: str = "weights") -> Callable[[onnx.ModelProto], None]:
    """Says of a constant that its numbers lie in a file."""

    def change(made: onnx.ModelProto) -> None:
        for tensor in made.graph.initializer:
            if tensor.name == name:
                _put_outside(tensor, location)

    return change


def _put_outside(tensor: onnx.TensorProto, location: str) -> None:
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", "48")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value


def in_a_branch(made: onnx.ModelProto) -> None:
    """Both branches of an If read a file."""
    weights = numpy_helper.from_array(CONSTANTS["weights"], "far")
    _put_outside(weights, "weights.bin")
    branch = helper.make_graph(
        [helper.make_node("Identity", ["far"], ["picked"])], "branch", [],
        [helper.make_tensor_value_info("picked", TensorProto.FLOAT, [6, 2])], [weights],
    )  # fmt: skip
    made.graph.initializer.append(numpy_helper.from_array(np.array(True), "yes"))
    node = helper.make_node("If", ["yes"], ["chosen"], then_branch=branch, else_branch=branch)
    made.graph.node[1].input[1] = "chosen"
    made.graph.node.insert(0, node)


def in_a_constant(made: onnx.ModelProto) -> None:
    weights = numpy_helper.from_array(CONSTANTS["weights"], "far")
    _put_outside(weights, "weights.bin")
    made.graph.node[1].input[1] = "chosen"
    made.graph.node.insert(0, helper.make_node("Constant", [], ["chosen"], value=weights))


def in_a_function(made: onnx.ModelProto) -> None:
    weights = numpy_helper.from_array(CONSTANTS["weights"], "far")
    _put_outside(weights, "weights.bin")
    constant = helper.make_node("Constant", [], ["picked"], value=weights)
    opsets = [helper.make_opsetid("", 20)]
    made.functions.append(helper.make_function("own", "Pick", [], ["picked"], [constant], opsets))
    made.opset_import.append(helper.make_opsetid("own", 1))
    made.graph.node[1].input[1] = "chosen"
    made.graph.node.insert(0, helper.make_node("Pick", [], ["chosen"], domain="own"))


def custom_operator(made: onnx.ModelProto) -> None:
    made.opset_import.append(helper.make_opsetid("own.library", 1))
    made.graph.node[0].domain, made.graph.node[0].op_type = "own.library", "Run"


def kept_elsewhere(made: onnx.ModelProto) -> None:
    """A compiled part that another engine would load from a file."""
    made.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    made.graph.node[0].CopyFrom(
        helper.make_node(
            "EPContext", ["x"], ["features"], domain="com.microsoft", embed_mode=0, ep_cache_context="weights.bin"
        )
    )


@pytest.mark.parametrize(
    "change",
    [
        outside("weights.bin"), outside("./weights.bin"), outside("inner/../weights.bin"), outside("../weights.bin"),
        outside("/etc/passwd"), in_a_branch, in_a_constant, in_a_function, custom_operator, kept_elsewhere,
    ],
)  # fmt: skip
def test_that_nothing_beside_the_bytes_is_ever_read(
    change: Callable[[onnx.ModelProto], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file lies in the working directory, where onnxruntime would look for it."""
    (tmp_path / "inner").mkdir()
    CONSTANTS["weights"].tofile(tmp_path / "weights.bin")
    monkeypatch.chdir(tmp_path)
    made = onnx.load_from_string(graph(NODES, CONSTANTS, SIZES))
    change(made)
    with pytest.raises(WrongInput, match="cannot be opened"):
        GraphRunner(made.SerializeToString(), 1)


def test_that_bytes_of_another_format_are_refused() -> None:
    with pytest.raises(WrongInput, match="cannot be opened"):
        GraphRunner(b"\x1c\x00\x00\x00ORTM" + bytes(200), 1)


@pytest.mark.parametrize("way", ["cnn and cloud", "masks", "heads"])
def test_that_what_is_exported_fits_what_its_manifest_says(way: str) -> None:
    layers = layers_of(raster(), units("map"), faults(), cloud(change=np.ones((2, 2), np.float32)))
    settings = {
        "cnn and cloud": reading("drone_imagery", "geology", "lidar", temporal_network="none"),
        "masks": reading(temporal_network="lstm", spatial_features=(), uncertainty="mc_dropout", dropout=0.2),
        "heads": reading(temporal_network="gru", spatial_features=(), uncertainty="laplace", horizon_steps=(1, 3)),
    }[way]
    site = SiteInput(small_site(), layers)
    samples = build_pooled((site,), settings)
    torch.manual_seed(2)
    network = RockfallNetwork(samples.shapes, settings).eval()
    state = state_of([network], settings)
    exported = export_network(network, samples.shapes, settings.history_steps, masked=state.dropout is not None)
    content, arrays = to_plain(state)
    shapes = {name: arrays[name].shape for name in sorted(arrays)}
    bundled = model_of(samples, site, settings, answers=content, heads=shapes)
    files = {ANSWER: exported.answer, HEADS: b"".join(arrays[name].tobytes() for name in sorted(arrays))}
    if exported.zones is not None:
        files["zones-1.onnx"] = exported.zones
    found = load_model(bundled, files.__getitem__, 1)
    assert [len(head.mean) for head in found.state.heads] == ([2] if way == "heads" else [])
    for head, own in zip(found.state.heads, state.heads, strict=True):
        np.testing.assert_array_equal(head.covariance, own.covariance)


@pytest.mark.parametrize(
    "content",
    [
        last_step_graph(5, 10, 2), last_step_graph(6, 9, 2), last_step_graph(6, 10, 3),
        graph([*NODES, helper.make_node("Neg", ["x"], ["other"])], CONSTANTS, SIZES).replace(b"time", b"tame"),
    ],
)  # fmt: skip
def test_that_a_graph_that_is_not_what_its_manifest_says_is_refused(model: BundleModel, content: bytes) -> None:
    loaded(model, last_step_graph(*SIZES))
    with pytest.raises(WrongInput, match=r"Its answer graph (takes|gives) .*: not what its manifest says"):
        loaded(model, content)


def _state(model: BundleModel, **changes: Any) -> dict[str, Any]:
    return {"answers": model.answers | changes}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (lambda model: {"levels": model.levels[::-1]}, "one rule of levels for each horizon"),
        (lambda model: {"scaling_mean": model.scaling_mean[:1]}, "one scaling for each channel"),
        (lambda _: {"scaling_spread": (0.0, 1.0)}, "a spread above zero"),
        (lambda _: {"members": 2}, "graphs for each member"),
        (lambda _: {"graphs": ((ANSWER, ANSWER),)}, "two graphs where it reads layers"),
        (lambda _: {"history_steps": 11}, "steps to be read"),
        (lambda model: _state(model, correction={"positive_weight": [1.0], "focal_gamma": 0.0}), "one correction"),
        (lambda model: _state(model, correction=None), "lacks a part"),
        (lambda model: _state(model, calibration={"kind": "temperature"}), "lacks a part"),
        (lambda _: {"layers": {}}, "lacks a part"),
        (lambda _: {"heads": {"head.0.mean": (2, 7)}}, "has not the size of its arrays"),
    ],
)
def test_that_a_manifest_whose_parts_do_not_fit_together_is_refused(
    model: BundleModel, changes: Callable[[BundleModel], dict[str, Any]], words: str
) -> None:
    broken = BundleModel.model_validate(model.model_dump() | changes(model))
    with pytest.raises(WrongInput, match=words):
        loaded(broken, last_step_graph(*SIZES))


def test_that_heads_that_hold_something_that_is_no_number_are_refused(model: BundleModel) -> None:
    with_heads = model.model_copy(update={"heads": {"head.0.mean": (2, 2)}})
    numbers = np.array([1.0, np.nan, 2.0, 3.0])
    with pytest.raises(WrongInput, match="holds something that is no number"):
        loaded(with_heads, last_step_graph(*SIZES), numbers.tobytes())
