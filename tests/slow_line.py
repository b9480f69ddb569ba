"""A line of so many bytes a second each way in front of a server, on a port of its own; it can be cut."""

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Self

_BLOCK, _BUFFER = 4096, 16384


class SlowLine:
    """Carries connections on until the block ends.

    Args:
        target: port on this machine.
        rate: bytes a second, each way, of all connections together.

    Attributes:
        port: to connect to.
        carried: bytes that came back from the server.
    """

    def __init__(self, target: int, rate: int) -> None:
        self._target, self._rate = target, rate
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=50)
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self.port = self._listening.getsockname()[1]
        self.carried, self._cut_after = 0, -1
        self._free_at = {"there": 0.0, "back": 0.0}
        self._lock, self._over = threading.Lock(), threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._begin(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()
        for thread in list(self._threads):
            thread.join()

    def cut(self) -> None:
        """End every connection; new ones are carried."""
        with self._lock:
            ends, self._open = self._open, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut_after(self, count: int) -> None:
        """End every connection once so many more bytes came back."""
        self._cut_after = self.carried + count

    def _begin(self, work: object, *given: object) -> None:
        thread = threading.Thread(target=work, args=given)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            for end in (near, far):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            with self._lock:
                self._open += [near, far]
            self._begin(self._carry, near, far, "there")
            self._begin(self._carry, far, near, "back")

    def _carry(self, source: socket.socket, to: socket.socket, way: str) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_BLOCK):
                with self._lock:
                    free_at = max(time.monotonic(), self._free_at[way])
                    self._free_at[way] = free_at + len(data) / self._rate
                self._over.wait(max(0.0, free_at - time.monotonic()))
                to.sendall(data)
                if way == "back":
                    self.carried += len(data)
                    if 0 <= self._cut_after <= self.carried:
                        self._cut_after = -1
                        self.cut()
        for end in (source, to):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
