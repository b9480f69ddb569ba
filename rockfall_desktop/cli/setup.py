"""`setup`: a fresh home, for a new user or for one who has an account elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from rockfall_desktop.cli.account import FILE_QUESTION
from rockfall_desktop.cli.entering import (
    ACCOUNT_PASSWORD,
    FACTORY_PASSWORD,
    PASSWORD,
    Terminal,
    asked,
    chosen,
    sentences,
)
from rockfall_desktop.cli.printing import say, say_json
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.accounts import set_up_from_account
from rockfall_desktop.operations.sign_in import set_up
from rockfall_desktop.operations.station import Station


def setup(
    context: typer.Context,
    user: Annotated[str, typer.Option(help="Name of the first user.")] = "",
    account: Annotated[
        Path | None, typer.Option(help="Instead: account file of somebody who uses another station.")
    ] = None,
    name: Annotated[
        str, typer.Option(help="With --account: by which they sign in here; that of the file by default.")
    ] = "",
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Prepare a fresh home: the first user, who is the administrator, and the encrypted store."""
    terminal: Terminal = context.obj
    with sentences():
        if bool(user) == (account is not None):
            raise WrongInput("Who is it?", "A home is set up for one user.", "Give either --user or --account.")
        if name and account is None:
            raise WrongInput("Who is it?", "--name goes with --account.", "Give the name of a first user by --user.")
        session = _set_up(terminal.station, user, account, name)
        terminal.station.close()
    if json:
        say_json({"home": str(terminal.station.home), "user": session.name})
    else:
        say(f"{terminal.station.home} is ready for {session.name}.")


def _set_up(station: Station, user: str, account: Path | None, name: str) -> Session:
    factory_password = asked(FACTORY_PASSWORD, "Factory password: ")
    if account is None:
        return set_up(
            station=station,
            factory_password=factory_password,
            name=user,
            pass_phrase=chosen(PASSWORD, f"New pass phrase of {user}: "),
        )
    return set_up_from_account(
        station=station,
        factory_password=factory_password,
        path=account,
        pass_phrase=asked(ACCOUNT_PASSWORD, FILE_QUESTION),
        name=name,
    )
