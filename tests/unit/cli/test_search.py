"""What `search` prints, and what it refuses."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rockfall_desktop.cli.program import program
from rockfall_desktop.operations.station import Station
from tests.stations import CHEAP, PHRASE, now, open_station, write_small_site

QUICK = ("--set", "epochs=1", "--set", "window_steps=10", "--set", "batch_size=256", "--vary", "width,learning_rate")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_station(tmp_path / "home"):
        return tmp_path / "home"


def call(home: Path, *words: str) -> tuple[int, list[str], str]:
    commands = program(lambda at: Station.at(at, now=now, costs=CHEAP), lambda *_: 0)
    done = CliRunner().invoke(
        commands, ["--home", str(home), "search", *words], env={"ROCKFALL_PASSWORD": PHRASE}, catch_exceptions=False
    )
    return done.exit_code, done.stdout.splitlines(), done.stderr


def test_that_a_search_prints_its_best_trials_and_goes_on_where_it_ended(home: Path, tmp_path: Path) -> None:
    site = write_small_site(tmp_path / "site")
    status, lines, _ = call(home, str(site), *QUICK, "--trials", "2")
    outcome = json.loads(lines[-1])
    assert status == 0
    assert outcome["trials"] == {"completed": 2, "pruned": 0, "failed": 0}
    assert (outcome["ended"], outcome["simulated"]) == ("trials", True)
    assert set(outcome["settings"]) == {"width", "learning_rate"}
    table = "\n".join(lines[:-1])
    assert "validation log loss" in table
    assert f"{outcome['validation_log_loss']:.4f}" in table
    status, lines, _ = call(home, "--resume", outcome["search_id"], "--trials", "3", "--json")
    assert (status, len(lines)) == (0, 1)
    assert json.loads(lines[0])["trials"]["completed"] == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "A site or --resume ID is wanted"),
        (("site", "--resume", "x"), "one of them"),
        (("--resume", "x", "--vary", "width"), "its own settings"),
        (("--resume", "x"), "There is no search x"),
        (("site", "--vary", "seed"), "'seed' is not varied"),
    ],
)
def test_that_a_wrong_call_is_told_in_a_sentence(words: tuple[str, ...], said: str, home: Path) -> None:
    status, lines, error = call(home, *words)
    assert status == 2
    assert said in error
    assert not lines
