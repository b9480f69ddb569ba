"""`search`: tries settings and ranks them by the validation block."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from rockfall_desktop.cli.entering import FAILED, Terminal, sentences, signed_in
from rockfall_desktop.cli.printing import marked, number, say_error, say_json, say_table, visible
from rockfall_desktop.cli.settings import read_settings
from rockfall_desktop.cli.training import heeded_signals
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.domain.search import End, Outcome, Search, SearchEvent, TrialEnded
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.search import FEW_TRIALS, resume_search, run_search, start_search
from rockfall_desktop.operations.sites import known_sites
from rockfall_desktop.operations.station import Station

BEST_SHOWN = 10


def search(  # noqa: PLR0913 - an option each
    context: typer.Context,
    site: Annotated[str, typer.Argument(help="Folder of the site, or the name of one opened before.")] = "",
    config: Annotated[Path | None, typer.Option(help="TOML file with fields of a training.")] = None,
    setting: Annotated[list[str] | None, typer.Option("--set", help="field=value; repeat for more.")] = None,
    vary: Annotated[str, typer.Option(help="Fields to vary, with commas between; without it all that matter.")] = "",
    trials: Annotated[int | None, typer.Option(help=f"How many trials at most. [default: {FEW_TRIALS}]")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds at most.")] = None,
    resume: Annotated[str, typer.Option(help="Id of a search to go on with, instead of a site.")] = "",
    *,
    json: Annotated[bool, typer.Option("--json", help="Print nothing but the last line.")] = False,
) -> None:
    """Search for settings by many short trials, ranked by the validation block alone. The last line is JSON.

    Ctrl-C ends the search and keeps what was found; --resume goes on with it. Train with the settings of the best
    trial to have them judged: the search itself never sees the test block.
    """
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        station = terminal.station
        if bool(site) == bool(resume):
            raise WrongInput("What to search", "A site or --resume ID is wanted, one of them.", "Name one.")
        if resume and (config or setting or vary):
            raise WrongInput("What to search", "A search goes on with its own settings.", "Leave the others out.")
        if resume:
            found = resume_search(session, station=station, search_id=resume, trials=trials, timeout_s=timeout)
        else:
            chosen = read_settings(site, config, setting or [], known_sites(session, station=station))
            names = tuple(name.strip() for name in vary.split(",") if name.strip())
            most = FEW_TRIALS if trials is None else trials
            found = start_search(
                session, station=station, config=chosen, vary=names, trials=most, timeout_s=timeout
            )  # fmt: skip
        with sentences(FAILED):
            found = _to_the_end(session, station, found, quiet=json)
    if not json:
        _say_best(found)
    say_json(_outcome(found))
    if found.best is None:
        raise typer.Exit(FAILED)


def _to_the_end(session: Session, station: Station, found: Search, *, quiet: bool) -> Search:
    control = Control()
    running = run_search(session, station=station, search_id=found.plan.search_id, control=control)
    with heeded_signals(control, control.cancel), _shown(found, quiet=quiet) as show, closing(running) as events:
        for event in events:
            if not isinstance(event, Tick):
                found = found.apply(event)
                show(found, event)
    return found


@contextmanager
def _shown(found: Search, *, quiet: bool) -> Iterator[Any]:
    """A progress bar on stderr, and a line for each trial that failed."""
    progress = Progress(
        TextColumn("{task.description}", markup=False), BarColumn(),
        TextColumn("trial {task.completed:.0f}/{task.total:.0f}"), TextColumn("{task.fields[best]}", markup=False),
        TimeElapsedColumn(), console=Console(stderr=True, quiet=quiet),
    )  # fmt: skip
    name = visible(marked(found.plan.site_name, simulated=found.plan.simulated))
    done = len(found.finished)
    task = progress.add_task(name, total=found.plan.trials, completed=done, best=_best_words(found))

    def show(now: Search, event: SearchEvent) -> None:
        if isinstance(event, TrialEnded):
            progress.update(task, completed=len(now.finished), best=_best_words(now))
            if event.words:
                progress.console.print(visible(f"Trial {event.trial}: {event.words}"), markup=False, highlight=False)

    with progress:
        for one in found.plan.left_out:
            words = f"{one.title} {one.choice} is not tried: {one.because}."
            progress.console.print(visible(words), markup=False, highlight=False)
        yield show


def _best_words(found: Search) -> str:
    return "" if found.best is None else f"best {number(found.best.value)} @{found.best.number}"


def _say_best(found: Search) -> None:
    names = [one.name for one in found.plan.dimensions]
    rows = [
        (trial.number, f"{trial.value:.4f}", *(trial.settings[name] for name in names))
        for trial in found.ranked[:BEST_SHOWN]
    ]
    say_table(("trial", "validation log loss", *names), rows, "No trial was completed.")
    if found.ended is not End.TRIALS:
        say_error(f"Go on with: rockfall-desktop search --resume {found.plan.search_id}")


def _outcome(found: Search) -> dict[str, Any]:
    counts = {outcome.value: sum(trial.outcome is outcome for trial in found.trials) for outcome in Outcome}
    best = found.best
    return {
        "search_id": found.plan.search_id,
        "simulated": found.plan.simulated,
        "ended": None if found.ended is None else found.ended.value,
        "trials": {key: count for key, count in counts.items() if key != Outcome.RUNNING.value},
        "best_trial": None if best is None else best.number,
        "validation_log_loss": None if best is None else best.value,
        "settings": {} if best is None else best.settings,
    }
