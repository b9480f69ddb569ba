"""Connecting to real servers: whom one trusts, and what is refused before a packet is sent."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable, RockfallError, WrongInput
from rockfall_desktop.domain.office import OfficeAddress
from rockfall_desktop.remote import connecting
from rockfall_desktop.remote.connecting import HEARTBEAT_MS, Connection, connect
from rockfall_desktop.remote.faults import spoken_office
from tests.mongod import ADMINISTRATOR, ADMINISTRATOR_PASSWORD, HOST, Certificates, Mongod, free_port
from tests.office_certificates import write_certificates
from tests.turning_office import FOREIGN, TurningOffice


@contextmanager
def refused(kind: type[RockfallError], words: str) -> Iterator[None]:
    with pytest.raises(kind, match=words) as told:
        yield
    assert ADMINISTRATOR_PASSWORD not in str(told.value)
    assert "pymongo" not in str(told.value)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is waited for longer than a server on this machine takes."""
    monkeypatch.setattr(connecting, "SELECTION_MS", 500)


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name is looked up and no connection is made."""

    def fail(*_: Any, **__: Any) -> Any:
        raise AssertionError("something was sent")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    monkeypatch.setattr(socket.socket, "connect", fail)


def test_that_a_server_on_this_machine_does_without_encryption_and_is_told_so(mongod: Mongod) -> None:
    with connect(mongod.address("some"), None, heartbeat_ms=500) as connection:
        assert (connection.server, connection.replica_set, connection.encrypted) == ("6.0.5", "rs0", False)
        assert connection.database.name == "some"
        told = " ".join(connection.cautions)
    for words in ("not encrypted", "without a user", "CVE-2025-14847"):
        assert words in told


def test_that_what_counts_is_fixed(mongod: Mongod, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with connect(mongod.address(), None) as connection:
        options = connection.client.options
        assert options.write_concern.document == {"w": "majority", "j": True, "wtimeout": 5000}
        assert options.read_concern.level == "majority"
        assert options.server_selection_timeout == 3
        assert (options.pool_options.socket_timeout, options.pool_options.connect_timeout) == (5, 5)
        assert options.heartbeat_frequency * 1000 == HEARTBEAT_MS
        assert 500 <= HEARTBEAT_MS <= 10_000
        assert (options.retry_writes, options.retry_reads) == (True, True)
        assert options.codec_options.tz_aware
        assert options.pool_options._compression_settings.compressors == []
        assert connection.database.write_concern == options.write_concern


def test_that_a_clock_that_is_wrong_is_told(mongod: Mongod) -> None:
    with connect(mongod.address(), None, now=lambda: datetime.now(UTC) - timedelta(hours=7)) as connection:
        assert any("behind the office's" in one for one in connection.cautions)


@pytest.mark.parametrize("hosts", ["office.example.org:27017", "127.0.0.1:27017,10.0.0.9:27017", "[2001:db8::1]"])
def test_that_another_machine_without_tls_is_refused_before_a_packet(hosts: str, silence: None) -> None:
    with refused(OfficeRefused, "is another machine"):
        connect(OfficeAddress(hosts=hosts, tls=False), None)


def test_that_a_member_on_another_machine_is_found_before_anybody_signs_in(
    silence: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"maxWireVersion": 17, "setName": "rs0", "hosts": ["127.0.0.1:27017", "office.example.org:27017"]}
    monkeypatch.setattr(connecting, "_first_answer", lambda *_: said)
    with refused(OfficeRefused, "office.example.org:27017 is another machine"):
        connect(OfficeAddress(hosts="127.0.0.1", user="station", tls=False), "secret")


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Hosts that somebody went to; the foreign one is found on this machine, so that it would answer."""
    found: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, *rest: Any, **more: Any) -> Any:
        found.append(host)
        return real(HOST if host == FOREIGN else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return found


@pytest.mark.parametrize("count", [1, 2])
def test_that_an_office_that_names_a_foreign_primary_later_is_not_followed_in_plain_sight(
    count: int, looked_up: list[str]
) -> None:
    office = TurningOffice(count)
    address = OfficeAddress(hosts=",".join(office.names), tls=False)
    try:
        with connect(address, None, heartbeat_ms=500) as connection:
            office.turned.set()
            assert office.seen.wait(20)
            refusal = refused(OfficeRefused, "cannot be used") if count > 1 else nullcontext()
            with refusal, spoken_office():
                connection.database["jobs"].insert_one({"_id": "a job of the pit"})
        assert set(office.asked) <= {"hello", "ismaster"}
        assert (FOREIGN in looked_up) == (count > 1)
        with refused(OfficeRefused, f"{FOREIGN}:.* is another machine"):
            connect(address, None)
    finally:
        office.close()


def test_that_a_missing_password_or_authority_is_told_before_a_packet(silence: None, tmp_path: Path) -> None:
    with refused(WrongInput, "No password"):
        connect(OfficeAddress(hosts="127.0.0.1", tls=False, user="station"), None)
    with refused(WrongInput, "no password may hold"):
        connect(OfficeAddress(hosts="127.0.0.1", tls=False, user="station"), "\u0007bell")
    for name, content, words in (("none.pem", None, "cannot be read"), ("a.pem", b"no PEM", "no PEM file")):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with refused(WrongInput, words):
            connect(OfficeAddress(hosts="office", ca_file=str(path)), None)


def test_that_only_an_authority_that_vouches_is_believed(
    mongod_tls: Mongod, certificates: Certificates, tmp_path: Path
) -> None:
    with connect(mongod_tls.address(), None) as connection:
        assert connection.encrypted
        assert not any("not encrypted" in one for one in connection.cautions)
    foreign, _ = write_certificates(tmp_path, HOST)
    with refused(OfficeRefused, "not vouched for"):
        connect(mongod_tls.address(ca_file=str(foreign)), None)
    with refused(OfficeRefused, "not vouched for"):
        connect(mongod_tls.address(ca_file=""), None)
    with refused(OfficeRefused, "another name"):
        connect(mongod_tls.address(hosts=f"localhost:{mongod_tls.port}"), None)


@contextmanager
def greeting(certificates: Certificates) -> Iterator[int]:
    """Something that speaks TLS with a certificate that mongod itself would not start with; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server)
    with socket.create_server((HOST, 0)) as listening:

        def greet() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                with caller, suppress(OSError), context.wrap_socket(caller, server_side=True) as greeted:
                    greeted.recv(1)

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def test_that_a_certificate_that_is_over_is_refused(tmp_path: Path) -> None:
    over = Certificates(*write_certificates(tmp_path, HOST, days=0))
    with greeting(over) as port, refused(OfficeRefused, "holds no longer"):
        connect(OfficeAddress(hosts=f"{HOST}:{port}", ca_file=str(over.authority)), None)


def test_that_two_sides_of_which_one_encrypts_are_told_so(mongod: Mongod, mongod_tls: Mongod) -> None:
    with refused(OfficeUnreachable, "one side encrypts and the other does not"):
        connect(mongod_tls.address(tls=False, ca_file=""), None)
    authority = mongod_tls.address().ca_file
    with refused(OfficeUnreachable, "one side encrypts and the other does not"):
        connect(mongod.address(tls=True, ca_file=authority), None)


def test_that_the_password_decides_and_is_never_repeated(mongod_auth: Mongod) -> None:
    address = mongod_auth.address(user=ADMINISTRATOR)
    with connect(address, ADMINISTRATOR_PASSWORD) as connection:
        assert not any("without a user" in one for one in connection.cautions)
        assert connection.database.list_collection_names() == []
    for user, password in ((ADMINISTRATOR, ADMINISTRATOR_PASSWORD + "x"), ("nobody", ADMINISTRATOR_PASSWORD)):
        with refused(OfficeRefused, "User or password are wrong"):
            connect(address.model_copy(update={"user": user}), password)


def test_that_nobody_there_and_another_set_are_told_apart(mongod: Mongod) -> None:
    with refused(OfficeUnreachable, "Nobody answers at 127.0.0.1:"):
        connect(mongod.address(hosts=f"{HOST}:{free_port()}"), None)
    with refused(OfficeRefused, "called rs0, not office"):
        connect(mongod.address(replica_set="office"), None)
    with connect(mongod.address(hosts=f"{HOST}:{free_port()},{mongod.member}"), None) as connection:
        assert connection.replica_set == "rs0"


def test_that_a_server_that_is_no_replica_set_or_was_never_begun_is_told(tmp_path: Path) -> None:
    for options, words in ((("--replSet", "rs0"), "never initiated"), ((), "not a replica set")):
        one = Mongod(tmp_path / words.replace(" ", "_"), *options)
        try:
            one.start()
            with refused(OfficeRefused, words):
                connect(one.address(), None)
        finally:
            one.stop()


def test_that_the_names_of_the_members_are_told_when_they_lead_nowhere(
    mongod: Mongod, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"maxWireVersion": 17, "setName": "rs0", "hosts": ["office-db:27017"]}
    monkeypatch.setattr(connecting, "_first_answer", lambda *_: said)
    with refused(OfficeUnreachable, "call each other office-db:27017"):
        connect(mongod.address(hosts=f"{HOST}:{free_port()}", tls=True, ca_file=""), None)


def test_that_a_hanging_server_keeps_nobody(mongod: Mongod) -> None:
    connection = connect(mongod.address(), None)
    assert mongod.process is not None
    with connection.client.start_session() as session:
        connection.database.things.find_one(session=session)
    os.kill(mongod.process.pid, signal.SIGSTOP)
    try:
        connection.close()
        with refused(OfficeUnreachable, "Nobody answers"):
            connect(mongod.address(), None)
    finally:
        os.kill(mongod.process.pid, signal.SIGCONT)


def test_that_the_password_is_in_no_text_of_a_connection(mongod_auth: Mongod) -> None:
    with connect(mongod_auth.address(user=ADMINISTRATOR), ADMINISTRATOR_PASSWORD) as connection:
        assert isinstance(connection, Connection)
        for shown in (repr(connection), repr(connection.client), str(vars(connection))):
            assert ADMINISTRATOR_PASSWORD not in shown


def test_that_no_driver_is_loaded_by_what_stands_before_the_connection() -> None:
    modules = "rockfall_desktop.operations.office_settings, rockfall_desktop.cli.program"
    code = f"import sys, {modules}; print('pymongo' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
