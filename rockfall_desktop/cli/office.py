"""`office`: where this station's office is, set and tried without the window."""

import os
from pathlib import Path
from typing import Annotated

import typer

from rockfall_desktop.cli.entering import FAILED, Terminal, asked, sentences, signed_in
from rockfall_desktop.cli.mongodb import tell_check
from rockfall_desktop.cli.printing import say, say_json
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.office import OfficeAddress, OfficeSettings, SecretPlace
from rockfall_desktop.operations import office_settings as operations
from rockfall_desktop.operations.office_secret import door

PASSWORD = "ROCKFALL_OFFICE_PASSWORD"  # noqa: S105 - the name of a variable

office = typer.Typer(no_args_is_help=True, help="Where this station's office is: show, set, check, forget.")

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@office.command()
def show(context: typer.Context, *, json: _Json = False) -> None:
    """Say where the office is and where its password lies, never the password."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        _say_settings(operations.office_settings(session, station=terminal.station), json=json)


@office.command("set")
def set_(
    context: typer.Context,
    hosts: Annotated[str | None, typer.Option(help="host:port, several with commas.")] = None,
    user: Annotated[
        str | None, typer.Option(help=f"This station's user of the MongoDB; its password is in {PASSWORD} or typed.")
    ] = None,
    replica_set: Annotated[str | None, typer.Option(help="Name of the replica set.")] = None,
    database: Annotated[str | None, typer.Option(help="Database of the office.")] = None,
    ca_file: Annotated[
        str | None, typer.Option(help="Certificate authority of the office, PEM file; '' for this computer's own.")
    ] = None,
    *,
    tls: Annotated[
        bool | None, typer.Option("--tls/--no-tls", help="Encrypt; without it only this machine can be an office.")
    ] = None,
    json: _Json = False,
) -> None:
    """Save where the office is; what is not named stays as it was. A sync that runs goes there at its next turn."""
    terminal: Terminal = context.obj
    given = {
        "hosts": hosts, "user": user, "replica_set": replica_set, "database": database, "tls": tls,
        "ca_file": str(Path(ca_file).absolute()) if ca_file else ca_file,
    }  # fmt: skip
    with signed_in(terminal) as session:
        operations.demand_administrator(session, station=terminal.station)
        before = operations.office_settings(session, station=terminal.station)
        address = before.address.model_copy(update={name: one for name, one in given.items() if one is not None})
        if not address.given:
            raise WrongInput("No host", "--hosts: it names no host.", "Give --hosts host:port, or call office forget.")
        password = _password(before, address, anew=user is not None)
        saved = operations.save_office(session, station=terminal.station, address=address, password=password)
        _say_settings(saved, json=json)
        if not json:
            say("Saved. Try it: rockfall-desktop office check")


@office.command()
def check(context: typer.Context, *, json: _Json = False) -> None:
    """Try the connection as it is saved, changing nothing; ends with 1 when the office cannot be used."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        address = operations.office_settings(session, station=terminal.station).address
        if not address.given:
            raise WrongInput("No office is set", "This station works alone.", "Call rockfall-desktop office set first.")
        with sentences(FAILED):
            found = operations.check_office(session, station=terminal.station, address=address)
    tell_check(found, json=json)


@office.command()
def forget(context: typer.Context, *, json: _Json = False) -> None:
    """Have no office any more and forget its password; what waits for it stays on this station."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        _say_settings(operations.save_office(session, station=terminal.station, address=OfficeAddress()), json=json)


def _password(before: OfficeSettings, address: OfficeAddress, *, anew: bool) -> str | None:
    """The password to keep; None: as it was, which is right only for the same door. Naming the user asks anew."""
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    kept = before.secret is not SecretPlace.NOWHERE and door(before.address) == door(address)
    if not address.user or (kept and not anew):
        return None
    return asked(PASSWORD, "Password of this station's user at the office: ")


def _say_settings(settings: OfficeSettings, *, json: bool) -> None:
    if json:
        say_json(settings)
        return
    address = settings.address
    if not address.given:
        say("No office is set: this station works alone.")
        return
    say(f"Hosts:       {address.hosts}")
    say(f"Replica set: {address.replica_set}")
    say(f"Database:    {address.database}")
    say(f"User:        {address.user or 'none'}")
    say(f"Encrypted:   {'yes' if address.tls else 'no'}")
    say(f"Authority:   {address.ca_file or 'those that this computer trusts'}")
    say(settings.secret_words)
