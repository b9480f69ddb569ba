"""Models of small sites for tests: what a bundle would say of them, and tiny graphs that answer at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from rockfall_desktop.domain.bundle import BundleModel
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.judging.answer_state import AnswerState, to_plain
from rockfall_desktop.judging.probabilities import Correction
from rockfall_desktop.judging.reading_content import readings_from
from rockfall_desktop.learning.samples.build import build_pooled
from rockfall_desktop.learning.samples.channel_inputs import channel_inputs
from rockfall_desktop.learning.samples.sample_set import SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.scoring.loading import LoadedModel, load_model

ANSWER = "answer-1.onnx"


def model_of(samples: SampleSet, site: SiteInput, config: TrainingConfig, **changes: Any) -> BundleModel:
    """What a bundle would say of a model that learned from a site."""
    scaling, horizons = samples.scalings[0], config.horizon_steps
    content, _ = to_plain(AnswerState(Correction((1.0,) * len(horizons))))
    spatial = bool(config.spatial_features)
    values = {
        "config": config,
        "history_steps": config.history_steps,
        "step_seconds": site.arrays.step_s,
        "channels": channel_inputs((site,), config, 0),
        "scaling_mean": scaling.mean,
        "scaling_spread": scaling.spread,
        "layers": samples.layer_content,
        "answers": content,
        "members": 1,
        "graphs": (("zones-1.onnx", ANSWER) if spatial else (ANSWER,),),
        "levels": tuple(rule(steps) for steps in horizons),
    }
    return BundleModel.model_validate(values | changes)


def rule(horizon_steps: int = 1, **changes: Any) -> LevelRule:
    values = {"horizon_steps": horizon_steps, "yellow": 0.3, "orange": 0.5, "red": 0.7, "hold_steps": 3}
    return LevelRule.model_validate(values | changes)


def unanswering(site: SiteInput, config: TrainingConfig) -> tuple[LoadedModel, SampleSet]:
    """A model without graphs, for what lies before them, and learning's own samples."""
    samples = build_pooled((site,), config)
    model = model_of(samples, site, config)
    state = AnswerState(Correction((1.0,) * len(config.horizon_steps)))
    return LoadedModel(model, (), state, *readings_from(model.layers)), samples


def answering(site: SiteInput, config: TrainingConfig, **changes: Any) -> LoadedModel:
    """A model whose log odds are twice the first input of the last step, and half more for each longer horizon."""
    samples = build_pooled((site,), config)
    model = model_of(samples, site, config, **changes)
    content = last_step_graph(len(samples.inputs), config.history_steps, len(config.horizon_steps))
    return load_model(model, {ANSWER: content}.__getitem__, 1)


def last_step_graph(inputs: int, steps: int, horizons: int, slope: float = 2.0) -> bytes:
    """Log odds from the first input of the last step of a window."""
    weights = np.zeros((inputs, horizons), np.float32)
    weights[0] = slope
    return graph(
        [
            helper.make_node("Gather", ["x", "last"], ["features"], axis=1),
            helper.make_node("MatMul", ["features", "weights"], ["product"]),
            helper.make_node("Add", ["product", "bias"], ["logits"]),
        ],
        {"last": np.array(steps - 1), "weights": weights, "bias": np.arange(horizons, dtype=np.float32) / 2 - 1},
        (inputs, steps, horizons),
    )


def graph(
    nodes: Sequence[onnx.NodeProto], constants: dict[str, NDArray[Any]], sizes: tuple[int, int, int], **changes: Any
) -> bytes:
    """A graph with the ports of a model that reads series."""
    inputs, steps, horizons = sizes
    ports = [("x", ["samples", steps, inputs]), ("time", ["samples", steps])]
    gives = [("logits", ["samples", horizons]), ("features", ["samples", inputs])]
    made = helper.make_graph(
        list(nodes),
        "made",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in ports],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in gives],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    options = {"opset_imports": [helper.make_opsetid("", 20)], "ir_version": 10} | changes
    return bytes(helper.make_model(made, **options).SerializeToString())
