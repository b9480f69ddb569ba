"""The last net under the terminal: it ends with a sentence and a status, never with a traceback."""

import io
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

INTERRUPTED = 130
UNFINISHED = 1


def run_to_end(call: Callable[[], object], logs: Callable[[], Path]) -> int:
    """Run a command to its end, whatever that is.

    Args:
        call: the command; ends by returning or with SystemExit.
        logs: gives the folder for the traceback of a fault of the program's own.

    Returns:
        The exit status.
    """
    try:
        _write_what_the_terminal_cannot_show()
        status = _status(call)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except KeyboardInterrupt:
        return _tell("Interrupted: what was saved before is unchanged.")
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _tell(f"Not finished: {place}{error.strerror or error}. Check the disk, the path and its rights.")
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence and we get the traceback
        return _tell(_our_fault(error, logs))
    return status


def _status(call: Callable[[], object]) -> int:
    try:
        call()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            raise KeyboardInterrupt from None
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _our_fault(error: Exception, logs: Callable[[], Path]) -> str:
    text = "".join(traceback.format_exception(error))
    what = f"The program failed: {type(error).__name__}: {error}"[:300]
    try:
        file = _written(text, logs())
    except Exception:  # noqa: BLE001 - the home itself may be what is broken
        file = _written(text, Path(tempfile.gettempdir()))
    return f"{what}. This is a fault of the program; report it with the file {file}."


def _written(text: str, folder: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix="rockfall-fault-", suffix=".txt", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
    return Path(name)


def _tell(sentence: str) -> int:
    """One line on stderr. What could not be written to stdout is given up, or Python would fail on it once more."""
    from rockfall_desktop.cli.printing import say_error  # noqa: PLC0415 - rich may be what is broken

    with suppress(OSError):
        say_error(sentence)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            _give_up(stream)
    return UNFINISHED


def _give_up(stream: TextIO) -> None:
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


def _write_what_the_terminal_cannot_show() -> None:
    """A letter that the terminal's encoding lacks becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
