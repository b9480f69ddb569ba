"""Who may do what at the office: the role of stations, and users that have it and nothing else.

A station may read everything, write jobs, move pointers and counters, and add facts, keys and files; it may remove
nothing, rename nothing, and change no rule. What the role cannot tell apart (whose job it is) the signature does.
"""

import re
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

from rockfall_desktop.domain.errors import OfficeRefused, WrongInput
from rockfall_desktop.remote.connecting import Connection
from rockfall_desktop.remote.faults import spoken_office

ROLE = "rockfallStation"
USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", re.ASCII)
_WRITTEN_AGAIN = ("training_jobs", "active_deployments", "counters")
_ADDED_ONCE = (
    "model_deployments",
    "station_keys",
    "bundles.files",
    "bundles.chunks",
    "job_logs.files",
    "job_logs.chunks",
)
_LOOK = ["find", "listCollections", "listIndexes"]
_USER_EXISTS = 51003


def station_role(database: str) -> dict[str, Any]:
    """The command that makes the role in the office's database, as `mongosh` takes it too (`db.runCommand`)."""
    rights = [
        ("", _LOOK),
        *((name, ["insert", "update"]) for name in _WRITTEN_AGAIN),
        *((name, ["insert"]) for name in _ADDED_ONCE),
    ]
    privileges = [{"resource": {"db": database, "collection": name}, "actions": actions} for name, actions in rights]
    return {"createRole": ROLE, "privileges": privileges, "roles": []}


def prepare_role(connection: Connection) -> tuple[str, ...]:
    """Make the role of stations, or give it exactly the rights that it must have.

    Raises:
        OfficeRefused: when the user may not.
    """
    database = connection.database
    wanted = station_role(database.name)
    with spoken_office():
        known = database.command("rolesInfo", ROLE, showPrivileges=True)["roles"]
        if not known:
            database.command(wanted)
            return (f"Made the role {ROLE}.",)
        if _rights(known[0]["privileges"]) == _rights(wanted["privileges"]) and not known[0]["roles"]:
            return ()
        database.command("updateRole", ROLE, privileges=wanted["privileges"], roles=[])
    return (f"Gave the role {ROLE} the rights that it must have.",)


def add_station(connection: Connection, user: str, password: str) -> None:
    """Make the user of one station, who has the role of stations and nothing else.

    Raises:
        WrongInput: when the name cannot be one.
        OfficeRefused: when there is a user of this name, the role is missing, or the user may not.
    """
    if not USER.fullmatch(user):
        words = "A station's user has 1 to 63 letters, digits, dots, underscores or hyphens."
        raise WrongInput("The user cannot be made", words, "Choose another name.")
    users: Database[dict[str, Any]] = connection.client["admin"]
    role = {"role": ROLE, "db": connection.database.name}
    with spoken_office():
        try:
            users.command("createUser", user, pwd=password, roles=[role], mechanisms=["SCRAM-SHA-256"])
        except OperationFailure as error:
            if error.code != _USER_EXISTS:
                raise
            words = f"There is a user {user} at the office already."
            raise OfficeRefused("The user was not made", words, "Choose another name.") from None


def _rights(privileges: list[dict[str, Any]]) -> set[tuple[str, str, frozenset[str]]]:
    return {
        (str(one["resource"].get("db")), str(one["resource"].get("collection")), frozenset(one["actions"]))
        for one in privileges
    }
