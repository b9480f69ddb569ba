"""The window from the password dialog to the last thread: who is shown when, and what locking means."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog

from rockfall_desktop.operations.sign_in import lock
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.background import BackgroundCall, BackgroundRun
from rockfall_desktop.ui.crash import CrashHooks
from rockfall_desktop.ui.password_dialog import PROGRAM, PasswordDialog
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.session_timer import Deadline, SessionTimer
from rockfall_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from rockfall_desktop.domain.user import Session
    from rockfall_desktop.ui.main_window import MainWindow

GOES_ON = "The window was locked. A training that runs goes on."


class Clipboard(Protocol):
    """What a lock wants of the clipboard; Qt's has it."""

    def ownsClipboard(self) -> bool:
        """Whether this program put there what lies there."""

    def clear(self) -> None:
        """Take it away."""


class Shell(QObject):
    """Password dialog, main window and session timer of one run of the program.

    What draws charts is imported after the unlock, so that the dialog stands at once.
    """

    def __init__(
        self,
        station: Station,
        site: Path | None = None,
        *,
        theme: Theme | None = None,
        deadline: Deadline | None = None,
        warm_up: bool = True,
        clipboard: Clipboard | None = None,
    ) -> None:
        super().__init__()
        self.seat = Seat(station, self)
        self.theme = theme or Theme(parent=self)
        self.theme.apply()
        self.dialog = PasswordDialog(station, self.theme)
        self.timer = SessionTimer(deadline or Deadline(), self)
        self.main: MainWindow | None = None
        self._site = site
        self._warm_up = warm_up
        self._clipboard = clipboard
        self._leaving = self._ending = False
        self.dialog.opened.connect(self._unlocked)
        self.dialog.given_up.connect(self._given_up)
        self.timer.expired.connect(self.lock)

    def start(self) -> None:
        """Ask who is there."""
        self.dialog.show()

    def lock(self) -> None:
        """Hide everything, forget the session, ask again; a running job goes on."""
        if self.main is None or not self.seat.occupied:
            return
        self.timer.end()
        self._hide_everything()
        self._forget(self.seat.leave())
        self.dialog.show()
        self.dialog.ask_again(GOES_ON if self.main.running.active else "The window was locked.")
        clipboard = self._clipboard or QGuiApplication.clipboard()
        if clipboard.ownsClipboard():
            clipboard.clear()

    def show_crash(self, text: str) -> None:
        """Say that something of ours went wrong; before the unlock and while locked without the story."""
        if self.main is not None and self.seat.occupied:
            self.main.show_crash(text)
        else:
            self.dialog.tell_crash()

    def _unlocked(self, session: "Session") -> None:
        if self._leaving:
            self._forget(session)
            return
        self.seat.take(session)
        first = self.main is None
        if self.main is None:
            self.main = self._make_main()
        self.main.begin(self._site if first else None)
        self.main.show()
        self.dialog.hide()
        self.timer.begin()
        self.main.syncing.begin()
        if first and self._warm_up:
            QTimer.singleShot(0, self, self._load_heavy_libraries)

    def _make_main(self) -> "MainWindow":
        from rockfall_desktop.ui.main_window import MainWindow  # noqa: PLC0415 - charts load after the unlock

        main = MainWindow(self.seat, self.theme)
        main.lock_wanted.connect(self.lock)
        main.stay_wanted.connect(self.timer.stay)
        main.closed.connect(self._end)
        self.timer.ticked.connect(main.top.show_left)
        return main

    def _load_heavy_libraries(self) -> None:
        from rockfall_desktop.operations.warm_up import load_heavy_libraries  # noqa: PLC0415 - after the unlock

        run = BackgroundRun(load_heavy_libraries, "warm up")
        run.failed.connect(_report)
        run.begin()

    def _hide_everything(self) -> None:
        for widget in QApplication.topLevelWidgets():
            if widget is self.dialog:
                continue
            if isinstance(widget, QDialog):
                widget.reject()
            widget.hide()

    def _forget(self, session: "Session | None") -> None:
        if session is not None:
            station = self.seat.station
            call = BackgroundCall(lambda: lock(session, station=station), "lock")
            call.failed.connect(_report)
            call.begin()

    def _given_up(self) -> None:
        """The dialog was closed: a job that runs behind the lock is waited for, out of sight."""
        self._leaving = True
        if self.main is not None and self.main.running.active:
            self.main.close_after_job()
        else:
            self._end()

    def _end(self) -> None:
        """No window is left; leave as soon as no thread is."""
        if self._ending:
            return
        self._leaving = self._ending = True
        self.timer.end()
        self._forget(self.seat.leave() if self.seat.occupied else None)
        self.dialog.hide()
        if self.main is not None:
            self.main.syncing.end()
        for run in BackgroundRun.all_running():
            run.stop()
        self._leave_when_quiet()

    def _leave_when_quiet(self) -> None:
        """Quit, or look again when one of those that still run, old or new, has ended."""
        running = BackgroundRun.all_running(lasting=True)
        application = QApplication.instance()
        if running:
            running[0].ended.connect(self._leave_when_quiet)
        elif application is not None:
            application.quit()


def open_window(station: Station, site: Path | None = None, *, write_log: Callable[[str], None] | None = None) -> int:
    """Run the program with a window until it is closed; the exit status.

    Args:
        station: the installed copy with its home folder.
        site: folder of a site to open after the unlock.
        write_log: takes the text of unexpected errors; standard error by default.
    """
    application = make_application()
    hooks = CrashHooks(write_log or _to_standard_error)
    hooks.install()
    shell = Shell(station, site)
    hooks.crashed.connect(shell.show_crash)
    shell.start()
    try:
        return application.exec()
    finally:
        hooks.remove()
        for run in BackgroundRun.all_running(lasting=True):
            run.wait()


def make_application() -> QApplication:
    """The one application object of this process, made when there is none yet."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName(PROGRAM)
    application.setQuitOnLastWindowClosed(False)
    return application


def _to_standard_error(text: str) -> None:
    sys.stderr.write(text)


def _report(problem: object) -> None:
    if isinstance(problem, BaseException):
        sys.excepthook(type(problem), problem, problem.__traceback__)
