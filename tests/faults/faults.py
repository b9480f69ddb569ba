"""Faults of an office of three members. Each lasts as long as its block, and leaves nothing behind it."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo.read_concern import ReadConcern

from tests.mongod import Mongod
from tests.mongod_three import ThreeMembers

Fault = Callable[[ThreeMembers, str], AbstractContextManager[None]]
APPLICATION = "rockfall-desktop"
_WRITES = ["insert", "update", "findAndModify", "find", "commitTransaction"]
_NO_PRIMARY_ANY_MORE = 91


@contextmanager
def none(three: ThreeMembers, database: str) -> Iterator[None]:
    """The same without a fault."""
    yield


@contextmanager
def step_down(three: ThreeMembers, database: str) -> Iterator[None]:
    with three.primary.client() as client:
        client.admin.command("replSetStepDown", 10, force=True)
    yield


@contextmanager
def primary_killed(three: ThreeMembers, database: str) -> Iterator[None]:
    three.primary.kill()
    try:
        yield
    finally:
        three.start()


@contextmanager
def primary_stopped(three: ThreeMembers, database: str) -> Iterator[None]:
    with _stopped(three.primary):
        yield


@contextmanager
def connections_cut(three: ThreeMembers, database: str) -> Iterator[None]:
    """Every connection that is open, again and again."""
    tool, over = _tool("ss", "iproute2"), threading.Event()

    def cut() -> None:
        while not over.wait(0.3):
            for one in three.members:
                subprocess.run([tool, "-K", "dst", "127.0.0.1", "dport", "=", str(one.port)], capture_output=True,
                               check=False)  # fmt: skip

    thread = threading.Thread(target=cut, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(10)


@contextmanager
def primary_refuses(three: ThreeMembers, database: str) -> Iterator[None]:
    with _rule(three.primary, "REJECT", "--reject-with", "tcp-reset"):
        yield


@contextmanager
def primary_silent(three: ThreeMembers, database: str) -> Iterator[None]:
    with _rule(three.primary, "DROP"):
        yield


@contextmanager
def error_after_apply(three: ThreeMembers, database: str) -> Iterator[None]:
    """One write of three is carried out and answered with an error."""
    fault = {"code": _NO_PRIMARY_ANY_MORE, "errmsg": "made by a test", "errorLabels": ["RetryableWriteError"]}
    commands = ["insert", "update", "findAndModify", "commitTransaction"]
    with _failpoint(three, 0.33, failCommands=commands, writeConcernError=fault):
        yield


@contextmanager
def closed_connection(three: ThreeMembers, database: str) -> Iterator[None]:
    with _failpoint(three, 0.33, failCommands=_WRITES, closeConnection=True):
        yield


@contextmanager
def blocked(three: ThreeMembers, database: str) -> Iterator[None]:
    with _failpoint(three, 0.33, failCommands=_WRITES, blockConnection=True, blockTimeMS=1500):
        yield


@contextmanager
def secondaries_down(three: ThreeMembers, database: str) -> Iterator[None]:
    for one in three.secondaries:
        one.kill()
    try:
        yield
    finally:
        three.start()


@contextmanager
def station_vanished(three: ThreeMembers, database: str) -> Iterator[None]:
    """A third station took a number and was never heard of again: the fault lasts until the server gives it up."""
    with three.client() as client, client.start_session() as session:
        counters = client[database].counters
        session.start_transaction()
        counters.update_one({"_id": "sequence"}, {"$inc": {"value": 1}}, session=session)
        yield
        end = time.monotonic() + 30
        while _has_open_transaction(client, session):
            assert time.monotonic() < end, "the server did not give up the transaction"
            time.sleep(0.1)


@contextmanager
def disk_full(three: ThreeMembers, database: str) -> Iterator[None]:
    """The disk of the first member, which is the primary; the member dies of it and is started on a disk with room."""
    first = three.members[0]
    filler = first.folder.parent / "filler"
    try:
        _fill(filler)
        yield
    finally:
        died = first.process is not None and first.process.poll() is not None
        filler.unlink(missing_ok=True)
        three.start()
    assert died, "the disk was not full enough for anybody to notice"


def root() -> None:
    """Skip where the fault needs root."""
    if os.geteuid() != 0:
        pytest.skip("this fault needs root")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 480 MB in memory."""
    root()
    disk = folder / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=480m", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"no disk can be mounted here: {made.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def _has_open_transaction(client: Any, session: Any) -> bool:
    asked = [{"$currentOp": {"idleSessions": True}}, {"$match": {"lsid.id": session.session_id["id"]}}]
    admin = client.admin.with_options(read_concern=ReadConcern("local"))
    return any("transaction" in one for one in admin.aggregate(asked))


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(65536)):
                pass
        except OSError:
            return


@contextmanager
def _stopped(one: Mongod) -> Iterator[None]:
    assert one.process is not None
    os.kill(one.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(one.process.pid, signal.SIGCONT)


@contextmanager
def _rule(one: Mongod, *does: str) -> Iterator[None]:
    tool = _tool("iptables", "iptables")
    rule = ["INPUT", "-i", "lo", "-p", "tcp", "--dport", str(one.port), "-j", *does]
    made = subprocess.run([tool, "-w", "-I", *rule], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"iptables cannot be used here: {made.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run([tool, "-w", "-D", *rule], check=True)


@contextmanager
def _failpoint(three: ThreeMembers, share: float, **data: Any) -> Iterator[None]:
    """On every member, for the program's own connections only."""
    with ExitStack() as stack:
        clients = [stack.enter_context(one.client()) for one in three.members]
        try:
            for client in clients:
                client.admin.command({"configureFailPoint": "failCommand", "mode": {"activationProbability": share},
                                      "data": data | {"appName": APPLICATION}})  # fmt: skip
            yield
        finally:
            off = {"configureFailPoint": "failCommand", "mode": "off"}
            met = sum(client.admin.command(off)["count"] for client in clients)
    assert met > 3, f"the fault was met {met} times"


def _tool(name: str, package: str) -> str:
    root()
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian package {package})")
    return found
