"""access.json: what is needed before the database opens. Plain text, 0600, written whole or not at all."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.domain.key_slot import KeySlot, Tries
from rockfall_desktop.domain.user_name import folded
from rockfall_desktop.domain.value import Value
from rockfall_desktop.files import write_file
from rockfall_desktop.store.file_lock import FileLock

LOCK_WAIT_S = 5.0
LARGEST_BYTES = 4 * 1024 * 1024


class AccessRecord(Value):
    """The content of access.json."""

    schema_version: Literal[1] = Field(default=1, description="Form of this file.")
    database_made: bool = Field(default=False, description="Whether the set-up made the database to its end.")
    slots: dict[str, KeySlot] = Field(default={}, description="By user name: the way into the store.")
    strangers: Tries = Field(default=Tries(), description="Tries under names that there are not, all together.")

    def known_name(self, name: str) -> str | None:
        """A name as it was written when its slot was made, however it is written now; None for an unknown one."""
        if name in self.slots:
            return name
        return next((known for known in self.slots if folded(known) == folded(name)), None)


class AccessFile:
    """The file, changed by one program at a time and synced to the disk before a call returns.

    Attributes:
        path: where it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> AccessRecord:
        """What it says; an empty record when there is no such file (a fresh home).

        Raises:
            StoreFault: when it is damaged or of a newer version.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return AccessRecord()
        except OSError as error:
            raise _damaged(self.path, error.strerror or str(error)) from error
        try:
            return AccessRecord.model_validate_json(content[:LARGEST_BYTES])
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the file"
            raise _damaged(self.path, f"{place}: {first['msg']}") from error

    def first_slot(self, name: str, slot: KeySlot) -> None:
        """Give the first user a way in; of two set-ups at once only one succeeds.

        Raises:
            AccessRefused: when there is a user already.
        """

        def first(record: AccessRecord) -> AccessRecord:
            if record.slots:
                raise AccessRefused("Set up already", f"{self.path} has a user.", "Sign in with name and pass phrase.")
            return record.model_copy(update={"slots": {name: slot}})

        self._change(first)

    def put_slot(self, name: str, slot: KeySlot, *, accounts: frozenset[str]) -> None:
        """Give a user a way in. Those of nobody who has an account go: they are left of tries that broke off.

        Args:
            name: by which they sign in.
            slot: their way in.
            accounts: ids of all others who have an account.

        Raises:
            WrongInput: when the name is somebody else's, however it is written.
        """

        def put(record: AccessRecord) -> AccessRecord:
            others = {known: one for known, one in record.slots.items() if one.user_id in accounts - {slot.user_id}}
            if record.model_copy(update={"slots": others}).known_name(name) is not None:
                raise WrongInput("The name is taken", f"There is a user {name}.", "Choose another name.")
            return record.model_copy(update={"slots": others | {name: slot}})

        self._change(put)

    def change_tries(self, name: str, change: Callable[[Tries], Tries]) -> KeySlot | None:
        """Change a user's count of tries, or that of all unknown names, and sync it to the disk.

        Call it BEFORE a pass phrase is checked, with a change that raises when there is still time to wait: looking
        and counting are one step, also against another program that tries at the same moment.

        Returns:
            The user's slot with the changed count; None for an unknown name.
        """

        def count(record: AccessRecord) -> AccessRecord:
            known = record.known_name(name)
            if known is None:
                return record.model_copy(update={"strangers": change(record.strangers)})
            slot = record.slots[known]
            slot = slot.model_copy(update={"tries": change(slot.tries)})
            return record.model_copy(update={"slots": record.slots | {known: slot}})

        record = self._change(count)
        known = record.known_name(name)
        return None if known is None else record.slots[known]

    def right_one(self, name: str) -> None:
        """Forget the tries of a user who just gave the right pass phrase, and those under unknown names."""

        def forget(record: AccessRecord) -> AccessRecord:
            known = record.known_name(name)
            slots = record.slots
            if known is not None:
                slots = slots | {known: slots[known].model_copy(update={"tries": Tries()})}
            return record.model_copy(update={"slots": slots, "strangers": Tries()})

        self._change(forget)

    def database_is_made(self) -> None:
        """Note that the database was made to its end: from now on a missing one is a loss."""
        self._change(lambda record: record.model_copy(update={"database_made": True}))

    def _change(self, change: Callable[[AccessRecord], AccessRecord]) -> AccessRecord:
        with self._alone():
            before = self.read()
            after = change(before)
            if after != before:
                write_file(self.path, after.model_dump_json(indent=1).encode(), mode=0o600)
            return after

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = _wait_for(self.path.with_name(f"{self.path.name}.lock"))
        with lock:
            yield


def _wait_for(path: Path) -> FileLock:
    give_up = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            lock = FileLock.take(path)
        except OSError as error:
            raise _damaged(path, error.strerror or str(error)) from error
        if lock is not None:
            return lock
        if time.monotonic() > give_up:
            raise StoreFault("Not signed in", f"{path}: another program has held it for too long.", "Try again.")
        time.sleep(0.005)


def _damaged(path: Path, reason: str) -> StoreFault:
    return StoreFault(
        "access.json cannot be read",
        f"{path}: {reason}.",
        "Put back access.json and rockfall.db together from a backup.",
    )
