"""Writes a network as two ONNX graphs: one for zones, one for samples."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import onnx
import torch

from rockfall_desktop.learning.export.graphs import AnswerGraph, GraphInputs, ZoneGraph, answer_inputs, zone_inputs
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.networks.shapes import InputShapes

OPSET = 20
SCHEMA = "1"
_PRODUCER = "rockfall-desktop"


class ExportedNetwork(NamedTuple):
    """One member as graphs, the bytes of a file each.

    Attributes:
        zones: stacks and sets to tokens; None for a network without spatial parts.
        answer: windows and tokens to logits and features.
    """

    zones: bytes | None
    answer: bytes


def export_network(network: RockfallNetwork, shapes: InputShapes, steps: int, *, masked: bool) -> ExportedNetwork:
    """Export a trained network; the network is left in evaluation mode.

    Args:
        network: on the CPU.
        shapes: of its inputs.
        steps: of a window, `TrainingConfig.history_steps`.
        masked: whether the masks of dropout are an input, (r, d): the Monte-Carlo choice.
    """
    return ExportedNetwork(export_zones(network, shapes), export_answer(network, shapes, steps, masked=masked))


def export_zones(network: RockfallNetwork, shapes: InputShapes) -> bytes | None:
    """The graph from stacks and sets to tokens; None for a network without spatial parts."""
    wanted = zone_inputs(network.eval(), shapes)
    with torch.no_grad():
        return _onnx(ZoneGraph(network), wanted) if wanted.outputs else None


def export_answer(network: RockfallNetwork, shapes: InputShapes, steps: int, *, masked: bool) -> bytes:
    """The graph from windows and tokens to logits and features; arguments as `export_network` takes them."""
    zones = zone_inputs(network.eval(), shapes)
    with torch.no_grad():
        tokens = ZoneGraph(network)(*zones.examples.values())
        asked = answer_inputs(network, shapes, dict(zip(zones.outputs, tokens, strict=True)), steps, masked=masked)
        return _onnx(AnswerGraph(network, masked=masked), asked)


def _onnx(graph: torch.nn.Module, wanted: GraphInputs) -> bytes:
    free = tuple(
        {axis: torch.export.Dim(name, min=1, max=2**31 - 1) for axis, name in wanted.free[key].items()} or None
        for key in wanted.examples
    )
    with _quiet():
        program = torch.onnx.export(
            graph.eval(),
            tuple(wanted.examples.values()),
            dynamo=True,
            opset_version=OPSET,
            input_names=list(wanted.examples),
            output_names=list(wanted.outputs),
            dynamic_shapes=(free,),
            external_data=False,
            verbose=False,
        )
    assert program is not None  # noqa: S101 - with dynamo a program comes back
    content = _described(program.model_proto)
    onnx.checker.check_model(content, full_check=True)
    buffer = io.BytesIO()
    onnx.save_model(content, buffer)
    return buffer.getvalue()


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter warns of its own insides and of torchvision, which is not used."""
    log = logging.getLogger("torch.onnx")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(before)


def _described(content: onnx.ModelProto) -> onnx.ModelProto:
    """Names the producer and the schema, and forgets what the exporter noted of this machine's files."""
    content.producer_name, content.producer_version = _PRODUCER, SCHEMA
    del content.metadata_props[:]
    for node in content.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    return content
