"""Whose signatures count: decided by administrators, by the whole fingerprint, written down."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rockfall_desktop.access import signing
from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.errors import AccessRefused, RockfallError, StoreFault, WrongInput
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations import identity
from rockfall_desktop.operations.identity import own_identity, own_station_key, signing_key
from rockfall_desktop.operations.key_claims import own_claim, see_claim
from rockfall_desktop.operations.keys import (
    export_key,
    import_key,
    list_keys,
    own_key,
    renew_key,
    revoke_key,
    trust_key,
)
from rockfall_desktop.operations.sign_in import lock
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.audit import Audit
from tests.stations import now, open_station


@pytest.fixture
def other(tmp_path: Path) -> Iterator[tuple[Station, Session]]:
    with open_station(tmp_path / "other") as pair:
        yield pair


@pytest.fixture
def seen(station: Station, session: Session, other: tuple[Station, Session], tmp_path: Path) -> str:
    """The fingerprint of the other station's key, imported from a file."""
    export_key(other[1], station=other[0], path=tmp_path / "other.key")
    return import_key(session, station=station, path=tmp_path / "other.key").fingerprint


def engineer(station: Station) -> Session:
    return station.admit(Session(token="t", user_id="u", name="ben", role=Role.ENGINEER, signed_in_at=now()))


def deeds(station: Station) -> list[tuple[str, str]]:
    return [(entry.deed, entry.subject) for entry in reversed(Audit(station.store).latest(50))]


def test_that_the_own_key_stays_the_same_and_is_listed_first(station: Station, session: Session, seen: str) -> None:
    own = own_key(session, station=station)
    assert own.state is KeyState.OWN
    assert own.fingerprint == signing.fingerprint(bytes.fromhex(own.public_key))
    assert [key.fingerprint for key in list_keys(session, station=station)] == [own.fingerprint, seen]
    assert own_key(session, station=station) == own
    assert own.spoken.replace(" ", "") == own.fingerprint


def test_that_a_station_is_called_like_its_machine_in_plain_characters(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity.platform, "node", lambda: "N\u00f6rd \u202epit\n" + "x" * 100)
    assert own_identity(station).name == "Nrd pit" + "x" * 57


def test_that_a_machine_without_a_name_is_a_station(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity.platform, "node", lambda: " ")
    assert own_identity(station).name == "station"


def test_that_an_imported_key_counts_only_after_an_administrator_trusts_it(
    station: Station, session: Session, seen: str
) -> None:
    assert list_keys(session, station=station)[1].state is KeyState.SEEN
    spoken = " ".join(seen[i : i + 8] for i in range(0, 64, 8)).upper()
    key = trust_key(session, station=station, fingerprint=f"  {spoken}\n")
    assert (key.state, key.by_name) == (KeyState.TRUSTED, session.name)
    assert deeds(station)[-2:] == [("key_imported", seen), ("key_trusted", seen)]
    trust_key(session, station=station, fingerprint=seen)
    assert deeds(station)[-1] == ("key_trusted", seen)
    assert len(deeds(station)) == 3


@pytest.mark.parametrize("part", ["", "x", "{0:.63}", "{0:.8}", "{0}0", "{0:.63}g", "{0:.63}\u0661"])
def test_that_a_part_of_a_fingerprint_is_not_enough(station: Station, session: Session, seen: str, part: str) -> None:
    for decide in (trust_key, revoke):
        with pytest.raises(WrongInput, match="whole fingerprint"):
            decide(session, station=station, fingerprint=part.format(seen))
    assert list_keys(session, station=station)[1].state is KeyState.SEEN


def revoke(session: Session, *, station: Station, fingerprint: str) -> Any:
    return revoke_key(session, station=station, fingerprint=fingerprint, reason="stolen")


def test_that_only_administrators_decide(station: Station, session: Session, seen: str) -> None:
    for decide in (trust_key, revoke):
        with pytest.raises(AccessRefused, match="dministrator"):
            decide(engineer(station), station=station, fingerprint=seen)
    assert list_keys(engineer(station), station=station)[1].state is KeyState.SEEN


def test_that_nothing_goes_without_a_session(station: Station, session: Session, seen: str, tmp_path: Path) -> None:
    lock(session, station=station)
    for call in (
        lambda: own_key(session, station=station),
        lambda: list_keys(session, station=station),
        lambda: trust_key(session, station=station, fingerprint=seen),
        lambda: revoke(session, station=station, fingerprint=seen),
        lambda: export_key(session, station=station, path=tmp_path / "own.key"),
        lambda: import_key(session, station=station, path=tmp_path / "other.key"),
    ):
        with pytest.raises(AccessRefused, match="Nobody is signed in"):
            call()
    assert not (tmp_path / "own.key").exists()


def test_that_a_key_that_was_never_seen_or_is_the_own_one_is_not_decided_on(station: Station, session: Session) -> None:
    own = own_key(session, station=station)
    for decide in (trust_key, revoke):
        with pytest.raises(WrongInput, match="not known here"):
            decide(session, station=station, fingerprint="0" * 64)
        with pytest.raises(WrongInput, match="own key"):
            decide(session, station=station, fingerprint=own.fingerprint)


def test_that_a_revoked_key_stays_so_until_an_administrator_trusts_it_again(
    station: Station, session: Session, seen: str, tmp_path: Path
) -> None:
    trust_key(session, station=station, fingerprint=seen)
    key = revoke_key(session, station=station, fingerprint=seen, reason=" the laptop was stolen ").key
    assert (key.state, key.reason) == (KeyState.REVOKED, "the laptop was stolen")
    assert import_key(session, station=station, path=tmp_path / "other.key").state is KeyState.REVOKED
    assert trust_key(session, station=station, fingerprint=seen).state is KeyState.TRUSTED
    assert [deed for deed, _ in deeds(station)[-4:]] == ["key_trusted", "key_revoked", "key_imported", "key_trusted"]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\nb", "a\u202eb", "a\x1b[2Jb"])
def test_that_a_key_is_revoked_for_a_plain_reason(station: Station, session: Session, seen: str, reason: str) -> None:
    with pytest.raises(WrongInput, match="reason"):
        revoke_key(session, station=station, fingerprint=seen, reason=reason)
    assert list_keys(session, station=station)[1].state is KeyState.SEEN


def test_that_a_key_file_holds_no_secret(station: Station, session: Session, tmp_path: Path) -> None:
    export_key(session, station=station, path=tmp_path / "own.key")
    content = (tmp_path / "own.key").read_bytes()
    private = own_identity(station).private_key
    assert private not in content
    assert private.hex().encode() not in content
    assert set(json.loads(content)) == {"kind", "fingerprint", "public_key", "station_id", "station_name", "signature"}
    assert deeds(station)[-1][0] == "key_exported"


def test_that_the_own_key_file_is_recognised(station: Station, session: Session, tmp_path: Path) -> None:
    export_key(session, station=station, path=tmp_path / "own.key")
    assert import_key(session, station=station, path=tmp_path / "own.key").state is KeyState.OWN
    assert len(list_keys(session, station=station)) == 1


def test_that_no_bit_of_a_key_file_can_be_flipped(
    station: Station, session: Session, other: tuple[Station, Session], tmp_path: Path
) -> None:
    path = tmp_path / "other.key"
    export_key(other[1], station=other[0], path=path)
    good = path.read_bytes()
    for bit in range(len(good) * 8):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        with pytest.raises(RockfallError):
            import_key(session, station=station, path=path)
    assert len(list_keys(session, station=station)) == 1


def forged(station: Station, signer: bytes, **changes: str) -> dict[str, Any]:
    """A claim with changes, signed by whoever."""
    said = {name: value for name, value in own_claim(station).items() if name != "signature"} | changes
    return said | {"signature": signing.sign(signer, canonical_json(said)).hex()}


def test_that_a_claim_needs_the_key_that_it_claims(station: Station, other: tuple[Station, Session]) -> None:
    right, wrong = own_identity(other[0]).private_key, signing.new_key()
    assert see_claim(station, forged(other[0], right)).state is KeyState.SEEN
    for claim in (
        forged(other[0], wrong, station_name="Evil"),
        forged(other[0], right) | {"station_name": "Evil"},
        forged(other[0], right, fingerprint="0" * 64),
        forged(other[0], right, kind="rockfall deployment"),
        forged(other[0], right, station_name="a\u202eb"),
        forged(other[0], right, station_name=""),
        forged(other[0], right, station_name="x" * 65),
        forged(other[0], right, station_id="../x"),
        forged(other[0], right) | {"signature": "0" * 128},
        {},
    ):
        with pytest.raises(WrongInput, match="key is refused"):
            see_claim(station, claim)


def test_that_no_other_key_is_taken_for_this_station(station: Station, other: tuple[Station, Session]) -> None:
    claim = forged(other[0], own_identity(other[0]).private_key, station_id=own_identity(station).station_id)
    with pytest.raises(WrongInput, match="this station's own"):
        see_claim(station, claim)


def test_that_of_one_station_only_one_key_is_trusted_at_a_time(
    station: Station, session: Session, other: tuple[Station, Session], seen: str
) -> None:
    trust_key(session, station=station, fingerprint=seen)
    renewed = renew_key(other[1], station=other[0], reason="its disk was copied").key
    see_claim(station, own_claim(other[0]))
    with pytest.raises(WrongInput, match=f"whose key {seen} is trusted") as told:
        trust_key(session, station=station, fingerprint=renewed.fingerprint)
    assert "revoke the old one first" in told.value.hint
    states = {key.fingerprint: key.state for key in list_keys(session, station=station)}
    assert (states[seen], states[renewed.fingerprint]) == (KeyState.TRUSTED, KeyState.SEEN)
    revoke_key(session, station=station, fingerprint=seen, reason="renewed")
    assert trust_key(session, station=station, fingerprint=renewed.fingerprint).state is KeyState.TRUSTED
    with pytest.raises(WrongInput, match="is trusted"):
        trust_key(session, station=station, fingerprint=seen)


def test_that_what_the_office_adds_to_a_claim_is_passed_over(station: Station, other: tuple[Station, Session]) -> None:
    claim = own_claim(other[0])
    assert see_claim(station, claim | {"_id": claim["fingerprint"], "sequence": 7}).state is KeyState.SEEN
    without = {name: value for name, value in claim.items() if name != "kind"}
    assert see_claim(station, without).fingerprint == claim["fingerprint"]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"x", b"\xff" * 100, b"{" * 5000, b" " * 10_000_000, b'{"a":NaN}']
)
def test_that_what_is_no_key_file_is_refused(
    station: Station, session: Session, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(WrongInput):
        import_key(session, station=station, path=tmp_path / "file")
    with pytest.raises(WrongInput, match="cannot be read"):
        import_key(session, station=station, path=tmp_path / "missing")


@pytest.mark.parametrize("name", ["", ".", "a\0b", "missing/own.key"])
def test_that_a_key_goes_into_a_file_or_nowhere(station: Station, session: Session, tmp_path: Path, name: str) -> None:
    with pytest.raises((WrongInput, StoreFault)):
        export_key(session, station=station, path=Path(name) if len(name) < 2 else tmp_path / name)
    assert [deed for deed, _ in deeds(station)] == ["signed_in"]


def test_that_a_key_file_that_is_there_is_replaced_on_demand_only(
    station: Station, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "own.key"
    path.write_bytes(b"the only copy of something")
    with pytest.raises(WrongInput, match="not replaced"):
        export_key(session, station=station, path=path)
    assert path.read_bytes() == b"the only copy of something"
    export_key(session, station=station, path=path, overwrite=True)
    assert import_key(session, station=station, path=path).state is KeyState.OWN


def test_that_a_signature_counts_for_the_station_of_its_key_alone(
    station: Station, session: Session, other: tuple[Station, Session], seen: str
) -> None:
    stranger = own_identity(other[0])
    said = b"something"
    signature = signing.sign(stranger.private_key, said).hex()

    def found(**changes: Any) -> KeyState | None:
        asked = {"key_id": seen, "station_id": stranger.station_id, "content": said, "signature": signature} | changes
        key = signing_key(station, **asked)
        return key.state if key else None

    assert found() is KeyState.SEEN
    trust_key(session, station=station, fingerprint=seen)
    assert found() is KeyState.TRUSTED
    own = own_station_key(station)
    for changes in (
        {"station_id": own.station_id}, {"key_id": own.fingerprint}, {"key_id": "0" * 64}, {"key_id": ""},
        {"key_id": "\ud800" * 64},
        {"content": b"other"}, {"signature": ""}, {"signature": "g" * 128}, {"signature": signature + "00"},
    ):  # fmt: skip
        assert found(**changes) is None, changes
