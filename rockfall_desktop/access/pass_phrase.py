"""Wraps the store's data key under a pass phrase: Argon2id (RFC 9106) gives the key, AES-256-GCM wraps.

The calls with STRONG cost take about 0.3 s and 256 MiB: off the window's thread.
"""

import secrets
import unicodedata
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import NamedTuple

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rockfall_desktop.domain.errors import AccessRefused
from rockfall_desktop.domain.key_slot import KeyCost, WrappedKey

DATA_KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12
STRONG = KeyCost(memory_kib=256 * 1024, passes=3, lanes=2)
FLOOR = KeyCost(memory_kib=64 * 1024, passes=3, lanes=2)


class Derived(NamedTuple):
    """A key that a pass phrase gave.

    Attributes:
        key: 32 bytes.
        salt: random, 16 bytes.
        cost: of one guess.
    """

    key: bytes
    salt: bytes
    cost: KeyCost


class MemoryShort(AccessRefused):
    """The pass phrase could not be checked for want of memory: nothing is known about whether it is right."""


class WrongPassPhrase(AccessRefused):
    """The pass phrase does not open the slot, or there is no such user: both say the same."""

    def __init__(self) -> None:
        super().__init__("Not signed in", "Wrong name or pass phrase.", "Check the keyboard layout and try again.")


def new_data_key() -> bytes:
    """A random key for a new store, 32 bytes."""
    return secrets.token_bytes(DATA_KEY_BYTES)


def wrap(data_key: bytes, pass_phrase: str, user_id: str, cost: KeyCost) -> WrappedKey:
    """Wrap a data key for a user under a pass phrase at a given cost.

    Raises:
        MemoryShort: when the memory that the cost asks for is not to be had.
    """
    return wrap_strongly(data_key, pass_phrase, user_id, (cost,))


def wrap_strongly(
    data_key: bytes, pass_phrase: str, user_id: str, costs: tuple[KeyCost, ...] = (STRONG, FLOOR)
) -> WrappedKey:
    """Wrap at the first cost for which there is memory.

    Args:
        data_key: of the store.
        pass_phrase: by which the user signs in.
        user_id: whose way in it is; it opens as nobody else's.
        costs: dearest first.

    Raises:
        MemoryShort: when there is not even enough for the last one.
    """
    key, salt, cost = derive_strongly(pass_phrase, costs)
    nonce = secrets.token_bytes(NONCE_BYTES)
    wrapped = AESGCM(key).encrypt(nonce, data_key, _associated(cost, salt, user_id))
    return WrappedKey(cost=cost, salt=_text(salt), nonce=_text(nonce), wrapped=_text(wrapped))


def derive_strongly(pass_phrase: str, costs: tuple[KeyCost, ...]) -> Derived:
    """A key from a pass phrase and a new salt, at the first cost for which there is memory.

    Raises:
        MemoryShort: when there is not even enough for the last one.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    for cost in costs[:-1]:
        try:
            return Derived(derive(pass_phrase, salt, cost), salt, cost)
        except MemoryShort:
            continue
    return Derived(derive(pass_phrase, salt, costs[-1]), salt, costs[-1])


def derive(pass_phrase: str, salt: bytes, cost: KeyCost) -> bytes:
    """The key that a pass phrase gives with a salt, 32 bytes.

    Raises:
        MemoryShort: when the memory that the cost asks for is not to be had.
        ValueError: when the library takes no such cost or salt.
    """
    secret = unicodedata.normalize("NFC", pass_phrase).encode("utf-8", "surrogatepass")
    try:
        return hash_secret_raw(secret, salt, cost.passes, cost.memory_kib, cost.lanes, 32, Type.ID)
    except (HashingError, MemoryError) as error:
        if isinstance(error, HashingError) and "emory" not in str(error):
            raise ValueError(str(error)) from error
        raise MemoryShort(
            "The pass phrase could not be checked",
            f"The check needs {cost.memory_kib // 1024} MiB of memory and there is not that much free.",
            "Close other programs and try again; this try does not count.",
        ) from error


def unwrap(wrapped: WrappedKey, pass_phrase: str, user_id: str) -> bytes:
    """The data key, if it was wrapped for this user.

    Raises:
        WrongPassPhrase: when the pass phrase is not the one, or the slot was tampered with or is another user's.
        MemoryShort: when it could not be checked.
    """
    try:
        salt, nonce, sealed = (_bytes(text) for text in (wrapped.salt, wrapped.nonce, wrapped.wrapped))
        key = derive(pass_phrase, salt, wrapped.cost)
        data_key = AESGCM(key).decrypt(nonce, sealed, _associated(wrapped.cost, salt, user_id))
    except (InvalidTag, NotBase64, ValueError):
        raise WrongPassPhrase from None
    if len(data_key) != DATA_KEY_BYTES:
        raise WrongPassPhrase
    return data_key


def stand_in(cost: KeyCost) -> WrappedKey:
    """A slot that nobody's pass phrase opens: checking an unknown user takes as long as checking a known one."""
    return WrappedKey(
        cost=cost,
        salt=_text(secrets.token_bytes(SALT_BYTES)),
        nonce=_text(secrets.token_bytes(NONCE_BYTES)),
        wrapped=_text(secrets.token_bytes(DATA_KEY_BYTES + 16)),
    )


def _associated(cost: KeyCost, salt: bytes, user_id: str) -> bytes:
    terms = f"rockfall data key 2;argon2id;{cost.memory_kib};{cost.passes};{cost.lanes};{len(salt)};"
    return terms.encode() + salt + user_id.encode()


def _text(content: bytes) -> str:
    return b64encode(content).decode("ascii")


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)
