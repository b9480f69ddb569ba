"""The training loop beside a bare loop, for each temporal network: same network, batch size, threads and samples."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import verdict
from benchmarks.window_session import play_session
from rockfall_desktop.operations.sites import simulate_site

if TYPE_CHECKING:
    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.learning.samples.sample_set import SampleSet

NETWORKS = ("lstm", "gru", "transformer")
_EPOCHS = 16
_GOAL, _GOAL_DRAWING = 0.97, 0.9


def run() -> None:
    """The loop alone with each network, then the whole program with its window drawing and the default network.

    Epochs of the loop and of a bare loop go in turns, and the fastest quarter of the epochs of each is compared: what
    else the machine does only ever slows an epoch down. Each epoch of the window has several redraws, the fastest too.
    """
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        simulate_site(site)
        found = {network: _compared(site, network) for network in NETWORKS}
    for network, (bare, own) in found.items():
        print(f"{network}: bare loop {_words(bare)}, own loop {_words(own)} samples/s, {_ratio(own, bare):.3f}")
    drawing = play_session(measure_gaps=False).samples_per_second
    drawn = _ratio(drawing, found["lstm"][0])
    print(f"window drawing, lstm: {_words(drawing)} samples/s, {drawn:.2f}")
    ratios = {network: _ratio(own, bare) for network, (bare, own) in found.items()}
    figure = ", ".join(f"{network} {ratio:.2f}" for network, ratio in ratios.items())
    met = min(ratios.values()) >= _GOAL and drawn >= _GOAL_DRAWING
    goal = f">= {_GOAL} each, >= {_GOAL_DRAWING} with the window drawing"
    verdict("training_throughput", f"{figure} of a bare loop, {drawn:.2f} with the window drawing", goal, met=met)


def _ratio(own: list[float], bare: list[float]) -> float:
    return _fast(own) / _fast(bare)


def _fast(rates: list[float]) -> float:
    return statistics.quantiles(rates, n=4)[2]


def _compared(site: Path, network: str) -> tuple[list[float], list[float]]:
    """Samples per second of epochs of a bare loop, and of the program's."""
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
    pairs = list(zip(_bare_epochs(samples, config), _own_epochs(samples, config), strict=True))[1:]
    return [bare for bare, _ in pairs], [own for _, own in pairs]


def _own_epochs(samples: "SampleSet", config: "TrainingConfig") -> Iterator[float]:
    from rockfall_desktop.domain.control import Control
    from rockfall_desktop.domain.events import EpochFinished
    from rockfall_desktop.learning.fitting.member import MemberFit
    from rockfall_desktop.learning.fitting.progress import Watch

    watch = Watch(Control(), lambda: datetime.now(UTC), lambda: False)
    for event in MemberFit(samples, config, 1, watch).run():
        if isinstance(event, EpochFinished):
            yield event.metrics.samples_per_second


def _bare_epochs(samples: "SampleSet", config: "TrainingConfig") -> Iterator[float]:
    """A loop over tensors that hold every window, gathered beforehand."""
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
        begun = time.perf_counter()
        for picked in torch.randperm(len(x_nwi)).split(config.batch_size):
            value = loss.of(network(Batch(len(picked), x_nwi[picked], time_nw[picked])), y_nh[picked])
            optimiser.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), config.gradient_clip)
            optimiser.step()
        yield len(x_nwi) / (time.perf_counter() - begun)


def _words(rates: list[float]) -> str:
    return f"{statistics.median(rates):,.0f} (fastest quarter {_fast(rates):,.0f})"
