"""What the administrator of an office does: its collections, the role of stations, a user for each station.

None of it needs a session: it touches nothing of this station, and the office's own password decides.
"""

import secrets
from typing import TYPE_CHECKING, Any, NamedTuple

from rockfall_desktop.domain.office import OfficeAddress, OfficeCheck
from rockfall_desktop.operations.office_address import checked_address

if TYPE_CHECKING:
    from rockfall_desktop.remote.connecting import Connection

_PASSWORD_BYTES = 24
_BEYOND = 2**62  # nothing is newer


class Prepared(NamedTuple):
    """What was done at an office.

    Attributes:
        done: a sentence each; nothing where all was as it must be.
        found: how the office stands afterwards.
    """

    done: tuple[str, ...]
    found: OfficeCheck


class StationUser(NamedTuple):
    """A user that was made for a station.

    Attributes:
        user: name.
        password: told this once and kept nowhere.
    """

    user: str
    password: str


def prepare_office(address: OfficeAddress, password: str | None, *, with_roles: bool = False) -> Prepared:
    """Make what is missing at an office, and mend what is other than it must be. Doing it again does nothing.

    Args:
        address: with the user of the office's administrator.
        password: of that user.
        with_roles: also make the role of stations, or give it exactly the rights that it must have.

    Raises:
        WrongInput: when the address cannot be used.
        OfficeUnreachable, OfficeRefused: what the office said.
    """
    from rockfall_desktop.remote.connecting import connect  # noqa: PLC0415 - pymongo is loaded when it is needed
    from rockfall_desktop.remote.roles import prepare_role  # noqa: PLC0415
    from rockfall_desktop.remote.shape import prepare  # noqa: PLC0415

    with connect(_checked(address, password), password or None) as connection:
        done = prepare(connection)
        if with_roles:
            done += prepare_role(connection)
        return Prepared(done, office_check(connection))


def inspect_office(address: OfficeAddress, password: str | None) -> OfficeCheck:
    """How an office stands; nothing is changed.

    Raises:
        WrongInput: when the address cannot be used.
        OfficeUnreachable, OfficeRefused: what the office said.
    """
    from rockfall_desktop.remote.connecting import connect  # noqa: PLC0415

    with connect(_checked(address, password), password or None) as connection:
        return office_check(connection)


def tell_restored(address: OfficeAddress, password: str | None) -> OfficeCheck:
    """After a backup of the office was put back: let every station send what it made once more. How the office stands.

    A station sees by itself that the office's numbers went back, unless others have driven them on since.

    Raises:
        WrongInput: when the address cannot be used.
        OfficeUnreachable, OfficeRefused: what the office said; it may not be prepared.
    """
    from rockfall_desktop.remote.connecting import connect  # noqa: PLC0415
    from rockfall_desktop.remote.office import MongoOffice  # noqa: PLC0415

    with connect(_checked(address, password), password or None) as connection:
        found = office_check(connection)
        office = MongoOffice(connection)
        office.begin_new_life(office.pull(_BEYOND, 1).life)
        return found


def add_station_user(address: OfficeAddress, password: str | None, *, user: str) -> StationUser:
    """Make the user of one station, with a password that nobody chose.

    Raises:
        WrongInput: when the address or the name cannot be used.
        OfficeUnreachable, OfficeRefused: what the office said.
    """
    from rockfall_desktop.remote.connecting import connect  # noqa: PLC0415
    from rockfall_desktop.remote.roles import add_station  # noqa: PLC0415

    made = StationUser(user, secrets.token_urlsafe(_PASSWORD_BYTES))
    with connect(_checked(address, password), password or None) as connection:
        add_station(connection, made.user, made.password)
    return made


def station_role(database: str) -> dict[str, Any]:
    """The command that makes the role of stations, for who makes it by other means."""
    from rockfall_desktop.remote import roles  # noqa: PLC0415

    return roles.station_role(database)


def office_check(connection: "Connection") -> OfficeCheck:
    """How the office of an open connection stands; nothing is changed.

    Raises:
        OfficeUnreachable, OfficeRefused: what the office said.
    """
    from rockfall_desktop.remote.shape import check  # noqa: PLC0415

    missing = check(connection)
    return OfficeCheck(
        server=connection.server,
        replica_set=connection.replica_set,
        encrypted=connection.encrypted,
        prepared=not missing,
        cautions=(*connection.cautions, *missing),
    )


def _checked(address: OfficeAddress, password: str | None) -> OfficeAddress:
    return checked_address(address.model_dump(), has_password=bool(password))
