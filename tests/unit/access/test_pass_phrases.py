import statistics
import time
import unicodedata
from pathlib import Path

import pytest
from argon2.exceptions import HashingError

from rockfall_desktop.access import pass_phrase
from rockfall_desktop.access.pass_phrase import (
    FLOOR,
    STRONG,
    MemoryShort,
    WrongPassPhrase,
    new_data_key,
    stand_in,
    unwrap,
    wrap,
    wrap_strongly,
)
from rockfall_desktop.domain.errors import AccessRefused
from rockfall_desktop.domain.key_slot import KeyCost, WrappedKey

CHEAP = KeyCost(memory_kib=16, passes=1, lanes=1)
USER = "0190a000-0000-7000-8000-00000000000a"
PHRASE = "seven quiet geese over the quarry"


def test_that_the_right_pass_phrase_gives_back_the_data_key() -> None:
    key = new_data_key()
    assert len(key) == 32
    assert unwrap(wrap(key, PHRASE, USER, CHEAP), PHRASE, USER) == key


def test_that_two_keys_and_two_wrappings_of_one_key_have_nothing_in_common() -> None:
    key = new_data_key()
    first, second = wrap(key, PHRASE, USER, CHEAP), wrap(key, PHRASE, USER, CHEAP)
    assert new_data_key() != key
    assert len({first.salt, second.salt, first.nonce, second.nonce, first.wrapped, second.wrapped}) == 6


@pytest.mark.parametrize("wrong", ["", PHRASE + " ", PHRASE.upper(), PHRASE[:-1], "\ud800" * 20, "\0"])
def test_that_a_wrong_pass_phrase_is_refused_in_one_sentence(wrong: str) -> None:
    wrapped = wrap(new_data_key(), PHRASE, USER, CHEAP)
    with pytest.raises(WrongPassPhrase) as caught:
        unwrap(wrapped, wrong, USER)
    assert isinstance(caught.value, AccessRefused)
    assert caught.value.message == "Wrong name or pass phrase."


def test_that_a_pass_phrase_typed_on_another_keyboard_is_the_same() -> None:
    phrase = "Über-Grön land straßé walls"
    key = new_data_key()
    assert (
        unwrap(wrap(key, unicodedata.normalize("NFD", phrase), USER, CHEAP), unicodedata.normalize("NFC", phrase), USER)
        == key
    )


def test_that_a_wrapped_key_survives_json() -> None:
    key = new_data_key()
    wrapped = wrap(key, PHRASE, USER, CHEAP)
    assert unwrap(WrappedKey.model_validate_json(wrapped.model_dump_json()), PHRASE, USER) == key


@pytest.mark.parametrize(
    "change",
    [
        {"salt": "AAAA"},
        {"salt": "not base64"},
        {"nonce": ""},
        {"nonce": "AAAAAAAAAAAAAAAA"},
        {"wrapped": "AAAA"},
        {"cost": KeyCost(memory_kib=16, passes=2, lanes=1)},
    ],
)
def test_that_a_tampered_slot_opens_for_nobody(change: dict[str, object]) -> None:
    wrapped = wrap(new_data_key(), PHRASE, USER, CHEAP).model_copy(update=change)
    with pytest.raises(WrongPassPhrase):
        unwrap(wrapped, PHRASE, USER)


def test_that_a_way_in_opens_for_its_own_user_alone() -> None:
    wrapped = wrap(new_data_key(), PHRASE, USER, CHEAP)
    for other in ("", USER[:-1], USER + "0", USER.upper(), "the administrator"):
        with pytest.raises(WrongPassPhrase):
            unwrap(wrapped, PHRASE, other)


def test_that_a_flipped_bit_in_any_field_opens_for_nobody() -> None:
    wrapped = wrap(new_data_key(), PHRASE, USER, CHEAP)
    for field in ("salt", "nonce", "wrapped"):
        text = getattr(wrapped, field)
        flipped = ("B" if text[0] == "A" else "A") + text[1:]
        with pytest.raises(WrongPassPhrase):
            unwrap(wrapped.model_copy(update={field: flipped}), PHRASE, USER)


@pytest.mark.parametrize("error", [HashingError("Memory allocation error"), MemoryError()])
def test_that_too_little_memory_does_not_read_as_a_wrong_pass_phrase(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapped = wrap(new_data_key(), PHRASE, USER, CHEAP)

    def fail(*arguments: object) -> bytes:
        raise error

    monkeypatch.setattr(pass_phrase, "hash_secret_raw", fail)
    with pytest.raises(MemoryShort, match="memory") as caught:
        unwrap(wrapped, PHRASE, USER)
    assert "Wrong" not in str(caught.value)


def test_that_a_cost_beyond_all_memory_is_said_to_be_one() -> None:
    huge = KeyCost(memory_kib=4 * 1024 * 1024, passes=1, lanes=1)
    resource = pytest.importorskip("resource", reason="memory limits are a thing of POSIX")
    statm = Path("/proc/self/statm")
    if not statm.exists():
        pytest.skip("the memory in use is read from /proc")
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    in_use_kib = int(statm.read_text().split()[0]) * resource.getpagesize() // 1024
    resource.setrlimit(resource.RLIMIT_AS, ((in_use_kib + 1024 * 1024) * 1024, hard))
    try:
        with pytest.raises(MemoryShort):
            wrap(new_data_key(), PHRASE, USER, huge)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def test_that_a_small_machine_gets_the_next_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    derive = pass_phrase.derive

    def only_cheap(phrase: str, salt: bytes, cost: KeyCost) -> bytes:
        if cost != CHEAP:
            raise MemoryShort("", "", "")
        return derive(phrase, salt, cost)

    monkeypatch.setattr(pass_phrase, "derive", only_cheap)
    assert wrap_strongly(new_data_key(), PHRASE, USER, (STRONG, FLOOR, USER, CHEAP)).cost == CHEAP
    with pytest.raises(MemoryShort):
        wrap_strongly(new_data_key(), PHRASE, USER)


def test_that_the_real_costs_are_those_that_were_promised() -> None:
    assert KeyCost(memory_kib=262_144, passes=3, lanes=2) == STRONG
    assert FLOOR.memory_kib == 65_536
    assert FLOOR.passes == 3
    key = new_data_key()
    wrapped = wrap_strongly(key, PHRASE, USER)
    assert wrapped.cost == STRONG
    assert unwrap(wrapped, PHRASE, USER) == key


def test_that_an_unknown_user_takes_as_long_as_a_known_one() -> None:
    cost = KeyCost(memory_kib=1024, passes=1, lanes=1)
    slots = {"known": wrap(new_data_key(), PHRASE, USER, cost), "unknown": stand_in(cost)}
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    for _ in range(100):
        for who, slot in slots.items():
            began = time.perf_counter()
            with pytest.raises(WrongPassPhrase):
                unwrap(slot, "some other words entirely", USER)
            taken[who].append(time.perf_counter() - began)
    assert abs(statistics.median(taken["known"]) - statistics.median(taken["unknown"])) < 0.005


def test_that_a_slot_that_holds_no_data_key_opens_nothing() -> None:
    for content in (b"", bytes(16), bytes(33)):
        with pytest.raises(WrongPassPhrase):
            unwrap(wrap(content, PHRASE, USER, CHEAP), PHRASE, USER)
