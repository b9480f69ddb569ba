"""Getting in: the set-up of a fresh home, signing in, locking. Slow by design: call it off the window's thread."""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.unlocking import count_try, foreign, unlocked, way_in

if TYPE_CHECKING:
    from rockfall_desktop.domain.user import Session, User


def user_names(*, station: Station) -> tuple[str, ...]:
    """Names that can sign in."""
    return station.user_names


def check_factory_password(*, station: Station, factory_password: str) -> None:
    """Whether the set-up step may be shown.

    Raises:
        AccessRefused: when the home has a user already, or it is another password.
    """
    from rockfall_desktop.access import factory  # noqa: PLC0415 - what a window without set-up never needs
    from rockfall_desktop.domain.key_slot import Tries  # noqa: PLC0415

    if station.is_open or not station.is_fresh:
        raise AccessRefused("Set up already", f"{station.home} has a user.", "Sign in with name and pass phrase.")
    count_try(station, "", closes=False)
    factory.check_factory_password(factory_password)
    station.access.change_tries("", lambda _: Tries())


def set_up(*, station: Station, factory_password: str, name: str, pass_phrase: str) -> "Session":
    """Make the first user, who is the administrator, and the encrypted store; sign them in.

    Raises:
        AccessRefused: when the home is set up already, or it is not the factory password.
        WrongInput: when name or pass phrase do not do.
        StoreFault: when there is a database without a way in.
    """
    check_factory_password(station=station, factory_password=factory_password)
    return first_entry(station=station, name=name, user_id=station.new_id(), pass_phrase=pass_phrase)


def first_entry(
    *, station: Station, name: str, user_id: str, pass_phrase: str, also: Callable[[], object] | None = None
) -> "Session":
    """The first user of a fresh home, after the factory password was given.

    Args:
        station: with the fresh home.
        name: of the user.
        user_id: UUIDv7.
        pass_phrase: of the user.
        also: what is noted before anybody is in; where that fails the home is set up, and nobody is signed in.

    Raises:
        AccessRefused, WrongInput, StoreFault: as `set_up`.
    """
    from rockfall_desktop.access.pass_phrase import new_data_key  # noqa: PLC0415 - the dialog stands without argon2
    from rockfall_desktop.access.rules import check_pass_phrase  # noqa: PLC0415

    name = checked_name(name)
    check_pass_phrase(pass_phrase, name)
    _demand_no_database(station)
    key = new_data_key()
    station.access.first_slot(name, way_in(station, user_id, key, pass_phrase))
    return _enter(station, name, user_id, key, also)


def sign_in(*, station: Station, name: str, pass_phrase: str) -> "Session":
    """Open the store with a user's pass phrase.

    Raises:
        AccessRefused: when name or pass phrase are wrong (which of them is not told), it is too early, or
            access.json is not that of the store.
        StoreFault: when the database cannot be used.
    """
    name = name.strip()
    slot, key = unlocked(station, name, pass_phrase)
    return _enter(station, station.access.read().known_name(name) or name, slot.user_id, key)


def lock(session: "Session", *, station: Station) -> None:
    """End a session. The store stays open for a job that runs; nothing else works until somebody signs in."""
    station.dismiss(session)


def _enter(
    station: Station, name: str, user_id: str, key: bytes, also: Callable[[], object] | None = None
) -> "Session":
    from rockfall_desktop.domain.user import Session  # noqa: PLC0415 - the dialog stands without these
    from rockfall_desktop.store.audit import Audit  # noqa: PLC0415
    from rockfall_desktop.store.bundle_files import remove_unlisted  # noqa: PLC0415
    from rockfall_desktop.store.crashed import interrupt_abandoned  # noqa: PLC0415

    with ExitStack() as refused:
        if _open(station, key):
            refused.callback(station.close)
        user = _account(station, name, user_id)
        interrupt_abandoned(station.store, station.files)
        remove_unlisted(station.store, station.files)
        Audit(station.store).add(user_id, "signed_in")
        if also is not None:
            also()
        refused.pop_all()
    token = secrets.token_urlsafe(32)
    return station.admit(
        Session(token=token, user_id=user_id, name=user.name, role=user.role, signed_in_at=station.now())
    )


def _open(station: Station, key: bytes) -> bool:
    """Open the store, or see that it is; whether this call opened it.

    One that is open behind the lock opens for its own key only, as a closed one does.
    """
    from rockfall_desktop.store.database import open_store  # noqa: PLC0415

    if station.is_open:
        if not station.store.has_key(key):
            raise foreign(f"{station.files.access_file} does not belong to the open store.")
        return False
    made = station.access.read().database_made
    station.keep_open(open_store(station.files.database, key, now=station.now, make=not made))
    if not made:
        station.access.database_is_made()
    return True


def _account(station: Station, name: str, user_id: str) -> "User":
    """Who it is; the first one of an empty store is the administrator, and nobody else becomes one by asking."""
    from rockfall_desktop.domain.user import Role, User  # noqa: PLC0415
    from rockfall_desktop.store.users import Users  # noqa: PLC0415

    users = Users(station.store)
    first = User(user_id=user_id, name=name, role=Role.ADMIN, created_at=station.now())
    user = users.read(user_id) or users.add_first(first)
    if user is None:
        raise AccessRefused(
            "Not signed in",
            f"The store has no account for {name}.",
            "If it was being taken in from an account file, take it in again; else put back access.json and"
            " rockfall.db together from a backup.",
        )
    return user


def checked_name(name: str) -> str:
    """A name by which somebody may sign in: in NFC, without spaces around it.

    Raises:
        WrongInput: when it does not do.
    """
    from rockfall_desktop.domain.user_name import checked_user_name  # noqa: PLC0415 - what signing in never needs

    try:
        return checked_user_name(name)
    except ValueError as error:
        raise WrongInput("The name does not do", str(error), "Choose another name.") from error


def _demand_no_database(station: Station) -> None:
    database = station.files.database
    if database.exists() and database.stat().st_size:
        raise StoreFault(
            "The way in is missing",
            f"{database} is there, but access.json beside it is not.",
            "Put back access.json from a backup, or choose another home folder.",
        )
