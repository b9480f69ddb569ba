"""Where the office is and how to get in: read by everybody, tried and saved by administrators, used by the sync."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from rockfall_desktop.domain.errors import AccessRefused, StoreFault
from rockfall_desktop.domain.office import OfficeAddress, OfficeCheck, OfficeSettings, SecretPlace
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.office_address import checked_address
from rockfall_desktop.operations.office_preparing import office_check
from rockfall_desktop.operations.office_secret import NOWHERE, KeptSecret, door, keep, open_kept, read_kept
from rockfall_desktop.operations.station import Station

if TYPE_CHECKING:
    from rockfall_desktop.domain.office_exchange import Office
    from rockfall_desktop.store.settings import Settings

ADDRESS, PASSWORD = "office", "office_password"
NAMED = 2


def office_settings(session: Session, *, station: Station) -> OfficeSettings:
    """Where the office is and where its password lies; never the password."""
    station.demand(session)
    return _told(office_address(station), _kept(station))


def save_office(
    session: Session, *, station: Station, address: OfficeAddress, password: str | None = None
) -> OfficeSettings:
    """Save where the office is. May ask the system's keyring: seconds, never on the window's thread.

    Args:
        session: of an administrator.
        station: the installed copy.
        address: without hosts there is no office any more, and the password is forgotten.
        password: to keep; empty: forget it; None: as it was, unless it was given for another door.

    Raises:
        AccessRefused: to others than administrators.
        AddressFaults: with every field that does not do.
    """
    from rockfall_desktop.store.audit import Audit  # noqa: PLC0415 - the dialog stands without SQLite

    demand_administrator(session, station=station)
    address = checked_address(address.model_dump(), has_password=bool(password))
    before = _kept(station, forgiving=True)
    kept = _kept_anew(station, address, password, before)
    secret = None if kept is None else kept.model_dump_json()
    _settings(station).save({ADDRESS: address.model_dump_json()}, {PASSWORD: secret})
    if kept is None and before is not None and before.place is SecretPlace.KEYRING:
        _forget_key(station, before)
    Audit(station.store).add(session.user_id, "office_saved", address.hosts)
    return _told(address, kept)


def check_office(
    session: Session, *, station: Station, address: OfficeAddress, password: str | None = None
) -> OfficeCheck:
    """Try an address as it is typed, saved or not. Takes seconds.

    Args:
        session: of an administrator.
        station: the installed copy.
        address: to try.
        password: to try; None: the one that is kept, if it was given for this door.

    Raises:
        AccessRefused: to others than administrators.
        AddressFaults: with every field that does not do.
        OfficeUnreachable, OfficeRefused: what the office, or the keyring, said.
    """
    demand_administrator(session, station=station)
    address = checked_address(address.model_dump(), has_password=bool(password))
    if password is None:
        password = open_kept(_kept(station), address, station.keyring, by_person=True)
    from rockfall_desktop.remote.connecting import connect  # noqa: PLC0415 - pymongo is loaded when it is needed

    with connect(address, password or None, now=station.now) as connection:
        return office_check(connection)


def connect_office(station: Station) -> "Office | None":
    """A connection for the sync, which is the station's own and needs no session; None without an office.

    Raises:
        OfficeUnreachable: when it does not answer now.
        OfficeRefused: when it, or the keyring, will not.
        WrongInput: when what was saved cannot be used any more.
    """
    address = office_address(station)
    if not address.given:
        return None
    password = open_kept(_kept(station), address, station.keyring)
    from rockfall_desktop.remote.connecting import connect  # noqa: PLC0415
    from rockfall_desktop.remote.office import MongoOffice  # noqa: PLC0415

    return MongoOffice(connect(address, password, now=station.now))


def ask_keyring_again(session: Session, *, station: Station) -> None:
    """Somebody may have unlocked the system's keyring: the next connection asks it, whatever it said last."""
    station.demand(session)
    station.keyring.ask_again()


def office_address(station: Station) -> OfficeAddress:
    """The address that was saved, an empty one when none was; it holds no secret.

    Raises:
        StoreFault: when it was saved in a form that this version does not know.
    """
    body = _settings(station).read(ADDRESS)
    if body is None:
        return OfficeAddress()
    try:
        return OfficeAddress.model_validate_json(body)
    except ValidationError as error:
        raise StoreFault(
            "The office's address cannot be read", "It was saved in another form.", "Save it again under Settings."
        ) from error


def demand_administrator(session: Session, *, station: Station) -> Session:
    """The session, if it lives and is an administrator's.

    Raises:
        AccessRefused: when it is not.
    """
    if station.demand(session).role is not Role.ADMIN:
        raise AccessRefused(
            "Only administrators may do this", f"{session.name} is no administrator.", "Ask one to do it."
        )
    return session


def _told(address: OfficeAddress, kept: KeptSecret | None) -> OfficeSettings:
    if kept is None or kept.door != door(address):
        return OfficeSettings(address=address, secret=SecretPlace.NOWHERE, secret_words=NOWHERE)
    return OfficeSettings(address=address, secret=kept.place, secret_words=kept.words)


def _kept_anew(
    station: Station, address: OfficeAddress, password: str | None, before: KeptSecret | None
) -> KeptSecret | None:
    if not address.given or password == "":
        return None
    if password is not None:
        return keep(password, address, before, station.keyring)
    return before if before is not None and before.door == door(address) else None


def _forget_key(station: Station, before: KeptSecret) -> None:
    """The password is gone from the store; its key is worth nothing, and one that cannot be removed does no harm."""
    from rockfall_desktop.access.keyring_place import KeyringUnusable  # noqa: PLC0415

    try:
        station.keyring.remove(before.item)
    except KeyringUnusable:
        return


def _kept(station: Station, *, forgiving: bool = False) -> KeptSecret | None:
    try:
        return read_kept(_settings(station).read_secret(PASSWORD))
    except StoreFault:
        if forgiving:  # it is about to be written anew
            return None
        raise


def _settings(station: Station) -> "Settings":
    from rockfall_desktop.store.settings import Settings  # noqa: PLC0415

    return Settings(station.store)
