"""How many samples go through a network at once: few enough that a stop is heard, and always the same number.

The number follows from the shapes alone. A number that followed the clock would change the last bits of a loss.
"""

from itertools import pairwise

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.learning.networks.chip_input import GRID
from rockfall_desktop.learning.networks.temporal import bands, needed_steps

_OPERATIONS = 3e8  # about 0.1 s on one slow core
_MOST = 1024
_BACKWARD = 3.0
_LINES_OF_FUSION = {"mlp": 2.0, "attention": 16.0, "gated": 6.0}  # squares of the width for each vector
_KEPT_BY_FUSION = {"mlp": 4.0, "attention": 32.0, "gated": 12.0}


def answer_piece(config: TrainingConfig, inputs: int) -> int:
    """Samples to answer at once."""
    return max(1, min(_MOST, int(_OPERATIONS / _operations(config, inputs))))


def training_piece(config: TrainingConfig, inputs: int) -> int:
    """Samples to learn from at once; a larger batch is taken in pieces whose gradients add up."""
    return max(1, min(config.batch_size, int(_OPERATIONS / _BACKWARD / _operations(config, inputs))))


def chunk_piece(config: TrainingConfig, inputs: int) -> int:
    """Samples to learn from at once where they are read in chunks; whole chunks, at least one."""
    return config.chunk_steps * max(1, int(_OPERATIONS / _BACKWARD / _chunk_operations(config, inputs)))


def activation_numbers(config: TrainingConfig, inputs: int) -> float:
    """About how many numbers one sample keeps for the way back, beside those of the encoders of static input."""
    window, width, layers = config.history_steps, config.width, config.layers
    fused = _joined_vectors(config) * _KEPT_BY_FUSION[config.fusion] * float(width)
    if config.temporal_network == "none":
        return fused
    if config.temporal_network == "transformer":
        looks = sum(keys * 5.0 * width + queries * (8.0 * width + keys * 24.0) for keys, queries in _attention(config))
        return window * (inputs + width) + looks + fused
    return window * (inputs + layers * 8.0 * width) + fused


def _operations(config: TrainingConfig, inputs: int) -> float:
    """About how many multiplications one sample takes, its static input encoded."""
    fused = (1 + _joined_vectors(config)) * _LINES_OF_FUSION[config.fusion] * float(config.width) ** 2
    return _series_operations(config, inputs) + fused


def _joined_vectors(config: TrainingConfig) -> int:
    """Vectors that a fusion takes; none where there is nothing to join."""
    tokens = GRID**2 * (config.raster_network != "none") + (config.cloud_network != "none")
    return tokens + (config.temporal_network != "none") if tokens else 0


def _series_operations(config: TrainingConfig, inputs: int) -> float:
    """Attention grows with the square of the window."""
    window, width, layers = float(config.history_steps), float(config.width), config.layers
    if config.temporal_network == "none":
        return 0.0
    if config.temporal_network == "transformer":
        looks = sum(
            keys * 2 * width**2 + queries * (6 * width**2 + keys * (2 * width + 60))
            for keys, queries in _attention(config)
        )
        return looks + window * width * inputs
    gates = 4 if config.temporal_network == "lstm" else 3
    first, deeper = gates * width * (width + inputs), gates * width * 2 * width
    return window * (first + (layers - 1) * deeper)


def _chunk_operations(config: TrainingConfig, inputs: int) -> float:
    """About how many multiplications one chunk takes: a history, or every step of a run under attention."""
    if config.temporal_network != "transformer":
        return _series_operations(config, inputs)
    width, steps = config.width, config.window_steps + config.chunk_steps - 1
    looks = sum(8 * width**2 + 2 * band * (2 * width + 60) for band in bands(config.window_steps, config.layers))
    return steps * (looks + width * float(inputs))


def _attention(config: TrainingConfig) -> list[tuple[int, int]]:
    """Keys and queries of each layer of a window."""
    needed = needed_steps(bands(config.window_steps, config.layers))
    return list(pairwise(needed))
