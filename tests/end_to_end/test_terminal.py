"""The main job by the terminal, in processes of its own."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import EpochFinished, JobCancelled
from rockfall_desktop.domain.job import Status
from rockfall_desktop.domain.report import HEADLINE_KEYS
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.store.jobs import Jobs
from tests.end_to_end.terminal import PROGRAM, call, environment, last_json
from tests.stations import open_station, quick_config, write_small_site

QUICK = ("--set", "epochs=3", "--set", "width=8", "--set", "window_steps=10", "--set", "horizon_steps=1,3")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_site(tmp_path_factory.mktemp("sites") / "site")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_station(tmp_path / "home"):
        return tmp_path / "home"


def test_that_a_fresh_home_is_set_up_trained_in_reported_and_deployed_without_a_keyboard(
    tmp_path: Path,
) -> None:
    home, site = tmp_path / "home", tmp_path / "site"
    assert call(home, "site", "simulate", str(site)).returncode == 0
    assert call(home, "site", "check", str(site)).stdout.strip().endswith("no fault found.")
    made = call(home, "setup", "--user", "ana")
    assert made.returncode == 0, made.stderr
    trained = call(home, "train", str(site), *QUICK)
    assert trained.returncode == 0, trained.stderr
    outcome = last_json(trained)
    assert outcome["status"] == "completed"
    assert set(HEADLINE_KEYS) <= set(outcome)
    report = json.loads(Path(outcome["report"]).read_text())
    assert report["simulated"] is True
    assert {key: report[key] for key in HEADLINE_KEYS} == {key: outcome[key] for key in HEADLINE_KEYS}
    assert outcome["incidents_in_test"] >= 30
    job = outcome["job_id"]
    assert last_json(call(home, "status", job, "--json"))["progress"] == 100
    assert [one["job_id"] for one in last_json(call(home, "jobs", "--json"))] == [job]
    assert last_json(call(home, "report", job, "--json")) == report
    assert last_json(call(home, "deploy", job, "--json", "--reason", "trial"))["active"] is True
    assert last_json(call(home, "deployments", "--json"))[0]["job_id"] == job
    for plain in (("jobs",), ("status", job), ("report", job), ("deployments",)):
        assert call(home, *plain).returncode == 0


def test_that_with_json_the_outcome_is_all_of_stdout(home: Path, site: Path) -> None:
    done = call(home, "train", str(site), *QUICK, "--json")
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_that_settings_come_from_a_file_and_pairs_win(home: Path, site: Path, tmp_path: Path) -> None:
    file = tmp_path / "training.toml"
    lines = ['temporal_network = "gru"', "epochs = 50", "window_steps = 5", "width = 8"]
    file.write_text("\n".join([*lines, "train_until = 2021-10-01", "validation_until = 2022-04-01"]))
    done = call(home, "train", str(site), "--config", str(file), "--set", "epochs=1")
    assert done.returncode == 0, done.stderr
    job = last_json(call(home, "jobs", "--json"))[0]
    assert (job["config"]["temporal_network"], job["total_epochs"]) == ("gru", 1)
    assert job["config"]["train_until"] == "2021-10-01"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("train", "/nowhere"), "/nowhere"),
        (("train", "SITE", "--set", "epochs=many"), "epochs: Give a whole number."),
        (("train", "SITE", "--set", "epoch=3"), "epoch:"),
        (("train", "SITE", "--set", "epochs"), "field=value"),
        (("train", "SITE", "--set", "temporal_features=snow"), "snow"),
        (("train", "SITE", "--config", "/nowhere.toml"), "/nowhere.toml"),
        (("status", "x"), "no job x"),
        (("report", "../../etc"), "no job"),
        (("cancel", "x"), "no job x"),
        (("setup", "--user", "eve"), "has a user"),
    ],
)
def test_that_a_wrong_call_ends_with_2_and_one_sentence(
    home: Path, site: Path, words: tuple[str, ...], said: str
) -> None:
    done = call(home, *(str(site) if word == "SITE" else word for word in words))
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert list((home / "jobs").iterdir()) == []


@pytest.mark.parametrize("words", [("frobnicate",), ("train",), ("jobs", "--nonsense")])
def test_that_an_unknown_word_ends_with_2(home: Path, words: tuple[str, ...]) -> None:
    assert call(home, *words).returncode == 2


def test_that_a_fresh_home_says_how_to_set_it_up(tmp_path: Path) -> None:
    done = call(tmp_path / "home", "jobs")
    assert done.returncode == 2
    assert "rockfall-desktop setup --user NAME" in done.stderr


def test_that_a_wrong_pass_phrase_ends_with_2(home: Path) -> None:
    done = call(home, "jobs", ROCKFALL_PASSWORD="not the pass phrase")
    assert done.returncode == 2
    assert "Wrong name or pass phrase" in done.stderr


def start_endless(home: Path, site: Path) -> subprocess.Popen[str]:
    endless = ("--set", "epochs=10000", "--set", "patience=1000", "--set", "width=8", "--set", "window_steps=10")
    return subprocess.Popen(
        [*PROGRAM, "train", str(site), *endless, "--json"],
        env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for_epoch(home: Path) -> str:
    with open_station(home) as (station, _):
        while True:
            for job in Jobs(station.store).list(None):
                if job.current_epoch > 0:
                    return job.job_id


def test_that_ctrl_c_cancels_cleanly(home: Path, site: Path) -> None:
    running = start_endless(home, site)
    job = wait_for_epoch(home)
    running.send_signal(signal.SIGINT)
    output, errors = running.communicate(timeout=30)
    assert running.returncode == 1
    assert json.loads(output) == {"job_id": job, "status": "cancelled", "report": None}
    assert "Traceback" not in errors


def test_that_a_killed_training_is_found_interrupted_and_keeps_its_epochs(home: Path, site: Path) -> None:
    running = start_endless(home, site)
    job = wait_for_epoch(home)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    found = last_json(call(home, "status", job, "--json"))
    assert found["status"] == "interrupted"
    assert found["current_epoch"] >= 1
    assert found["metrics"]["epoch"] == found["current_epoch"]


def test_that_the_terminal_beside_a_training_harms_nothing_and_can_cancel_it(home: Path, site: Path) -> None:
    with open_station(home) as (station, session):
        config = quick_config(site, epochs=10_000, patience=1000)
        job = start_training(session, station=station, config=config)
        last, asked = None, False
        for last in run_job(session, station=station, job_id=job.job_id, control=Control()):
            if isinstance(last, EpochFinished) and not asked:
                asked = True
                assert last_json(call(home, "status", job.job_id, "--json"))["status"] in {"preparing", "training"}
                assert Jobs(station.store).read(job.job_id).status is not Status.INTERRUPTED
                assert call(home, "cancel", job.job_id).returncode == 0
        assert isinstance(last, JobCancelled)
