"""How the terminal gets a signed-in session, and how it ends when something is wrong."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from getpass import getpass
from pathlib import Path
from typing import NoReturn

import typer

from rockfall_desktop.cli.printing import say_error, visible
from rockfall_desktop.domain.errors import RockfallError, WrongInput
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.sign_in import sign_in, user_names
from rockfall_desktop.operations.station import Station

WRONG_CALL, FAILED = 2, 1
PASSWORD, FACTORY_PASSWORD, USER = "ROCKFALL_PASSWORD", "ROCKFALL_FACTORY_PASSWORD", "ROCKFALL_USER"
ACCOUNT_PASSWORD = "ROCKFALL_ACCOUNT_PASSWORD"  # noqa: S105 - a variable's name


@dataclass
class Terminal:
    """What every command gets.

    Attributes:
        home: the home folder that was named, if one was.
        user: name to sign in with; empty for the only one.
        make_station: makes the station of a home folder.
        open_window: shows the window on a home folder and a site; gives the exit status.
    """

    home: Path | None
    user: str
    make_station: Callable[[Path | None], Station]
    open_window: Callable[[Path | None, Path | None], int]

    @cached_property
    def station(self) -> Station:
        """Where it works; made when first used, so that asking for help makes no home."""
        return self.make_station(self.home)


@contextmanager
def sentences(code: int = WRONG_CALL) -> Iterator[None]:
    """Turn an expected error into one sentence on stderr and an exit status; never a traceback."""
    try:
        yield
    except RockfallError as error:
        give_up(error, code)


def give_up(error: RockfallError, code: int) -> NoReturn:
    """Print an error as one line and end."""
    say_error(" ".join(f"{error.title}: {error.message} {error.hint}".split()))
    raise typer.Exit(code)


def asked(variable: str, question: str) -> str:
    """A secret from the environment, or from the keyboard when there is one.

    Raises:
        WrongInput: when there is neither.
    """
    if (given := os.environ.get(variable)) is not None:
        return given
    if not sys.stdin.isatty():
        raise WrongInput("No pass phrase", f"{variable} is not set and there is no keyboard.", f"Set {variable}.")
    return getpass(question)


def chosen(variable: str, question: str) -> str:
    """A new secret: from the environment, or typed twice at the keyboard.

    Raises:
        WrongInput: when there is neither, or the two differ.
    """
    secret = asked(variable, question)
    if variable not in os.environ and getpass("The same again: ") != secret:
        raise WrongInput("No pass phrase", "The two pass phrases are not the same.", "Type it again, slowly.")
    return secret


@contextmanager
def signed_in(terminal: Terminal) -> Iterator[Session]:
    """A session for one command; the store is closed afterwards."""
    with signed_in_by(terminal) as (session, _):
        yield session


@contextmanager
def signed_in_by(terminal: Terminal) -> Iterator[tuple[Session, str]]:
    """The same with the pass phrase, for a deed that asks for it once more."""
    with sentences():
        station = terminal.station
        if station.is_fresh:
            raise WrongInput(
                "Not set up", f"{station.home} has no user yet.", "Call rockfall-desktop setup --user NAME first."
            )
        name = terminal.user or os.environ.get(USER, "") or _only_one(user_names(station=station))
        pass_phrase = asked(PASSWORD, f"Pass phrase of {visible(name)}: ")
        try:
            yield sign_in(station=station, name=name, pass_phrase=pass_phrase), pass_phrase
        finally:
            station.close()


def _only_one(names: tuple[str, ...]) -> str:
    if len(names) > 1:
        raise WrongInput(
            "Who signs in?",
            f"This home has the users {', '.join(sorted(names))}.",
            f"Say --user NAME before the command, or set {USER}.",
        )
    return names[0]
