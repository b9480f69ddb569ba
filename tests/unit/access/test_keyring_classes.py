"""The class of each platform is made directly, and nothing of the environment changes it."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from rockfall_desktop.access.keyring_place import KeyringPlace, KeyringUnusable, system_backend

LOCAL_MACHINE, ENTERPRISE, LONGEST = 2, 3, 1280


class Missing(Exception):
    winerror, funcname = 1168, "CredRead"


class Credentials:
    """What win32cred does, with its limit."""

    CRED_TYPE_GENERIC = 1
    CRED_PERSIST_LOCAL_MACHINE, CRED_PERSIST_ENTERPRISE = LOCAL_MACHINE, ENTERPRISE

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def CredRead(self, Type: int, TargetName: str) -> dict[str, Any]:  # noqa: N802, N803 - its names
        if TargetName not in self.kept:
            raise Missing
        return dict(self.kept[TargetName])

    def CredWrite(self, credential: dict[str, Any], flags: int) -> None:  # noqa: N802
        assert len(credential["CredentialBlob"]) <= LONGEST, "1783: the stub received bad data"
        blob = credential["CredentialBlob"].encode("utf-16")
        self.kept[credential["TargetName"]] = credential | {"CredentialBlob": blob}


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Credentials:
    from keyring.backends import Windows

    made = Credentials()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(Windows, "win32cred", made, raising=False)
    monkeypatch.setattr(Windows, "pywintypes", SimpleNamespace(error=Missing), raising=False)
    return made


def test_that_windows_keeps_the_item_on_this_computer_alone(
    windows: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYRING_PROPERTY_PERSIST", "enterprise")
    place = KeyringPlace()
    place.write("one", "a" * 64)
    place.write("two", "b" * 64)  # another home folder: the first item moves aside
    assert {kept["Persist"] for kept in windows.kept.values()} == {LOCAL_MACHINE}
    assert [KeyringPlace().read(item) for item in ("one", "two", "three")] == ["a" * 64, "b" * 64, None]
    assert place.name == "Windows Credential Manager"


def test_that_no_item_is_longer_than_windows_keeps() -> None:
    with pytest.raises(ValueError, match="64"):
        KeyringPlace().write("one", "a" * 65)


def test_that_the_environment_names_no_other_keychain_on_a_mac(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends import macOS

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(macOS.Keyring, "keychain", "/tmp/of-somebody-else.keychain")
    backend = system_backend()
    assert type(backend) is macOS.Keyring
    assert backend.keychain is None


def test_that_an_unknown_platform_has_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "plan9")
    with pytest.raises(KeyringUnusable):
        system_backend()
