"""`office`: where the office is, set and tried in the terminal; the password is no argument and is never printed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rockfall_desktop.access.keyring_place import KeyringPlace, KeyringUnusable
from rockfall_desktop.cli import office as terminal
from rockfall_desktop.cli.office import PASSWORD
from rockfall_desktop.cli.program import program
from rockfall_desktop.domain.errors import OfficeUnreachable
from rockfall_desktop.operations import office_settings
from rockfall_desktop.operations.office_preparing import prepare_office
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.settings import Settings
from tests.mongod import Mongod, database, mongod
from tests.stations import CHEAP, PHRASE, now, open_station

__all__ = ["database", "mongod"]
CANARY = "c4nary-0ffice-pass"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_station(tmp_path / "home"):
        return tmp_path / "home"


def no_keyring() -> object:
    raise KeyringUnusable("No keyring", "There is none on this computer.")


def call(home: Path, *words: str, password: str | None = None) -> tuple[int, str, str]:
    def station(at: Path | None) -> Station:
        made = Station.at(at, now=now, costs=CHEAP)
        made.keyring = KeyringPlace(no_keyring)  # type: ignore[arg-type]
        return made

    secrets = {"ROCKFALL_PASSWORD": PHRASE, PASSWORD: password}
    done = CliRunner().invoke(
        program(station, lambda *_: 0), ["--home", str(home), "office", *words], env=secrets, catch_exceptions=False
    )
    return done.exit_code, done.stdout, done.stderr


def test_that_a_station_without_an_office_says_that_it_works_alone(home: Path) -> None:
    assert call(home, "show") == (0, "No office is set: this station works alone.\n", "")
    status, _, said = call(home, "check")
    assert (status, "office set first" in said) == (2, True)


def test_that_an_office_is_set_shown_changed_and_forgotten_and_its_password_never_shown(home: Path) -> None:
    status, words, _ = call(home, "set", "--hosts", "office.example:27017", "--user", "pit-3", password=CANARY)
    assert status == 0
    for said in (
        "office.example:27017",
        "pit-3",
        "Encrypted:   yes",
        "encrypted store",
        "There is none",
        "office check",
    ):
        assert said in words
    status, told, _ = call(home, "set", "--database", "north", "--json")
    changed = json.loads(told)
    assert (status, changed["secret"], changed["address"]["hosts"]) == (0, "store", "office.example:27017")
    assert changed["address"]["database"] == "north"
    with open_station(home) as (station, _):
        assert CANARY in (Settings(station.store).read_secret(office_settings.PASSWORD) or "")
    assert CANARY not in words + told + call(home, "show")[1] + call(home, "show", "--json")[1]
    assert call(home, "forget") == (0, "No office is set: this station works alone.\n", "")
    with open_station(home) as (station, _):
        assert Settings(station.store).read_secret(office_settings.PASSWORD) is None


def test_that_another_door_or_a_named_user_asks_for_the_password_anew(home: Path) -> None:
    call(home, "set", "--hosts", "office.example:27017", "--user", "pit-3", password=CANARY)
    for words in (("--hosts", "other.example:27017"), ("--user", "pit-3")):
        status, _, said = call(home, "set", *words)
        assert (status, PASSWORD in said, len(said.splitlines())) == (2, True, 1)
    assert "office.example:27017" in call(home, "show")[1]
    assert call(home, "set", "--replica-set", "rs1")[0] == 0


def test_that_a_password_is_asked_for_at_the_keyboard(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "asked", lambda _, question: CANARY if "station's user" in question else "")
    call(home, "set", "--hosts", "office.example:27017", "--user", "pit-3")
    with open_station(home) as (station, _):
        assert CANARY in (Settings(station.store).read_secret(office_settings.PASSWORD) or "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("set",), "names no host"),
        (("set", "--hosts", ""), "names no host"),
        (("set", "--hosts", "office.example", "--no-tls"), "must be encrypted"),
        (("set", "--hosts", "a b:1"), "hosts:"),
        (("set", "--hosts", "office.example", "--database", "a/b"), "database:"),
        (("set", "--hosts", "office.example", "--ca-file", "missing.pem"), "cannot be read"),
    ],
)
def test_that_an_address_that_does_not_do_is_one_sentence_and_nothing_is_saved(
    home: Path, words: tuple[str, ...], said: str
) -> None:
    status, out, told = call(home, *words)
    assert (status, out, len(told.splitlines())) == (2, "", 1)
    assert said in told
    assert "works alone" in call(home, "show")[1]


def test_that_check_asks_the_real_server_and_its_status_says_whether_it_can_be_used(
    home: Path, mongod: Mongod, database: Callable[[], str]
) -> None:
    address = mongod.address(database())
    call(home, "set", "--hosts", address.hosts, "--database", address.database, "--no-tls")
    status, words, _ = call(home, "check")
    assert (status, "NOT prepared" in words) == (1, True)
    prepare_office(address, None, with_roles=False)
    status, words, _ = call(home, "check", "--json")
    assert (status, json.loads(words)["prepared"]) == (0, True)


def test_that_an_office_that_does_not_answer_is_a_sentence_and_a_status(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OfficeUnreachable("No answer", "Nobody answers at 127.0.0.1:1.", "Try again later.")

    monkeypatch.setattr(office_settings, "check_office", refuse)
    call(home, "set", "--hosts", "127.0.0.1:1", "--no-tls")
    status, out, said = call(home, "check")
    assert (status, out, len(said.splitlines())) == (1, "", 1)
    assert "127.0.0.1:1" in said
