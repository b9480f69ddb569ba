"""Training in the open, drawing window beside a bare loop: same network, batch size, threads and samples."""

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.figures import verdict
from benchmarks.window_session import play_session
from rockfall_desktop.operations.sites import simulate_site

_EPOCHS = 24
_ROUNDS = 4


def run() -> None:
    """Bare loop and window in turns; compares how fast the fastest quarter of the epochs of each was at least.

    What else the machine does only ever slows an epoch down, and it does much: medians of the bare loop alone differ by
    a third within a minute. Every epoch of the window holds several redraws, the fastest too.
    """
    bare: list[float] = []
    window: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        simulate_site(site)
        for _ in range(_ROUNDS):
            bare += (rates := _bare_epochs(site))
            window += (drawn := play_session(measure_gaps=False).samples_per_second)
            print(f"bare loop {_words(rates)}, window drawing {_words(drawn)} samples/s")
    ratio = _fast(window) / _fast(bare)
    print(f"medians of all: {statistics.median(window) / statistics.median(bare):.2f}")
    verdict("training_throughput", f"{ratio:.2f} of a bare loop", ">= 0.9", met=ratio >= 0.9)


def _fast(rates: list[float]) -> float:
    return statistics.quantiles(rates, n=4)[2]


def _bare_epochs(site: Path) -> list[float]:
    """Samples per second of a loop over tensors that hold every window, gathered beforehand."""
    import torch

    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.learning.fitting.fit import new_network
    from rockfall_desktop.learning.networks.batch import Batch
    from rockfall_desktop.learning.samples.build import build_samples
    from rockfall_desktop.learning.threads import bound_threads
    from rockfall_desktop.sites.read import read_site
    from rockfall_desktop.threads import spare_threads

    bound_threads(spare_threads())
    config = TrainingConfig(sites=(str(site),))
    samples = build_samples(read_site(site), config)
    x_nwi = samples.windows.index_select(0, samples.training.rows)
    time_nw = samples.times.index_select(0, samples.training.rows)
    time_nw = (time_nw - time_nw[:, -1:]).to(torch.float32)
    y_nh = samples.training.targets
    network, loss = new_network(samples, config)
    optimiser = torch.optim.AdamW(network.parameters(), config.learning_rate, weight_decay=config.weight_decay)
    rates = []
    for _ in range(_EPOCHS):
        network.train()
        begun = time.perf_counter()
        for picked in torch.randperm(len(x_nwi)).split(config.batch_size):
            value = loss.of(network(Batch(len(picked), x_nwi[picked], time_nw[picked])), y_nh[picked])
            optimiser.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), config.gradient_clip)
            optimiser.step()
        rates.append(len(x_nwi) / (time.perf_counter() - begun))
    return rates[1:]


def _words(rates: list[float]) -> str:
    return f"{statistics.median(rates):,.0f} (fastest quarter {_fast(rates):,.0f})"
