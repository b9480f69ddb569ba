"""Composition: builds the pieces by hand, in order, and hands them to the window or the terminal."""

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from rockfall_desktop.domain.errors import RockfallError, WrongInput
from rockfall_desktop.operations.station import Station
from rockfall_desktop.threads import abandoned, bound_libraries


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def make_station(home: Path | None) -> Station:
    """The station of a home folder; the platform's own place when none is given."""
    return Station.at(home, now=now)


def open_window(home: Path | None, site: Path | None) -> int:
    """Open the window and stay until it is closed; the exit status. What stands against it is one sentence and 2."""
    try:
        _demand_display()
        station = make_station(home)
    except RockfallError as error:
        print(" ".join(str(error).split()), file=sys.stderr)  # noqa: T201 - there is no window to say it in
        return 2
    from rockfall_desktop.ui.window import open_window as show  # noqa: PLC0415 - the terminal needs no Qt

    try:
        return int(show(station, site))
    finally:
        station.close()


def _demand_display() -> None:
    """Ask before Qt does, which ends the process without a word to the person."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in named):
        raise WrongInput(
            "The window cannot be opened",
            "There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set.",
            "Work in the terminal: rockfall-desktop --help tells how.",
        )


def run_terminal() -> NoReturn:
    """Run the terminal's command; ends the process."""
    from rockfall_desktop.cli.ending import run_to_end  # noqa: PLC0415 - the window needs no typer

    made: list[Station] = []

    def make(home: Path | None) -> Station:
        made.append(make_station(home))
        return made[-1]

    def run() -> None:
        from rockfall_desktop.cli.program import program  # noqa: PLC0415

        program(make, open_window)()

    sys.exit(run_to_end(run, lambda: made[-1].files.logs if made else Path(tempfile.gettempdir())))


def wants_window(words: list[str]) -> bool:
    """Whether the command line asks for the window: no command, at most a home and a site."""
    rest = list(words)
    while rest and rest[0].partition("=")[0] in {"--home", "--site"}:
        del rest[: 1 if "=" in rest[0] else 2]
    return not rest or rest[0] == "window"


def window_places(words: list[str]) -> tuple[Path | None, Path | None]:
    """Home and site of `[--home DIR] [--site DIR] [window] [--home DIR] [--site DIR]`.

    Raises:
        SystemExit: with status 2 for anything else.
    """
    import argparse  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="rockfall-desktop window", description="Open the window.", allow_abbrev=False)
    parser.add_argument("--home", type=Path, default=os.environ.get("ROCKFALL_HOME") or None, help="Home folder.")
    parser.add_argument("--site", type=Path, default=None, help="Site to open after signing in.")
    parser.add_argument("window", nargs="?", choices=["window"], help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    return (Path(given.home) if given.home else None), given.site


def main(words: list[str]) -> None:
    """Window or terminal, by what was typed."""
    bound_libraries()
    try:
        if wants_window(words):
            sys.exit(open_window(*window_places(words)))
        run_terminal()
    finally:
        if abandoned():
            _leave_at_once()


def _leave_at_once() -> NoReturn:
    """End now: Python would take the ground from under a library call that nobody waits for, and abort."""
    end = sys.exc_info()[1]
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(end.code if isinstance(end, SystemExit) and isinstance(end.code, int) else 1)
