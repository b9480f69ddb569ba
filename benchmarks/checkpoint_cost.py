"""What it costs that a training can be resumed: share of its time that goes into positions, snapshots and files.

Two networks on the simulated site, each for a minute and a half with the program's own spacing of checkpoints: the
default one, whose epochs are short, and the widest, whose checkpoints are large. The reference is the time of the same
training.
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import verdict
from rockfall_desktop.operations.sites import simulate_site

_RUN_S = 90.0
_GOAL = 0.02
_NETWORKS: dict[str, dict[str, Any]] = {"default": {}, "widest": {"width": 512, "layers": 2}}


def run() -> None:
    """Train both networks; print the share of the time of each part, judge the larger sum."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        simulate_site(site)
        shares = [_share(site, Path(folder), name, changes) for name, changes in _NETWORKS.items()]
    worst = max(shares)
    verdict("checkpoint_cost", f"{100 * worst:.2f} % of the training time", "<= 2 %", met=worst <= _GOAL)


def _share(site: Path, folder: Path, name: str, changes: dict[str, Any]) -> float:
    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.domain.control import Cancelled, Control
    from rockfall_desktop.learning.fitting import member, random_states
    from rockfall_desktop.learning.fitting.checkpoints import LAST, Checkpoints
    from rockfall_desktop.learning.fitting.fit import fit
    from rockfall_desktop.learning.samples.build import build_samples
    from rockfall_desktop.learning.threads import bound_threads
    from rockfall_desktop.sites.read import read_site
    from rockfall_desktop.threads import spare_threads

    bound_threads(spare_threads())
    config = TrainingConfig(sites=(str(site),), epochs=10_000, patience=1000, schedule="constant", **changes)
    samples = build_samples(read_site(site), config)
    spent = {
        "positions": _timed(random_states, "torch_states"),
        "snapshots": _timed(member.MemberFit, "_snapshot"),
        "files": _timed(Checkpoints, "write"),
    }
    control, begun, epochs = Control(), time.perf_counter(), 0
    with suppress(Cancelled):  # a stop would wait for the end of the first epoch
        for event in fit(samples, config, Checkpoints(folder, time.monotonic), control, lambda: datetime.now(UTC)):
            epochs += event.kind == "epoch_finished"
            if time.perf_counter() - begun > _RUN_S:
                control.cancel()
    whole = time.perf_counter() - begun
    parts = {part: sum(times) for part, times in spent.items()}
    words = ", ".join(f"{part} {100 * seconds / whole:.2f} % ({len(spent[part])})" for part, seconds in parts.items())
    size = (folder / LAST).stat().st_size / 1e6
    print(f"{name}: {whole:.0f} s, {epochs} epochs, checkpoint {size:.1f} MB; {words}")
    return sum(parts.values()) / whole


def _timed(owner: Any, name: str) -> list[float]:
    """Let a function note how long each call took, until it is timed anew."""
    call: Callable[..., Any] = getattr(getattr(owner, name), "untimed", getattr(owner, name))
    times: list[float] = []

    def timed(*given: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return call(*given, **named)
        finally:
            times.append(time.perf_counter() - begun)

    timed.untimed = call  # type: ignore[attr-defined]
    setattr(owner, name, timed)
    return times
