"""A person at the window: a script of clicks and keys that waits for what it sees, inside the real event loop."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.window import Shell

Condition = Callable[[], object]
Script = Iterator[Condition]
LOOK_MS = 20
LAST_THREADS_S = 5.0


def find(name: str) -> QWidget:
    """The visible widget of that object name, of any window."""
    for window in QApplication.topLevelWidgets():
        if not isValid(window) or not window.isVisible():  # menus of earlier tests may be half gone
            continue
        if window.objectName() == name:
            return window
        for widget in window.findChildren(QWidget, name):
            if widget.isVisible():
                return widget
    raise LookupError(f"no visible widget is named {name}")


def there(name: str) -> bool:
    """Whether such a widget is visible and can be used."""
    try:
        return find(name).isEnabled()
    except LookupError:
        return False


def click(name: str) -> None:
    """Click the middle of a widget."""
    QTest.mouseClick(find(name), Qt.MouseButton.LeftButton)


def write(name: str, text: str) -> None:
    """Replace the text of a line by typing."""
    line = find(name)
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def set_up(name: str, phrase: str) -> Script:
    """Get through the first start."""
    yield lambda: there("factory_password")
    write("factory_password", "admintime")
    click("password_confirm")
    yield lambda: there("new_name")
    write("new_name", name)
    write("new_pass_phrase", phrase)
    write("new_pass_phrase_again", phrase)
    click("password_confirm")
    yield lambda: there("main_window")


def sign_in(phrase: str) -> Script:
    """Get through the password dialog; the only name is filled in."""
    yield lambda: there("pass_phrase")
    write("pass_phrase", phrase)
    click("password_confirm")
    yield lambda: there("main_window")


def quiet() -> bool:
    """Whether no thread of the window is at work."""
    return not BackgroundRun.all_running()


class Play:
    """Plays a script in the event loop and leaves it when the script is over or takes too long."""

    def __init__(self, script: Script, timeout_s: float = 120.0) -> None:
        self._script = script
        self._until: Condition = lambda: True
        self._deadline = time.monotonic() + timeout_s
        self._timer = QTimer()
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._over = False
        self.problem: BaseException | None = None

    def run(self, application: QApplication) -> None:
        """Play to the end.

        Raises:
            TimeoutError: with the condition that did not come true.
            RuntimeError: when the program ended before the script let it.
        """
        application.setQuitOnLastWindowClosed(False)  # as the program does
        QApplication.removePostedEvents(application, QEvent.Type.Quit)  # what a play before left behind
        self._timer.start()
        application.exec()
        self._timer.stop()
        if self.problem is not None:
            raise self.problem
        if not self._over and not self._comes_true():
            raise RuntimeError(f"the program ended while line {self._line()} was waited for")

    def _comes_true(self) -> bool:
        """Whether what was waited for when the program ended comes true with its last threads."""
        until = time.monotonic() + LAST_THREADS_S
        while not self._until() and time.monotonic() < until:
            QTest.qWait(LOOK_MS)
        return bool(self._until())

    def _look(self) -> None:
        try:
            self._hurry()
            if self._until():
                self._until = next(self._script)
        except StopIteration:
            self._over = True
            self._leave()
        except BaseException as problem:  # noqa: BLE001 - told by run()
            self.problem = problem
            self._leave()

    def _hurry(self) -> None:
        if time.monotonic() > self._deadline:
            raise TimeoutError(f"waited too long at line {self._line()}")

    def _leave(self) -> None:
        self._timer.stop()
        QApplication.exit(0)

    def _line(self) -> int:
        return int(getattr(self._until, "__code__").co_firstlineno)  # noqa: B009 - conditions are lambdas


def close(shell: Shell) -> Script:
    """Close the window and wait until no thread is left."""
    main = shell.main
    assert main is not None
    yield lambda: not main.running.active and quiet()  # else it would ask what is to become of the job
    main.close()
    yield lambda: shell._ending and not BackgroundRun.all_running(lasting=True)


def picture(folder: Path | None, name: str, window: str = "main_window") -> None:
    """Save what a window shows, when a folder is given."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        find(window).grab().save(str(folder / f"{name}.png"))


def put_away(shells: list[Shell]) -> None:
    """Delete windows that have been closed: each that stays makes every later change of looks slower."""
    for shell in shells:
        if shell.main is not None:
            shell.main.deleteLater()
        shell.dialog.deleteLater()
    shells.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
