"""One short item in the system's own keyring; the only place where the library keyring is used.

The classes are named here and made directly. `keyring.get_keyring` takes whatever is installed and what an environment
variable says: with keyrings.alt that is a plain file, with PYTHON_KEYRING_BACKEND nothing at all.
"""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol, cast

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.threads import ASIDE

SERVICE = "rockfall-desktop"
LIMIT_S = 5.0
HOLD_S = 600.0
LONGEST = 64
NAMES = {"linux": "Secret Service", "darwin": "macOS Keychain", "win32": "Windows Credential Manager"}


class Backend(Protocol):
    """What is used of a class of keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept, None when nothing is."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""

    def delete_password(self, service: str, username: str) -> None:
        """Keep it no longer."""


class KeyringUnusable(RockfallError):
    """The keyring is not there, locked, or does not answer; `message` says which."""


class KeyringPlace:
    """The keyring of this computer. Every call ends within the limit, also while the system asks for a password.

    What was read once is remembered, so that a keyring that is locked again ends no connection. A refusal is not asked
    about again for ten minutes, unless a person asks: each question may open a window of the system.

    Attributes:
        name: what the keyring is called.
    """

    def __init__(
        self,
        make: Callable[[], Backend] | None = None,
        *,
        limit_s: float = LIMIT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = NAMES.get(sys.platform, "keyring")
        self._make = make or system_backend
        self._limit_s = limit_s
        self._clock = clock
        self._turn = threading.Lock()
        self._hanging: threading.Thread | None = None
        self._refused: tuple[float, KeyringUnusable] | None = None
        self._known: dict[str, str] = {}

    def read(self, item: str, *, by_person: bool = False) -> str | None:
        """What is kept under a name, None when nothing is.

        Raises:
            KeyringUnusable: when the keyring does not tell.
        """
        if item not in self._known:
            self._demand_hope(by_person=by_person)
            self._in_time(lambda: self._take(item, self._make().get_password(SERVICE, item)))
        return self._known.get(item)

    def write(self, item: str, secret: str) -> None:
        """Keep a text of at most 64 characters and see that it is kept.

        Raises:
            KeyringUnusable: when it is not.
            ValueError: when it is longer: Windows keeps 1,280 characters at most.
        """
        if not 0 < len(secret) <= LONGEST:
            raise ValueError(f"an item has 1 to {LONGEST} characters")

        def call() -> None:
            backend = self._make()
            backend.set_password(SERVICE, item, secret)
            if backend.get_password(SERVICE, item) != secret:
                raise self._unusable("does not keep what it is given")
            self._take(item, secret)

        self._in_time(call)

    def remove(self, item: str) -> None:
        """Keep a name's text no longer.

        Raises:
            KeyringUnusable: when the keyring does not answer, or has no such item.
        """
        self._known.pop(item, None)
        self._in_time(lambda: self._make().delete_password(SERVICE, item))

    def ask_again(self) -> None:
        """A person wants it tried: ask the keyring the next time, whatever it said last."""
        self._refused = None

    def _take(self, item: str, secret: str | None) -> None:
        if secret is not None:
            self._known[item] = secret

    def _demand_hope(self, *, by_person: bool) -> None:
        if self._refused is not None and not by_person and self._clock() - self._refused[0] < HOLD_S:
            raise self._refused[1]

    def _in_time(self, call: Callable[[], None]) -> None:
        """Run a call in a thread of its own; one that hangs is left to itself, and no second one is begun beside it."""
        with self._turn:
            try:
                self._run(call)
            except KeyringUnusable as problem:
                self._refused = (self._clock(), problem)
                raise
            self._refused = None

    def _run(self, call: Callable[[], None]) -> None:
        if self._hanging is not None and self._hanging.is_alive():
            raise self._slow()
        faults: list[Exception] = []

        def work() -> None:
            try:
                call()
            except Exception as problem:  # noqa: BLE001 - the library lets through whatever its backends raise
                faults.append(problem)

        thread = threading.Thread(target=work, name=ASIDE, daemon=True)
        thread.start()
        thread.join(self._limit_s)
        if thread.is_alive():
            self._hanging = thread
            raise self._slow()
        if faults:
            raise self._spoken(faults[0])

    def _spoken(self, problem: Exception) -> KeyringUnusable:
        if isinstance(problem, KeyringUnusable):
            return problem
        if type(problem).__name__ in {"KeyringLocked", "LockedException", "PromptDismissedException"}:
            return self._unusable("is locked", "Unlock it, or sign in to the computer with your password.")
        return self._unusable("cannot be reached")

    def _slow(self) -> KeyringUnusable:
        return self._unusable(
            f"does not answer within {self._limit_s:g} s",
            "It may be asking for its own password in another window.",
        )

    def _unusable(self, what: str, hint: str = "") -> KeyringUnusable:
        return KeyringUnusable("The keyring cannot be used", f"The {self.name} {what}.", hint)


def system_backend() -> Backend:
    """The one class of this platform, with nothing taken over from the environment.

    Raises:
        KeyringUnusable: on a platform without one.
        ImportError, RuntimeError: when what it needs is not installed.
    """
    backend = _system_class()()
    vars(backend).clear()  # KEYRING_PROPERTY_* would choose another collection or another time to live
    if sys.platform == "win32":
        backend.persist = "local machine"  # the default roams to other computers
    if sys.platform == "darwin":
        backend.keychain = None  # KEYCHAIN_PATH would name another file
    return cast(Backend, backend)


def _system_class() -> Callable[[], Any]:
    if sys.platform == "linux":
        from keyring.backends.SecretService import Keyring as Chosen  # noqa: PLC0415 - loaded when it is asked for
    elif sys.platform == "darwin":
        from keyring.backends.macOS import Keyring as Chosen  # noqa: PLC0415
    elif sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring as Chosen  # noqa: PLC0415
    else:
        raise KeyringUnusable("The keyring cannot be used", "This system has no keyring that the program knows.")
    return Chosen
