"""Bundles: made on one station, opened on another."""

import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from rockfall_desktop.access import signing
from rockfall_desktop.archive import digest, read_archive, write_archive
from rockfall_desktop.domain.bundle import MANIFEST, SIGNATURE
from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations import bundles
from rockfall_desktop.operations.bundles import fact_is_genuine, open_bundle, peek_signers, sign_fact, write_bundle
from rockfall_desktop.operations.identity import own_station_key
from rockfall_desktop.operations.key_claims import own_claim, see_claim
from rockfall_desktop.operations.keys import revoke_key, trust_key
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.station_identity import Identity
from tests.unit.bundles.made_bundle import AT, FILES, made_bundle, made_deployment, made_unsigned


def test_that_a_bundle_opens_on_the_station_that_made_it(maker: Station, bundle: Path) -> None:
    found = open_bundle(maker, bundle)
    own = own_station_key(maker)
    assert found.key_state is KeyState.OWN
    assert {name: found.content(name) for name in FILES} == FILES
    assert (found.manifest.key_id, found.manifest.public_key) == (own.fingerprint, own.public_key)
    assert (found.manifest.epoch, found.manifest.provenance.station_id) == (3, own.station_id)
    with pytest.raises(KeyError):
        found.content(MANIFEST)


def test_that_the_hash_that_is_told_is_that_of_the_file(tmp_path: Path, identity: Identity) -> None:
    path = tmp_path / "one.rockfall"
    assert write_bundle(path, made_unsigned(), FILES, identity) == digest(path)
    assert write_bundle(tmp_path / "two.rockfall", made_unsigned(), FILES, identity) == digest(path)


def test_that_the_manifest_leaves_out_what_only_comes_later(maker: Station, tmp_path: Path, identity: Identity) -> None:
    later = {"bundle_sha256": "a" * 64, "bundle_bytes": 5, "signature": "ff", "version": 7, "accepted": True}
    fact = open_bundle(maker, made_bundle(tmp_path / "one", identity, **later)).manifest.deployment
    said = (fact.bundle_sha256, fact.bundle_bytes, fact.signature, fact.active, fact.version, fact.accepted)
    assert said == ("", 0, "", False, None, None)


def test_that_a_stranger_is_told_whose_key_to_trust_and_nothing_is_read(
    other: tuple[Station, Session], maker: Station, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "read_manifest", lambda *_: pytest.fail("the manifest was parsed"))
    with pytest.raises(AccessRefused, match="not known here") as caught:
        open_bundle(other[0], bundle)
    assert own_station_key(maker).spoken in str(caught.value)
    monkeypatch.undo()
    assert peek_signers(bundle) == (own_station_key(maker).fingerprint,)


def test_that_seeing_a_key_is_not_trusting_it(other: tuple[Station, Session], maker: Station, bundle: Path) -> None:
    see_claim(other[0], own_claim(maker))
    with pytest.raises(AccessRefused, match="not trusted here"):
        open_bundle(other[0], bundle, revoked_too=True)


def test_that_a_trusted_station_is_believed_until_it_is_revoked(
    friend: Station, other: tuple[Station, Session], bundle: Path
) -> None:
    assert open_bundle(friend, bundle).key_state is KeyState.TRUSTED
    revoke_key(other[1], station=friend, fingerprint=peek_signers(bundle)[0], reason="the laptop was stolen")
    with pytest.raises(AccessRefused, match="the laptop was stolen"):
        open_bundle(friend, bundle)
    assert open_bundle(friend, bundle, revoked_too=True).key_state is KeyState.REVOKED
    trust_key(other[1], station=friend, fingerprint=peek_signers(bundle)[0])
    assert open_bundle(friend, bundle).key_state is KeyState.TRUSTED


def test_that_a_bundle_is_looked_at_anew_on_every_opening_and_every_reading(maker: Station, bundle: Path) -> None:
    found = open_bundle(maker, bundle)
    inside = read_archive(bundle)
    files = {name: inside.read(name) for name in inside.names}
    write_archive(bundle, files | {"report.json": with_the_same_checksum(files["report.json"])})
    for wrong in (lambda: found.content("report.json"), lambda: open_bundle(maker, bundle)):
        with pytest.raises(WrongInput, match=r"report\.json is not what was signed"):
            wrong()
    write_archive(bundle, files | {"report.json": b"{}" + files["report.json"][2:]})
    for wrong in (lambda: found.content("report.json"), lambda: open_bundle(maker, bundle)):
        with pytest.raises(WrongInput, match=r"checksum of report\.json is wrong|not what was signed"):
            wrong()


def with_the_same_checksum(content: bytes) -> bytes:
    """Another content of the same size and CRC-32: the polynomial, added, goes unnoticed."""
    polynomial = (0xEDB88320 << 1 | 1).to_bytes(5, "little")
    other = bytes(a ^ b for a, b in zip(content[:5], polynomial, strict=True)) + content[5:]
    assert zlib.crc32(other) == zlib.crc32(content)
    return other


def test_that_the_signature_is_looked_at_before_the_manifest_is_parsed(
    maker: Station, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = read_archive(bundle)
    files = {name: inside.read(name) for name in inside.names}
    write_archive(bundle, files | {MANIFEST: files[MANIFEST].replace(b"Nordgrube", b"Nordgruba")})
    monkeypatch.setattr(bundles, "read_manifest", lambda *_: pytest.fail("the manifest was parsed"))
    with pytest.raises(WrongInput, match="signature does not fit"):
        open_bundle(maker, bundle)


@pytest.mark.parametrize("content", [b"", b"\x80\x04.", b"PK\3\4", b"no graph"])
def test_that_what_is_no_graph_is_not_packed_as_one(tmp_path: Path, identity: Identity, content: bytes) -> None:
    with pytest.raises(StoreFault, match="no graph"):
        write_bundle(tmp_path / "one", made_unsigned(), FILES | {"zones-1.onnx": content}, identity)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("files", [{}, {"report.json": b""}, FILES | {"extra.bin": b""}, FILES | {"heads.bin": b""}])
def test_that_files_that_do_not_fit_the_model_are_not_packed(
    tmp_path: Path, identity: Identity, files: dict[str, bytes]
) -> None:
    with pytest.raises(WrongInput):
        write_bundle(tmp_path / "one", made_unsigned(), files, identity)
    assert list(tmp_path.iterdir()) == []


def test_that_a_graph_that_changes_while_it_is_packed_makes_no_bundle(
    tmp_path: Path, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = tmp_path / "graph"
    graph.write_bytes(FILES["zones-1.onnx"])

    def changed_meanwhile(path: Path, files: dict[str, bytes | Path]) -> None:
        graph.write_bytes(FILES["answer-1.onnx"])
        write_archive(path, files)

    monkeypatch.setattr(bundles, "write_archive", changed_meanwhile)
    with pytest.raises(StoreFault, match=r"zones-1\.onnx"):
        write_bundle(tmp_path / "one", made_unsigned(), FILES | {"zones-1.onnx": graph}, identity)
    assert [path.name for path in tmp_path.iterdir()] == ["graph"]


def test_that_a_fact_is_genuine_only_as_it_was_signed(friend: Station, maker: Station, identity: Identity) -> None:
    fact = sign_fact(identity, made_deployment())
    assert (fact_is_genuine(maker, fact), fact_is_genuine(friend, fact)) == (KeyState.OWN, KeyState.TRUSTED)
    kept = Deployment.model_validate_json(fact.model_dump_json())
    numbered = kept.model_copy(update={"version": 4, "accepted": False, "active": False})
    assert fact_is_genuine(friend, numbered) is KeyState.TRUSTED
    for changes in (
        {"reason": "other"}, {"epoch": 4}, {"follows": "x"}, {"site_id": "x"}, {"bundle_sha256": "0" * 64},
        {"station_id": "x"}, {"key_id": "0" * 64}, {"signature": ""}, {"signature": "zz" * 64},
        {"signature": fact.signature[:-2]}, {"simulated": True}, {"deployed_at": AT + timedelta(seconds=1)},
    ):  # fmt: skip
        assert fact_is_genuine(friend, fact.model_copy(update=changes)) is None, changes


def test_that_a_fact_survives_a_store_that_keeps_milliseconds(maker: Station, identity: Identity) -> None:
    fact = sign_fact(identity, made_deployment(deployed_at=AT.astimezone(None)))
    assert fact.deployed_at == AT.replace(microsecond=891000)
    cut = fact.deployed_at.replace(microsecond=fact.deployed_at.microsecond // 1000 * 1000)
    assert fact_is_genuine(maker, fact.model_copy(update={"deployed_at": cut})) is KeyState.OWN


def test_that_a_fact_in_the_name_of_another_station_is_not_genuine(
    friend: Station, identity: Identity, other: tuple[Station, Session]
) -> None:
    stolen = Identity(own_station_key(other[0]).station_id, "other", identity.private_key, AT)
    assert fact_is_genuine(friend, sign_fact(stolen, made_deployment())) is None
    unknown = Identity("01a20000-0000-7000-8000-000000000009", "nobody", signing.new_key(), AT)
    assert fact_is_genuine(friend, sign_fact(unknown, made_deployment())) is None


def test_that_the_signature_file_is_a_fingerprint_and_a_signature(bundle: Path, maker: Station) -> None:
    inside = read_archive(bundle)
    signature, own = inside.read(SIGNATURE), own_station_key(maker)
    assert (len(signature), signature[:32].hex()) == (96, own.fingerprint)
    assert signing.is_signed(bytes.fromhex(own.public_key), inside.read(MANIFEST), signature[32:])
