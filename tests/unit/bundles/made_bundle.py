"""A small bundle, and ways to make one that is signed and wrong all the same."""

import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from rockfall_desktop.access import signing
from rockfall_desktop.archive import write_archive
from rockfall_desktop.domain.bundle import MANIFEST, SIGNATURE, BundleModel, Provenance
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.operations.bundles import UnsignedManifest, write_bundle
from rockfall_desktop.store.station_identity import Identity

AT = datetime(2026, 3, 4, 5, 6, 7, 891234, tzinfo=UTC)
FILES: dict[str, bytes] = {
    "report.json": b'{"pr_auc":0.41}',
    "zones-1.onnx": b"\x08\x08zones" * 20,
    "answer-1.onnx": b"\x08\x08answer" * 30,
    "heads.bin": bytes(range(48)),
}


def made_deployment(**changes: Any) -> Deployment:
    values: dict[str, Any] = {
        "deployment_id": "01a20000-0000-7000-8000-000000000001",
        "job_id": "01a20000-0000-7000-8000-000000000002",
        "site_id": "01a20000-0000-7000-8000-000000000003",
        "site_name": "Nordgrube",
        "deployed_by": "01a20000-0000-7000-8000-000000000004",
        "deployed_by_name": "ana",
        "deployed_at": AT,
        "reason": "",
        "active": True,
        "epoch": 3,
    }
    return Deployment(**(values | changes))


def made_unsigned(**changes: Any) -> UnsignedManifest:
    model = BundleModel(
        config=TrainingConfig(sites=("nordgrube",)),
        history_steps=24,
        step_seconds=3600,
        channels=(),
        scaling_mean=(),
        scaling_spread=(),
        layers={},
        answers={"temperature": 1.25},
        heads={"mean": (2, 2), "offset": (2,)},
        members=1,
        graphs=(("zones-1.onnx", "answer-1.onnx"),),
        levels=(LevelRule(horizon_steps=6, yellow=0.02, orange=0.05, red=0.2),),
    )
    provenance = Provenance(
        program_version="0.1.0",
        made_at=AT,
        station_id="",
        station_name="",
        trained_by="01a20000-0000-7000-8000-000000000004",
        trained_at=AT,
        data="abc",
        seen=None,
    )
    return UnsignedManifest(made_deployment(**changes), model, provenance)


def made_bundle(path: Path, identity: Identity, **changes: Any) -> Path:
    write_bundle(path, made_unsigned(**changes), FILES, identity)
    return path


def listed(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]


def signature_of(identity: Identity, manifest: bytes) -> bytes:
    key_id = signing.fingerprint(signing.public_key(identity.private_key))
    return bytes.fromhex(key_id) + signing.sign(identity.private_key, manifest)


def write_signed(path: Path, identity: Identity, manifest: bytes, files: Mapping[str, bytes]) -> Path:
    """A bundle whose signature fits whatever its manifest says."""
    write_archive(path, {MANIFEST: manifest, SIGNATURE: signature_of(identity, manifest), **files})
    return path


class Zipped(NamedTuple):
    """One file of a zip as a liar would write it; without lies it is as the writer has it."""

    name: str
    content: bytes
    listed_name: str | None = None
    method: int = 0
    flags: int = 0
    attributes: int = 0
    extra: bytes = b""
    size: int | None = None
    packed_size: int | None = None


def zip_bytes(files: Sequence[Zipped], *, comment: bytes = b"", count: int | None = None, gap: bytes = b"") -> bytes:
    body, directory = b"", b""
    for one in files:
        packed = _packed(one)
        sizes = (
            zlib.crc32(one.content),
            len(packed) if one.packed_size is None else one.packed_size,
            len(one.content) if one.size is None else one.size,
        )
        name, in_list = one.name.encode(), (one.listed_name or one.name).encode()
        head = (20, one.flags, one.method, 0, 0x21, *sizes)
        at = len(body)
        body += struct.pack("<4s5H3I2H", b"PK\3\4", *head, len(name), len(one.extra)) + name + one.extra + packed + gap
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 20, *head, len(in_list), 0, 0, 0, 0, one.attributes, at
        ) + in_list  # fmt: skip
    number = len(files) if count is None else count
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, number, number, len(directory), len(body), len(comment))
    return body + directory + end + comment


def _packed(one: Zipped) -> bytes:
    if one.method == 0:
        return one.content
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(one.content) + packer.flush()
