"""The main job by clicks in the real window, and the window beside a terminal."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QTableView

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import start_training
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.window import Shell
from tests.clicks import Play, Script, click, close, find, picture, put_away, quiet, set_up, sign_in, there, write
from tests.end_to_end.terminal import call, last_json
from tests.stations import CHEAP, NAME, PHRASE, now, write_small_site

PICTURES = Path(os.environ["ROCKFALL_SCREENSHOTS"]) if "ROCKFALL_SCREENSHOTS" in os.environ else None

KEPT: list[Shell] = []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_site(tmp_path_factory.mktemp("sites") / "site")


@pytest.fixture(scope="module", autouse=True)
def windows_are_put_away() -> Iterator[None]:
    """The program has one window for its whole life: none is deleted before the end."""
    yield
    put_away(KEPT)


@pytest.fixture(autouse=True)
def no_thread_outlives_its_test() -> Iterator[None]:
    yield
    assert BackgroundRun.all_running() == ()


def play(qapp: QApplication, home: Path, site: Path | None, script: Callable[[Shell], Script]) -> Station:
    """Run the program's window with a script at it, from its start to its end."""
    station = Station.at(home, now=now, costs=CHEAP)
    shell = Shell(station, site)
    shell.start()
    Play(script(shell)).run(qapp)
    KEPT.append(shell)
    return station


def configure(epochs: int) -> Script:
    """Fill in a short training on the Train page."""
    click("rail_train")
    yield lambda: there("start_training")
    write("field_window_steps", "10")
    for section in ("networks", "training"):
        click(f"section_{section}")
    yield lambda: there("field_epochs")
    write("field_width", "8")
    write("field_epochs", str(epochs))
    write("field_patience", "1000")
    yield quiet


def test_that_the_whole_way_goes_by_clicks_and_the_job_is_there_tomorrow(
    qapp: QApplication, tmp_path: Path, site: Path
) -> None:
    home = tmp_path / "home"

    def first_day(shell: Shell) -> Script:
        yield from set_up(NAME, PHRASE)
        yield lambda: there("site_train")
        picture(PICTURES, "way-1-site")
        yield from configure(epochs=40)
        click("start_training")
        yield lambda: there("stop_early")
        assert shell.main is not None
        monitor = shell.main.train.monitor
        yield lambda: not monitor.loss.is_empty and monitor.buttons.stop.isVisible()
        drawn = len(monitor.loss.series["train"].x)
        yield lambda: len(monitor.loss.series["train"].x) > drawn
        picture(PICTURES, "way-2-training")
        yield lambda: there("read_report")
        assert len(monitor.loss.series["validation"].x) == 40
        click("read_report")
        yield lambda: there("report_view")
        picture(PICTURES, "way-3-report")
        yield from close(shell)

    def second_day(shell: Shell) -> Script:
        yield from sign_in(PHRASE)
        click("rail_jobs")
        yield quiet
        assert shell.main is not None
        (table,) = [t for t in shell.main.jobs.findChildren(QTableView) if t.isVisible()]
        assert table.model().rowCount() == 1
        picture(PICTURES, "way-4-jobs")
        yield from close(shell)

    station = play(qapp, home, site, first_day)
    (job,) = Jobs(station.store).list(None)
    assert job.status is Status.COMPLETED
    assert job.current_epoch == 40
    report = json.loads((station.files.job_folder(job.job_id) / "report.json").read_text())
    assert report["simulated"] is True
    station.close()
    again = play(qapp, home, None, second_day)
    assert [one.job_id for one in Jobs(again.store).list(None)] == [job.job_id]
    again.close()


def test_that_a_locked_window_trains_on_and_shows_the_curves_after_unlocking(
    qapp: QApplication, tmp_path: Path, site: Path
) -> None:
    def script(shell: Shell) -> Script:
        yield from set_up(NAME, PHRASE)
        yield lambda: there("site_train")
        yield from configure(epochs=60)
        click("start_training")
        yield lambda: there("stop_early")
        shell.lock()
        assert not there("main_window")
        assert shell.main is not None
        seen = len(shell.main.train.monitor.loss.series["train"].x)
        yield lambda: shell.main is not None and len(shell.main.train.monitor.loss.series["train"].x) > seen + 3
        assert not shell.seat.occupied
        yield from sign_in(PHRASE)
        assert not shell.main.train.monitor.loss.is_empty
        yield lambda: there("read_report")
        yield from close(shell)

    station = play(qapp, tmp_path / "home", site, script)
    (job,) = Jobs(station.store).list(None)
    assert (job.status, job.current_epoch) == (Status.COMPLETED, 60)
    station.close()


def test_that_a_lock_during_the_start_stops_nothing_and_the_curves_are_there_after_unlocking(
    qapp: QApplication, tmp_path: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, locked = threading.Event(), threading.Event()

    def start_slowly(session: Session, *, station: Station, config: TrainingConfig) -> TrainingJob:
        job = start_training(session, station=station, config=config)
        reading.set()
        locked.wait()
        return job

    def script(shell: Shell) -> Script:
        yield from set_up(NAME, PHRASE)
        yield lambda: there("site_train")
        yield from configure(epochs=40)
        click("start_training")
        yield reading.is_set
        shell.lock()
        yield lambda: [run.objectName() for run in BackgroundRun.all_running()] == ["start training"]
        locked.set()
        assert shell.main is not None
        curve = shell.main.train.monitor.loss.series["train"]
        yield lambda: len(curve) > 3 or not shell.main.running.active
        assert not shell.seat.occupied
        yield from sign_in(PHRASE)
        assert not there("start_card")
        yield lambda: there("chart_loss")
        yield lambda: there("read_report")
        assert len(curve) == 40
        yield from close(shell)

    monkeypatch.setattr("rockfall_desktop.ui.running_job.start_training", start_slowly)
    station = play(qapp, tmp_path / "home", site, script)
    (job,) = Jobs(station.store).list(None)
    assert job.status is Status.COMPLETED
    station.close()


def test_that_a_terminal_beside_the_training_window_disturbs_nothing_and_can_cancel(
    qapp: QApplication, tmp_path: Path, site: Path
) -> None:
    home, said = tmp_path / "home", []

    def terminal() -> None:
        """In a thread of the test, so that the window goes on meanwhile."""
        jobs = last_json(call(home, "jobs", "--json"))
        said.append(jobs[0]["status"])
        said.append(call(home, "cancel", jobs[0]["job_id"]).returncode)

    def script(shell: Shell) -> Script:
        yield from set_up(NAME, PHRASE)
        yield lambda: there("site_train")
        yield from configure(epochs=9000)
        click("start_training")
        yield lambda: there("stop_early")
        assert shell.main is not None
        yield lambda: shell.main is not None and len(shell.main.train.monitor.loss.series["train"].x) > 2
        beside = threading.Thread(target=terminal)
        beside.start()
        yield lambda: shell.main is not None and not shell.main.running.active
        yield lambda: not beside.is_alive()
        assert find("monitor_note").isVisible()
        yield from close(shell)

    station = play(qapp, home, site, script)
    (job,) = Jobs(station.store).list(None)
    assert said == ["training", 0]
    assert job.status is Status.CANCELLED
    station.close()


def test_that_stopping_early_by_the_button_keeps_the_best_and_gives_a_report(
    qapp: QApplication, tmp_path: Path, site: Path
) -> None:
    def script(shell: Shell) -> Script:
        yield from set_up(NAME, PHRASE)
        yield lambda: there("site_train")
        yield from configure(epochs=9000)
        click("start_training")
        yield lambda: there("stop_early")
        yield lambda: shell.main is not None and len(shell.main.train.monitor.loss.series["train"].x) > 2
        click("stop_early")
        yield lambda: there("read_report")
        yield from close(shell)

    station = play(qapp, tmp_path / "home", site, script)
    (job,) = Jobs(station.store).list(None)
    assert job.status is Status.COMPLETED
    assert job.current_epoch < 9000
    station.close()
