"""Runs the two graphs of a member.

Axes: b batch, t step of the window, i input, h horizon, s stack, q set, k token, d width, r place of a mask.
"""

import os
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from rockfall_desktop.domain.errors import WrongInput

Arrays = Mapping[str, NDArray[Any]]
FREE = -1
_FATAL_ONLY = 4
_NOWHERE = os.devnull  # nothing can lie below it


class Port(NamedTuple):
    """What a graph takes or gives under one name.

    Attributes:
        kind: as onnxruntime spells it: tensor(float), tensor(int64), tensor(bool).
        shape: lengths of its axes, `FREE` for one of any length.
    """

    kind: str
    shape: tuple[int, ...]


class GraphRunner:
    """One ONNX graph, ready to run on the CPU with a bounded number of threads.

    It is read from bytes alone: numbers that a graph says lie in other files would be looked for in the working
    directory, and are refused. Operators are those that onnxruntime brings along; no library of others is ever loaded.

    Attributes:
        takes, gives: ports by name.
        inputs, outputs: their names.
    """

    def __init__(self, content: bytes, threads: int) -> None:
        """Load a graph.

        Raises:
            WrongInput: when the bytes are no graph that can be run.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = _FATAL_ONLY
        options.add_session_config_entry("session.load_model_format", "ONNX")
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", _NOWHERE)
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # an idle thread leaves its core
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise _unusable(error) from error
        self.takes, self.gives = _ports(self._session.get_inputs()), _ports(self._session.get_outputs())
        self.inputs, self.outputs = tuple(self.takes), tuple(self.gives)

    def run(self, arrays: Arrays) -> dict[str, NDArray[Any]]:
        """What the graph gives, by name, for arrays by name; others than its own inputs are not looked at.

        Raises:
            WrongInput: when an input is missing or has another shape or type than the graph takes.
        """
        missing = [name for name in self.inputs if name not in arrays]
        if missing:
            raise WrongInput("An input is missing", f"The model also reads {', '.join(missing)}.", "Give all inputs.")
        try:
            found = self._session.run(None, {name: np.ascontiguousarray(arrays[name]) for name in self.inputs})
        except Exception as error:
            raise WrongInput("The model cannot be run", str(error)[:300], "Check the site's inputs.") from error
        return dict(zip(self.outputs, found, strict=True))


def _ports(ports: Iterable[Any]) -> dict[str, Port]:
    return {
        one.name: Port(one.type, tuple(length if isinstance(length, int) else FREE for length in one.shape))
        for one in ports
    }


def _unusable(error: Exception) -> WrongInput:
    return WrongInput("The model cannot be opened", str(error)[:300], "Export the model again.")
