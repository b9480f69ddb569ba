"""How many threads are fastest for a network, measured once, before the first epoch."""

import json
import time
from collections.abc import Callable, Generator
from dataclasses import asdict
from datetime import datetime

import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.learning.fitting.dense_way import learning_way
from rockfall_desktop.learning.fitting.new_network import new_network
from rockfall_desktop.learning.fitting.window_way import Piece
from rockfall_desktop.learning.memory import LEARNED_FROM, within_memory
from rockfall_desktop.learning.samples.sample_set import SampleSet
from rockfall_desktop.learning.threads import bound_threads

_STEPS = 3
_LONGEST_S = 0.4
_CLEARLY = 0.9

_COSTLY = (
    "temporal_network", "raster_network", "cloud_network", "fusion", "width", "layers", "window_steps", "batch_size",
    "horizon_steps", "way", "chunk_steps",
)  # fmt: skip


def probe_threads(
    samples: SampleSet, config: TrainingConfig, most: int, now: Callable[[], datetime]
) -> Generator[Tick, None, int]:
    """The faster of one thread and `most`, which must be clearly faster; leaves torch's random numbers as they were.

    Takes below a second, or one piece of a batch with either number where that takes longer.
    """
    if most == 1:
        return 1
    state = torch.get_rng_state()
    one = yield from _step_s(samples, config, 1, now)
    many = yield from _step_s(samples, config, most, now)
    torch.set_rng_state(state)
    return most if many < _CLEARLY * one else 1


def probe_key(samples: SampleSet, config: TrainingConfig, most: int) -> str:
    """What the answer depends on: two jobs with the same key get the same number, and so the same last bits."""
    costly = {name: getattr(config, name) for name in _COSTLY}
    return json.dumps([most, torch.__version__, costly, asdict(samples.shapes)], sort_keys=True)


def _step_s(
    samples: SampleSet, config: TrainingConfig, threads: int, now: Callable[[], datetime]
) -> Generator[Tick, None, float]:
    """Seconds of the fastest of a few pieces with some threads, after a first one."""
    bound_threads(threads)
    network, loss = new_network(samples, config)
    way = learning_way(network, samples, loss, config)
    picked = way.epoch(torch.Generator().manual_seed(config.seed))[0][: way.at_once.samples]

    def step() -> Generator[Piece, None, None]:
        yield from way.pieces(picked)

    begun = time.perf_counter()
    taken: list[float] = []
    while len(taken) <= _STEPS and (len(taken) < 2 or time.perf_counter() - begun < _LONGEST_S):
        step_begun = time.perf_counter()
        for _ in within_memory(way.at_once, step, LEARNED_FROM, now):
            pass  # a lack of memory is told by the training itself
        taken.append(time.perf_counter() - step_begun)
        yield Tick(at=now())
    return min(taken[1:])
