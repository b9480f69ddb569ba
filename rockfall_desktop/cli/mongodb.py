"""Commands for the administrator of an office: docs/mongodb.md shows them at work."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from rockfall_desktop.cli.entering import FAILED, asked, sentences
from rockfall_desktop.cli.printing import say, say_json
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.office import OfficeAddress, OfficeCheck
from rockfall_desktop.operations import office_preparing

PASSWORD = "ROCKFALL_MONGODB_PASSWORD"  # noqa: S105 - the name of a variable

mongodb = typer.Typer(no_args_is_help=True, help="Prepare an office's MongoDB and make users for stations.")

_Hosts = Annotated[str, typer.Option(help="host:port, several with commas.")]
_User = Annotated[str, typer.Option(help=f"User of the administrator; the password is in {PASSWORD} or typed.")]
_ReplicaSet = Annotated[str, typer.Option(help="Name of the replica set.")]
_Database = Annotated[str, typer.Option(help="Database of the office.")]
_CaFile = Annotated[Path | None, typer.Option(help="Certificate authority of the office, PEM file.")]
_Tls = Annotated[bool, typer.Option("--tls/--no-tls", help="Encrypt; without it only this machine can be an office.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@mongodb.command()
def prepare(
    hosts: _Hosts,
    user: _User = "",
    replica_set: _ReplicaSet = "rs0",
    database: _Database = "rockfall",
    ca_file: _CaFile = None,
    *,
    tls: _Tls = True,
    with_roles: Annotated[bool, typer.Option("--with-roles", help="Also make the role of stations.")] = False,
    json: _Json = False,
) -> None:
    """Make collections, indexes and validators, and mend what is other than it must be. Documents stay as they are."""
    with sentences(FAILED):
        address = _address(hosts, user, replica_set, database, ca_file, tls=tls)
        prepared = office_preparing.prepare_office(address, _password(user), with_roles=with_roles)
    if json:
        say_json({"done": list(prepared.done), "found": prepared.found.model_dump(mode="json")})
        return
    for words in prepared.done or ("Nothing had to be done.",):
        say(words)
    say_found(prepared.found)


@mongodb.command()
def check(
    hosts: _Hosts,
    user: _User = "",
    replica_set: _ReplicaSet = "rs0",
    database: _Database = "rockfall",
    ca_file: _CaFile = None,
    *,
    tls: _Tls = True,
    json: _Json = False,
) -> None:
    """Say how an office stands, changing nothing; ends with 1 when it is not prepared."""
    with sentences(FAILED):
        address = _address(hosts, user, replica_set, database, ca_file, tls=tls)
        found = office_preparing.inspect_office(address, _password(user))
    tell_check(found, json=json)


@mongodb.command("add-station")
def add_station(
    name: Annotated[str, typer.Argument(help="User of the station: letters, digits, dots, underscores, hyphens.")],
    hosts: _Hosts,
    user: _User = "",
    replica_set: _ReplicaSet = "rs0",
    database: _Database = "rockfall",
    ca_file: _CaFile = None,
    *,
    tls: _Tls = True,
    json: _Json = False,
) -> None:
    """Make the user of a station and print its password, once."""
    with sentences(FAILED):
        address = _address(hosts, user, replica_set, database, ca_file, tls=tls)
        made = office_preparing.add_station_user(address, _password(user), user=name)
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


def _password(user: str) -> str | None:
    return asked(PASSWORD, "Password of the office's administrator: ") if user else None


def _address(
    hosts: str, user: str, replica_set: str, database: str, ca_file: Path | None, *, tls: bool
) -> OfficeAddress:
    try:
        return OfficeAddress(
            hosts=hosts, user=user, replica_set=replica_set, database=database, tls=tls,
            ca_file=str(ca_file.absolute()) if ca_file else "",
        )  # fmt: skip
    except ValidationError as error:
        field = str(error.errors(include_input=False)[0]["loc"][0])
        raise WrongInput("The office's address cannot be used", f"{field} does not do.", "Correct it.") from None


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
