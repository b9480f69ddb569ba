"""Seals an account under a pass phrase, for a file that leaves this station: Argon2id (RFC 9106), AES-256-GCM.

The calls with STRONG cost take about 0.3 s and 256 MiB: off the window's thread.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import Field

from rockfall_desktop.access.pass_phrase import FLOOR, NONCE_BYTES, STRONG, derive, derive_strongly
from rockfall_desktop.domain.key_slot import KeyCost
from rockfall_desktop.domain.value import Value


class SealedAccount(Value):
    """A content that one pass phrase opens. Byte fields are hexadecimal: there is one way only to write them."""

    cost: KeyCost = Field(description="Cost of one guess.")
    salt: str = Field(pattern=r"^[0-9a-f]{32}$", description="Random salt of the pass phrase.")
    nonce: str = Field(pattern=r"^[0-9a-f]{24}$", description="Random nonce.")
    sealed: str = Field(pattern=r"^([0-9a-f]{2}){17,16384}$", description="The content, encrypted and authenticated.")


def seal_account(content: bytes, pass_phrase: str, costs: tuple[KeyCost, ...] = (STRONG, FLOOR)) -> SealedAccount:
    """Seal a content at the first cost for which there is memory.

    Raises:
        MemoryShort: when there is not even enough for the last one.
    """
    key, salt, cost = derive_strongly(pass_phrase, costs)
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, content, _associated(cost, salt))
    return SealedAccount(cost=cost, salt=salt.hex(), nonce=nonce.hex(), sealed=sealed.hex())


def unseal_account(account: SealedAccount, pass_phrase: str, own_costs: tuple[KeyCost, ...] = ()) -> bytes | None:
    """The content; None when it is another pass phrase, or any of it was changed.

    Args:
        account: from a file that anybody may have written.
        pass_phrase: to try.
        own_costs: costs that are accepted besides those from FLOOR to STRONG.

    Raises:
        ValueError: when one guess would cost another amount: nothing was computed.
        MemoryShort: when it could not be checked.
    """
    if account.cost not in own_costs and not _usual(account.cost):
        raise ValueError("its pass phrase would be checked at a cost that no station asks for")
    salt, nonce, sealed = (bytes.fromhex(text) for text in (account.salt, account.nonce, account.sealed))
    key = derive(pass_phrase, salt, account.cost)
    try:
        return AESGCM(key).decrypt(nonce, sealed, _associated(account.cost, salt))
    except InvalidTag:
        return None


def _usual(cost: KeyCost) -> bool:
    return all(
        getattr(FLOOR, name) <= getattr(cost, name) <= getattr(STRONG, name)
        for name in ("memory_kib", "passes", "lanes")
    )


def _associated(cost: KeyCost, salt: bytes) -> bytes:
    """Other words than those of a data key's slot: neither can ever stand in for the other."""
    return f"rockfall account 1;argon2id;{cost.memory_kib};{cost.passes};{cost.lanes};".encode() + salt
