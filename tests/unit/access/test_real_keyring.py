"""The keyring against a real Secret Service: gnome-keyring on a D-Bus of its own, unlocked, locked, absent."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.access.keyring_session import LIMIT_S

NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
HOUSE = Path(__file__).parents[3]
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""
UNLOCKED = "printf pass-phrase | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 &&"
PLAIN_FILE = """
from pathlib import Path
from keyring.backend import KeyringBackend
class PlainFile(KeyringBackend):
    priority = 9
    def get_password(self, service, username): return None
    def set_password(self, service, username, password): Path({target!r}).write_text(password)
    def delete_password(self, service, username): pass
"""


def play(case: str, folder: Path, *, before: str = "", bus: bool = True, **changes: str) -> dict[str, Any]:
    """Run a case in a process of its own and read what it told."""
    if bus and (absent := [name for name in NEEDED if shutil.which(name) is None]):
        pytest.skip(f"{' and '.join(absent)} not installed (Debian packages gnome-keyring and dbus)")
    run = folder / "run"
    run.mkdir(mode=0o700)
    hidden = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"HOME": str(folder), "XDG_RUNTIME_DIR": str(run), "XDG_DATA_HOME": str(folder / "data")} | changes
    command = [sys.executable, "-m", "tests.unit.access.keyring_session", case]
    if bus:
        config = folder / "bus.conf"
        config.write_text(BUS.format(folder=run))
        line = f'{before} exec "$@"'
        command = ["dbus-run-session", f"--config-file={config}", "--", "sh", "-c", line, "sh", *command]
    done = subprocess.run(command, env=environment, cwd=HOUSE, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize("collection", ["", "/org/freedesktop/secrets/collection/of_somebody_else"])
def test_that_a_password_lies_under_a_key_in_an_unlocked_keyring(collection: str, tmp_path: Path) -> None:
    chosen = {"KEYRING_PROPERTY_PREFERRED_COLLECTION": collection} if collection else {}
    told = play("keeps", tmp_path, before=UNLOCKED, **chosen)
    assert told == {
        "place": "keyring", "key": 64, "opened": True, "same_item": True, "same_sealed": False, "plain": False,
        "words": "The password is kept under a key in the Secret Service of this computer.", "removed": True,
    }  # fmt: skip


def test_that_a_locked_keyring_is_told_and_the_store_keeps_the_password(tmp_path: Path) -> None:
    told = play("dismissed", tmp_path, before=UNLOCKED)
    assert told["first"]["message"] == "The Secret Service is locked."
    assert told["place"] == "store"
    assert "in the encrypted store of this station alone. The Secret Service is locked." in told["kept"]
    assert told["remembered"]


def test_that_a_prompt_that_nobody_answers_hangs_nothing(tmp_path: Path) -> None:
    told = play("silent", tmp_path, before=UNLOCKED)
    assert told["first"]["message"] == f"The Secret Service does not answer within {LIMIT_S} s."
    assert LIMIT_S <= told["first"]["s"] < LIMIT_S + 2
    assert told["second"]["message"] == told["first"]["message"]
    assert told["second"]["s"] < LIMIT_S  # no second question is put beside the one that hangs
    assert told["place"] == "store"


@pytest.mark.parametrize("bus", [True, False], ids=["a bus without a keyring", "no bus"])
def test_that_without_a_keyring_the_store_keeps_the_password(bus: bool, tmp_path: Path) -> None:
    told = play("without", tmp_path, bus=bus, DBUS_SESSION_BUS_ADDRESS="" if bus else f"unix:path={tmp_path}/none")
    assert told["library"] == "keyring.backends.fail.Keyring"
    assert (told["place"], told["opened"]) == ("store", True)
    assert told["words"].endswith("The Secret Service cannot be reached.")


def test_that_an_environment_variable_chooses_no_other_keyring(tmp_path: Path) -> None:
    told = play("without", tmp_path, bus=False, DBUS_SESSION_BUS_ADDRESS=f"unix:path={tmp_path}/none",
                PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring")  # fmt: skip
    assert told["library"] == "keyring.backends.null.Keyring"
    assert (told["place"], told["opened"]) == ("store", True)


def test_that_a_keyring_that_writes_plain_files_is_never_used_though_it_is_installed(tmp_path: Path) -> None:
    target, packages = tmp_path / "plain.txt", tmp_path / "packages"
    about = packages / "plainfile-1.0.dist-info"
    about.mkdir(parents=True)
    (packages / "plainfile.py").write_text(PLAIN_FILE.format(target=str(target)))
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: plainfile\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[keyring.backends]\nplain = plainfile\n")
    told = play("without", tmp_path, bus=False, DBUS_SESSION_BUS_ADDRESS=f"unix:path={tmp_path}/none",
                PYTHONPATH=str(packages))  # fmt: skip
    assert told["library"] == "plainfile.PlainFile"
    assert (told["place"], told["opened"]) == ("store", True)
    assert not target.exists()
