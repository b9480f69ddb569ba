"""One user on two stations by the terminal: the account goes by file, jobs and deployments come by the office."""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from rockfall_desktop.cli.program import program
from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.identity import own_station_key
from rockfall_desktop.operations.keys import trust_key
from rockfall_desktop.operations.sign_in import set_up, sign_in
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.now import sync_now
from rockfall_desktop.store.jobs import Jobs
from tests.office_model import ModelOffice, ModelServer
from tests.stations import CHEAP, NAME, PHRASE, now, open_station
from tests.unit.operations.deployments.made_decision import made_decision
from tests.unit.store.job_samples import completed, created, log_line, new_id, up_to_fitting

OTHER_NAME, OTHER_PHRASE = "sofia", "nine wet ledges above the road"


class Offices(NamedTuple):
    """Two homes and an office: north has a job of ana's, a running one and one of somebody else, and a deployment.

    Attributes:
        north: home of ana.
        south: home of sofia, who trusts north.
        server: what both sync with.
        done: completed job of ana.
        runs: her job that trains.
        others: somebody else's.
        deployment: of north.
        key: north's fingerprint.
    """

    north: Path
    south: Path
    server: ModelServer
    done: str
    runs: str
    others: str
    deployment: str
    key: str


def sync(station: Station, session: Session, server: ModelServer) -> None:
    for _ in range(2):
        state = sync_now(session, station=station, connect=lambda _: ModelOffice(server))
    assert state.condition is SyncCondition.SYNCED, state


@contextmanager
def other_station(home: Path) -> Iterator[tuple[Station, Session]]:
    station = Station.at(home, now=now, costs=CHEAP)
    try:
        if station.is_fresh:
            yield (
                station,
                set_up(station=station, factory_password="admintime", name=OTHER_NAME, pass_phrase=OTHER_PHRASE),
            )
        else:
            yield station, sign_in(station=station, name=OTHER_NAME, pass_phrase=OTHER_PHRASE)
    finally:
        station.close()


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Offices:
    folder, server = tmp_path_factory.mktemp("accounts"), ModelServer()
    with open_station(folder / "north") as (station, session):
        jobs = Jobs(station.store)
        done, runs = (jobs.create(created(user_id=session.user_id, at=now())).job_id for _ in range(2))
        others = jobs.create(created(user_id=new_id(), at=now())).job_id
        jobs.append(done, *up_to_fitting(), log_line("the crest was quiet"), completed(done))
        jobs.append(runs, *up_to_fitting())
        deployment = made_decision(station, session.user_id).deployment_id
        key = own_station_key(station).fingerprint
        sync(station, session, server)
    with other_station(folder / "south") as (station, session):
        sync(station, session, server)
        trust_key(session, station=station, fingerprint=key)
        sync(station, session, server)
    return Offices(folder / "north", folder / "south", server, done, runs, others, deployment, key)


def call(home: Path, *words: str, **environment: str) -> tuple[int, str, str]:
    commands = program(lambda at: Station.at(at, now=now, costs=CHEAP), lambda *_: 0)
    secrets = {
        "ROCKFALL_PASSWORD": PHRASE,
        "ROCKFALL_ACCOUNT_PASSWORD": PHRASE,
        "ROCKFALL_FACTORY_PASSWORD": "admintime",
    }
    done = CliRunner().invoke(
        commands, ["--home", str(home), *words], env=secrets | environment, catch_exceptions=False
    )
    return done.exit_code, " ".join(done.stdout.split()), done.stderr


def told(home: Path, *words: str, **environment: str) -> Any:
    status, out, error = call(home, *words, "--json", **environment)
    assert status == 0, error
    return json.loads(out)


@pytest.fixture(scope="module")
def file(offices: Offices) -> Path:
    path = offices.north.parent / "ana.rockfall-account"
    status, words, error = call(offices.north, "account", "export", str(path))
    assert status == 0, error
    assert offices.key in words.replace(" ", "")
    return path


@pytest.fixture(scope="module")
def taken_in(offices: Offices, file: Path) -> Path:
    """The south's home, with ana as an engineer."""
    shown = told(offices.south, "account", "import", str(file), "--check", ROCKFALL_PASSWORD=OTHER_PHRASE)
    assert (shown["account"]["name"], shown["key_state"]) == (NAME, "trusted")
    status, words, error = call(offices.south, "account", "import", str(file), ROCKFALL_PASSWORD=OTHER_PHRASE)
    assert status == 0, error
    assert "as engineer" in words
    return offices.south


def test_that_her_jobs_of_the_other_station_are_shown_read_only_and_nobody_elses(
    offices: Offices, taken_in: Path
) -> None:
    status, words, error = call(taken_in, "--user", NAME, "jobs")
    assert status == 0, error
    assert "No jobs yet." in words
    assert "On other stations, read only:" in words
    assert offices.done in words
    assert offices.runs in words
    assert offices.others not in words
    assert "(simulated)" in words
    assert told(taken_in, "--user", NAME, "jobs") == []
    everywhere = told(taken_in, "--user", NAME, "jobs", "--everywhere")
    assert (everywhere["here"], everywhere["unread"]) == ([], {})
    assert {one["job"]["job_id"] for one in everywhere["elsewhere"]} == {offices.done, offices.runs}
    hers = told(taken_in, "--user", OTHER_NAME, "jobs", "--everywhere", ROCKFALL_PASSWORD=OTHER_PHRASE)
    assert {one["job"]["job_id"] for one in hers["elsewhere"]} == {offices.done, offices.runs, offices.others}


def test_that_a_job_of_the_other_station_says_where_it_stands_and_that_its_report_lies_there(
    offices: Offices, taken_in: Path
) -> None:
    as_ana = (taken_in, "--user", NAME)
    status, words, _ = call(*as_ana, "status", offices.done)
    assert (status, "completed 100 %" in words, "the crest was quiet" in words) == (0, True, True)
    assert "read only; this is how it stood at" in words
    found = told(*as_ana, "status", offices.runs)
    assert (found["status"], found["job_id"]) == ("training", offices.runs)
    status, words, _ = call(*as_ana, "report", offices.done)
    assert (status, "The report lies on" in words, "pr_auc" in words, "SIMULATED" in words) == (0, True, True, True)
    assert told(*as_ana, "report", offices.done)["performance_summary"]["pr_auc"] == 0.3
    status, _, error = call(*as_ana, "report", offices.runs)
    assert (status, "Only a completed job has a report" in error) == (2, True)
    status, _, error = call(*as_ana, "cancel", offices.runs)
    assert (status, "only that station can cancel it" in error) == (2, True)


def test_that_somebody_elses_job_of_the_other_station_is_answered_like_none(offices: Offices, taken_in: Path) -> None:
    nobodys = new_id()
    for command in ("status", "report", "cancel"):
        answers = [
            call(taken_in, "--user", NAME, command, one)[2].replace(one, "ID") for one in (offices.others, nobodys)
        ]
        assert answers[0] == answers[1]
        assert "There is no job ID" in answers[0]


def test_that_the_sites_deployments_are_shown_to_her_too(offices: Offices, taken_in: Path) -> None:
    (one,) = told(taken_in, "--user", NAME, "deployments")
    assert (one["deployment_id"], one["version"]) == (offices.deployment, 1)


def test_that_an_engineer_lists_herself_and_lets_nobody_in(taken_in: Path, file: Path) -> None:
    assert [one["name"] for one in told(taken_in, "--user", NAME, "account", "list")] == [NAME]
    rows = told(taken_in, "--user", OTHER_NAME, "account", "list", ROCKFALL_PASSWORD=OTHER_PHRASE)
    assert {one["name"]: one["role"] for one in rows} == {NAME: "engineer", OTHER_NAME: "admin"}
    status, out, error = call(taken_in, "--user", NAME, "account", "import", str(file), "--role", "admin")
    assert (status, out, "administrator" in error) == (2, "", True)


def test_that_nobody_signs_in_by_default_where_there_are_several(taken_in: Path) -> None:
    status, _, error = call(taken_in, "jobs")
    assert (status, f"{NAME}, {OTHER_NAME}" in error, "--user NAME" in error) == (2, True, True)
    assert call(taken_in, "jobs", ROCKFALL_USER=NAME)[0] == 0


def test_that_a_fresh_home_is_set_up_by_the_file_and_shows_her_jobs_once_the_key_is_trusted(
    offices: Offices, file: Path, tmp_path: Path
) -> None:
    east = tmp_path / "east"
    assert told(east, "setup", "--account", str(file)) == {"home": str(east), "user": NAME}
    keys = {one["fingerprint"]: one["state"] for one in told(east, "keys", "list")}
    assert keys[offices.key] == "seen"
    call(east, "keys", "trust", offices.key)
    with open_station(east) as (station, session):
        sync(station, session, offices.server)
    found = told(east, "jobs", "--everywhere")["elsewhere"]
    assert {offices.done, offices.runs} <= {one["job"]["job_id"] for one in found}


def test_that_one_may_sign_in_on_a_fresh_home_by_another_name_than_that_of_the_file(
    offices: Offices, file: Path, tmp_path: Path
) -> None:
    east = tmp_path / "east"
    assert told(east, "setup", "--account", str(file), "--name", "ana east")["user"] == "ana east"
    assert [one["name"] for one in told(east, "account", "list")] == ["ana east"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("setup",), "either --user or --account"),
        (("setup", "--user", "eve", "--account", "FILE"), "either --user or --account"),
        (("setup", "--user", "eve", "--name", "ana"), "--name goes with --account"),
        (("setup", "--account", "FILE", "--name", "n" * 65), "name"),
        (("setup", "--account", "/nowhere"), "cannot be read"),
    ],
)
def test_that_a_set_up_for_nobody_or_for_two_is_refused(
    words: tuple[str, ...], said: str, file: Path, tmp_path: Path
) -> None:
    given = [str(file) if word == "FILE" else word for word in words]
    status, out, error = call(tmp_path / "fresh", *given)
    assert (status, out, said in error, len(error.splitlines())) == (2, "", True, 1)


def test_that_a_wrong_pass_phrase_and_a_file_that_is_there_are_sentences(offices: Offices, file: Path) -> None:
    before = file.read_bytes()
    status, _, error = call(offices.north, "account", "export", str(file))
    assert (status, "There is a file already" in error) == (2, True)
    status, _, error = call(offices.south, "--user", OTHER_NAME, "account", "import", str(file), "--check",
                            ROCKFALL_PASSWORD=OTHER_PHRASE, ROCKFALL_ACCOUNT_PASSWORD="wrong")  # fmt: skip
    assert (status, "stays closed" in error) == (2, True)
    assert file.read_bytes() == before
    assert call(offices.north, "account", "export", str(file), "--overwrite")[0] == 0


def test_that_the_command_that_a_look_at_a_file_gives_is_the_one_that_works(
    offices: Offices, file: Path, tmp_path: Path
) -> None:
    home = tmp_path / "east"
    with other_station(home):
        pass
    status, words, error = call(home, "account", "import", str(file), "--check", ROCKFALL_PASSWORD=OTHER_PHRASE)
    assert status == 0, error
    command = words.split("rockfall-desktop ")[-1].split()
    assert command == ["keys", "trust", offices.key]
    assert call(home, *command, ROCKFALL_PASSWORD=OTHER_PHRASE)[0] == 0
    assert call(home, "account", "import", str(file), ROCKFALL_PASSWORD=OTHER_PHRASE)[0] == 0


def test_that_every_command_of_the_manual_is_one_with_these_options() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "accounts.md").read_text(encoding="utf-8")
    lines = [line for line in manual.splitlines() if line.startswith("rockfall-desktop ")]
    assert len(lines) >= 10
    commands = program(lambda at: Station.at(at, now=now, costs=CHEAP), lambda *_: 0)
    for line in lines:
        _, *words = shlex.split(line, comments=True)
        done = CliRunner().invoke(commands, [*words, "--help"], catch_exceptions=False)
        assert done.exit_code == 0, line
        assert all(word in done.stdout for word in words if word.startswith("--")), line
