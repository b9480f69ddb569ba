"""Reads the manifest of a bundle after its signature was found right: a right signature is no right content."""

from math import prod
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rockfall_desktop.archive import refused
from rockfall_desktop.domain.bundle import HEADS, REPORT, Manifest
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.operations.canonical_reading import read_canonical

LARGEST_MANIFEST = 8 * 2**20
SCHEMA_VERSION = 1
GRAPH_SUFFIX = ".onnx"
_NUMBER_BYTES = 8


def read_manifest(path: Path, content: bytes) -> Manifest:
    """What a bundle says of itself, if it fits together.

    Args:
        path: the bundle, for the sentence.
        content: the bytes of `manifest.json`.

    Raises:
        WrongInput: when it is no manifest of this version, lists what no bundle may hold, or contradicts itself.
    """
    if len(content) > LARGEST_MANIFEST:
        raise refused(path, "its manifest is too large")
    try:
        plain = read_canonical(content)
    except ValueError as error:
        raise refused(path, f"its manifest cannot be read: {error}") from error
    if plain.get("schema_version") != SCHEMA_VERSION:
        raise WrongInput(
            "The bundle is of another version",
            f"{path}: this program reads bundles of form {SCHEMA_VERSION}.",
            "Export it again with the version of the program that is installed here.",
        )
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"])
        raise refused(path, f"its manifest does not do at {where}") from error
    if not _said(plain, manifest.model_dump(mode="json")):
        raise refused(path, "its manifest would be read otherwise than it is written")
    if (fault := _contradiction(manifest)) is not None:
        raise refused(path, fault)
    return manifest


def _said(plain: Any, understood: Any) -> bool:
    """Whether all that is written was understood as it is written. Defaults of later versions may come on top."""
    if isinstance(plain, dict) and isinstance(understood, dict):
        return all(key in understood and _said(value, understood[key]) for key, value in plain.items())
    if isinstance(plain, list) and isinstance(understood, list):
        return len(plain) == len(understood) and all(map(_said, plain, understood))
    return type(plain) is type(understood) and bool(plain == understood)


def _contradiction(manifest: Manifest) -> str | None:
    """What in a manifest cannot be true together; None when nothing."""
    fact, model = manifest.deployment, manifest.model
    said = (fact.bundle_sha256, fact.bundle_bytes, fact.signature, fact.active, fact.version, fact.accepted)
    if said != ("", 0, "", False, None, None):
        return "its deployment says what only a station or the office can say"
    if (manifest.epoch, manifest.key_id) != (fact.epoch, fact.key_id):
        return "its deployment names another epoch or key"
    if manifest.provenance.station_id != fact.station_id:
        return "it was made by another station than the one that decided"
    if len(model.graphs) != model.members or not all(model.graphs):
        return "a network of it has no graph"
    return _wrong_files(manifest)


def _wrong_files(manifest: Manifest) -> str | None:
    sizes = {one.name: one.size for one in manifest.files}
    graphs = {name for member in manifest.model.graphs for name in member}
    if len(sizes) != len(manifest.files) or not all(name.endswith(GRAPH_SUFFIX) for name in graphs):
        return "its files are named twice or by other names than a bundle's"
    heads = manifest.model.heads
    if set(sizes) != {REPORT, *graphs, *([HEADS] if heads else [])}:
        return "it lists files that its model does not use, or lacks some that it does"
    if any(length < 1 for shape in heads.values() for length in shape):
        return "an array of its heads is empty"
    if heads and sizes[HEADS] != _NUMBER_BYTES * sum(prod(shape) for shape in heads.values()):
        return "its heads have another size than their shapes"
    return None
