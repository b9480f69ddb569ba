"""`sync` in the terminal: what went, what waits, and why; the exit status says whether the office took it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rockfall_desktop.cli.entering import PASSWORD
from rockfall_desktop.cli.program import program
from rockfall_desktop.domain.office_exchange import Office
from rockfall_desktop.operations import office_settings
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.jobs import Jobs
from tests.office_model import ModelOffice, ModelServer, Trouble
from tests.stations import CHEAP, PHRASE, now, open_station
from tests.unit.store.job_samples import created


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_station(tmp_path / "home") as (station, _):
        Jobs(station.store).create(created())
    return tmp_path / "home"


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> ModelOffice:
    made = ModelOffice(ModelServer())

    def connect(station: Station) -> Office:
        return made

    monkeypatch.setattr(office_settings, "connect_office", connect)
    return made


def call(home: Path, *words: str) -> tuple[int, str]:
    commands = program(lambda chosen: Station.at(chosen, now=now, costs=CHEAP), lambda _, __: 0)
    result = CliRunner().invoke(
        commands, ["--home", str(home), "sync", *words], env={PASSWORD: PHRASE, "COLUMNS": "160"}
    )
    return result.exit_code, result.output


def test_that_the_status_asks_no_office(home: Path, office: ModelOffice) -> None:
    code, said = call(home, "--status")
    assert code == 0
    assert "Job on" in said
    assert office.calls == []


def test_that_what_went_is_said_and_nothing_waits_any_more(home: Path, office: ModelOffice) -> None:
    code, said = call(home)
    assert code == 0
    assert "went: Job on" in said
    assert "(simulated)" in said
    assert "The office knows everything" in said
    assert len(office.server.jobs) == 1


def test_that_an_office_that_does_not_answer_is_a_sentence_and_a_status(home: Path, office: ModelOffice) -> None:
    office.troubles.append(Trouble.LOST_REQUEST)
    code, said = call(home)
    assert code == 1
    assert "The connection broke" in said
    assert "kept here" in said


def test_that_json_holds_the_state_and_what_waits(home: Path, office: ModelOffice) -> None:
    office.troubles.append(Trouble.REFUSED)
    code, said = call(home, "--json")
    told = json.loads(said)
    assert code == 1
    assert (told["state"]["condition"], len(told["waiting"])) == ("refused", 1)


def test_that_without_an_office_the_station_works_alone(home: Path) -> None:
    code, said = call(home)
    assert code == 0
    assert "works alone" in said


def test_that_everything_is_sent_again_when_it_is_asked_for(home: Path, office: ModelOffice) -> None:
    call(home)
    office.server.jobs.clear()
    call(home)
    assert office.server.jobs == {}
    call(home, "--everything")
    assert len(office.server.jobs) == 1
