"""Servers that are no MongoDB and answer like one, for what no real one does at a wish: naming a foreign primary."""

import socket
import struct
import threading
from contextlib import suppress
from typing import Any

import bson

HERE, FOREIGN = "127.0.0.1", "192.0.2.2"  # the second is kept for documentation (RFC 5737)
_HEAD, _MESSAGE, _REPLY = struct.Struct("<4i"), 2013, 1
_SIZES = {"maxBsonObjectSize": 2**24, "maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 100_000}


class TurningOffice:
    """Members on this machine of which the first takes writes, until a foreign one does.

    Attributes:
        asked: names of the commands that the foreign member was asked.
        seen: set once the first member has said, twice, that the foreign one takes writes.
    """

    def __init__(self, members: int) -> None:
        self._listening = [socket.create_server((HERE, 0)) for _ in range(members + 1)]
        ports = [one.getsockname()[1] for one in self._listening]
        self.names = [f"{HERE}:{port}" for port in ports[:-1]]
        self._foreign = f"{FOREIGN}:{ports[-1]}"
        self.asked: list[str] = []
        self.turned, self.seen = threading.Event(), threading.Event()
        self._told = 0
        for listening, name in zip(self._listening, [*self.names, self._foreign], strict=True):
            threading.Thread(target=self._listen, args=(listening, name), daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        for one in self._listening:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _listen(self, listening: socket.socket, name: str) -> None:
        with suppress(OSError):
            while True:
                caller, _ = listening.accept()
                threading.Thread(target=self._serve, args=(caller, name), daemon=True).start()

    def _serve(self, caller: socket.socket, name: str) -> None:
        with caller, suppress(EOFError, OSError):
            while True:
                length, request, _, form = _HEAD.unpack(_exactly(caller, _HEAD.size))
                body = _exactly(caller, length - _HEAD.size)
                start = 5 if form == _MESSAGE else body.index(b"\0", 4) + 9
                size = struct.unpack_from("<i", body, start)[0]
                said = bson.encode(self._answer(name, next(iter(bson.decode(body[start : start + size])))))
                reply = bytes(5) + said if form == _MESSAGE else struct.pack("<iqii", 8, 0, 0, 1) + said
                caller.sendall(_HEAD.pack(_HEAD.size + len(reply), 1, request, form if form == _MESSAGE else _REPLY))
                caller.sendall(reply)

    def _answer(self, name: str, command: str) -> dict[str, Any]:
        turned = self.turned.is_set()
        if name == self._foreign:
            self.asked.append(command)
        if command.casefold() not in {"hello", "ismaster"}:
            return {"ok": 1.0, "version": "6.0.27"}
        if turned and name == self.names[0]:
            self._told += 1
            if self._told > 1:
                self.seen.set()
        first = name == (self._foreign if turned else self.names[0])
        hosts = [*self.names, self._foreign] if turned else self.names
        return {
            "ok": 1.0, "isWritablePrimary": first, "ismaster": first, "secondary": not first, "setName": "rs0",
            "setVersion": len(hosts), "hosts": hosts, "me": name, "maxWireVersion": 17, "minWireVersion": 0,
            "logicalSessionTimeoutMinutes": 30, "readOnly": False,
        } | _SIZES  # fmt: skip


def _exactly(caller: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = caller.recv(count - len(found))
        if not piece:
            raise EOFError
        found += piece
    return found
