"""The manual for the office: its certificates, its server's options, its commands and its role, as they stand there."""

import json
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from typer.testing import CliRunner

from rockfall_desktop.app import make_station
from rockfall_desktop.cli.program import program
from rockfall_desktop.remote.connecting import connect
from rockfall_desktop.remote.roles import station_role
from rockfall_desktop.remote.shape import check
from tests.mongod import Mongod, demand_mongod

DOCS = Path(__file__).parents[3] / "docs"
MANUAL = (DOCS / "mongodb.md").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DOCS / "office" / "compose.yaml").read_text(encoding="utf-8"))
SERVER = COMPOSE["services"]["mongod"]
COMMANDS = program(make_station, lambda *_: 0)
PASSWORD = "CHOOSE A LONG ONE"


def block(name: str) -> str:
    """The commands of the manual under a name, for a server on this machine."""
    found = re.search(rf"```\w+ {name}\n(.*?)```", MANUAL, re.DOTALL)
    assert found is not None
    return found[1]


class Office(NamedTuple):
    server: Mongod
    folder: Path

    def called(self, text: str) -> str:
        """A text of the manual with this server's name and port."""
        return text.replace("office.example.org:27017", f"localhost:{self.server.port}")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A server with the manual's own certificates and the compose file's own options, begun as the manual says."""
    demand_mongod()
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("office")
    script = block("certificates").replace("rsa:3072", "rsa:2048")
    subprocess.run(["sh", "-eu", "-c", script], cwd=folder, check=True, capture_output=True)
    options = [part.replace("/etc/rockfall", str(folder / "secrets")) for part in SERVER["command"]]
    # An option may stand once only, and every server of the tests has these two.
    server = Mongod(folder / "data", *_without(options, "--bind_ip", "--wiredTigerCacheSizeGB"))
    try:
        server.start()
        found = Office(server, folder)
        _begin(found)
        yield found
    finally:
        server.stop()


def _without(options: list[str], *names: str) -> Iterator[str]:
    rest = iter(options)
    for one in rest:
        if one in names:
            next(rest)
        else:
            yield one


def _begin(office: Office) -> None:
    import pymongo

    authority = str(office.folder / "secrets" / "ca.pem")
    lines = office.called(block("begin")).splitlines()
    initiate, create_user = (json.loads(line[len("db.adminCommand(") : -1]) for line in lines)
    place = f"localhost:{office.server.port}"
    with pymongo.MongoClient(place, directConnection=True, tls=True, tlsCAFile=authority) as client:
        client.admin.command(initiate)
        until = time.monotonic() + 30
        while not client.admin.command("hello")["isWritablePrimary"] and time.monotonic() < until:
            time.sleep(0.01)
        client.admin.command(create_user)


def test_that_the_commands_of_the_manual_prepare_an_office_and_let_a_station_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(office.folder)
    monkeypatch.setenv("ROCKFALL_MONGODB_PASSWORD", PASSWORD)
    said = []
    for line in office.called(block("prepare")).splitlines():
        program, *words = shlex.split(line)
        assert program == "rockfall-desktop"
        result = CliRunner().invoke(COMMANDS, words)
        assert result.exit_code == 0, result.output
        said.append(result.output)
    assert "Made the collection training_jobs." in said[0]
    assert "Made the role rockfallStation." in said[0]
    assert "encrypted, prepared." in said[1]
    user, password = re.findall(r"^(?:User|Password): +(\S+)$", said[2], re.MULTILINE)
    address = office.server.address(
        hosts=f"localhost:{office.server.port}", tls=True, ca_file=str(office.folder / "secrets" / "ca.pem"), user=user
    )
    with connect(address, password) as station:
        assert check(station) == []
        assert not any("encrypted" in one for one in station.cautions)
    assert all(PASSWORD not in text for text in said)


def test_that_a_put_back_office_is_told_to_every_station(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.folder)
    monkeypatch.setenv("ROCKFALL_MONGODB_PASSWORD", PASSWORD)
    prepare, check, *_ = (shlex.split(line)[1:] for line in office.called(block("prepare")).splitlines())
    assert CliRunner().invoke(COMMANDS, prepare).exit_code == 0
    where, lives = check[2:], []
    address = office.server.address(
        hosts=f"localhost:{office.server.port}", tls=True, ca_file=str(office.folder / "secrets" / "ca.pem"),
        user="office",
    )  # fmt: skip
    with connect(address, PASSWORD) as connection:
        for _ in range(2):
            result = CliRunner().invoke(COMMANDS, ["mongodb", "restored", *where])
            assert result.exit_code == 0, result.output
            assert "prepared." in result.output
            lives.append(connection.database.counters.find_one({"_id": "sequence"})["life"])
    assert lives[0] != lives[1]


def test_that_the_role_of_the_manual_is_the_one_that_is_made() -> None:
    assert json.loads(block("role")) == station_role("rockfall")
    result = CliRunner().invoke(COMMANDS, ["mongodb", "role"])
    assert json.loads(result.output) == station_role("rockfall")


def test_that_the_compose_file_takes_a_patched_server_by_its_number() -> None:
    from rockfall_desktop.remote.server_look import version_caution

    name, version = SERVER["image"].split(":")
    assert name == "mongo"
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", version)
    assert version_caution(version) == ""


def test_that_an_office_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROCKFALL_MONGODB_PASSWORD", PASSWORD)
    for words, sentence in (
        (["--hosts", "office", "--no-tls"], "is another machine"),
        (["--hosts", "mongodb://office:secret@host"], "connection string"),
        (["--hosts", "127.0.0.1", "--database", "a.b", "--no-tls"], "database"),
    ):
        result = CliRunner().invoke(COMMANDS, ["mongodb", "check", *words])
        assert result.exit_code == 1
        assert sentence in result.output
        assert "secret" not in result.output
        assert len(result.output.splitlines()) == 1
