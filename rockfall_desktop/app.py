"""Composition: builds the pieces by hand, in order, and hands them to the window or the terminal."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from rockfall_desktop.operations.station import Station


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def make_station(home: Path | None) -> Station:
    """The station of a home folder; the platform's own place when none is given."""
    return Station.at(home, now=now)


def open_window(home: Path | None, site: Path | None) -> int:
    """Open the window and stay until it is closed; the exit status."""
    from rockfall_desktop.ui.window import open_window as show  # noqa: PLC0415 - the terminal needs no Qt

    station = make_station(home)
    try:
        return int(show(station, site))
    finally:
        station.close()


def run_terminal() -> None:
    """Run the terminal's command; ends the process."""
    from rockfall_desktop.cli.program import program  # noqa: PLC0415 - the window needs no typer

    program(make_station)()


def wants_window(words: list[str]) -> bool:
    """Whether the command line asks for the window: no command, at most a home and a site."""
    return not words or words[0] == "window"


def window_places(words: list[str]) -> tuple[Path | None, Path | None]:
    """Home and site of `window [--home DIR] [--site DIR]`.

    Raises:
        SystemExit: with status 2 for anything else.
    """
    import argparse  # noqa: PLC0415
    import os  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="rockfall-desktop window", description="Open the window.")
    parser.add_argument("--home", type=Path, default=os.environ.get("ROCKFALL_HOME") or None, help="Home folder.")
    parser.add_argument("--site", type=Path, default=None, help="Site to open after signing in.")
    given = parser.parse_args(words[1:])
    return (Path(given.home) if given.home else None), given.site


def main(words: list[str]) -> None:
    """Window or terminal, by what was typed."""
    if wants_window(words):
        sys.exit(open_window(*window_places(words)))
    run_terminal()
