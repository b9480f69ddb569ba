"""`deployments`, `rollback`, `deploy-again`, `export`, `import`: what the terminal prints, and what it refuses."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rockfall_desktop.cli.program import program
from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.outbox import Outbox
from tests.stations import CHEAP, PHRASE, now, open_station
from tests.unit.operations.deployments.made_decision import made_decision

WHY = "the crest has moved since"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def decided(home: Path) -> list[Deployment]:
    with open_station(home) as (station, session):
        return [made_decision(station, session.user_id) for _ in range(2)]


def call(home: Path, *words: str) -> tuple[int, str, str]:
    commands = program(lambda at: Station.at(at, now=now, costs=CHEAP), lambda *_: 0)
    done = CliRunner().invoke(
        commands, ["--home", str(home), *words], env={"ROCKFALL_PASSWORD": PHRASE}, catch_exceptions=False
    )
    return done.exit_code, done.stdout, done.stderr


def test_that_a_site_s_history_is_listed_with_what_is_active_and_what_lost(
    home: Path, decided: list[Deployment]
) -> None:
    first, second = decided
    status, words, _ = call(home, "deployments")
    assert status == 0
    for said in (first.deployment_id, second.deployment_id, "not numbered yet", "active here only"):
        assert said in " ".join(words.split())
    with open_station(home) as (station, _):
        Deployments(station.store).numbered(first.deployment_id, 6, accepted=True)
        Deployments(station.store).numbered(second.deployment_id, 7, accepted=False)
        Deployments(station.store).move_to(first.site_id, 1, first.deployment_id)
    _, words, _ = call(home, "deployments", "--json")
    found = {one["deployment_id"]: (one["active"], one["version"], one["accepted"]) for one in json.loads(words)}
    assert found == {first.deployment_id: (True, 6, True), second.deployment_id: (False, 7, False)}
    _, words, _ = call(home, "deployments")
    assert "lost" in words
    assert call(home, "deployments", "--site", "elsewhere")[1].strip() == "Nothing is deployed yet."
    status, words, _ = call(home, "deploy-again", second.deployment_id, "--reason", WHY, "--json")
    assert (status, json.loads(words)["deed"], json.loads(words)["epoch"]) == (0, "again", 2)


def test_that_a_roll_back_says_what_is_active_now_and_what_speaks_against_it(
    home: Path, decided: list[Deployment]
) -> None:
    status, words, _ = call(home, "rollback", decided[0].deployment_id, "--reason", WHY)
    assert status == 0
    assert f"of job {decided[0].job_id} is the active one for {decided[0].site_name}." in words
    assert "Against it: Its slope was not shown to be 1." in words


def test_that_a_bundle_goes_out_by_file_and_an_old_one_does_not_come_back(
    home: Path, decided: list[Deployment], tmp_path: Path
) -> None:
    file = str(tmp_path / "stick.rockfall")
    status, words, _ = call(home, "export", decided[0].deployment_id, file)
    assert (status, words.strip()) == (0, f"{file} holds deployment {decided[0].deployment_id}.")
    assert call(home, "export", decided[1].deployment_id, file)[0] == 2
    _, words, _ = call(home, "export", decided[1].deployment_id, file, "--overwrite", "--json")
    assert json.loads(words) == {"deployment_id": decided[1].deployment_id, "file": file}
    status, words, _ = call(home, "import", file, "--check")
    assert (status, decided[1].site_name in words, "epoch 2" in words, ": own" in words) == (0, True, True, True)
    _, words, _ = call(home, "import", file, "--check", "--json")
    assert json.loads(words)["manifest"]["deployment"]["deployment_id"] == decided[1].deployment_id
    status, _, said = call(home, "import", file)
    assert (status, len(said.splitlines()), "active already" in said) == (2, 1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rollback", "ID"), "at least 10 characters"),
        (("rollback", "ID", "--reason", "w" * 2001), "at most 2000"),
        (("deploy-again", "ID", "--reason", WHY), "did not lose"),
        (("export", "ID", "."), "names no file"),
        (("import", "."), "is no file"),
        (("deployments", "--site", "\udcff", "--json"), ""),
    ],
)
def test_that_what_does_not_do_is_one_sentence(
    words: tuple[str, ...], said: str, home: Path, decided: list[Deployment]
) -> None:
    status, _, told = call(home, *(word.replace("ID", decided[0].deployment_id) for word in words))
    assert (status, len(told.splitlines())) == ((2, 1) if said else (0, 0))
    assert said in told


def test_that_a_deployment_that_is_held_is_given_up(home: Path, decided: list[Deployment]) -> None:
    _, second = decided
    words = ("give-up", second.deployment_id, "--reason", "The disk had a fault")
    assert call(home, *words)[0] == 2
    with open_station(home) as (station, _):
        outbox = Outbox(station.store)
        (row,) = (row for row in outbox.waiting() if row.id == second.deployment_id)
        outbox.failed(row, "It is damaged.", held=True)
    assert call(home, *words)[0] == 0
    assert "given up" in call(home, "deployments")[1]
    assert second.deployment_id not in call(home, "sync", "--status")[1]


def test_that_what_lost_is_told_until_it_is_left(home: Path, decided: list[Deployment]) -> None:
    first, second = decided
    with open_station(home) as (station, _):
        Deployments(station.store).numbered(first.deployment_id, 6, accepted=True)
        Deployments(station.store).numbered(second.deployment_id, 7, accepted=False)
        Deployments(station.store).move_to(first.site_id, 1, first.deployment_id)
    for words in (("deployments",), ("sync", "--status"), ("deployments", "--site", first.site_id)):
        said = call(home, *words)[1]
        assert f"rockfall-desktop leave {second.deployment_id}" in said
        assert "To decide:" in said
    assert "To decide" not in call(home, "deployments", "--site", "elsewhere")[1]
    told = json.loads(call(home, "sync", "--status", "--json")[1])
    assert [one["deployment_id"] for one in told["undecided"]] == [second.deployment_id]
    assert call(home, "leave", first.deployment_id)[0] == 2
    assert call(home, "leave", second.deployment_id)[0] == 0
    assert "To decide" not in call(home, "deployments")[1] + call(home, "sync", "--status")[1]
