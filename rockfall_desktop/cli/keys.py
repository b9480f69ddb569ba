"""`keys`: whose signatures count on this station."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from rockfall_desktop.cli.entering import Terminal, signed_in
from rockfall_desktop.cli.printing import marked, say, say_json, say_table
from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.station_key import KeyState, StationKey
from rockfall_desktop.operations import keys as operations

keys = typer.Typer(no_args_is_help=True, help="Keys of stations: whose bundles and deployments count here.")
_Fingerprint = Annotated[
    list[str], typer.Argument(help="The whole fingerprint, 64 digits, with or without spaces.", metavar="FINGERPRINT")
]
_File = Annotated[Path, typer.Argument(help="Key file.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@keys.command("list")
def list_(context: typer.Context, *, json: _Json = False) -> None:
    """List the own key and those of other stations."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        found = operations.list_keys(session, station=terminal.station)
        if json:
            say_json(found)
        else:
            heads = ["key", "station", "fingerprint", "by", "at (UTC)", "reason"]
            say_table(heads, _rows(found), "No keys.")


@keys.command()
def trust(context: typer.Context, fingerprint: _Fingerprint, *, json: _Json = False) -> None:
    """Count what another station's key signs, after comparing the whole fingerprint with that station."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        key = operations.trust_key(session, station=terminal.station, fingerprint="".join(fingerprint))
        _tell(key, f"The key of {key.station_name} is trusted.", json=json)


@keys.command()
def revoke(
    context: typer.Context,
    fingerprint: _Fingerprint,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    *,
    json: _Json = False,
) -> None:
    """Count nothing any more that a key signs or ever signed."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        whole = "".join(fingerprint)
        revoked = operations.revoke_key(session, station=terminal.station, fingerprint=whole, reason=reason)
        if json:
            say_json({"key": revoked.key.model_dump(mode="json"), "grey": _ids(revoked.grey)})
            return
        say(f"The key of {revoked.key.station_name} is revoked.")
        _say_grey(revoked.grey)


@keys.command()
def renew(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="Why, e.g. that the laptop's disk was copied.")] = "",
    *,
    json: _Json = False,
) -> None:
    """Take a new key pair for this station and revoke the old one here; sites deployed with it turn grey."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        renewed = operations.renew_key(session, station=terminal.station, reason=reason)
        if json:
            say_json({"key": renewed.key.model_dump(mode="json"), "revoked": renewed.revoked,
                      "grey": _ids(renewed.grey)})  # fmt: skip
            return
        say(f"This station signs with a new key: {renewed.key.spoken}")
        _say_grey(renewed.grey)
        say("On every other station: revoke the old key, then trust the new one after comparing all of it:")
        say(f"  rockfall-desktop keys revoke {renewed.revoked} --reason TEXT")


@keys.command()
def export(
    context: typer.Context,
    file: _File,
    *,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    json: _Json = False,
) -> None:
    """Write this station's public key to a file for other stations; it holds no secret."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        key = operations.export_key(session, station=terminal.station, path=file, overwrite=overwrite)
        _tell(key, f"Wrote {file}. Read the fingerprint to the other station: {key.spoken}", json=json)


@keys.command("import")
def import_(context: typer.Context, file: _File, *, json: _Json = False) -> None:
    """Note the key of another station's key file; it counts once an administrator trusts it."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        key = operations.import_key(session, station=terminal.station, path=file)
        state = "not trusted yet" if key.state is KeyState.SEEN else key.state.value
        words = f"The key of {key.station_name} is known here ({state})."
        if key.state is KeyState.SEEN:
            words += f" Compare it with that station, then: rockfall-desktop keys trust {key.spoken}"
        _tell(key, words, json=json)


def _rows(found: Iterable[StationKey]) -> Iterable[list[object]]:
    for key in found:
        at = "" if key.state is KeyState.OWN else f"{key.at:%Y-%m-%d %H:%M}"
        state = "not trusted" if key.state is KeyState.SEEN else key.state.value
        yield [state, key.station_name, key.spoken, key.by_name, at, key.reason]


def _ids(grey: Iterable[Deployment]) -> list[str]:
    return [one.deployment_id for one in grey]


def _say_grey(grey: Iterable[Deployment]) -> None:
    for one in grey:
        name = marked(one.site_name, simulated=one.simulated)
        say(f"{name} is grey from now on: deploy again: rockfall-desktop deploy {one.job_id}")


def _tell(key: StationKey, words: str, *, json: bool) -> None:
    if json:
        say_json(key)
    else:
        say(words)
