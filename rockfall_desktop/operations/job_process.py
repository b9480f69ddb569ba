"""A process that does the work of a job, its three pipes, and the ways to end it."""

import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO

from rockfall_desktop.domain.control import Request
from rockfall_desktop.domain.errors import TrainingFault
from rockfall_desktop.operations.own_program import bare_environment

LONGEST_LINE = 16_000_000
_MOST_LINES = 1000
_NOISE = 8000
_TO_END_S, _TO_DIE_S = 10.0, 5.0
_PUT_S = 0.2
_LAST_LINES_S = 0.5
if sys.platform == "win32":
    _END, _GROUP_FLAG, _GROUP = signal.CTRL_BREAK_EVENT, subprocess.CREATE_NEW_PROCESS_GROUP, None
else:
    _END, _GROUP_FLAG, _GROUP = signal.SIGTERM, 0, 0


class JobProcess:
    """A started process whose lines are read as they come; whoever makes it calls `end`."""

    def __init__(self, command: list[str], order: str) -> None:
        """Start it and tell it what to do.

        Raises:
            TrainingFault: when the system starts no process.
        """
        self._lines: queue.Queue[bytes] = queue.Queue(_MOST_LINES)
        self._noise = b""
        self._left = threading.Event()
        try:
            self._process = _started(command)
        except OSError as error:
            raise TrainingFault(
                "The training process cannot be started",
                f"place: {error.strerror or error}.",
                "Choose thread as the place, or close other programs.",
            ) from error
        self._readers = [
            threading.Thread(target=self._read_lines, args=(_pipe(self._process.stdout),), daemon=True),
            threading.Thread(target=self._read_noise, args=(_pipe(self._process.stderr),), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        self._tell(order)

    @property
    def exit_status(self) -> int | None:
        """How it ended, negative for the number of a signal; None while it lives or still has lines to be read."""
        status = self._process.poll()
        if status is not None:
            self._readers[0].join(_LAST_LINES_S)
        return status if self._lines.empty() else None

    @property
    def noise(self) -> str:
        """The end of what it wrote beside its events."""
        return self._noise.decode(errors="replace")

    def line(self, seconds: float) -> bytes | None:
        """The next line, at most `LONGEST_LINE` bytes of it; None when there was none within some seconds."""
        try:
            return self._lines.get(timeout=seconds)
        except queue.Empty:
            return None

    def ask(self, request: Request) -> None:
        """Pass a request on; one that is gone hears nothing."""
        self._tell(request.value)

    def tell_to_end(self) -> None:
        """Have the system end it, in the way that a process may still refuse."""
        with suppress(OSError):
            self._process.send_signal(_END)

    def kill(self) -> None:
        """Have the system end it, whatever it does."""
        with suppress(OSError):
            self._process.kill()

    def end(self) -> None:
        """Leave it: it hears that nobody listens any more, and is killed if that does not end it."""
        self._left.set()
        with suppress(OSError):
            _pipe(self._process.stdin).close()
        try:
            self._process.wait(_TO_END_S)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait(_TO_DIE_S)
        for reader, pipe in zip(self._readers, (self._process.stdout, self._process.stderr), strict=True):
            reader.join(_TO_DIE_S)
            if not reader.is_alive():
                _pipe(pipe).close()

    def _tell(self, line: str) -> None:
        pipe = _pipe(self._process.stdin)
        with suppress(OSError, ValueError):  # it is gone, which its exit status says better
            pipe.write(line.encode() + b"\n")
            pipe.flush()

    def _read_lines(self, pipe: IO[bytes]) -> None:
        while line := pipe.readline(LONGEST_LINE):
            while not self._left.is_set():
                with suppress(queue.Full):
                    self._lines.put(line, timeout=_PUT_S)
                    break

    def _read_noise(self, pipe: IO[bytes]) -> None:
        while piece := pipe.read1(_NOISE):  # type: ignore[attr-defined]  # buffered, as all pipes of Popen are
            self._noise = (self._noise + piece)[-_NOISE:]


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    """In a group of its own, so that an interrupt from the keyboard reaches this program alone, which then asks."""
    return subprocess.Popen(  # noqa: S603 - this very program
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=bare_environment(),
        creationflags=_GROUP_FLAG,
        process_group=_GROUP,
    )


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - all three were asked for
    return pipe
