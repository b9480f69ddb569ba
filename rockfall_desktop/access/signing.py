"""Signatures: Ed25519 (RFC 8032). A key's name is its fingerprint, SHA-256 of the 32 bytes of the public key."""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64


def new_key() -> bytes:
    """A new private key, 32 bytes."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key(private: bytes) -> bytes:
    """The 32 bytes that everybody may know.

    Raises:
        ValueError: when the private key has not 32 bytes.
    """
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """The key's name: 64 hexadecimal digits.

    Raises:
        ValueError: when the key has not 32 bytes.
    """
    if len(public) != KEY_BYTES:
        raise ValueError("a public key has 32 bytes")
    return hashlib.sha256(public).hexdigest()


def sign(private: bytes, content: bytes) -> bytes:
    """The signature over a content, 64 bytes.

    Raises:
        ValueError: when the private key has not 32 bytes.
    """
    return Ed25519PrivateKey.from_private_bytes(private).sign(content)


def is_signed(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether a signature over exactly this content was made with the private half of a key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True
