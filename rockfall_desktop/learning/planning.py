"""What a training will take, measured on a few steps; and the first step of all, which loads what torch loads late."""

import statistics
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import Never

import torch

from rockfall_desktop.aside import finished
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.learning.device import demand_device, on_device
from rockfall_desktop.learning.encoding import most_kept_numbers
from rockfall_desktop.learning.fitting.checkpoints import checkpoint_mb
from rockfall_desktop.learning.fitting.dense_way import DenseWay, learning_way
from rockfall_desktop.learning.fitting.fit import new_network
from rockfall_desktop.learning.fitting.optimiser import make_optimiser
from rockfall_desktop.learning.fitting.pieces import activation_numbers, answer_piece, training_piece
from rockfall_desktop.learning.fitting.window_way import WindowWay
from rockfall_desktop.learning.memory import ANSWERED, LEARNED_FROM, AtOnce, within_memory
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import SampleSet

_TIMES = 3
_LONG_S = 3.0
_BYTES_EACH = 4 * 4  # weight, gradient, two moments of AdamW, four bytes each


def seconds_per_epoch(samples: SampleSet, config: TrainingConfig) -> float:
    """Seconds of an epoch, from steps after a first one and one piece of the validation block.

    Where the memory does not do, in smaller pieces, as the training will go. Draws random numbers: not beside one.

    Raises:
        TrainingFault: when the memory does not do for one sample.
    """
    device = demand_device(config)
    samples = on_device(samples, device)
    network, loss = new_network(samples, config)
    optimiser = make_optimiser(network, config)
    way = learning_way(network, samples, loss, config)
    picked = way.epoch(torch.Generator().manual_seed(config.seed))[0][: way.at_once.samples]
    step_s = _smaller_where_needed(way.at_once, lambda: _step_s(way, optimiser, picked, device), LEARNED_FROM)
    at_once = AtOnce(answer_piece(config, len(samples.inputs)))
    answer_s = _smaller_where_needed(at_once, lambda: _sample_s(way, samples, at_once, device), ANSWERED)
    return step_s * len(samples.training.rows) / len(picked) + answer_s * len(samples.validation.rows)


def _smaller_where_needed(at_once: AtOnce, measure: Callable[[], float], doing: str) -> float:
    def attempt() -> Generator[Never, None, float]:
        yield from ()
        return measure()

    return finished(within_memory(at_once, attempt, doing, _now))


def _step_s(
    way: WindowWay | DenseWay, optimiser: torch.optim.Optimizer, picked: torch.Tensor, device: torch.device
) -> float:
    def step() -> None:
        optimiser.zero_grad()
        for _ in way.pieces(picked):
            pass
        optimiser.step()

    step()
    return _usual_s(step, device)


def _sample_s(way: WindowWay | DenseWay, samples: SampleSet, at_once: AtOnce, device: torch.device) -> float:
    """Seconds in which a sample of the validation block is answered, from neighbouring ones of one piece."""
    few = samples.validation.only(slice(at_once.samples))
    return _usual_s(lambda: finished(way.predict(few, at_once, Control(), _now)), device) / len(few.rows)


def _usual_s(call: Callable[[], object], device: torch.device) -> float:
    """Seconds of a call: the median of three, or the smaller of two long ones, as one may be held up."""
    took: list[float] = []
    while len(took) < _TIMES - 1 or (len(took) < _TIMES and sum(took) <= _LONG_S):
        begun = _clock_s(device)
        call()
        took.append(_clock_s(device) - begun)
    return statistics.median_low(took)


def _now() -> datetime:
    return datetime.now(UTC)


def _clock_s(device: torch.device) -> float:
    """The time when all that was asked of a device is done; a graphics card is asked and not waited for otherwise."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
    return time.perf_counter()


def parameter_count(samples: SampleSet, config: TrainingConfig) -> int:
    """Trainable numbers of the network, counted without making it."""
    return _uncomputed(samples, config).parameter_count()


def memory_mb(samples: SampleSet, config: TrainingConfig) -> float:
    """Memory of series and layers, what one piece of a batch keeps, the network and its optimiser, in MB; about."""
    inputs = len(samples.inputs)
    piece = max(training_piece(config, inputs), answer_piece(config, inputs))
    uncomputed = _uncomputed(samples, config)
    count = len(samples.training.rows)
    kept = most_kept_numbers(uncomputed, samples, -(-count // config.steps_of_epoch(count)))
    batch = 4 * (piece * activation_numbers(config, inputs) + kept)
    network = uncomputed.parameter_count() * _BYTES_EACH
    held = [samples.windows]
    if samples.rasters is not None:
        held += [samples.rasters.bands, samples.rasters.classes]
    if samples.clouds is not None:
        held += [samples.clouds.points, samples.clouds.changes]
    return (sum(one.untyped_storage().nbytes() for one in held) + batch + network) / 1e6


def _uncomputed(samples: SampleSet, config: TrainingConfig) -> RockfallNetwork:
    with torch.device("meta"):
        return RockfallNetwork(samples.shapes, config)


def disk_mb(samples: SampleSet, config: TrainingConfig) -> float:
    """Room that checkpoints and weights of all members take at most, in MB."""
    return checkpoint_mb(parameter_count(samples, config), config.members)


def first_step() -> None:
    """Take one optimiser step without drawing a random number, so that no job's losses change."""
    with torch.device("meta"):
        cell = torch.nn.LSTM(2, 4, batch_first=True)
    cell = cell.to_empty(device="cpu")
    for weight in cell.parameters():
        torch.nn.init.zeros_(weight)
    optimiser = torch.optim.AdamW(cell.parameters(), fused=True)
    torch.autograd.backward(cell(torch.zeros(1, 3, 2))[0].sum())
    optimiser.step()
