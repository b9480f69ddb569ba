"""What every test of the window uses: no screen, no thread that outlives its test, pictures on request."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from rockfall_desktop.domain.errors import AccessRefused
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.session_timer import Deadline
from rockfall_desktop.ui.theme import Choice, Theme
from rockfall_desktop.ui.window import Shell
from tests.stations import CHEAP, now, open_station
from tests.ui.shells import SlowJob
from tests.ui.values import SESSION

Photograph = Callable[[QWidget, str], None]
Keep = Callable[[QWidget], None]


class QuietStation:
    """A station whose operations the tests put in place themselves."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.is_fresh = False

    def demand(self, session: object) -> None:
        """A plan that a slow machine asks for in the middle of a test is refused in words."""
        raise AccessRefused("Nobody is signed in", "This station is a stand-in.")


@pytest.fixture(autouse=True)
def nothing_outlives_its_test(qtbot: QtBot) -> Iterator[None]:
    """No thread of the window runs on, and no timer without an owner fires on, when a test is over."""
    yield
    for run in BackgroundRun.all_running():
        run.stop()
    qtbot.waitUntil(lambda: not BackgroundRun.all_running(lasting=True), timeout=5000)
    lost = [o for o in gc.get_objects() if type(o) is QTimer and isValid(o) and o.isActive() and o.parent() is None]
    assert not lost, f"timers without an owner go on: {lost}"


@pytest.fixture(scope="module", params=[Choice.LIGHT, Choice.DARK], ids=["light", "dark"])
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Theme:
    return _dressed(request.param)


@pytest.fixture
def light(qapp: QApplication) -> Theme:
    return _dressed(Choice.LIGHT)


@pytest.fixture
def seat(tmp_path: Path, qapp: QApplication) -> Seat:
    taken = Seat(QuietStation(tmp_path))  # type: ignore[arg-type]
    taken.take(SESSION)
    return taken


@pytest.fixture
def keep() -> Iterator[Keep]:
    """Keep a widget until its test is over, then delete it."""
    kept: list[QWidget] = []
    yield kept.append
    for widget in kept:
        widget.hide()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # its dialogs too, before the next test


@pytest.fixture
def photograph(request: pytest.FixtureRequest, qtbot: QtBot) -> Photograph:
    """Show a widget at 1280 x 800 (or its own size) and, when ROCKFALL_SCREENSHOTS names a folder, save a picture."""

    def take(widget: QWidget, name: str) -> None:
        if not widget.isVisible():
            widget.show()
        qtbot.waitExposed(widget)
        qtbot.wait(1)
        picture = widget.grab()
        assert picture.width() > 0
        folder = os.environ.get("ROCKFALL_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            look = "dark" if "dark" in request.node.name else "light"
            picture.save(str(Path(folder) / f"{name}-{look}.png"))

    return take


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowJob]:
    slow = SlowJob()
    monkeypatch.setattr("rockfall_desktop.ui.running_job.start_training", slow.start)
    monkeypatch.setattr("rockfall_desktop.ui.running_job.run_job", slow.run)
    yield slow
    slow.may_start.set()
    slow.stop.set()


@pytest.fixture
def clock() -> dict[str, float]:
    return {"s": 0.0}


@pytest.fixture
def shell(tmp_path: Path, light: Theme, clock: dict[str, float], qtbot: QtBot) -> Iterator[Shell]:
    with open_station(tmp_path / "home"):
        pass
    station = Station.at(tmp_path / "home", now=now, costs=CHEAP)
    made = Shell(station, theme=light, deadline=Deadline((lambda: clock["s"],)), warm_up=False)
    made.start()
    yield made
    made.timer.end()
    if made.main is not None:
        made.main.syncing.end()
        made.main.hide()
        made.main.running.happened.disconnect()
        made.main.deleteLater()
    made.dialog.hide()
    made.dialog.deleteLater()
    for run in BackgroundRun.all_running():
        run.stop()
    qtbot.waitUntil(lambda: not BackgroundRun.all_running(lasting=True), timeout=5000)
    station.close()


def _dressed(choice: Choice) -> Theme:
    theme = Theme(choice)
    theme.apply()
    return theme
