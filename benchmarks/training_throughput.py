"""Training in the open, drawing window beside a bare loop: same network, batch size, threads and samples."""

import statistics
import time
from pathlib import Path

from benchmarks.figures import verdict
from benchmarks.window_session import play_session

_EPOCHS = 8


def run() -> None:
    """Bare loop, window, bare loop again; compare the medians of the epochs."""
    bare: list[float] = []
    session = play_session(prepare=lambda site: bare.extend(_bare_epochs(site)))
    before = len(bare)
    bare.extend(_bare_epochs(_written_again()))
    print(f"bare loop before {_k(bare[:before])}, after {_k(bare[before:])} samples/s")
    print(f"window, drawing {_k(session.samples_per_second)} samples/s over {len(session.samples_per_second)} epochs")
    ratio = statistics.median(session.samples_per_second) / statistics.median(bare)
    verdict("training_throughput", f"{ratio:.2f} of a bare loop", ">= 0.9", met=ratio >= 0.9)


def _bare_epochs(site: Path) -> list[float]:
    """Samples per second of a loop over tensors that hold every window, gathered beforehand."""
    import torch

    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.learning.fit import new_network
    from rockfall_desktop.learning.samples import build_samples
    from rockfall_desktop.learning.threads import bound_threads
    from rockfall_desktop.sites.read import read_site
    from rockfall_desktop.threads import spare_threads

    bound_threads(spare_threads())
    config = TrainingConfig(sites=(str(site),))
    samples = build_samples(read_site(site), config)
    x_nwi = samples.windows.index_select(0, samples.training.rows)
    y_nh = samples.training.targets
    network, loss = new_network(samples, config)
    optimiser = torch.optim.AdamW(network.parameters(), config.learning_rate, weight_decay=config.weight_decay)
    rates = []
    for _ in range(_EPOCHS):
        network.train()
        begun = time.perf_counter()
        for picked in torch.randperm(len(x_nwi)).split(config.batch_size):
            value = loss.of(network(x_nwi[picked]), y_nh[picked])
            optimiser.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), config.gradient_clip)
            optimiser.step()
        rates.append(len(x_nwi) / (time.perf_counter() - begun))
    return rates[1:]


def _written_again() -> Path:
    import tempfile

    from rockfall_desktop.operations.sites import simulate_site

    folder = Path(tempfile.mkdtemp()) / "site"
    simulate_site(folder)
    return folder


def _k(rates: list[float]) -> str:
    return f"{statistics.median(rates):,.0f}"
