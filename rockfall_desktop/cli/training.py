"""`train`: a job in the terminal, with a progress bar, to its end."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from rockfall_desktop.cli.entering import FAILED, Terminal, sentences, signed_in
from rockfall_desktop.cli.printing import marked, number, say_error, say_event, say_json, visible
from rockfall_desktop.cli.settings import read_settings
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import (
    EpochFinished,
    JobCancelled,
    JobCompleted,
    JobCreated,
    JobEvent,
    JobFailed,
    JobInterrupted,
    LogLine,
    PhaseStarted,
)
from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.report import headline
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.job_work import REPORT
from rockfall_desktop.operations.jobs import job_events
from rockfall_desktop.operations.sites import known_sites
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training


def train(
    context: typer.Context,
    site: Annotated[str, typer.Argument(help="Folder of the site, or the name of one opened before.")],
    config: Annotated[Path | None, typer.Option(help="TOML file with fields of a training.")] = None,
    setting: Annotated[list[str] | None, typer.Option("--set", help="field=value; repeat for more.")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print nothing but the last line.")] = False,
    events: Annotated[bool, typer.Option("--events", help="Print every event, one line of JSON each.")] = False,
) -> None:
    """Train a network on a site's records, to the end. The last line is one JSON object.

    With --events every line of the output is an event of the job as JSON, signs of life included: the first is
    job_created, the last one of job_completed (which holds the report), job_failed, job_cancelled and job_interrupted.

    Ctrl-C cancels the job. A polite kill, as a shutdown sends it, interrupts it: resume goes on with it.
    """
    if json and events:
        raise typer.BadParameter("--json prints one line and --events every event; choose one.")
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        station = terminal.station
        chosen = read_settings(site, config, setting or [], known_sites(session, station=station))
        job = start_training(session, station=station, config=chosen)
        to_the_end(session, station, job, quiet=json, told=events)


def to_the_end(session: Session, station: Station, job: TrainingJob, *, quiet: bool, told: bool = False) -> None:
    """Run a job that was started or resumed here and print how it ended; with `told` every event instead.

    Raises:
        typer.Exit: when it did not complete.
    """
    with sentences(FAILED):
        last = _watch(session, station, job, quiet=quiet or told, told=told)
    if not told:
        say_json(_outcome(station, job, last))
    if not isinstance(last, JobCompleted):
        raise typer.Exit(FAILED)


def _watch(session: Session, station: Station, job: TrainingJob, *, quiet: bool, told: bool) -> JobEvent | None:
    control, left, last = Control(), threading.Event(), None
    console = Console(stderr=True, quiet=quiet)
    running = run_job(session, station=station, job_id=job.job_id, control=control)
    with heeded_signals(control, left.set), _Bar(console, job) as bar, closing(running) as events:
        for event in chain([job.first_event()] if told else [], events):
            if told:
                say_event(event)
            bar.show(event)
            last = event
            if left.is_set() and not isinstance(event, JobCreated):  # after that one the run is not begun yet
                break
    if left.is_set():
        last = _end_of_left(session, station, job, last, told=told)
    if isinstance(last, JobFailed):
        failure = last.failure
        say_error(f"{failure.title}: {failure.message} {failure.hint}")
    if isinstance(last, JobInterrupted):
        say_error(f"Interrupted. Go on with: {_resuming(job)}")
    return last


def _end_of_left(
    session: Session, station: Station, job: TrainingJob, last: JobEvent | None, *, told: bool
) -> JobEvent | None:
    """How a job ended that is not iterated any more: as the store says, for it may just have come to its own end."""
    if isinstance(last, JobCompleted | JobFailed | JobCancelled):
        return last
    event = job_events(session, station=station, job_id=job.job_id)[-1]
    if told:
        say_event(event)
    return event


def _resuming(job: TrainingJob) -> str:
    return f"rockfall-desktop resume {job.job_id}"


def _outcome(station: Station, job: TrainingJob, last: JobEvent | None) -> dict[str, Any]:
    outcome: dict[str, Any] = {"job_id": job.job_id, "status": Status.CANCELLED.value, "report": None}
    if isinstance(last, JobFailed):
        outcome["status"] = Status.FAILED.value
    elif isinstance(last, JobInterrupted):
        outcome |= {"status": Status.INTERRUPTED.value, "resume": _resuming(job)}
    elif isinstance(last, JobCompleted):
        outcome["status"] = Status.COMPLETED.value
        outcome["report"] = str(station.files.job_folder(job.job_id) / REPORT)
        outcome |= headline(last.report)
    return outcome


@contextmanager
def heeded_signals(control: Control, leave: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C cancels the job, which then writes its last event itself; a polite kill calls `leave`."""

    def cancel(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the shape that signal wants
        control.cancel()

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        leave()

    heeding = {signal.SIGINT: cancel, signal.SIGTERM: end}
    before = {name: signal.signal(name, heed) for name, heed in heeding.items()}
    try:
        yield
    finally:
        for name, old in before.items():
            signal.signal(name, old)


class _Bar:
    """The progress bar on stderr."""

    def __init__(self, console: Console, job: TrainingJob) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("epoch {task.completed:.0f}/{task.total:.0f}"),
            TextColumn("{task.fields[scores]}", markup=False),
            TimeElapsedColumn(),
            console=console,
        )
        name = marked(job.site_name, simulated=job.simulated)
        self._members, self._epochs = job.config.members, job.total_epochs
        self._task: TaskID = self._progress.add_task(visible(name), total=self._members * self._epochs, scores="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, event: JobEvent) -> None:
        match event:
            case EpochFinished(metrics=m):
                scores = f"loss {number(m.validation_loss)}  PR-AUC {number(m.pr_auc)}  best {m.best_epoch}"
                of = f"member {m.member}/{self._members}  " if self._members > 1 else ""
                done = (m.member - 1) * self._epochs + m.epoch
                self._progress.update(self._task, completed=done, scores=of + scores)
            case PhaseStarted(phase=phase):
                self._progress.update(self._task, scores=phase.value)
            case LogLine(text=text):
                self._progress.console.print(visible(text), markup=False, highlight=False)
