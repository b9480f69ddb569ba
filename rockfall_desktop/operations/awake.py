"""Keeps the machine awake while a training runs, as well as the system allows. It never fails a run."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from typing import Self

from rockfall_desktop.operations.own_program import bare_environment

_ES_CONTINUOUS, _ES_SYSTEM_REQUIRED = 0x80000000, 0x00000001
_TO_END_S = 2.0
_INHIBIT = ("systemd-inhibit", "--what=sleep:idle", "--who=Rockfall Desktop", "--why=A training runs", "--mode=block")


class KeptAwake:
    """The machine does not fall asleep inside the `with` block, nor stays awake when this program is killed in it.

    systemd-inhibit on Linux, caffeinate on macOS: both hold until a `cat` has read all of a pipe that ends with this
    program. SetThreadExecutionState on Windows, which ends with the thread.
    """

    def __init__(self) -> None:
        self._holder: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if sys.platform == "win32":
            _tell_windows(_ES_CONTINUOUS | _ES_SYSTEM_REQUIRED)
        elif (command := _command()) is not None:
            with suppress(OSError):
                self._holder = subprocess.Popen(  # noqa: S603 - a fixed command
                    command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    start_new_session=True, env=bare_environment(),
                )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if sys.platform == "win32":
            _tell_windows(_ES_CONTINUOUS)
        holder, self._holder = self._holder, None
        if holder is not None:
            _let_go(holder)


def _command() -> list[str] | None:
    """What holds the machine awake until its standard input ends; None where there is no such thing."""
    name = "caffeinate" if sys.platform == "darwin" else _INHIBIT[0]
    found, until = shutil.which(name), shutil.which("cat")
    if found is None or until is None:
        return None
    rest = ["-i"] if sys.platform == "darwin" else list(_INHIBIT[1:])
    return [found, *rest, until]


def _let_go(holder: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        if holder.stdin is not None:
            holder.stdin.close()
    try:
        holder.wait(_TO_END_S)
    except subprocess.TimeoutExpired:
        holder.kill()
        holder.wait()


def _tell_windows(state: int) -> None:
    if os.name == "nt":
        import ctypes  # noqa: PLC0415 - only there

        with suppress(AttributeError, OSError):
            ctypes.windll.kernel32.SetThreadExecutionState(state)  # type: ignore[attr-defined,unused-ignore]
