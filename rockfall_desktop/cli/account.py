"""`account`: one's account on another station."""

from pathlib import Path
from typing import Annotated

import typer

from rockfall_desktop.cli.entering import ACCOUNT_PASSWORD, Terminal, asked, signed_in, signed_in_by
from rockfall_desktop.cli.printing import say, say_json, say_table
from rockfall_desktop.domain.account_file import OpenedAccount
from rockfall_desktop.domain.station_key import KeyState, spoken
from rockfall_desktop.domain.user import Role
from rockfall_desktop.operations import accounts as operations

account = typer.Typer(no_args_is_help=True, help="One user on several stations: accounts by file.")
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_File = Annotated[Path, typer.Argument(help="The account file, e.g. on a stick.")]
FILE_QUESTION = "Pass phrase of the account file: "


@account.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write it, best with the ending .rockfall-account.")],
    *,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    json: _Json = False,
) -> None:
    """Write your own account to a file that only your pass phrase opens, for another station."""
    terminal: Terminal = context.obj
    with signed_in_by(terminal) as (session, pass_phrase):
        made = operations.export_account(
            session, station=terminal.station, path=file, pass_phrase=pass_phrase, overwrite=overwrite
        )
        if json:
            say_json(made)
            return
        say(f"{file} holds the account of {made.name}; your pass phrase opens it.")
        say(f"It is signed with this station's key, to be compared there: {spoken(made.key_id)}")


@account.command("import")
def import_(
    context: typer.Context,
    file: _File,
    role: Annotated[Role, typer.Option(help="What they may do here.")] = Role.ENGINEER,
    name: Annotated[str, typer.Option(help="By which they sign in here; that of the file by default.")] = "",
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say whose it is and who signed it.")] = False,
    json: _Json = False,
) -> None:
    """Let somebody in who has an account on another station whose key is trusted here."""
    terminal: Terminal = context.obj
    with signed_in_by(terminal) as (session, own_pass_phrase):
        pass_phrase = asked(ACCOUNT_PASSWORD, FILE_QUESTION)
        if check:
            opened = operations.look_at_account(session, station=terminal.station, path=file, pass_phrase=pass_phrase)
            _say_opened(opened, json=json)
            return
        user = operations.take_account_in(
            session, station=terminal.station, path=file, pass_phrase=pass_phrase,
            own_pass_phrase=own_pass_phrase, role=role, name=name,
        )  # fmt: skip
        if json:
            say_json(user)
        else:
            say(f"{user.name} signs in here with the pass phrase of the file, as {user.role}.")


@account.command("list")
def list_(context: typer.Context, *, json: _Json = False) -> None:
    """List the accounts of this station; to others than administrators their own."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        found = operations.list_accounts(session, station=terminal.station)
        if json:
            say_json(found)
            return
        rows = ([one.name, one.role.value, f"{one.created_at:%Y-%m-%d %H:%M}", one.user_id] for one in found)
        say_table(["name", "role", "since (UTC)", "user id"], rows, "No accounts.")


def _say_opened(opened: OpenedAccount, *, json: bool) -> None:
    if json:
        say_json(opened)
        return
    one, state = opened.account, opened.key_state
    say(f"{one.name}, {one.role} at {one.station_name}; user id {one.user_id}")
    say(f"Exported {one.exported_at:%Y-%m-%d %H:%M} UTC")
    say(f"Signed with the key {spoken(one.key_id)}: {'never seen here' if state is None else state.value}")
    if state is KeyState.SEEN:
        say("Before it is taken in, compare all of that with the other station, then trust it:")
        say(f"  rockfall-desktop keys trust {one.key_id}")
    elif state is None:
        say("Only an administrator may trust it and take the account in.")
