"""Unexpected errors: the window stays, a card says that it is our fault, the log keeps the whole story."""

import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler

from rockfall_desktop.domain.errors import RockfallError

_QUIET = frozenset({QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg})


class CrashHooks(QObject):
    """Catches what nobody else caught, in every thread, and passes it on in the window's thread.

    Signals:
        crashed: the traceback as text.
    """

    crashed = Signal(str)
    _caught = Signal(str)

    def __init__(self, write_log: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._write_log = write_log
        self._caught.connect(self.crashed, Qt.ConnectionType.QueuedConnection)
        self._before: tuple[Any, Any, Any] | None = None

    def install(self) -> None:
        """Take the place of Python's and Qt's own reports."""
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_exception
        threading.excepthook = lambda args: self._on_thread(args.exc_type, args.exc_value, args.exc_traceback)
        sys.unraisablehook = lambda args: self._on_thread(args.exc_type, args.exc_value, args.exc_traceback)
        qInstallMessageHandler(self._on_message)

    def remove(self) -> None:
        """Put back what was there before."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
            self._before = None
            qInstallMessageHandler(None)

    def _on_exception(self, kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        text = "".join(traceback.format_exception(kind, problem, trace))
        self._write(text)
        if not issubclass(kind, KeyboardInterrupt):
            self._caught.emit(text)

    def _on_thread(self, kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None) -> None:
        if problem is not None and not issubclass(kind, SystemExit):
            self._on_exception(kind, problem, trace)

    def _on_message(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:  # noqa: ARG002
        if kind not in _QUIET:
            self._write(f"Qt: {message}\n")

    def _write(self, text: str) -> None:
        try:
            self._write_log(text)
        except Exception:  # noqa: BLE001 - a log that cannot be written must not hide what it was to tell
            sys.__stderr__ and sys.__stderr__.write(text)


OUR_FAULT = "This is our fault"


def in_words(problem: object) -> RockfallError:
    """What a page shows for an exception: an expected one as it is, any other reported and said to be our fault."""
    if isinstance(problem, RockfallError):
        return problem
    if isinstance(problem, BaseException):
        sys.excepthook(type(problem), problem, problem.__traceback__)
    return RockfallError(
        OUR_FAULT,
        "Something happened that the program does not know how to handle.",
        "The log holds the whole story; what was saved is safe. Try again.",
    )
