"""`keys`: what the terminal prints, and what it refuses."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rockfall_desktop.cli.program import program
from rockfall_desktop.operations.station import Station
from tests.stations import CHEAP, PHRASE, now, open_station


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("north", "south"):
        with open_station(tmp_path / name):
            pass
    return tmp_path / "north", tmp_path / "south"


def call(home: Path, *words: str) -> tuple[int, str, str]:
    commands = program(lambda at: Station.at(at, now=now, costs=CHEAP), lambda *_: 0)
    done = CliRunner().invoke(
        commands, ["--home", str(home), "keys", *words], env={"ROCKFALL_PASSWORD": PHRASE}, catch_exceptions=False
    )
    return done.exit_code, done.stdout, done.stderr


def test_that_a_key_goes_by_file_from_one_station_to_another_and_is_trusted_and_revoked(
    homes: tuple[Path, Path], tmp_path: Path
) -> None:
    north, south = homes
    file = str(tmp_path / "north.key")
    status, words, _ = call(north, "export", file)
    spoken = words.strip().split(": ")[1]
    assert (status, len(spoken.replace(" ", ""))) == (0, 64)
    status, words, _ = call(south, "import", file)
    assert status == 0
    assert f"keys trust {spoken}" in words
    status, words, _ = call(south, "trust", *spoken.split())
    assert (status, "is trusted" in words) == (0, True)
    status, words, _ = call(south, "list", "--json")
    own, other = json.loads(words)
    assert (own["state"], other["state"], other["fingerprint"]) == ("own", "trusted", spoken.replace(" ", ""))
    status, words, _ = call(south, "revoke", other["fingerprint"], "--reason", "stolen", "--json")
    told = json.loads(words)
    assert (status, told["key"]["state"], told["key"]["reason"], told["grey"]) == (0, "revoked", "stolen", [])
    status, words, _ = call(south, "list")
    assert (status, "revoked" in words, spoken in words, "stolen" in words) == (0, True, True, True)
    status, words, _ = call(south, "import", file)
    assert "(revoked)" in words


def test_that_a_wrong_fingerprint_and_a_missing_reason_are_sentences(homes: tuple[Path, Path], tmp_path: Path) -> None:
    north, south = homes
    file = str(tmp_path / "north.key")
    key = json.loads(call(north, "export", file, "--json")[1])["fingerprint"]
    call(south, "import", file)
    for words, told in (
        (("trust", key[:60]), "whole fingerprint"),
        (("trust", "0" * 64), "not known here"),
        (("revoke", key), "no reason"),
        (("import", str(tmp_path / "missing")), "cannot be read"),
        (("export", str(tmp_path / "missing" / "x")), "was not saved"),
    ):
        status, out, error = call(south, *words)
        assert (status, out) == (2, "")
        assert told in error
        assert len(error.splitlines()) == 1


def test_that_a_renewed_key_says_what_others_must_do(homes: tuple[Path, Path]) -> None:
    north = homes[0]
    before = json.loads(call(north, "list", "--json")[1])[0]["fingerprint"]
    assert call(north, "renew")[0] == 2
    status, words, _ = call(north, "renew", "--reason", "the disk was copied")
    assert (status, f"keys revoke {before}" in words) == (0, True)
    own, old = json.loads(call(north, "list", "--json")[1])
    assert (own["state"], old["state"], old["fingerprint"]) == ("own", "revoked", before)
    told = json.loads(call(north, "renew", "--reason", "once more", "--json")[1])
    assert (told["revoked"], told["grey"]) == (own["fingerprint"], [])
