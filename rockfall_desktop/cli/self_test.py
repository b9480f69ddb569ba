"""`self-test`: is this installation whole? Imports, a two-epoch training, the store, the window."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from rockfall_desktop.cli.printing import say, say_error, say_json
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import JobCompleted
from rockfall_desktop.domain.key_slot import KeyCost
from rockfall_desktop.operations.jobs import list_jobs
from rockfall_desktop.operations.sign_in import set_up, sign_in
from rockfall_desktop.operations.sites import simulate_site
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.operations.warm_up import load_heavy_libraries

_WINDOW = "from rockfall_desktop.ui.self_test import show_every_page; import sys; sys.exit(show_every_page())"
_WINDOW_S = 40


def self_test(*, json: Annotated[bool, typer.Option("--json", help="Print one line of JSON only.")] = False) -> None:
    """Check this installation in under a minute, in a home of its own that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="rockfall-self-test-") as folder:
        steps: list[tuple[str, Callable[[], None]]] = [
            ("imports", _import_everything),
            ("store and training", lambda: _train_and_reopen(Path(folder))),
            ("window", _open_window),
        ]
        failed = [name for name, step in steps if not _passes(name, step, quiet=json)]
    if json:
        say_json({"passed": not failed, "failed": failed})
    else:
        say("self-test passed" if not failed else f"self-test failed: {', '.join(failed)}")
    if failed:
        raise typer.Exit(1)


def _passes(name: str, step: Callable[[], None], *, quiet: bool) -> bool:
    begun = time.perf_counter()
    try:
        step()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test is for
        say_error(f"{name}: {type(error).__name__}: {error}")
        return False
    if not quiet:
        say(f"{name}: ok, {time.perf_counter() - begun:.1f} s")
    return True


def _import_everything() -> None:
    for _ in load_heavy_libraries():
        pass


def _train_and_reopen(folder: Path) -> None:
    cost, phrase = (KeyCost(memory_kib=1024, passes=1, lanes=1),), "only for this self test"
    simulate_site(folder / "site")
    station = Station.at(folder / "home", now=lambda: datetime.now(UTC), costs=cost)
    try:
        session = set_up(station=station, factory_password="admintime", name="tester", pass_phrase=phrase)  # noqa: S106
        config = TrainingConfig(sites=(str(folder / "site"),), epochs=2, width=8, window_steps=10)
        job = start_training(session, station=station, config=config)
        *_, last = run_job(session, station=station, job_id=job.job_id, control=Control())
        if not isinstance(last, JobCompleted):
            raise RuntimeError(  # noqa: TRY004 - no type is wrong
                f"the training ended with {last.kind}"
            )
    finally:
        station.close()
    again = Station.at(folder / "home", now=lambda: datetime.now(UTC), costs=cost)
    try:
        jobs = list_jobs(sign_in(station=again, name="tester", pass_phrase=phrase), station=again)
        if [one.job_id for one in jobs] != [job.job_id]:
            raise RuntimeError("the job is not in the store")
    finally:
        again.close()


def _open_window() -> None:
    """In a process of its own: a missing Qt library would end this one."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    result = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-c", _WINDOW], env=environment, capture_output=True, text=True, timeout=_WINDOW_S, check=False
    )
    if result.returncode:
        raise RuntimeError(result.stderr.strip()[-500:] or f"exit status {result.returncode}")
