"""A job in the bytes of the office: what was signed comes back to the byte, what is laid out otherwise says nothing."""

import re
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rockfall_desktop.access.signing import is_signed, new_key, public_key, sign
from rockfall_desktop.domain.office_exchange import PulledJob
from rockfall_desktop.remote.encoding import decode, encode_signed
from rockfall_desktop.remote.job_layout import laid_out, read_job, shortened
from tests.office_documents import AT, SIGNATURE, id_of, job
from tests.unit.remote.test_encoding import NAMES, PLAIN

MOST = 2**60
_SIGNATURE = re.compile("[0-9a-f]{128}")
RAW = laid_out(id_of(1), encode_signed(job()), SIGNATURE, 7)


def read(raw: bytes) -> PulledJob:
    return read_job(raw, 1, MOST)


def pieces(**changes: bytes) -> bytes:
    """The document with some of its parts replaced; an empty one is left out."""
    parts = {
        "id": bson.encode({"_id": id_of(1)})[4:-1],
        "content": encode_signed(job())[4:-1],
        "signature": bson.encode({"signature": SIGNATURE})[4:-1],
        "sequence": b"\x12sequence\0" + struct.pack("<q", 7),
    } | changes
    inner = b"".join(parts.values())
    return struct.pack("<i", len(inner) + 5) + inner + b"\0"


def test_that_the_bytes_are_a_document_of_the_driver() -> None:
    assert pieces() == RAW
    whole = bson.decode(RAW)
    assert (list(whole)[:1], list(whole)[-2:]) == (["_id"], ["signature", "sequence"])
    assert (whole["_id"], whole["sequence"], whole["logs"][0]["text"]) == (id_of(1), 7, "Epoch 1 of 10")


SIGNED_NAMES = NAMES.filter(lambda name: name not in {"_id", "signature", "sequence"})


@settings(max_examples=40)
@given(st.dictionaries(SIGNED_NAMES, PLAIN, max_size=6))
def test_that_what_was_signed_comes_back_to_the_byte(document: dict[str, Any]) -> None:
    content = encode_signed(document)
    found = read(laid_out(id_of(1), content, SIGNATURE, 7))
    assert (found.sequence, found.job_id, found.content) == (7, id_of(1), content)
    assert decode(found.content) == document
    for name, value in document.items():
        plain = type(value) in {str, int, datetime}
        assert found.said[name] == (value if plain else None)


@pytest.mark.parametrize(
    "raw",
    [
        pieces(id=b""),
        pieces(signature=b""),
        pieces(sequence=b""),
        pieces(after=bson.encode({"status": "completed"})[4:-1]),
        pieces(content=encode_signed(job())[4:-1] + bson.encode({"status": "completed"})[4:-1]),
        pieces(content=encode_signed(job())[4:-1] + bson.encode({"sequence": 3})[4:-1]),
        pieces(content=bson.encode({"x": bson.Code("alert(1)", {})})[4:-1]),
        pieces(content=bson.encode({"x": bson.Regex("a*")})[4:-1]),
        b"\x05\0\0\0\0",
        b"",
        RAW[:-1],
        RAW[: len(RAW) // 2],
    ],
    ids=["no id", "no signature", "no number", "a field behind", "a field twice", "two numbers", "code", "expression",
         "nothing", "no bytes", "no end", "half"],
)  # fmt: skip
def test_that_what_no_station_lays_out_says_nothing(raw: bytes) -> None:
    found = read(raw)
    assert (found.said, found.content) == ({}, b"")
    assert 1 <= found.sequence <= MOST


def test_that_of_two_numbers_the_first_counts_by_which_the_server_sorts() -> None:
    first = bson.encode({"sequence": bson.Int64(3)})[4:-1]
    assert read(pieces(id=bson.encode({"_id": id_of(1)})[4:-1] + first)).sequence == 3


@pytest.mark.parametrize("number", [0, -1, 101, 2**62, "5", 5.5, None])
def test_that_a_number_that_cannot_be_is_the_least_that_can(number: Any) -> None:
    value = bson.Int64(number) if isinstance(number, int) else number
    raw = pieces(sequence=bson.encode({"sequence": value})[4:-1])
    assert read_job(raw, 40, 100).sequence == 40


@pytest.mark.parametrize("milliseconds", [2**63 - 1, -(2**63), 253_402_300_800_000])
def test_that_a_time_that_python_has_not_is_none_and_breaks_nothing(milliseconds: int) -> None:
    element = b"\x09created_at\0" + struct.pack("<q", milliseconds)
    found = read(pieces(content=element))
    assert found.said["created_at"] is None
    with pytest.raises(ValueError, match=r"date|year|range"):
        decode(found.content)


@given(st.binary(max_size=200))
def test_that_any_bytes_are_read_without_a_fault(raw: bytes) -> None:
    for one in (raw, RAW[:4] + raw, RAW[:60] + raw + RAW[60:]):
        assert isinstance(read(one), PulledJob)


def test_that_no_flipped_bit_passes_for_what_was_signed() -> None:
    private = new_key()
    public, content = public_key(private), encode_signed(job())
    raw = laid_out(id_of(1), content, sign(private, content).hex(), 7)
    passed = 0
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1 << (place % 8)
        found = read(bytes(changed))
        signature = str(found.said.get("signature"))
        if _SIGNATURE.fullmatch(signature) and is_signed(public, found.content, bytes.fromhex(signature)):
            passed += 1
            assert found.content == content
    assert passed > 0  # of the id there and of the number, which nobody signed


def test_that_the_short_form_lacks_lines_and_epochs_but_the_last() -> None:
    epochs = [{"epoch": number, "at": AT + timedelta(seconds=number)} for number in range(1, 13)]
    for metrics in (epochs, epochs[:1], []):
        document = job(metrics=metrics, logs=[{"text": "x"}] * 20)
        del document["signature"]
        short = decode(shortened(encode_signed(document)))
        assert short == document | {"metrics": metrics[-1:], "logs": []}
    assert decode(shortened(encode_signed({"logs": "text", "metrics": 3}))) == {"logs": "text", "metrics": 3}


def test_that_times_come_back_in_utc() -> None:
    found = read(RAW)
    assert found.said["created_at"] == AT
    assert found.said["created_at"].tzinfo is UTC
