"""Accounts: a file that carries one to another station, and taking it in there. Slow: off the window's thread."""

from pathlib import Path

from rockfall_desktop.domain.account_file import AccountFile, OpenedAccount
from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.station_key import KeyState, StationKey
from rockfall_desktop.domain.user import Role, Session, User
from rockfall_desktop.operations.export_place import demand_place
from rockfall_desktop.operations.identity import known_key, own_station_key
from rockfall_desktop.operations.key_claims import see_proven
from rockfall_desktop.operations.office_settings import demand_administrator
from rockfall_desktop.operations.sign_in import check_factory_password, checked_name, first_entry
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.unlocking import unlocked_again, way_in


def list_accounts(session: Session, *, station: Station) -> tuple[User, ...]:
    """The accounts of this station by name; to others than administrators their own alone. Light.

    Raises:
        AccessRefused: without a living session.
    """
    from rockfall_desktop.store.users import Users  # noqa: PLC0415 - SQLite loads here

    station.demand(session)
    found = Users(station.store).list()
    return found if session.role is Role.ADMIN else tuple(user for user in found if user.user_id == session.user_id)


def export_account(
    session: Session, *, station: Station, path: Path, pass_phrase: str, overwrite: bool = False
) -> AccountFile:
    """Write one's own account to a file, sealed under one's own pass phrase, for another station. Slow.

    Args:
        session: of the account.
        station: where it is.
        path: of the file, best with the ending `domain.account_file.SUFFIX`.
        pass_phrase: by which the user signs in here; a wrong one counts as a try.
        overwrite: whether a file that is there is replaced.

    Raises:
        AccessRefused: without a living session, when it is another pass phrase, or it is too early to try.
        WrongInput: when there is a file already, the path names none, or it lies in the home folder.
        StoreFault: when it cannot be written; what was there before is unchanged.
    """
    from rockfall_desktop.operations.account_files import write_account  # noqa: PLC0415 - argon2 and cryptography load here
    from rockfall_desktop.store.audit import Audit  # noqa: PLC0415 - SQLite loads here
    from rockfall_desktop.store.users import Users  # noqa: PLC0415

    station.demand(session)
    demand_place(station, path, overwrite=overwrite)
    unlocked_again(station, session, pass_phrase)
    user = Users(station.store).read(session.user_id)
    if user is None:
        raise AccessRefused("Nothing was exported", "This station has no such account.", "Sign in again.")
    account = _account_of(user, own_station_key(station), station)
    Audit(station.store).add(session.user_id, "account_exported", session.user_id)
    write_account(station, path, account, pass_phrase)
    return account


def open_account(*, station: Station, path: Path, pass_phrase: str) -> OpenedAccount:
    """Look into an account file. Needs no session: the pass phrase opens it, and nothing is taken. Slow.

    Raises:
        AccessRefused: when the pass phrase does not open it.
        WrongInput: when it is no account file, of a newer version, damaged, or not as its station signed it.
    """
    from rockfall_desktop.operations.account_files import read_account  # noqa: PLC0415 - argon2 and cryptography load here

    account = read_account(station, path, pass_phrase)
    key = _key_of(station, account) if station.is_open else None
    return OpenedAccount(account=account, key_state=None if key is None else key.state)


def look_at_account(session: Session, *, station: Station, path: Path, pass_phrase: str) -> OpenedAccount:
    """Look into an account file before it is taken in. Slow.

    For an administrator a key that was never seen is noted, so that it can be trusted once it was compared.

    Raises:
        AccessRefused: without a living session; and as `open_account`.
        WrongInput: as `open_account`.
    """
    station.demand(session)
    opened = open_account(station=station, path=path, pass_phrase=pass_phrase)
    if opened.key_state is not None or session.role is not Role.ADMIN:
        return opened
    return opened.model_copy(update={"key_state": see_proven(station, opened.account).state})


def set_up_from_account(
    *, station: Station, factory_password: str, path: Path, pass_phrase: str, name: str = ""
) -> Session:
    """Set a fresh home up for somebody who has an account elsewhere; sign them in. Slow.

    They are the administrator here, whatever they may do there. The key of the other station is noted as seen: what it
    signed counts once its whole fingerprint was compared and trusted.

    Args:
        station: with a fresh home.
        factory_password: as for `set_up`.
        path: of the account file.
        pass_phrase: of the file, and from now on by which they sign in here.
        name: by which they sign in here; that of the file when none is given.

    Raises:
        AccessRefused: when the home is set up already, or either password is another one.
        WrongInput: when it is no good account file, or name or pass phrase do not do.
        StoreFault: when there is a database without a way in; or the other station's key could not be noted: the home
            is set up then, nobody is signed in, and the key is to be imported by its file.
    """
    from rockfall_desktop.operations.account_files import read_account  # noqa: PLC0415 - argon2 and cryptography load here
    from rockfall_desktop.store.audit import Audit  # noqa: PLC0415 - SQLite loads here

    check_factory_password(station=station, factory_password=factory_password)
    account = read_account(station, path, pass_phrase)

    def note() -> None:
        see_proven(station, account)
        Audit(station.store).add(account.user_id, "account_taken_in", account.user_id)

    name = name.strip() or account.name
    return first_entry(station=station, name=name, user_id=account.user_id, pass_phrase=pass_phrase, also=note)


def take_account_in(
    session: Session,
    *,
    station: Station,
    path: Path,
    pass_phrase: str,
    own_pass_phrase: str,
    role: Role = Role.ENGINEER,
    name: str = "",
    seen: AccountFile | None = None,
) -> User:
    """Let somebody in who has an account on another station whose key is trusted here. Slow.

    Args:
        session: of an administrator.
        station: that they are to use too.
        path: of their account file.
        pass_phrase: of the file, and from now on by which they sign in here.
        own_pass_phrase: the administrator's; it opens the data key. A wrong one counts as a try.
        role: what they may do here, whatever they may do there.
        name: by which they sign in here; that of the file when none is given.
        seen: what was shown of the file, which it must still say.

    Raises:
        AccessRefused: to others than administrators, when either pass phrase is another one, or the key that signed the
            file is not trusted here: anybody could write a file with somebody else's id.
        WrongInput: when it is no good file, not what was seen, its user is here already, or name or phrase do not do.
        StoreFault: when it could not be saved.
    """
    from rockfall_desktop.access.rules import check_pass_phrase  # noqa: PLC0415 - what the window's start never needs
    from rockfall_desktop.operations.account_files import read_account  # noqa: PLC0415 - argon2 loads here
    from rockfall_desktop.store.users import Users  # noqa: PLC0415

    demand_administrator(session, station=station)
    data_key = unlocked_again(station, session, own_pass_phrase)
    account = read_account(station, path, pass_phrase)
    _demand_seen(path, account, seen)
    _demand_trusted(station, account)
    name = checked_name(name.strip() or account.name)
    check_pass_phrase(pass_phrase, name)
    slot = way_in(station, account.user_id, data_key, pass_phrase)
    demand_administrator(session, station=station)
    user = User(user_id=account.user_id, name=name, role=role, created_at=station.now())
    put = station.access.put_slot
    return Users(station.store).take_in(user, session.user_id, lambda here: put(name, slot, accounts=here))


def _account_of(user: User, key: StationKey, station: Station) -> AccountFile:
    return AccountFile(
        user_id=user.user_id,
        name=user.name,
        role=user.role,
        created_at=user.created_at,
        exported_at=station.now(),
        station_id=key.station_id,
        station_name=key.station_name,
        key_id=key.fingerprint,
        public_key=key.public_key,
    )


def _key_of(station: Station, account: AccountFile) -> StationKey | None:
    """The key of an account file as it is known here; None when it was never seen.

    Raises:
        WrongInput: when it is known here as another station's.
    """
    key = known_key(station, account.key_id)
    if key is not None and key.station_id != account.station_id:
        raise WrongInput(
            "The account file is refused",
            f"Its key is known here as that of {key.station_name}, another station than it names.",
            "Nothing of it was used. Ask whoever gave it to you.",
        )
    return key


def _demand_seen(path: Path, account: AccountFile, seen: AccountFile | None) -> None:
    if seen is not None and account != seen:
        raise WrongInput(
            "The file is another one now",
            f"{path} does not say any more what was shown.",
            "Nothing was taken. Look at it again.",
        )


def _demand_trusted(station: Station, account: AccountFile) -> None:
    key = _key_of(station, account)
    if key is not None and key.state in {KeyState.OWN, KeyState.TRUSTED}:
        return
    if key is not None and key.state is KeyState.REVOKED:
        raise AccessRefused(
            "The account file is refused",
            f"The key {account.key_id} of {account.station_name} that signed it was revoked here.",
            "Nothing of it was used.",
        )
    see_proven(station, account)
    raise AccessRefused(
        "The account file is not trusted yet",
        f"It is signed with the key {account.key_id}, which says that it is that of {account.station_name}.",
        f"Compare the whole fingerprint with that station, then: rockfall-desktop keys trust {account.key_id}",
    )
