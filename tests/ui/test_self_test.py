"""The installation's own look at its window: it passes where everything is there, and says what is not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from rockfall_desktop.packed import resource
from rockfall_desktop.ui import icons, self_test
from rockfall_desktop.ui.main_window import MainWindow
from rockfall_desktop.ui.password_dialog import PasswordDialog


def test_that_the_window_of_this_checkout_is_whole_and_quits(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from rockfall_desktop.ui.self_test import *; sys.exit(show_every_page())"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "ROCKFALL_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_that_a_missing_icon_is_named(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(icons, "NAMES", (*icons.NAMES, "unicorn"))
    monkeypatch.setattr(self_test, "_unseen", lambda _: [])
    assert self_test.show_every_page() == 1
    assert "The icon unicorn is missing" in capsys.readouterr().err


def test_that_a_blank_page_and_a_broken_one_are_named(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def empty(*_: object) -> QPixmap:
        picture = QPixmap(100, 100)
        picture.fill(Qt.GlobalColor.white)
        return picture

    with monkeypatch.context() as patch:
        patch.setattr(MainWindow, "grab", empty)
        assert self_test.show_every_page() == 1
    assert "The page Jobs is blank (dark)." in capsys.readouterr().err
    monkeypatch.setattr(MainWindow, "begin", lambda *_: 1 / 0)
    assert self_test.show_every_page() == 1
    assert "division by zero" in capsys.readouterr().err
    for window in QApplication.topLevelWidgets():  # the program would end here
        if isinstance(window, (MainWindow, PasswordDialog)):
            window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_that_every_icon_that_is_packed_is_looked_at() -> None:
    packed = {path.stem for path in resource("icons").glob("*.svg")}
    of_the_style = {"arrow-down", "check-light", "check-dark"}
    assert packed - of_the_style == set(icons.NAMES)
