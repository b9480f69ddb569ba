"""Runs the two graphs of a member.

Axes: b batch, t step of the window, i input, h horizon, s stack, q set, k token, d width, r place of a mask.
"""

import os
import threading
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.scoring.graph_reading import demand_known_graph

Arrays = Mapping[str, NDArray[Any]]
FREE = -1
_FATAL_ONLY = 4
_NOWHERE = os.devnull  # nothing can lie below it
MOST_BYTES, MOST_SECONDS = 4 * 2**30, 600.0
_AS_ASKED = 1  # the store of memory grows by what is asked for, not by doubling


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
    directory, and are refused. Operators are those that our export makes; none is computed while a graph is loaded. All
    graphs of a program together take at most `MOST_BYTES` for what they compute, and a run is given up after
    `MOST_SECONDS`, at the end of the operator that is being computed then.

    Attributes:
        threads: that a run takes at most.
        takes, gives: ports by name.
        inputs, outputs: their names.
    """

    def __init__(self, content: bytes, threads: int) -> None:
        """Load a graph.

        Raises:
            WrongInput: when the bytes are no graph that can be run, or not one as our export makes them.
        """
        demand_known_graph(content)
        self.threads = threads
        _bound_memory()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = _FATAL_ONLY
        options.add_session_config_entry("session.load_model_format", "ONNX")
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", _NOWHERE)
        options.add_session_config_entry("session.use_env_allocators", "1")
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # an idle thread leaves its core
        try:
            self._session = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"], disabled_optimizers=["ConstantFolding"]
            )
        except Exception as error:
            raise _unusable(error) from error
        self.takes, self.gives = _ports(self._session.get_inputs()), _ports(self._session.get_outputs())
        self.inputs, self.outputs = tuple(self.takes), tuple(self.gives)

    def run(self, arrays: Arrays) -> dict[str, NDArray[Any]]:
        """What the graph gives, by name, for arrays by name; others than its own inputs are not looked at.

        Raises:
            WrongInput: when an input is missing or has another shape or type than the graph takes, or it takes too much
                memory or time.
        """
        return self.run_each((arrays,))[0]

    def run_each(self, pieces: Iterable[Arrays]) -> list[dict[str, NDArray[Any]]]:
        """What `run` gives for one piece after the other; they are given up after `MOST_SECONDS` together."""
        options = onnxruntime.RunOptions()
        late = threading.Timer(MOST_SECONDS, setattr, (options, "terminate", True))
        late.daemon = True
        late.start()
        try:
            return [self._run(arrays, options) for arrays in pieces]
        finally:
            late.cancel()

    def _run(self, arrays: Arrays, options: onnxruntime.RunOptions) -> dict[str, NDArray[Any]]:
        missing = [name for name in self.inputs if name not in arrays]
        if missing:
            raise WrongInput("An input is missing", f"The model also reads {', '.join(missing)}.", "Give all inputs.")
        given = {name: np.ascontiguousarray(arrays[name]) for name in self.inputs}
        try:
            found = self._session.run(None, given, options)
        except Exception as error:
            raise WrongInput("The model cannot be run", str(error)[:300], "Check the site's inputs.") from error
        return dict(zip(self.outputs, found, strict=True))


@cache
def _bound_memory() -> None:
    """Once for the program: all graphs take their memory from one store with a limit."""
    place = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    limits = onnxruntime.OrtArenaCfg({"max_mem": MOST_BYTES, "arena_extend_strategy": _AS_ASKED})
    onnxruntime.create_and_register_allocator(place, limits)


def _ports(ports: Iterable[Any]) -> dict[str, Port]:
    return {
        one.name: Port(one.type, tuple(length if isinstance(length, int) else FREE for length in one.shape))
        for one in ports
    }


def _unusable(error: Exception) -> WrongInput:
    return WrongInput("The model cannot be opened", str(error)[:300], "Export the model again.")
