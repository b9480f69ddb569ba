"""Bundles: made, and opened only after the signature over every byte of them was found right."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rockfall_desktop.archive import OpenArchive, digest, read_archive, refused, write_archive
from rockfall_desktop.domain.bundle import MANIFEST, SIGNATURE, BundleFile, BundleModel, Manifest, Provenance
from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.deployment import Deployment, signed_content
from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.domain.station_key import GROUP, KeyState, StationKey
from rockfall_desktop.operations.identity import known_key, own_public_key, own_station_key, signed, signing_key
from rockfall_desktop.operations.manifest_reading import GRAPH_SUFFIX, LARGEST_MANIFEST, read_manifest
from rockfall_desktop.operations.station import Station

if TYPE_CHECKING:
    from rockfall_desktop.store.station_identity import Identity

_GRAPH_BEGIN = b"\x08"  # ONNX: the first field of a ModelProto, its version
_FINGERPRINT_BYTES, _SIGNATURE_FILE_BYTES = 32, 96


class UnsignedManifest(NamedTuple):
    """What a bundle says, without its key and its list of files, which come with the writing.

    Attributes:
        deployment: that it is made for; signature, hash, size and what the office says are left out on writing.
        model: how to use the graphs.
        provenance: where it comes from; the station that made it is filled in on writing.
    """

    deployment: Deployment
    model: BundleModel
    provenance: Provenance


@dataclass(frozen=True)
class OpenBundle:
    """A bundle whose signature, list of files, sizes and hashes were right when it was opened.

    Attributes:
        manifest: what was signed.
        key_state: what the key that signed is worth here: own, trusted, or revoked where that was asked for; revoked
            also where the model was packed from a bundle of a key that is revoked.
    """

    manifest: Manifest
    key_state: KeyState
    _archive: OpenArchive = field(repr=False)

    def content(self, name: str) -> bytes:
        """One file, its hash looked at once more: the file on the disk may be another one by now.

        Raises:
            KeyError: when there is none of that name.
            WrongInput: when it is not what was signed.
        """
        listed = next((one for one in self.manifest.files if one.name == name), None)
        if listed is None:
            raise KeyError(name)
        content = self._archive.read(name)
        if hashlib.sha256(content).hexdigest() != listed.sha256:
            raise refused(self._archive.path, f"{name} is not what was signed")
        return content


def write_bundle(
    path: Path, unsigned: UnsignedManifest, files: Mapping[str, bytes | Path], identity: "Identity"
) -> tuple[str, int]:
    """Write a bundle, whole or not at all, and look at it once more as a stranger would.

    Args:
        path: where; a file there is replaced.
        unsigned: what it says.
        files: report, graphs and heads by name: content, or the path of a file; large ones are never held whole.
        identity: station that signs.

    Returns:
        SHA-256 of the bundle, hexadecimal, and its size in bytes.

    Raises:
        WrongInput: when a file cannot be read or is none that a bundle may hold.
        StoreFault: when the disk is full; or a file is no graph or changed while it was packed, and then nothing is
            left at `path`.
    """
    listed = tuple(_listed(name, content) for name, content in files.items())
    fingerprint, public = own_public_key(identity)
    manifest = Manifest(
        key_id=fingerprint,
        public_key=public,
        epoch=unsigned.deployment.epoch,
        deployment=_bare(unsigned.deployment, identity, fingerprint),
        model=unsigned.model,
        provenance=unsigned.provenance.model_copy(
            update={"station_id": identity.station_id, "station_name": identity.name}
        ),
        files=listed,
    )
    plain = manifest.model_dump(mode="json")
    content = canonical_json(plain)
    read_manifest(path, content)
    signature = bytes.fromhex(fingerprint + signed(identity, plain))
    write_archive(path, {MANIFEST: content, SIGNATURE: signature, **files})
    try:
        _demand_listed(read_archive(path), manifest)
    except WrongInput as error:
        path.unlink()
        raise StoreFault("The bundle was not made", error.message, "Export the model's graphs again.") from error
    return digest(path)


def open_bundle(station: Station, path: Path, *, revoked_too: bool = False) -> OpenBundle:
    """Verify a bundle, its signature before anything of it is parsed, and give what it says.

    Every byte is read on every call (about 0.1 s for 100 MiB): off the window's thread.

    Args:
        station: where keys are known; its store must be open.
        path: the file.
        revoked_too: whether a bundle by a revoked key opens too, to be shown as such; it must not be used.

    Raises:
        AccessRefused: when the key that signed is unknown, not trusted, or revoked; or when the model was packed from a
            bundle whose key is revoked: going back to a model does not change whose word it is.
        WrongInput: when the file cannot be read, or anything of it is not as it was signed.
    """
    from rockfall_desktop.access.signing import is_signed  # noqa: PLC0415 - cryptography loads here

    archive = read_archive(path)
    signature = _signature(archive)
    key = _trusted(station, path, signature[:_FINGERPRINT_BYTES].hex(), revoked_too=revoked_too)
    content = archive.read(MANIFEST)
    if not is_signed(bytes.fromhex(key.public_key), content, signature[_FINGERPRINT_BYTES:]):
        raise refused(path, "its signature does not fit its content")
    manifest = read_manifest(path, content)
    if (manifest.key_id, manifest.public_key) != (key.fingerprint, key.public_key):
        raise refused(path, "it names another key than the one that signed it")
    if manifest.deployment.station_id != key.station_id:
        raise refused(path, "it names another station than the one whose key signed it")
    _demand_listed(archive, manifest)
    revoked = _revoked_origin(station, manifest)
    if revoked and not revoked_too:
        raise _of_revoked(station, path, "holds a model that was first signed", revoked)
    return OpenBundle(manifest, KeyState.REVOKED if revoked else key.state, archive)


def peek_signers(path: Path) -> tuple[str, ...]:
    """The fingerprints of every key that a bundle says its model was signed with. Nothing of it is verified.

    Raises:
        WrongInput: when the file cannot be read or has not the form of a bundle.
    """
    archive = read_archive(path)
    signer = _signature(archive)[:_FINGERPRINT_BYTES].hex()
    return signer, *read_manifest(path, archive.read(MANIFEST)).provenance.origin_key_ids


def sign_fact(identity: "Identity", deployment: Deployment) -> Deployment:
    """A deployment with this station's name and signature; its time cut to milliseconds, which every store keeps."""
    fingerprint, _ = own_public_key(identity)
    fact = deployment.model_copy(
        update={
            "station_id": identity.station_id,
            "key_id": fingerprint,
            "deployed_at": _to_milliseconds(deployment.deployed_at),
        }
    )
    return fact.model_copy(update={"signature": signed(identity, signed_content(fact))})


def fact_is_genuine(station: Station, deployment: Deployment) -> KeyState | None:
    """What the key is worth that signed a deployment.

    Returns:
        Its state; only own and trusted ones count. None when nobody known signed it, or the signature does not fit,
        or the key is that of another station than the one that the deployment names.
    """
    key = signing_key(
        station,
        key_id=deployment.key_id,
        station_id=deployment.station_id,
        content=canonical_json(signed_content(deployment)),
        signature=deployment.signature,
    )
    return key.state if key else None


def _bare(deployment: Deployment, identity: "Identity", fingerprint: str) -> Deployment:
    return deployment.model_copy(
        update={
            "station_id": identity.station_id,
            "key_id": fingerprint,
            "deployed_at": _to_milliseconds(deployment.deployed_at),
            "bundle_sha256": "",
            "bundle_bytes": 0,
            "signature": "",
            "active": False,
            "version": None,
            "accepted": None,
        }
    )


def _to_milliseconds(at: datetime) -> datetime:
    at = at.astimezone(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _listed(name: str, content: bytes | Path) -> BundleFile:
    if isinstance(content, Path):
        sha256, size = digest(content)
    else:
        sha256, size = hashlib.sha256(content).hexdigest(), len(content)
    return BundleFile(name=name, size=size, sha256=sha256)


def _signature(archive: OpenArchive) -> bytes:
    """The signature file, of an archive that begins as a bundle does and whose manifest can be held."""
    begins = archive.names[:2] == (MANIFEST, SIGNATURE)
    if not begins or archive.size(SIGNATURE) != _SIGNATURE_FILE_BYTES or archive.size(MANIFEST) > LARGEST_MANIFEST:
        raise refused(archive.path, "it is no bundle")
    return archive.read(SIGNATURE)


def _revoked_origin(station: Station, manifest: Manifest) -> StationKey | None:
    """A revoked key of those that signed the model before it was packed again."""
    found = (known_key(station, one) for one in manifest.provenance.origin_key_ids)
    return next((key for key in found if key and key.state is KeyState.REVOKED), None)


def _of_revoked(station: Station, path: Path, deed: str, key: StationKey) -> AccessRefused:
    own = key.station_id == own_station_key(station).station_id
    whose = "a former key of this station" if own else f"the key of {key.station_name}"
    words = f"{path} {deed} with {whose}, which was revoked: {key.reason}"
    hint = "Ask for one that is signed with another key."
    if own:
        hint = "Deploy the job of its model anew: rockfall-desktop deploy JOB."
    return AccessRefused("The bundle is refused", words.rstrip(".") + ".", hint)


def _trusted(station: Station, path: Path, fingerprint: str, *, revoked_too: bool) -> StationKey:
    key = known_key(station, fingerprint)
    state = key.state if key else None
    if key and (state in {KeyState.OWN, KeyState.TRUSTED} or (state is KeyState.REVOKED and revoked_too)):
        return key
    spoken = " ".join(fingerprint[i : i + GROUP] for i in range(0, len(fingerprint), GROUP))
    if key and state is KeyState.REVOKED:
        raise _of_revoked(station, path, "was signed", key)
    if key:
        words = f"{path} was signed with the key of {key.station_name}, which is not trusted here: {spoken}."
        hint = "Compare it with that station's own list; an administrator may trust it: rockfall-desktop keys trust."
    else:
        words = f"{path} says that it was signed with a key that is not known here: {spoken}."
        hint = "Import the key file of its station (rockfall-desktop keys import); an administrator may trust it then."
    raise AccessRefused("The bundle is refused", words, hint)


def _demand_listed(archive: OpenArchive, manifest: Manifest) -> None:
    """That the archive holds what the manifest lists, in its order, and not a byte else."""
    path = archive.path
    if archive.names != (MANIFEST, SIGNATURE, *(one.name for one in manifest.files)):
        raise refused(path, "its files are not those that were signed")
    for one in manifest.files:
        if archive.size(one.name) != one.size:
            raise refused(path, f"{one.name} has another size than what was signed")
    for one in manifest.files:
        total, begin = hashlib.sha256(), b""
        for piece in archive.pieces(one.name):
            begin = begin or piece[:1]
            total.update(piece)
        if total.hexdigest() != one.sha256:
            raise refused(path, f"{one.name} is not what was signed")
        if one.name.endswith(GRAPH_SUFFIX) and begin != _GRAPH_BEGIN:
            raise refused(path, f"{one.name} is no graph")
