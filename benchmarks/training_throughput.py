"""The training loop beside a bare loop, for each temporal network: same network, batch size, threads and samples."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.figures import verdict
from benchmarks.window_session import play_session
from rockfall_desktop.operations.sites import simulate_site

if TYPE_CHECKING:
    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.learning.samples.sample_set import SampleSet

NETWORKS = ("lstm", "gru", "transformer")
_EPOCHS, _VALIDATED = 16, 64
_GOAL, _GOAL_DRAWING = 0.97, 0.9


class Rates(NamedTuple):
    """Samples per second of epochs: of the program's loop and of a bare one, and of that by the clock on the wall."""

    own: list[float]
    bare: list[float]
    bare_on_the_wall: list[float]


def run() -> None:
    """The loop alone with each network, then the whole program with its window drawing and the default network.

    Epochs of the loop and of a bare loop go in turns; medians by processor time are compared, which other programs do
    not change. With the window it is the fastest quarter of the epochs by the clock on the wall: what else the machine
    does only ever slows an epoch down, and each has several redraws, the fastest too.
    """
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        simulate_site(site)
        found = {network: _compared(site, network) for network in NETWORKS}
    for network, pairs in found.items():
        print(f"{network}: bare loop {_words(pairs.bare)}, own loop {_words(pairs.own)} samples/s")
    drawing = play_session(measure_gaps=False).samples_per_second
    drawn = _fast(drawing) / _fast(found["lstm"].bare_on_the_wall)
    print(f"window drawing, lstm: {_words(drawing)} samples/s by the wall's clock")
    ratios = {name: statistics.median(pairs.own) / statistics.median(pairs.bare) for name, pairs in found.items()}
    figure = ", ".join(f"{network} {ratio:.2f}" for network, ratio in ratios.items())
    met = min(ratios.values()) >= _GOAL and drawn >= _GOAL_DRAWING
    goal = f">= {_GOAL} each, >= {_GOAL_DRAWING} with the window drawing"
    verdict("training_throughput", f"{figure} of a bare loop, {drawn:.2f} with the window drawing", goal, met=met)


def _fast(rates: list[float]) -> float:
    return statistics.quantiles(rates, n=4)[2]


def _compared(site: Path, network: str) -> Rates:
    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.learning.samples.build import build_samples
    from rockfall_desktop.learning.threads import bound_threads
    from rockfall_desktop.sites.read import read_site
    from rockfall_desktop.threads import spare_threads

    bound_threads(spare_threads())
    config = TrainingConfig(
        sites=(str(site),), temporal_network=network, epochs=_EPOCHS, patience=_EPOCHS, schedule="constant"
    )
    samples = build_samples(read_site(site), config)
    pairs = list(zip(own_epochs(samples, config), _bare_epochs(samples, config), strict=False))[1:]
    return Rates([own for own, _ in pairs], [bare for _, (bare, _) in pairs], [wall for _, (_, wall) in pairs])


def own_epochs(samples: "SampleSet", config: "TrainingConfig") -> Iterator[float]:
    """Samples per second of each epoch of the program's loop but the first, with hardly anything to validate."""
    from rockfall_desktop.domain.control import Control
    from rockfall_desktop.domain.events import EpochFinished
    from rockfall_desktop.learning.fitting.member import MemberFit
    from rockfall_desktop.learning.fitting.progress import Watch

    block = samples.validation
    columns = ("rows", "targets", "steps", "zones", "rasters", "clouds")
    few = replace(block, **{name: getattr(block, name)[:_VALIDATED] for name in columns})
    watch = Watch(Control(), lambda: datetime.now(UTC), lambda: False)
    events = MemberFit(replace(samples, validation=few), config, 1, watch).run()
    epochs = (event for event in events if isinstance(event, EpochFinished))
    next(epochs)
    begun = time.process_time()
    for _ in epochs:
        yield len(samples.training.rows) / (time.process_time() - begun)
        begun = time.process_time()


def _bare_epochs(samples: "SampleSet", config: "TrainingConfig") -> Iterator[tuple[float, float]]:
    """A loop over tensors that hold every window, gathered beforehand; by processor time and by the clock."""
    import torch

    from rockfall_desktop.learning.fitting.new_network import new_network
    from rockfall_desktop.learning.networks.batch import Batch

    x_nwi = samples.windows.index_select(0, samples.training.rows)
    time_nw = samples.times.index_select(0, samples.training.rows)
    time_nw = (time_nw - time_nw[:, -1:]).to(torch.float32)
    y_nh = samples.training.targets
    network, loss = new_network(samples, config)
    optimiser = torch.optim.AdamW(network.parameters(), config.learning_rate, weight_decay=config.weight_decay)
    for _ in range(config.epochs):
        network.train()
        begun, begun_on_the_wall = time.process_time(), time.perf_counter()
        for picked in torch.randperm(len(x_nwi)).split(config.batch_size):
            value = loss.of(network(Batch(len(picked), x_nwi[picked], time_nw[picked])), y_nh[picked])
            optimiser.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), config.gradient_clip)
            optimiser.step()
        on_the_wall = time.perf_counter() - begun_on_the_wall
        yield len(x_nwi) / (time.process_time() - begun), len(x_nwi) / on_the_wall


def _words(rates: list[float]) -> str:
    return f"{statistics.median(rates):,.0f} (fastest quarter {_fast(rates):,.0f})"
