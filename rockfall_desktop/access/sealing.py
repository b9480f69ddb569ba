"""Seals a short secret under a random key: AES-256-GCM (NIST SP 800-38D) with a fresh nonce of 96 bits each time."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


def new_sealing_key() -> bytes:
    """A random key, 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, content: bytes, bound: bytes) -> bytes:
    """The content encrypted, nonce first; it opens only together with what it is bound to.

    Raises:
        ValueError: when the key is not 32 bytes long.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_checked(key)).encrypt(nonce, content, bound)


def unseal(key: bytes, sealed: bytes, bound: bytes) -> bytes | None:
    """The content; None when it is another key or none, bound to something else, or was changed."""
    try:
        return AESGCM(_checked(key)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        return None


def _checked(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError("the sealing key has 32 bytes")
    return key
