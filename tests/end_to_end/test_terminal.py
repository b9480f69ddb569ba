"""The main job by the terminal, in processes of its own."""

import json
import os
import signal
import subprocess
import time
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
    assert last_json(call(home, "site", "simulate", str(site), "--json"))["simulated"] is True
    assert call(home, "site", "check", str(site)).stdout.strip().endswith("no fault found.")
    made = call(home, "setup", "--user", "ana", "--json")
    assert made.returncode == 0, made.stderr
    assert last_json(made) == {"home": str(home), "user": "ana"}
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
    demands = last_json(call(home, "deploy", job, "--check", "--json"))
    assert demands["jobs_on_test_block"] == 1
    refused = call(home, "deploy", job, "--reason", "trial")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "at least 10 characters" in refused.stderr
    first = last_json(call(home, "deploy", job, "--json", "--reason", "trial of the year", "--yes-not-better"))
    assert first["active"] is True
    assert last_json(call(home, "deployments", "--json"))[0]["job_id"] == job
    for plain in (("report", job), ("deployments",), ("deploy", job, "--check")):
        assert call(home, *plain).returncode == 0


def test_that_with_json_the_outcome_is_all_of_stdout(home: Path, site: Path) -> None:
    done = call(home, "train", str(site), *QUICK, "--json")
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_that_settings_come_from_a_file_and_pairs_win(home: Path, site: Path, tmp_path: Path) -> None:
    file = tmp_path / "training.toml"
    lines = ['temporal_network = "gru"', "epochs = 50", "window_steps = 5", "width = 8"]
    file.write_text("\n".join([*lines, "train_until = 2018-10-01", "validation_until = 2019-04-01"]))
    done = call(home, "train", str(site), "--config", str(file), "--set", "epochs=1")
    assert done.returncode == 0, done.stderr
    job = last_json(call(home, "jobs", "--json"))[0]
    assert (job["config"]["temporal_network"], job["total_epochs"]) == ("gru", 1)
    assert job["config"]["train_until"] == "2018-10-01"


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
        (("status", "\udcff"), "There is no job"),
        (("train", "~nosuchuser/x"), "~nosuchuser/x"),
        (("train", "s" * 5000), "name too long"),
        (("train", "s\udcff"), "no readable text"),
        (("train", "SITE", "--config", "c" * 5000), "name too long"),
        (("deploy", "x", "--reason", "r" * 3000), "at most 2000"),
        (("deploy", "x", "--reason", "\udcff"), "reason"),
        (("rollback", "x", "--reason", "the crest moved"), "no deployment x"),
        (("deploy-again", "\udcff"), "no deployment"),
        (("export", "x", "/nowhere/x.rockfall"), "no deployment x"),
        (("import", "/nowhere/x.rockfall"), "/nowhere/x.rockfall"),
        (("import", "SITE", "--check"), "is no file"),
        (("site", "check", "~nosuchuser/x"), "~nosuchuser/x"),
        (("site", "check", "s" * 5000), "name too long"),
        (("site", "simulate", "~nosuchuser/x"), "~nosuchuser/x"),
        (("--home", "~nosuchuser", "jobs"), "home folder cannot be used"),
        (("--user", "ana", "window"), "no display"),
        (("window",), "no display"),
        (("--home", "HOME"), "no display"),
        (("--home=HOME",), "no display"),
    ],
)
def test_that_a_wrong_call_ends_with_2_and_one_sentence(
    home: Path, site: Path, words: tuple[str, ...], said: str
) -> None:
    words = tuple(word.replace("SITE", str(site)).replace("HOME", str(home)) for word in words)
    done = call(home, *words, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert list((home / "jobs").iterdir()) == []


def test_that_a_window_on_a_home_that_cannot_be_one_ends_with_2_and_one_sentence(home: Path) -> None:
    done = call(home, "window", "--home", "/dev/null")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "home folder cannot be used" in done.stderr


def test_that_a_home_that_is_only_asked_about_is_not_made(tmp_path: Path) -> None:
    for words in (("train", "--help"), ("jobs", "--nonsense"), ("--help",)):
        call(tmp_path / "home", *words)
    assert not (tmp_path / "home").exists()
    assert "window" in call(tmp_path / "home", "--help").stdout


@pytest.mark.parametrize(
    "words", [("frobnicate",), ("train",), ("jobs", "--nonsense"), ("site", "simulate", "D", "--seed", "-1")]
)
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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_that_an_output_on_a_full_disk_ends_with_1_and_a_sentence(home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "jobs", "--json"],
            env=environment(home), stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_that_ctrl_c_at_the_pass_phrase_ends_with_1_and_a_sentence(home: Path) -> None:
    try:
        ours, theirs = os.openpty()
    except OSError as error:
        pytest.skip(f"this machine has no pseudo-terminals: {error}")
    without = {name: value for name, value in environment(home).items() if name != "ROCKFALL_PASSWORD"}
    running = subprocess.Popen(
        [*PROGRAM, "jobs"], env=without, stdin=theirs, stderr=subprocess.PIPE, start_new_session=True
    )
    assert running.stderr is not None
    said = b""
    while b"Pass phrase of ana: " not in said and (one := running.stderr.read(1)):
        said += one
    running.send_signal(signal.SIGINT)
    _, rest = running.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    assert running.returncode == 1
    assert b"Interrupted" in rest
    assert b"Traceback" not in said + rest


def test_that_the_installation_passes_its_own_test(home: Path) -> None:
    done = call(home, "self-test", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert last_json(done)["passed"] is True


def start_endless(home: Path, site: Path) -> subprocess.Popen[str]:
    endless = ("--set", "epochs=10000", "--set", "patience=1000", "--set", "width=8", "--set", "window_steps=10")
    return subprocess.Popen(
        [*PROGRAM, "train", str(site), *endless, "--json"],
        env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for_epoch(home: Path, running: subprocess.Popen[str]) -> str:
    with open_station(home) as (station, _):
        while running.poll() is None:
            for job in Jobs(station.store).list(None):
                if job.current_epoch > 0:
                    return job.job_id
            time.sleep(0.1)
    raise AssertionError(running.communicate())


def test_that_ctrl_c_cancels_cleanly(home: Path, site: Path) -> None:
    running = start_endless(home, site)
    job = wait_for_epoch(home, running)
    running.send_signal(signal.SIGINT)
    output, errors = running.communicate(timeout=30)
    assert running.returncode == 1
    assert json.loads(output) == {"job_id": job, "status": "cancelled", "report": None}
    assert "Traceback" not in errors


def test_that_a_killed_training_is_found_interrupted_keeps_its_epochs_and_is_resumed(home: Path, site: Path) -> None:
    running = start_endless(home, site)
    job = wait_for_epoch(home, running)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    found = last_json(call(home, "status", job, "--json"))
    assert found["status"] == "interrupted"
    assert found["current_epoch"] >= 1
    assert found["metrics"]["epoch"] == found["current_epoch"]
    resumed = subprocess.Popen(
        [*PROGRAM, "resume", job, "--json"],
        env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with open_station(home) as (station, _):
        while resumed.poll() is None and Jobs(station.store).read(job).status is not Status.TRAINING:
            time.sleep(0.1)
    resumed.send_signal(signal.SIGINT)
    output, errors = resumed.communicate(timeout=30)
    assert json.loads(output) == {"job_id": job, "status": "cancelled", "report": None}, errors


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
