"""How soon a resumed job trains: from the moment when its data is read to the begin of its first optimiser step.

How long that step itself takes is the network's own pace and printed beside it.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import verdict
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import PhaseStarted
from rockfall_desktop.operations.sites import simulate_site
from tests.stations import open_station

_ROUNDS = 5
_GOAL_S = 3.0
_NETWORKS: dict[str, dict[str, Any]] = {"default": {}, "widest": {"width": 512, "layers": 2}}


def run() -> None:
    """Interrupt and resume a job of each network five times on the simulated site; judge the slowest median."""
    medians = []
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        simulate_site(site)
        for name, changes in _NETWORKS.items():
            seconds = _seconds(Path(folder) / name, site, changes)
            medians.append(statistics.median(seconds))
            print(f"{name}: median {medians[-1]:.2f} s, slowest {max(seconds):.2f} s of {len(seconds)}")
    slowest = max(medians)
    verdict(
        "resume", f"{slowest:.2f} s from data to the first step", f"<= {_GOAL_S:g} s, median", met=slowest <= _GOAL_S
    )


def _seconds(home: Path, site: Path, changes: dict[str, Any]) -> list[float]:
    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.learning.fitting.member import MemberFit
    from rockfall_desktop.operations.resuming import resume_training
    from rockfall_desktop.operations.training import run_job, start_training

    config = TrainingConfig(sites=(str(site),), epochs=10_000, patience=1000, **changes)
    stepped: list[float] = []
    steps: list[float] = []
    begin, finish = MemberFit._pieces, MemberFit._finish_step  # noqa: SLF001 - the moments that are measured

    def begun(self: MemberFit, *given: Any) -> Any:
        stepped.append(time.perf_counter())
        return begin(self, *given)

    def ended(self: MemberFit) -> None:
        finish(self)
        steps.append(time.perf_counter() - stepped[-1])

    MemberFit._pieces, MemberFit._finish_step = begun, ended  # type: ignore[method-assign] # noqa: SLF001
    found = []
    with open_station(home) as (station, session):
        job_id = start_training(session, station=station, config=config).job_id
        for number in range(_ROUNDS + 1):
            if number:
                resume_training(session, station=station, job_id=job_id)
            running, read_at = run_job(session, station=station, job_id=job_id, control=Control()), 0.0
            stepped.clear()
            steps.clear()
            while not steps:
                event = next(running)
                read_at = time.perf_counter() if _is_read(event) else read_at
            running.close()
            found += [stepped[0] - read_at] if number else []
    MemberFit._pieces, MemberFit._finish_step = begin, finish  # type: ignore[method-assign] # noqa: SLF001
    print(f"  its first step takes {steps[0]:.2f} s")
    return found


def _is_read(event: object) -> bool:
    return isinstance(event, PhaseStarted) and event.phase.value == "samples"
