"""Commands for the administrator of an office: docs/mongodb.md shows them at work."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from pydantic import ValidationError

from rockfall_desktop.cli.entering import FAILED, asked, sentences
from rockfall_desktop.cli.printing import say, say_json
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.office import OfficeAddress, OfficeCheck
from rockfall_desktop.operations import office_preparing

PASSWORD = "ROCKFALL_MONGODB_PASSWORD"  # noqa: S105 - the name of a variable

mongodb = typer.Typer(no_args_is_help=True, help="Prepare an office's MongoDB and make users for stations.")

_Database = Annotated[str, typer.Option(help="Database of the office.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class _Door(NamedTuple):
    """Where an office is, and how its administrator comes in."""

    address: OfficeAddress
    password: str | None


def _door(
    hosts: Annotated[str, typer.Option(help="host:port, several with commas.")],
    user: Annotated[str, typer.Option(help=f"User of the administrator; the password is in {PASSWORD} or typed.")] = "",
    replica_set: Annotated[str, typer.Option(help="Name of the replica set.")] = "rs0",
    database: _Database = "rockfall",
    ca_file: Annotated[Path | None, typer.Option(help="Certificate authority of the office, PEM file.")] = None,
    *,
    tls: Annotated[
        bool, typer.Option("--tls/--no-tls", help="Encrypt; without it only this machine can be an office.")
    ] = True,
) -> _Door:
    """Its parameters are the options of every command that goes to an office."""
    try:
        address = OfficeAddress(
            hosts=hosts, user=user, replica_set=replica_set, database=database, tls=tls,
            ca_file=str(ca_file.absolute()) if ca_file else "",
        )  # fmt: skip
    except ValidationError as error:
        field = str(error.errors(include_input=False)[0]["loc"][0])
        raise WrongInput("The office's address cannot be used", f"{field} does not do.", "Correct it.") from None
    return _Door(address, asked(PASSWORD, "Password of the office's administrator: ") if user else None)


def _at_an_office(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `_door` before its own; it gets what they come to as its first argument."""
    asked_for, own = (signature(one, eval_str=True).parameters for one in (_door, command))

    @wraps(command)
    def call(**given: Any) -> None:
        with sentences(FAILED):
            door = _door(**{name: given.pop(name) for name in asked_for})
            command(door, **given)

    options = [*asked_for.values(), *list(own.values())[1:]]
    call.__annotations__ = {one.name: one.annotation for one in options}
    call.__signature__ = Signature([one.replace(kind=Parameter.KEYWORD_ONLY) for one in options])  # type: ignore[attr-defined]
    return call


@mongodb.command()
@_at_an_office
def prepare(
    door: _Door,
    *,
    with_roles: Annotated[bool, typer.Option("--with-roles", help="Also make the role of stations.")] = False,
    json: _Json = False,
) -> None:
    """Make collections, indexes and validators, and mend what is other than it must be. Documents stay as they are."""
    prepared = office_preparing.prepare_office(door.address, door.password, with_roles=with_roles)
    if json:
        say_json({"done": list(prepared.done), "found": prepared.found.model_dump(mode="json")})
        return
    for words in prepared.done or ("Nothing had to be done.",):
        say(words)
    say_found(prepared.found)


@mongodb.command()
@_at_an_office
def check(door: _Door, *, json: _Json = False) -> None:
    """Say how an office stands, changing nothing; ends with 1 when it is not prepared."""
    found = office_preparing.inspect_office(door.address, door.password)
    tell_check(found, json=json)


@mongodb.command()
@_at_an_office
def restored(door: _Door, *, json: _Json = False) -> None:
    """After a backup of an office was put back: let every station send what it made once more."""
    found = office_preparing.tell_restored(door.address, door.password)
    if not json:
        say("Every station sends what it made once more, as soon as it comes.")
    tell_check(found, json=json)


@mongodb.command("add-station")
@_at_an_office
def add_station(
    door: _Door,
    name: Annotated[str, typer.Argument(help="User of the station: letters, digits, dots, underscores, hyphens.")],
    *,
    json: _Json = False,
) -> None:
    """Make the user of a station and print its password, once."""
    made = office_preparing.add_station_user(door.address, door.password, user=name)
    if json:
        say_json({"user": made.user, "password": made.password})
        return
    say(f"User:     {made.user}")
    say(f"Password: {made.password}")
    say("The password is kept nowhere else: enter it on the station's Settings page now.")


@mongodb.command()
def role(database: _Database = "rockfall") -> None:
    """Print the command that makes the role of stations, as JSON for db.runCommand."""
    say_json(office_preparing.station_role(database))


def tell_check(found: OfficeCheck, *, json: bool) -> None:
    """Print what a look at an office found; it ends with 1 when the office is not prepared."""
    if json:
        say_json(found)
    else:
        say_found(found)
    if not found.prepared:
        raise typer.Exit(FAILED)


def say_found(found: OfficeCheck) -> None:
    """What a look at an office found, a line and every caution."""
    line = "encrypted" if found.encrypted else "not encrypted"
    say(f"MongoDB {found.server}, replica set {found.replica_set}, {line}, {'' if found.prepared else 'NOT '}prepared.")
    for words in found.cautions:
        say(words)
