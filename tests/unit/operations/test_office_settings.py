"""Where the office is: saved by administrators, read by everybody; its password is kept for one door."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rockfall_desktop.access.keyring_place import KeyringPlace, KeyringUnusable
from rockfall_desktop.domain.errors import AccessRefused, OfficeUnreachable, StoreFault
from rockfall_desktop.domain.office import OfficeAddress, SecretPlace
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.office_address import AddressFaults, checked_address
from rockfall_desktop.operations.office_settings import (
    connect_office,
    office_address,
    office_settings,
    save_office,
)
from rockfall_desktop.operations.sign_in import lock
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.audit import Audit
from rockfall_desktop.store.settings import Settings
from tests.stations import open_station

OFFICE = OfficeAddress(hosts="office.example:27017", user="pit-3")
CANARY = "c4nary-pass-word-71"


class Items(dict[str, str]):
    """A keyring in memory."""

    locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringUnusable("The keyring cannot be used", "The Secret Service is locked.")
        return self.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.get_password(service, username)
        self[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self[username]


@pytest.fixture
def items() -> Items:
    return Items()


@pytest.fixture
def opened(tmp_path: Path, items: Items) -> Iterator[tuple[Station, Session]]:
    with open_station(tmp_path / "home") as (station, session):
        station.keyring = KeyringPlace(lambda: items)
        yield station, session


def engineer(station: Station, session: Session) -> Session:
    return station.admit(session.model_copy(update={"token": "other", "user_id": "eng", "role": Role.ENGINEER}))


def test_that_a_fresh_station_has_no_office_and_connects_to_none(opened: tuple[Station, Session]) -> None:
    station, session = opened
    settings = office_settings(session, station=station)
    assert not settings.address.given
    assert settings.address.tls
    assert settings.secret is SecretPlace.NOWHERE
    assert connect_office(station) is None


def test_that_what_was_saved_is_there_after_a_new_start(tmp_path: Path, items: Items) -> None:
    with open_station(tmp_path / "home") as (station, session):
        station.keyring = KeyringPlace(lambda: items)
        told = save_office(session, station=station, address=OFFICE, password=CANARY)
        assert told.secret is SecretPlace.KEYRING
        assert [entry.deed for entry in Audit(station.store).latest(1)] == ["office_saved"]
    with open_station(tmp_path / "home") as (station, session):
        assert office_settings(session, station=station) == told


def test_that_only_administrators_save_and_everybody_reads(opened: tuple[Station, Session]) -> None:
    station, session = opened
    save_office(session, station=station, address=OFFICE, password=CANARY)
    other = engineer(station, session)
    assert office_settings(other, station=station).address == OFFICE
    with pytest.raises(AccessRefused, match="Only administrators"):
        save_office(other, station=station, address=OfficeAddress())
    lock(session, station=station)
    for call in (office_settings, lambda s, station: save_office(s, station=station, address=OFFICE)):
        with pytest.raises(AccessRefused):
            call(session, station=station)
    assert office_address(station) == OFFICE  # the sync is the station's own and goes on


def test_that_a_password_stays_as_it_was_until_the_door_is_another(
    opened: tuple[Station, Session], items: Items
) -> None:
    station, session = opened
    save_office(session, station=station, address=OFFICE, password=CANARY)
    again = save_office(session, station=station, address=OFFICE.model_copy(update={"database": "other"}))
    assert again.secret is SecretPlace.KEYRING
    evil = save_office(session, station=station, address=OFFICE.model_copy(update={"hosts": "evil.example:27017"}))
    assert evil.secret is SecretPlace.NOWHERE
    assert Settings(station.store).read_secret("office_password") is None
    assert items == {}
    back = save_office(session, station=station, address=OFFICE)
    assert back.secret is SecretPlace.NOWHERE


def test_that_without_hosts_no_password_is_kept(opened: tuple[Station, Session], items: Items) -> None:
    station, session = opened
    told = save_office(session, station=station, address=OfficeAddress(user="pit-3"), password=CANARY)
    assert told.secret is SecretPlace.NOWHERE
    assert items == {}


def test_that_a_password_for_another_door_is_shown_as_none(opened: tuple[Station, Session]) -> None:
    station, session = opened
    save_office(session, station=station, address=OFFICE, password=CANARY)
    evil = OFFICE.model_copy(update={"hosts": "evil.example:27017"})
    Settings(station.store).save({"office": evil.model_dump_json()}, {})
    assert office_settings(session, station=station).secret is SecretPlace.NOWHERE


@pytest.mark.parametrize("change", [{"password": ""}, {"address": OfficeAddress()}], ids=["asked", "no office"])
def test_that_a_password_is_forgotten_when_it_is_asked_or_there_is_no_office(
    change: dict[str, Any], opened: tuple[Station, Session], items: Items
) -> None:
    station, session = opened
    save_office(session, station=station, address=OFFICE, password=CANARY)
    told = save_office(session, station=station, **({"address": OFFICE} | change))
    assert told.secret is SecretPlace.NOWHERE
    assert items == {}


def test_that_a_locked_keyring_is_said_and_the_store_keeps_the_password(
    opened: tuple[Station, Session], items: Items
) -> None:
    station, session = opened
    items.locked = True
    told = save_office(session, station=station, address=OFFICE, password=CANARY)
    assert told.secret is SecretPlace.STORE
    assert "The Secret Service is locked." in told.secret_words
    items.locked = False
    assert save_office(session, station=station, address=OFFICE, password=CANARY).secret is SecretPlace.KEYRING


def test_that_a_keyring_that_is_locked_later_makes_the_office_unreachable_and_asks_once(
    opened: tuple[Station, Session], items: Items
) -> None:
    station, session = opened
    save_office(session, station=station, address=OFFICE, password=CANARY)
    asked: list[int] = []

    def locked() -> Items:
        asked.append(1)
        items.locked = True
        return items

    station.keyring = KeyringPlace(locked)
    for _ in range(3):
        with pytest.raises(OfficeUnreachable, match="locked"):
            connect_office(station)
    assert asked == [1]


def test_that_a_setting_of_another_form_is_a_sentence(opened: tuple[Station, Session]) -> None:
    station, session = opened
    Settings(station.store).save({"office": '{"hosts": 7}'}, {"office_password": CANARY})
    with pytest.raises(StoreFault, match="another form"):
        office_address(station)
    Settings(station.store).save({"office": OFFICE.model_dump_json()}, {})
    with pytest.raises(StoreFault) as told:
        office_settings(session, station=station)
    assert CANARY not in str(told.value)
    assert save_office(session, station=station, address=OFFICE).secret is SecretPlace.NOWHERE


def test_that_settings_and_secrets_are_saved_together_or_not_at_all(opened: tuple[Station, Session]) -> None:
    settings = Settings(opened[0].store)
    settings.save({"a": "1"}, {"b": "2"})
    with pytest.raises(TypeError):
        settings.save({"a": "3"}, {"b": object()})  # type: ignore[dict-item]
    assert (settings.read("a"), settings.read_secret("b"), settings.read("c")) == ("1", "2", None)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"hosts": "mongodb://u:p4ss@office:27017"}, "hosts", "connection string"),
        ({"hosts": "office:0"}, "hosts", "1 to 65535"),
        ({"hosts": "a:1,a:1"}, "hosts", "twice"),
        ({"replica_set": " "}, "replica_set", "missing"),
        ({"database": "rock fall"}, "database", "letters"),
        ({"database": ""}, "database", "letters"),
        ({"user": "x" * 101}, "user", "100"),
        ({"tls": False}, "tls", "must be encrypted"),
        ({"ca_file": "office.pem"}, "ca_file", "whole path"),
        ({"ca_file": "/nowhere/office.pem"}, "ca_file", "No such file"),
    ],
    ids=lambda given: str(given)[:30],
)
def test_that_each_fault_names_its_field(change: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(AddressFaults) as told:
        checked_address(OFFICE.model_dump() | change)
    assert list(told.value.faults) == [field]
    assert words in told.value.faults[field]
    assert "p4ss" not in str(told.value)


def test_that_a_file_without_certificates_is_none_and_one_with_them_is(tmp_path: Path) -> None:
    path = tmp_path / "office.pem"
    for content in (b"", b"-----BEGIN PRIVATE KEY-----\n"):
        path.write_bytes(content)
        with pytest.raises(AddressFaults, match="PEM"):
            checked_address(OFFICE.model_dump() | {"ca_file": str(path)})
    path.write_bytes(b"-----BEGIN CERTIFICATE-----\n")
    assert checked_address(OFFICE.model_dump() | {"ca_file": f" {path} "}).ca_file == str(path)


def test_that_a_password_needs_a_user_and_this_machine_needs_no_encryption() -> None:
    local = {"hosts": "127.0.0.1:27017", "tls": False}
    with pytest.raises(AddressFaults, match="needs a user"):
        checked_address(local, has_password=True)
    assert checked_address(local).hosts == "127.0.0.1:27017"


@pytest.mark.parametrize("locked", [False, True], ids=["keyring", "store"])
def test_that_the_password_is_in_no_file_log_or_text(
    locked: bool, opened: tuple[Station, Session], items: Items, caplog: pytest.LogCaptureFixture
) -> None:
    station, session = opened
    items.locked = locked
    caplog.set_level(logging.DEBUG)
    told = save_office(session, station=station, address=OFFICE, password=CANARY)
    office_settings(session, station=station)
    texts = [repr(told), str(told), told.model_dump_json(), caplog.text, *items.values()]
    assert not [text for text in texts if CANARY in text]
    station.store.close()
    files = [path for path in station.home.rglob("*") if path.is_file()]
    assert station.files.database in files
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]
