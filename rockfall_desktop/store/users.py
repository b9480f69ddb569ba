"""The accounts of this station. What opens the store for them is in access.json; here is what they may do."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import apsw

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.user import Role, User
from rockfall_desktop.domain.user_name import folded
from rockfall_desktop.store.audit import note_deed
from rockfall_desktop.store.connection import rows
from rockfall_desktop.store.database import Store

_COLUMNS = "user_id, name, role, created_at"


class Users:
    """The accounts of a station."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, user: User) -> User:
        """Save a new account.

        Raises:
            WrongInput: when there is one of that name, however it is written.
        """
        with self._store.writing() as connection:
            _demand_free_name(connection, user)
            _insert(connection, user)
        return user

    def take_in(self, user: User, by_user_id: str, make_way_in: Callable[[frozenset[str]], None]) -> User:
        """Save the account of somebody who has one elsewhere, with an entry in the audit, and their way in.

        The way in is made first and the account last, one program at a time: what breaks off leaves at most a way in
        without an account, which lets nobody in and goes with the next account that is taken in.

        Args:
            user: who.
            by_user_id: the administrator.
            make_way_in: is given the ids of all who have an account already.

        Raises:
            WrongInput: when the user is here already, or there is one of that name, however it is written.
        """
        with self._store.writing() as connection:
            here = rows(connection, "select name from users where user_id = ?", (user.user_id,))
            if here:
                raise WrongInput(
                    "The account is here already", f"This user signs in here as {here[0][0]}.", "Nothing is to be done."
                )
            _demand_free_name(connection, user)
            make_way_in(frozenset(one for (one,) in rows(connection, "select user_id from users")))
            _insert(connection, user)
            note_deed(connection, self._store.now(), by_user_id, "account_taken_in", user.user_id)
        return user

    def add_first(self, user: User) -> User | None:
        """Save the account of a set-up; None, and nothing saved, when the store has one already."""
        with self._store.writing() as connection:
            if rows(connection, "select 1 from users limit 1"):
                return None
            _insert(connection, user)
        return user

    def read(self, user_id: str) -> User | None:
        """The account of an id, None when there is none."""
        found = self._store.rows(f"select {_COLUMNS} from users where user_id = ?", (user_id,))  # noqa: S608
        return _user(*found[0]) if found else None

    def list(self) -> tuple[User, ...]:
        """All accounts by name."""
        return tuple(_user(*row) for row in self._store.rows(f"select {_COLUMNS} from users order by name"))  # noqa: S608


def _demand_free_name(connection: apsw.Connection, user: User) -> None:
    if any(folded(name) == folded(user.name) for (name,) in rows(connection, "select name from users")):
        raise WrongInput("The name is taken", f"There is a user {user.name}.", "Choose another name.")


def _insert(connection: apsw.Connection, user: User) -> None:
    connection.execute(
        "insert into users (user_id, name, role, created_at) values (?, ?, ?, ?)",
        (user.user_id, user.name, user.role.value, user.created_at.astimezone(UTC).isoformat()),
    )


def _user(user_id: str, name: str, role: str, created_at: Any) -> User:
    return User(user_id=user_id, name=name, role=Role(role), created_at=datetime.fromisoformat(created_at))
