"""An account goes by file to another station, and nobody gets in by a file who should not."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rockfall_desktop.access import account_sealing, pass_phrase
from rockfall_desktop.domain.account_file import AccountFile
from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.errors import AccessRefused, RockfallError, StoreFault, WrongInput
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Role, Session, User
from rockfall_desktop.operations import account_files
from rockfall_desktop.operations.accounts import (
    export_account,
    list_accounts,
    look_at_account,
    open_account,
    set_up_from_account,
    take_account_in,
)
from rockfall_desktop.operations.identity import own_identity, own_station_key, signed
from rockfall_desktop.operations.key_claims import own_claim, see_claim
from rockfall_desktop.operations.keys import list_keys, revoke_key, trust_key
from rockfall_desktop.operations.sign_in import set_up, sign_in
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store import users
from rockfall_desktop.store.audit import Audit
from rockfall_desktop.store.users import Users
from tests.stations import CHEAP, NAME, PHRASE, now, open_station

OTHER_NAME, OTHER_PHRASE = "sofia", "nine wet ledges above the road"


@dataclass
class Place:
    """A station with its administrator."""

    station: Station
    session: Session

    def take_in(self, path: Path, **changes: Any) -> User:
        words = {"pass_phrase": PHRASE, "own_pass_phrase": OTHER_PHRASE} | changes
        return take_account_in(self.session, station=self.station, path=path, **words)

    def names(self) -> list[str]:
        return [user.name for user in Users(self.station.store).list()]

    def deeds(self) -> list[tuple[str, str]]:
        return [(entry.deed, entry.subject) for entry in Audit(self.station.store).latest(20)]

    def see(self, other: "Place") -> str:
        return see_claim(self.station, own_claim(other.station)).fingerprint

    def trust(self, other: "Place") -> None:
        trust_key(self.session, station=self.station, fingerprint=self.see(other))


@contextmanager
def other_station(home: Path) -> Iterator[Place]:
    station = Station.at(home, now=now, costs=CHEAP)
    try:
        yield Place(
            station,
            set_up(station=station, factory_password="admintime", name=OTHER_NAME, pass_phrase=OTHER_PHRASE),
        )
    finally:
        station.close()


@pytest.fixture
def north(tmp_path: Path) -> Iterator[Place]:
    with open_station(tmp_path / "north") as (station, session):
        yield Place(station, session)


@pytest.fixture
def south(tmp_path: Path) -> Iterator[Place]:
    with other_station(tmp_path / "south") as place:
        yield place


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Station]:
    with fresh(tmp_path) as station:
        yield station


@pytest.fixture
def file(north: Place, tmp_path: Path) -> Path:
    path = tmp_path / "ana.rockfall-account"
    export_account(north.session, station=north.station, path=path, pass_phrase=PHRASE)
    return path


@contextmanager
def fresh(folder: Path) -> Iterator[Station]:
    station = Station.at(folder / "fresh", now=now, costs=CHEAP)
    try:
        yield station
    finally:
        station.close()


def forged(place: Place, path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Path:
    """The file with another content, signed anew with the key of a station and sealed under the same pass phrase."""
    said = account_files.unseal_account_file(place.station, path, path.read_bytes(), PHRASE)
    inner = json.loads(said)
    del inner["signature"]
    inner = change(inner)
    content = canonical_json(inner | {"signature": signed(own_identity(place.station), inner)})
    return sealed(path.with_name("forged"), content)


def sealed(path: Path, content: bytes, **outer: Any) -> Path:
    found = account_sealing.seal_account(content, PHRASE, CHEAP).model_dump(mode="json")
    path.write_bytes(canonical_json({"kind": "rockfall account", "schema": 1} | found | outer))
    return path


def test_that_an_account_file_says_who_it_is_and_is_readable_by_its_owner_alone(north: Place, file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert NAME.encode() not in file.read_bytes()
    opened = open_account(station=north.station, path=file, pass_phrase=PHRASE)
    own = own_station_key(north.station)
    assert (opened.account.user_id, opened.account.name) == (north.session.user_id, NAME)
    assert (opened.account.station_id, opened.account.key_id) == (own.station_id, own.fingerprint)
    assert opened.key_state is KeyState.OWN
    assert ("account_exported", north.session.user_id) in north.deeds()


def test_that_a_fresh_home_is_set_up_with_the_same_user_id(north: Place, file: Path, tmp_path: Path) -> None:
    with fresh(tmp_path) as station:
        assert open_account(station=station, path=file, pass_phrase=PHRASE).key_state is None
        session = set_up_from_account(station=station, factory_password="admintime", path=file, pass_phrase=PHRASE)
        assert (session.user_id, session.name, session.role) == (north.session.user_id, NAME, Role.ADMIN)
        (_, key) = list_keys(session, station=station)
        assert (key.fingerprint, key.state) == (own_station_key(north.station).fingerprint, KeyState.SEEN)
        assert ("account_taken_in", session.user_id) in Place(station, session).deeds()
        again = sign_in(station=station, name=NAME, pass_phrase=PHRASE)
        assert again.user_id == north.session.user_id


def test_that_the_first_user_of_a_home_is_its_administrator_whatever_the_file_says(
    north: Place, file: Path, tmp_path: Path
) -> None:
    engineer = forged(north, file, lambda said: said | {"role": "engineer"})
    with fresh(tmp_path) as station:
        session = set_up_from_account(
            station=station, factory_password="admintime", path=engineer, pass_phrase=PHRASE, name="Anja"
        )
        assert (session.role, session.name) == (Role.ADMIN, "Anja")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"factory_password": "wrong"}, "factory password"),
        ({"pass_phrase": "not the pass phrase"}, "stays closed"),
        ({"name": "a\nb"}, "name does not do"),
        ({"name": "grey stones"}, "your name"),
    ],
)
def test_that_a_set_up_from_a_file_that_is_refused_leaves_the_home_fresh(
    file: Path, tmp_path: Path, changes: dict[str, str], told: str
) -> None:
    with fresh(tmp_path) as station:
        words = {"factory_password": "admintime", "pass_phrase": PHRASE} | changes
        with pytest.raises(RockfallError, match=told):
            set_up_from_account(station=station, path=file, **words)
        assert station.is_fresh
        assert not station.files.database.exists()


def test_that_a_home_with_a_user_is_not_set_up_from_a_file(south: Place, file: Path) -> None:
    with pytest.raises(AccessRefused, match="has a user"):
        set_up_from_account(station=south.station, factory_password="admintime", path=file, pass_phrase=PHRASE)
    assert south.names() == [OTHER_NAME]


def test_that_a_set_up_from_a_file_that_broke_off_is_ended_by_the_sign_in(
    north: Place, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh(tmp_path) as station:
        with monkeypatch.context() as patched:
            patched.setattr("rockfall_desktop.operations.sign_in._enter", lambda *_: pytest.fail("power cut"))
            with pytest.raises(pytest.fail.Exception):
                set_up_from_account(station=station, factory_password="admintime", path=file, pass_phrase=PHRASE)
        session = sign_in(station=station, name=NAME, pass_phrase=PHRASE)
        assert (session.user_id, session.role) == (north.session.user_id, Role.ADMIN)


def test_that_an_export_asks_for_the_users_own_pass_phrase_and_counts_the_tries(north: Place, tmp_path: Path) -> None:
    path = tmp_path / "x"
    for _ in range(5):
        with pytest.raises(AccessRefused, match="not the pass phrase by which ana signs in"):
            export_account(north.session, station=north.station, path=path, pass_phrase=OTHER_PHRASE)
    with pytest.raises(AccessRefused, match="wait"):
        export_account(north.session, station=north.station, path=path, pass_phrase=PHRASE)
    assert not path.exists()
    assert "account_exported" not in dict(north.deeds())


def test_that_a_try_counts_before_it_is_checked_and_not_for_want_of_memory(
    north: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []

    def short(*_: object) -> bytes:
        counted.append(north.station.access.read().slots[NAME].tries.failures)
        raise pass_phrase.MemoryShort("Not checked", "There is too little memory.", "Close other programs.")

    monkeypatch.setattr(pass_phrase, "unwrap", short)
    for _ in range(8):
        with pytest.raises(pass_phrase.MemoryShort):
            export_account(north.session, station=north.station, path=tmp_path / "x", pass_phrase=PHRASE)
    assert counted == [1] * 8
    assert north.station.access.read().slots[NAME].tries.failures == 0


def test_that_an_export_replaces_no_file_unasked_and_nothing_when_the_disk_refuses(
    north: Place, file: Path, tmp_path: Path
) -> None:
    before = file.read_bytes()
    with pytest.raises(WrongInput, match="There is a file already"):
        export_account(north.session, station=north.station, path=file, pass_phrase=PHRASE)
    assert file.read_bytes() == before
    export_account(north.session, station=north.station, path=file, pass_phrase=PHRASE, overwrite=True)
    assert file.read_bytes() != before
    with pytest.raises(StoreFault, match="not saved"):
        export_account(north.session, station=north.station, path=tmp_path / "no" / "x", pass_phrase=PHRASE)
    with pytest.raises(WrongInput, match="names no file"):
        export_account(north.session, station=north.station, path=Path("x\0y"), pass_phrase=PHRASE)


def test_that_an_account_is_taken_in_as_an_engineer_of_whom_nothing_else_is_known(
    north: Place, south: Place, file: Path
) -> None:
    south.trust(north)
    user = south.take_in(file)
    assert (user.user_id, user.name, user.role) == (north.session.user_id, NAME, Role.ENGINEER)
    assert ("account_taken_in", user.user_id) in south.deeds()
    session = sign_in(station=south.station, name=NAME, pass_phrase=PHRASE)
    assert (session.user_id, session.role) == (user.user_id, Role.ENGINEER)
    assert list_accounts(session, station=south.station) == (user,)
    assert {one.name for one in list_accounts(south.session, station=south.station)} == {NAME, OTHER_NAME}
    with pytest.raises(AccessRefused, match="administrator"):
        take_account_in(session, station=south.station, path=file, pass_phrase=PHRASE, own_pass_phrase=PHRASE)


def test_that_a_file_that_does_not_say_what_was_shown_is_not_taken(north: Place, south: Place, file: Path) -> None:
    south.trust(north)
    seen = open_account(station=south.station, path=file, pass_phrase=PHRASE).account
    with pytest.raises(WrongInput, match="another one now"):
        south.take_in(file, seen=seen.model_copy(update={"name": "somebody else"}))
    assert south.names() == [OTHER_NAME]
    assert south.take_in(file, seen=seen).user_id == north.session.user_id


def test_that_an_account_comes_in_only_by_a_key_that_was_trusted_by_its_whole_fingerprint(
    north: Place, south: Place, file: Path
) -> None:
    key = own_station_key(north.station).fingerprint
    with pytest.raises(AccessRefused, match=f"keys trust {key}"):
        south.take_in(file)
    assert open_account(station=south.station, path=file, pass_phrase=PHRASE).key_state is KeyState.SEEN
    with pytest.raises(AccessRefused, match="not trusted yet"):
        south.take_in(file)
    trust_key(south.session, station=south.station, fingerprint=key)
    revoke_key(south.session, station=south.station, fingerprint=key, reason="stolen")
    with pytest.raises(AccessRefused, match="was revoked"):
        south.take_in(file)
    assert south.names() == [OTHER_NAME]
    assert list(south.station.access.read().slots) == [OTHER_NAME]


def test_that_a_look_notes_the_key_so_that_it_can_be_trusted_for_administrators_alone(
    north: Place, south: Place, file: Path
) -> None:
    engineer = south.station.admit(south.session.model_copy(update={"token": "t", "role": Role.ENGINEER}))
    asked = {"station": south.station, "path": file, "pass_phrase": PHRASE}
    assert look_at_account(engineer, **asked).key_state is None
    assert len(list_keys(south.session, station=south.station)) == 1
    assert look_at_account(south.session, **asked).key_state is KeyState.SEEN
    key = own_station_key(north.station).fingerprint
    trust_key(south.session, station=south.station, fingerprint=key)
    assert look_at_account(engineer, **asked).key_state is KeyState.TRUSTED


def test_that_a_key_of_one_station_signs_no_account_in_the_name_of_another(
    north: Place, south: Place, file: Path
) -> None:
    south.trust(north)
    other = forged(north, file, lambda said: said | {"station_id": "0190a000-0000-7000-8000-000000000001"})
    with pytest.raises(WrongInput, match="another station than it names"):
        south.take_in(other)


def test_that_nobody_becomes_somebody_else_by_a_file_of_their_own(
    north: Place, south: Place, file: Path, tmp_path: Path
) -> None:
    victim = south.session.user_id
    with pytest.raises(AccessRefused, match="not trusted yet"):
        south.take_in(forged(north, file, lambda said: said | {"user_id": "0190a000-0000-7000-8000-000000000009"}))
    south.trust(north)
    with pytest.raises(WrongInput, match="here already"):
        south.take_in(forged(north, file, lambda said: said | {"user_id": victim}), name="nils")
    with other_station(tmp_path / "east") as east:
        mine = own_station_key(east.station)
        stolen = {"key_id": mine.fingerprint, "public_key": mine.public_key}
        with pytest.raises(AccessRefused, match="not trusted yet"):
            south.take_in(forged(east, file, lambda said: said | stolen))
        with pytest.raises(WrongInput, match="signature is wrong"):
            south.take_in(forged(east, file, lambda said: said))
    assert south.names() == [OTHER_NAME]


@pytest.mark.parametrize("name", ["ana\ufe0f", "an\u3164a", "\u0430na", "\uff41na"])
def test_that_nobody_comes_in_under_a_name_that_looks_like_anothers(
    north: Place, south: Place, file: Path, name: str
) -> None:
    south.trust(north)
    with pytest.raises(WrongInput, match="name"):
        south.take_in(forged(north, file, lambda said: said | {"name": name}))
    assert south.names() == [OTHER_NAME]
    assert south.station.user_names == (OTHER_NAME,)


def test_that_a_name_is_kept_in_one_form_and_signs_in_however_it_is_typed(
    north: Place, south: Place, file: Path
) -> None:
    south.trust(north)
    assert south.take_in(file, name="Andre\u0301").name == "Andr\u00e9"
    again = forged(north, file, lambda said: said | {"user_id": north.station.new_id()})
    for name in ("Andr\u00e9", "andre\u0301"):
        with pytest.raises(WrongInput, match="There is a user"):
            south.take_in(again, name=name)
    for name in ("Andr\u00e9", "ANDRE\u0301"):
        assert sign_in(station=south.station, name=name, pass_phrase=PHRASE).name == "Andr\u00e9"


def test_that_a_name_that_is_taken_asks_for_another_one(north: Place, south: Place, file: Path) -> None:
    south.trust(north)
    with pytest.raises(WrongInput, match="name is taken"):
        south.take_in(file, name=OTHER_NAME.upper())
    assert list(south.station.access.read().slots) == [OTHER_NAME]
    assert south.take_in(file, name="ana north").name == "ana north"
    with pytest.raises(WrongInput, match="signs in here as ana north"):
        south.take_in(file)
    assert sorted(south.station.access.read().slots) == ["ana north", OTHER_NAME]


def test_that_taking_in_asks_for_the_administrators_own_pass_phrase_first(
    north: Place, south: Place, file: Path
) -> None:
    south.trust(north)
    for _ in range(5):
        with pytest.raises(AccessRefused, match="by which sofia signs in"):
            south.take_in(file, own_pass_phrase=PHRASE)
    with pytest.raises(AccessRefused, match="wait"):
        south.take_in(file)
    assert south.names() == [OTHER_NAME]


def test_that_a_session_that_was_locked_meanwhile_takes_nobody_in(
    north: Place, south: Place, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    south.trust(north)
    whole = pass_phrase.wrap_strongly

    def locked(*words: Any) -> Any:
        south.station.dismiss(south.session)
        return whole(*words)

    monkeypatch.setattr(pass_phrase, "wrap_strongly", locked)
    with pytest.raises(AccessRefused, match="Nobody is signed in"):
        south.take_in(file)
    assert south.names() == [OTHER_NAME]
    assert list(south.station.access.read().slots) == [OTHER_NAME]


@pytest.mark.parametrize("reopened", [True, False])
def test_that_a_crash_between_way_in_and_account_lets_nobody_in_and_the_next_try_ends_it(
    north: Place, south: Place, file: Path, monkeypatch: pytest.MonkeyPatch, reopened: bool
) -> None:
    south.trust(north)
    with monkeypatch.context() as patched:
        patched.setattr("rockfall_desktop.store.users._insert", lambda *_: pytest.fail("power cut"))
        with pytest.raises(pytest.fail.Exception):
            south.take_in(file)
    assert sorted(south.station.access.read().slots) == [NAME, OTHER_NAME]
    assert south.names() == [OTHER_NAME]
    if reopened:
        south.station.close()
    with pytest.raises(AccessRefused, match="take it in again"):
        sign_in(station=south.station, name=NAME, pass_phrase=PHRASE)
    south.session = sign_in(station=south.station, name=OTHER_NAME, pass_phrase=OTHER_PHRASE)
    assert south.session.role is Role.ADMIN
    south.take_in(file, name="ana north")
    assert sorted(south.station.access.read().slots) == ["ana north", OTHER_NAME]
    assert sign_in(station=south.station, name="ana north", pass_phrase=PHRASE).role is Role.ENGINEER


def test_that_a_way_in_that_cannot_be_written_leaves_no_account(
    north: Place, south: Place, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    south.trust(north)

    def full(*_: object, **__: object) -> None:
        raise StoreFault("The file was not saved", "No space left on device.", "Free some space.")

    monkeypatch.setattr("rockfall_desktop.store.access_file.AccessFile.put_slot", full)
    with pytest.raises(StoreFault, match="No space"):
        south.take_in(file)
    assert south.names() == [OTHER_NAME]
    assert ("account_taken_in", north.session.user_id) not in south.deeds()


def test_that_nobody_becomes_the_administrator_by_their_id_in_the_access_file(
    north: Place, south: Place, file: Path
) -> None:
    south.trust(north)
    south.take_in(file)
    path = south.station.files.access_file
    said = json.loads(path.read_bytes())
    said["slots"][NAME]["user_id"] = south.session.user_id
    path.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(AccessRefused, match="Wrong name or pass phrase"):
        sign_in(station=south.station, name=NAME, pass_phrase=PHRASE)


def test_that_a_way_in_of_nobody_goes_with_the_next_account(
    north: Place, south: Place, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    south.trust(north)

    def full(*_: object) -> None:
        raise StoreFault("The disk is full", "Nothing was saved.", "Make room.")

    with monkeypatch.context() as patch:
        patch.setattr(users, "_insert", full)
        with pytest.raises(StoreFault):
            south.take_in(file, name="bea")
    assert set(south.station.user_names) == {OTHER_NAME, "bea"}
    other = forged(north, file, lambda said: said | {"user_id": north.station.new_id()})
    assert south.take_in(other, name="Bea").name == "Bea"
    assert set(south.station.user_names) == {OTHER_NAME, "Bea"}
    assert south.take_in(file).user_id == north.session.user_id
    assert set(south.station.user_names) == {OTHER_NAME, "Bea", NAME}


def test_that_a_set_up_that_breaks_off_at_its_end_holds_no_session_and_is_ended_by_the_sign_in(
    north: Place, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Audit.add

    def full(self: Audit, user_id: str, deed: str, subject: str = "") -> None:
        if deed == "account_taken_in":
            raise StoreFault("The disk is full", "Nothing was saved.", "Make room.")
        add(self, user_id, deed, subject)

    with fresh(tmp_path) as station:
        with monkeypatch.context() as patch:
            patch.setattr(Audit, "add", full)
            with pytest.raises(StoreFault):
                set_up_from_account(station=station, factory_password="admintime", path=file, pass_phrase=PHRASE)
        assert (station.is_open, station._sessions) == (False, {})
        session = sign_in(station=station, name=NAME, pass_phrase=PHRASE)
        assert session.role is Role.ADMIN
        key = own_station_key(north.station).fingerprint
        assert trust_key(session, station=station, fingerprint=key).state is KeyState.TRUSTED, "it was noted first"


def test_that_flipped_bits_and_cut_files_are_refused_in_a_sentence(reader: Station, file: Path) -> None:
    content = file.read_bytes()
    bits = len(content) * 8
    for bit in range(0, bits, max(1, bits // 500)):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        file.write_bytes(bytes(damaged))
        with pytest.raises((WrongInput, AccessRefused)):
            open_account(station=reader, path=file, pass_phrase=PHRASE)
    for length in range(0, len(content), 97):
        file.write_bytes(content[:length])
        with pytest.raises(WrongInput, match="no account file"):
            open_account(station=reader, path=file, pass_phrase=PHRASE)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "no account file"),
    "no mapping": (b"[]", "no account file"),
    "deep": (b'{"a":' * 10_000, "too deep"),
    "huge": (b" " * 10_000_000, "too large"),
    "doubled key": (b'{"kind":"rockfall account","kind":"rockfall account"}', "stands twice"),
    "no number": (b'{"kind":NaN}', "no account file"),
    "a key file": (b'{"kind":"rockfall station key","schema":1}', "no account file"),
    "newer": (b'{"kind":"rockfall account","schema":2}', "newer version"),
    "no schema": (b'{"kind":"rockfall account","schema":true}', "no account file"),
    "nothing sealed": (b'{"kind":"rockfall account","schema":1}', "damaged account file"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_that_what_is_no_account_file_is_refused(name: str, reader: Station, tmp_path: Path) -> None:
    content, told = HOSTILE[name]
    path = tmp_path / "hostile"
    path.write_bytes(content)
    with pytest.raises(WrongInput, match=told) as refused:
        open_account(station=reader, path=path, pass_phrase=PHRASE)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    "cost",
    [
        {"memory_kib": 4 * 1024 * 1024, "passes": 3, "lanes": 2},
        {"memory_kib": 64 * 1024, "passes": 1000, "lanes": 2},
        {"memory_kib": 64 * 1024, "passes": 3, "lanes": 64},
        {"memory_kib": 8, "passes": 1, "lanes": 1},
    ],
)
def test_that_no_file_says_how_much_memory_and_time_its_check_takes(
    reader: Station, tmp_path: Path, cost: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_sealing, "derive", lambda *_: pytest.fail("was computed"))
    with pytest.raises(WrongInput, match="a cost that no station asks for"):
        open_account(station=reader, path=sealed(tmp_path / "dear", b"{}", cost=cost), pass_phrase=PHRASE)


def test_that_the_programs_own_costs_are_taken_by_every_station() -> None:
    for cost in (pass_phrase.STRONG, pass_phrase.FLOOR):
        assert account_sealing._usual(cost)


def test_that_want_of_memory_is_no_wrong_pass_phrase(
    reader: Station, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*_: object) -> bytes:
        raise pass_phrase.MemoryShort("Not checked", "There is too little memory.", "Close other programs.")

    monkeypatch.setattr(account_sealing, "derive", short)
    with pytest.raises(pass_phrase.MemoryShort):
        open_account(station=reader, path=file, pass_phrase=PHRASE)


ODD: list[dict[str, Any]] = [
    {"user_id": "ana"},
    {"user_id": "../../etc/passwd"},
    {"user_id": "0190A000-0000-7000-8000-000000000000"},
    {"name": "a\u202eb"},
    {"name": "a\x1b[2Jb"},
    {"station_name": "a\nb"},
    {"created_at": "2026-01-01T00:00:00"},
    {"public_key": "00" * 32},
    {"key_id": "00" * 32},
    {"role": "owner"},
    {"more": 1},
    {"kind": "rockfall station key"},
]


def test_that_a_signed_account_with_odd_fields_is_refused(north: Place, reader: Station, file: Path) -> None:
    for change in ODD:
        path = forged(north, file, lambda said, more=change: said | more)
        with pytest.raises(WrongInput, match="refused"):
            open_account(station=reader, path=path, pass_phrase=PHRASE)


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"a":NaN}', b"\xff", canonical_json({"signature": 7})])
def test_that_a_sealed_content_that_is_no_account_is_refused(reader: Station, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(WrongInput, match=r"what (was|is) sealed in it"):
        open_account(station=reader, path=sealed(tmp_path / "x", content), pass_phrase=PHRASE)


def test_that_an_account_file_and_a_data_keys_slot_never_stand_in_for_each_other() -> None:
    slot = pass_phrase.wrap(bytes(32), PHRASE, "", CHEAP[0])
    as_account = account_sealing.SealedAccount(
        cost=slot.cost,
        salt=pass_phrase._bytes(slot.salt).hex(),
        nonce=pass_phrase._bytes(slot.nonce).hex(),
        sealed=pass_phrase._bytes(slot.wrapped).hex(),
    )
    assert account_sealing.unseal_account(as_account, PHRASE, CHEAP) is None
    account = account_sealing.seal_account(bytes(32), PHRASE, CHEAP)
    as_slot = slot.model_copy(
        update={name: pass_phrase._text(bytes.fromhex(getattr(account, name))) for name in ("salt", "nonce")}
        | {"wrapped": pass_phrase._text(bytes.fromhex(account.sealed))}
    )
    with pytest.raises(pass_phrase.WrongPassPhrase):
        pass_phrase.unwrap(as_slot, PHRASE, "")


def test_that_a_missing_file_a_folder_and_a_pipe_are_told(reader: Station, tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "pipe"):
        with pytest.raises(WrongInput, match="cannot be read"):
            open_account(station=reader, path=path, pass_phrase=PHRASE)


def test_that_what_is_said_of_an_account_holds_no_secret(north: Place, file: Path) -> None:
    text = open_account(station=north.station, path=file, pass_phrase=PHRASE).account.model_dump_json()
    assert set(json.loads(text)) == set(AccountFile.model_fields)
    assert own_identity(north.station).private_key.hex() not in text
