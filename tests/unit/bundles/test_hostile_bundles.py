"""Files that mean harm: each is refused with a sentence, and nothing of it runs."""

import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rockfall_desktop.access import signing
from rockfall_desktop.archive import OpenArchive, read_archive
from rockfall_desktop.domain.bundle import MANIFEST, SIGNATURE
from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.errors import AccessRefused, RockfallError
from rockfall_desktop.operations.bundles import open_bundle
from rockfall_desktop.operations.canonical_reading import read_canonical
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.station_identity import Identity
from tests.unit.bundles.made_bundle import (
    AT,
    FILES,
    Zipped,
    listed,
    made_bundle,
    signature_of,
    write_signed,
    zip_bytes,
)

Files = dict[str, bytes]


class Canary:
    """Pickled, it writes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@pytest.fixture
def good(bundle: Path) -> Files:
    """The files of a good bundle, manifest and signature first."""
    inside = read_archive(bundle)
    return {name: inside.read(name) for name in inside.names}


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


def zipped(files: Files, *more: Zipped, **lies: Zipped) -> bytes:
    """A zip of a good bundle's files with one replaced, `_` for `.` and `-` in its name, and more behind them."""
    plain = {name.replace(".", "_").replace("-", "_"): Zipped(name, content) for name, content in files.items()}
    return zip_bytes([*(plain | lies).values(), *more])


def in_order(files: Files, *names: str, **how: Any) -> bytes:
    """A zip of some files by name, in this order."""
    return zip_bytes([Zipped(name, files[name]) for name in names], **how)


def heads(files: Files, **lies: Any) -> bytes:
    """A zip of a good bundle's files whose last one lies about itself."""
    return zipped(files, heads_bin=Zipped("heads.bin", **({"content": files["heads.bin"]} | lies)))


def resigned(identity: Identity, good: Files, change: Callable[[dict[str, Any]], object]) -> bytes:
    """A bundle with a changed manifest that is signed as it should be."""
    manifest = json.loads(good[MANIFEST])
    change(manifest)
    return signed_bytes(identity, canonical_json(manifest), without_signature(good))


def without_signature(files: Files) -> Files:
    return {name: content for name, content in files.items() if name not in {MANIFEST, SIGNATURE}}


def signed_bytes(identity: Identity, manifest: bytes, files: Files) -> bytes:
    named = {MANIFEST: manifest, SIGNATURE: signature_of(identity, manifest), **files}
    return zip_bytes([Zipped(name, content) for name, content in named.items()])


def test_that_the_corpus_differs_from_a_good_bundle_by_its_lies_alone(
    maker: Station, bundle: Path, identity: Identity, good: Files
) -> None:
    assert zipped(good) == bundle.read_bytes()
    assert resigned(identity, good, lambda _: None) == bundle.read_bytes()
    assert open_bundle(maker, bundle)


FORMS: dict[str, Callable[[Files], bytes]] = {
    "a name with a way out": lambda good: zipped(good, Zipped("../x", b"x")),
    "an absolute name": lambda good: zipped(good, Zipped("/etc/x", b"x")),
    "a drive of Windows": lambda good: zipped(good, Zipped("C:\\win.txt", b"x")),
    "a folder": lambda good: zipped(good, Zipped("folder/", b"")),
    "a file in a folder": lambda good: zipped(good, Zipped("folder/x", b"x")),
    "a link": lambda good: heads(good, content=b"/etc/passwd", attributes=0xA1FF << 16),
    "a name with a NUL": lambda good: zipped(good, Zipped("x\0.onnx", b"x")),
    "a doubled name": lambda good: zipped(good, Zipped("report.json", b"{}")),
    "a doubled manifest": lambda good: zipped(good, Zipped("manifest.json", good[MANIFEST])),
    "two names for a file": lambda good: heads(good, listed_name="hands.bin"),
    "a size that is too small": lambda good: heads(good, size=8),
    "both sizes too small": lambda good: heads(good, size=8, packed_size=8),
    "a size that is too large": lambda good: heads(good, size=2**31, packed_size=2**31),
    "the sizes of zip64": lambda good: heads(good, size=2**32 - 1, packed_size=2**32 - 1),
    "a bomb": lambda good: heads(good, content=bytes(50_000_000), method=8),
    "an encrypted file": lambda good: heads(good, flags=1),
    "a size that comes later": lambda good: heads(good, flags=8),
    "an extra field": lambda good: heads(good, extra=b"ab\0\0"),
    "a huge count": lambda good: in_order(good, *good, count=65535),
    "a count that is too small": lambda good: in_order(good, *good, count=len(good) - 1),
    "many files": lambda good: zipped(good, *(Zipped(f"x{number}", b"") for number in range(5000))),
    "a comment": lambda good: in_order(good, *good, comment=b"PK"),
    "gaps": lambda good: in_order(good, *good, gap=b"\0" * 8),
    "bytes behind": lambda good: zipped(good) + b"\0",
    "another archive behind": lambda good: zipped(good) * 2,
    "bytes before": lambda good: b"#!/bin/sh\n" + zipped(good),
    "half of it": lambda good: zipped(good)[: len(zipped(good)) // 2],
    "all but the last byte": lambda good: zipped(good)[:-1],
    "no file": in_order,
    "nothing": lambda good: zipped(good)[:0],
    "another order": lambda good: in_order(good, *reversed(good)),
    "another order of the signed": lambda good: in_order(good, *list(good)[:2], *reversed(list(good)[2:])),
    "a file that is not signed": lambda good: zipped(good, Zipped("weights.pkl", b"x")),
    "a missing file": lambda good: in_order(good, *list(good)[:-1]),
    "no signature": lambda good: in_order(good, *(name for name in good if name != SIGNATURE)),
    "no manifest": lambda good: in_order(good, *(name for name in good if name != MANIFEST)),
    "a short signature": lambda good: zipped(good | {SIGNATURE: good[SIGNATURE][:-1]}),
    "an empty signature": lambda good: zipped(good | {SIGNATURE: good[SIGNATURE][:32] + bytes(64)}),
    "a swapped report": lambda good: zipped(good | {"report.json": b'{"pr_auc":0.99}'}),
    "swapped graphs": lambda good: zipped(
        good | {"zones-1.onnx": good["answer-1.onnx"], "answer-1.onnx": good["zones-1.onnx"]}
    ),
    "an endless manifest": lambda good: zipped(good | {MANIFEST: b" " * 9_000_000}),
}


@pytest.mark.parametrize("form", FORMS)
def test_that_a_hostile_form_is_refused_with_a_sentence(maker: Station, tmp_path: Path, good: Files, form: str) -> None:
    _demand_refused(maker, tmp_path, FORMS[form](good))


@pytest.mark.parametrize(
    "inside", ["archive/data.pkl", "archive/code/__torch__.py", "data.pkl", "evil/models/model.pt2"]
)
def test_that_a_model_of_torch_by_another_name_is_refused_and_not_run(
    maker: Station, tmp_path: Path, canary: Path, inside: str
) -> None:
    evil = pickle.dumps(Canary(canary))
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in (inside, "archive/version", MANIFEST, SIGNATURE):
            archive.writestr(name, evil)
    _demand_refused(maker, tmp_path, path.read_bytes())
    _demand_refused(maker, tmp_path, evil)
    assert not canary.exists()
    pickle.loads(evil)
    assert canary.is_dir(), "the canary could not have sung"


@pytest.mark.parametrize("name", ["weights.pkl", "answer-1.onnx", "report.json", "heads.bin"])
def test_that_a_pickle_in_a_signed_bundle_is_never_loaded(
    maker: Station, identity: Identity, tmp_path: Path, good: Files, canary: Path, name: str
) -> None:
    files = without_signature(good) | {name: pickle.dumps(Canary(canary))}
    manifest = json.loads(good[MANIFEST]) | {"files": listed(files)}
    content = signed_bytes(identity, canonical_json(manifest), files)
    if name == "report.json":  # text to whoever reads it
        path = tmp_path / "evil.rockfall"
        path.write_bytes(content)
        assert open_bundle(maker, path).content(name) == files[name]
    else:
        _demand_refused(maker, tmp_path, content)
    assert not canary.exists()


def _files_listed_twice(manifest: dict[str, Any]) -> None:
    manifest["files"].append(manifest["files"][0])


def _without_config(manifest: dict[str, Any]) -> None:
    del manifest["model"]["config"]


CONTENTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "an old schema": (lambda m: m.update(schema_version=0), "another version"),
    "a new schema": (lambda m: m.update(schema_version=2), "another version"),
    "a schema of text": (lambda m: m.update(schema_version="1"), "another version"),
    "another epoch": (lambda m: m.update(epoch=4), "another epoch"),
    "an epoch of zero": (lambda m: m.update(epoch=0), "epoch"),
    "an epoch of truth": (lambda m: m["deployment"].update(epoch=True), "otherwise than it is written"),
    "an epoch of text": (lambda m: m["deployment"].update(epoch="3"), "otherwise than it is written"),
    "an epoch without end": (lambda m: (m.update(epoch=2**63), m["deployment"].update(epoch=2**63)), "epoch"),
    "a deployment that follows itself": (
        lambda m: m["deployment"].update(follows=m["deployment"]["deployment_id"]), "at deployment",
    ),
    "another key": (lambda m: (m.update(key_id="0" * 64), m["deployment"].update(key_id="0" * 64)), "another key"),
    "another public key": (lambda m: m.update(public_key="0" * 64), "another key"),
    "another station": (
        lambda m: (m["deployment"].update(station_id="x"), m["provenance"].update(station_id="x")), "another station",
    ),
    "another maker": (lambda m: m["provenance"].update(station_id="x"), "another station"),
    "a version of its own": (lambda m: m["deployment"].update(version=9), "only a station or the office"),
    "an unknown field": (lambda m: m.update(run="rm"), "run"),
    "a missing field": (_without_config, "config"),
    "a file listed twice": (_files_listed_twice, "named twice"),
    "no files": (lambda m: m.update(files=[]), "files"),
    "a graph that is not listed": (lambda m: m["model"].update(graphs=[["zones-2.onnx"]]), "files"),
    "a graph by a pickle's name": (lambda m: m["model"].update(graphs=[["weights.pkl"]]), "other names"),
    "a member without a graph": (lambda m: m["model"].update(members=2), "no graph"),
    "heads of another size": (lambda m: m["model"].update(heads={"mean": [2**40, 2**40]}), "heads"),
    "heads of nothing": (lambda m: m["model"].update(heads={"mean": [0], "offset": [6]}), "heads"),
    "heads of less than nothing": (lambda m: m["model"].update(heads={"mean": [-2, -3]}), "heads"),
    "a wrong hash": (lambda m: m["files"][0].update(sha256="0" * 64), "not what was signed"),
    "a wrong size": (lambda m: m["files"][0].update(size=1), "another size"),
    "a name with a way out": (lambda m: m["files"][0].update(name="../report.json"), "files"),
}  # fmt: skip


@pytest.mark.parametrize("content", CONTENTS)
def test_that_a_right_signature_saves_no_wrong_manifest(
    maker: Station, identity: Identity, tmp_path: Path, good: Files, content: str
) -> None:
    change, words = CONTENTS[content]
    assert words in _demand_refused(maker, tmp_path, resigned(identity, good, change))


TEXTS: dict[str, Callable[[bytes], bytes]] = {
    "a doubled key": lambda text: text.replace(b'"epoch":3,"', b'"epoch":3,"epoch":3,"', 1),
    "a space": lambda text: text.replace(b":", b": ", 1),
    "another order": lambda text: json.dumps(dict(reversed(json.loads(text).items())), separators=(",", ":")).encode(),
    "another way to write a number": lambda text: text.replace(b"1.25", b"1.250", 1),
    "no number": lambda text: text.replace(b"1.25", b"NaN", 1),
    "no end": lambda text: text.replace(b"1.25", b"1e999", 1),
    "an endless number": lambda text: text.replace(b"1.25", b"1" * 100_000, 1),
    "depth": lambda text: text.replace(b"1.25", b"[" * 100_000 + b"]" * 100_000, 1),
    "hidden depth": lambda text: text.replace(b"1.25", b'"\\\\"' + b"[" * 100_000, 1),
    "letters beyond ASCII": lambda text: text.replace(b"Nordgrube", "Nördgrube".encode(), 1),
    "no text": lambda text: b"\xff" + text,
    "a mark of the byte order": lambda text: b"\xef\xbb\xbf" + text,
    "UTF-16": lambda text: text.decode().encode("utf-16"),
    "a list": lambda text: b"[" + text + b"]",
    "a line behind": lambda text: text + b"\n",
    "two texts": lambda text: text * 2,
    "nothing": lambda text: text[:0],
}


@pytest.mark.parametrize("text", TEXTS)
def test_that_a_signed_manifest_is_read_in_one_way_only(
    maker: Station, identity: Identity, tmp_path: Path, good: Files, text: str
) -> None:
    changed = TEXTS[text](good[MANIFEST])
    assert changed != good[MANIFEST]
    _demand_refused(maker, tmp_path, signed_bytes(identity, changed, without_signature(good)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'{"a":1,"a":1}', "a key stands twice in it"),
        (b'{"a":NaN}', "NaN is no number"),
        (b'{"a":-Infinity}', "-Infinity is no number"),
        (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "nested too deep"),
        (b'{"a":"\\"","b":' + b"[" * 40 + b"]" * 40 + b"}", "nested too deep"),
        (b"[1]", "no mapping"),
    ],
)
def test_that_what_is_wrong_with_a_text_is_said(text: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_canonical(text)
    assert read_canonical(b'{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}')
    assert read_canonical(b'{"a":' + b"[" * 39 + b"]" * 39 + b"}")


def test_that_a_signature_or_a_manifest_of_any_size_is_not_even_read(
    maker: Station, tmp_path: Path, good: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OpenArchive, "read", lambda _, name: pytest.fail(f"{name} was read"))
    for name, size in ((SIGNATURE, 97), (SIGNATURE, 3_000_000), (MANIFEST, 8 * 2**20 + 1)):
        assert "it is no bundle" in _demand_refused(maker, tmp_path, zipped(good | {name: bytes(size)}))


def test_that_canonical_text_is_read_back(good: Files) -> None:
    assert canonical_json(read_canonical(good[MANIFEST])) == good[MANIFEST]


def test_that_another_key_does_not_sign_for_a_trusted_one(
    friend: Station, identity: Identity, tmp_path: Path, good: Files
) -> None:
    liar = Identity(identity.station_id, identity.name, signing.new_key(), AT)
    path = write_signed(tmp_path / "evil.rockfall", liar, good[MANIFEST], without_signature(good))
    with pytest.raises(AccessRefused, match="not known here"):
        open_bundle(friend, path)
    borrowed = signature_of(identity, good[MANIFEST])[:32] + signature_of(liar, good[MANIFEST])[32:]
    content = zipped(good | {SIGNATURE: borrowed})
    assert "signature does not fit" in _demand_refused(friend, tmp_path, content)


def test_that_the_signature_of_another_bundle_does_not_fit(
    maker: Station, identity: Identity, tmp_path: Path, good: Files
) -> None:
    second = read_archive(made_bundle(tmp_path / "second", identity, epoch=4))
    content = zipped(good | {SIGNATURE: second.read(SIGNATURE)})
    assert "signature does not fit" in _demand_refused(maker, tmp_path, content)


def test_that_files_of_two_bundles_cannot_be_mixed(
    maker: Station, identity: Identity, tmp_path: Path, good: Files
) -> None:
    mixed = good | {"answer-1.onnx": FILES["answer-1.onnx"][:-1] + b"!"}
    assert "not what was signed" in _demand_refused(maker, tmp_path, zipped(mixed))


def _demand_refused(station: Station, folder: Path, content: bytes) -> str:
    """The sentence with which a file is refused; any other exception fails."""
    path = folder / "evil.rockfall"
    path.write_bytes(content)
    before = sorted(folder.rglob("*"))
    with pytest.raises(RockfallError) as caught:
        open_bundle(station, path)
    assert sorted(folder.rglob("*")) == before
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    assert "\n" not in str(caught.value)
    return str(caught.value)
