"""Signatures and the names of keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rockfall_desktop.access.signing import fingerprint, is_signed, new_key, public_key, sign

# RFC 8032, 7.1, test 2
SECRET = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNED = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_that_keys_and_signatures_are_those_of_the_standard() -> None:
    assert public_key(SECRET) == PUBLIC
    assert sign(SECRET, b"\x72") == SIGNED
    assert is_signed(PUBLIC, b"\x72", SIGNED)
    assert fingerprint(PUBLIC) == "39f713d0a644253f04529421b9f51b9b08979d08295959c4f3990ee617f5139f"


@given(content=st.binary(max_size=200), other=st.binary(max_size=200))
def test_that_a_signature_fits_its_own_content_only(content: bytes, other: bytes) -> None:
    signature = sign(SECRET, content)
    assert is_signed(PUBLIC, content, signature)
    assert is_signed(PUBLIC, other, signature) == (content == other)
    assert not is_signed(public_key(new_key()), content, signature)


@pytest.mark.parametrize("wrong", [b"", b"x", SIGNED[:-1], SIGNED + b"\0", bytes(64)])
def test_that_what_is_no_signature_does_not_fit(wrong: bytes) -> None:
    assert not is_signed(PUBLIC, b"\x72", wrong)
    assert not is_signed(PUBLIC[:-1], b"\x72", SIGNED)


def test_that_a_key_has_32_bytes() -> None:
    assert len(new_key()) == 32
    assert new_key() != new_key()
    with pytest.raises(ValueError, match="32 bytes"):
        fingerprint(PUBLIC[:-1])
    with pytest.raises(ValueError, match="32 bytes"):
        sign(SECRET[:-1], b"")
