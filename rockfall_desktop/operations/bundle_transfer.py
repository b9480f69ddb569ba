"""Bundles by file, from one station to another that no office joins."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from rockfall_desktop.archive import LARGEST_BYTES, digest, opened, refused
from rockfall_desktop.domain.bundle import Manifest
from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import AccessRefused, RockfallError, StoreFault, WrongInput
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.files import replacing
from rockfall_desktop.operations.bundle_at_hand import bundle_at_hand, read_with_bundle
from rockfall_desktop.operations.bundles import OpenBundle, open_bundle
from rockfall_desktop.operations.deciding import plain_reason
from rockfall_desktop.operations.export_place import demand_place
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.bundle_files import remove_if_unlisted
from rockfall_desktop.store.deployments import Deployments

_PIECE_BYTES = 1 << 20


class BundleSight(NamedTuple):
    """What a bundle says of itself, its signature found right.

    Attributes:
        manifest: what was signed.
        key_state: what the key is worth here; a revoked one is shown, and is not taken.
    """

    manifest: Manifest
    key_state: KeyState


def inspect_bundle(session: Session, *, station: Station, path: Path) -> BundleSight:
    """Look at a bundle before it is taken. Slow: off the window's thread.

    Raises:
        WrongInput: when it cannot be read, or is not as it was signed.
        AccessRefused: when its key is not known or not trusted.
    """
    station.demand(session)
    bundle = open_bundle(station, path, revoked_too=True)
    return BundleSight(bundle.manifest, bundle.key_state)


def export_bundle(
    session: Session, *, station: Station, deployment_id: str, path: Path, overwrite: bool = False
) -> Path:
    """Copy a deployment's verified bundle to a file; one that never came here is fetched from the office first.

    Slow: off the window's thread.

    Raises:
        WrongInput: when there is no such deployment, it has no bundle, it is damaged, there is a file already, or
            the path names none or lies in the home folder.
        AccessRefused: when its key was revoked.
        StoreFault: when its bundle is neither here nor to be had from the office now, or the file cannot be written;
            what was there before is unchanged.
    """
    station.demand(session)
    fact = read_with_bundle(station, deployment_id)
    demand_place(station, path, overwrite=overwrite)
    bundle_at_hand(station, fact)
    _copy(station.files.bundle_path(deployment_id), path, fact.bundle_sha256)
    return path


def import_bundle(session: Session, *, station: Station, path: Path, reason: str = "") -> Deployment:
    """Take a bundle from a file and make its deployment the active one here. Slow: off the window's thread.

    The fact is that of its own station, unchanged: the manifest's signature makes it genuine, and the office's copy of
    it, should it ever come, is the same fact. The file is copied before it is looked at: a stick may change.

    Args:
        session: an administrator's.
        station: this station.
        path: the file.
        reason: why it is carried in, for the audit.

    Raises:
        AccessRefused: for anybody else, or when the bundle's key is not known, not trusted or revoked.
        WrongInput: when it is damaged, or older than what is active here or was at the office (an old stick).
        StoreFault: when the disk is full.
    """
    if station.demand(session).role is not Role.ADMIN:
        raise AccessRefused(
            "Only an administrator may import", "A bundle becomes active without this station's gate.", "Ask one."
        )
    reason = plain_reason(reason)
    copy = station.files.deployments / f".import-{secrets.token_hex(8)}.tmp"
    try:
        _copy(path, copy)
        return _taken(session, station, copy, path, reason)
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)


def _taken(session: Session, station: Station, copy: Path, path: Path, reason: str) -> Deployment:
    fact = _fact(_open(station, copy, path), copy)
    try:
        target = station.files.bundle_path(fact.deployment_id)
    except ValueError:
        raise refused(path, "its deployment has no id") from None
    deed = f"imported: {reason}" if reason else "imported"
    try:
        return Deployments(station.store).carry_in(fact, session.user_id, deed, lambda: _put(copy, target))
    except RockfallError:
        remove_if_unlisted(station.store, station.files, fact.deployment_id)
        raise


def _put(copy: Path, target: Path) -> None:
    try:
        copy.replace(target)
    except OSError as error:
        raise StoreFault("The bundle was not saved", f"{target}: {error.strerror or error}.", "Try again.") from error


def _open(station: Station, copy: Path, path: Path) -> OpenBundle:
    """The copy, opened; what is wrong with it is said of the file that a person chose."""
    try:
        return open_bundle(station, copy)
    except (WrongInput, AccessRefused) as error:
        message = error.message.replace(str(copy), str(path))
        raise type(error)(error.title, message, error.hint) from error


def _fact(bundle: OpenBundle, copy: Path) -> Deployment:
    sha256, size = digest(copy)
    return bundle.manifest.deployment.model_copy(update={"bundle_sha256": sha256, "bundle_bytes": size})


def _copy(source: Path, target: Path, sha256: str = "") -> None:
    """Copy a file, whole or not at all, and only where it has the hash that is given."""
    total, size = hashlib.sha256(), 0
    with replacing(target) as copy:
        for piece in _pieces(source):
            total.update(piece)
            if (size := size + len(piece)) > LARGEST_BYTES:
                raise refused(source, "it is too large")
            copy.write(piece)
        if sha256 and total.hexdigest() != sha256:
            raise refused(source, "it is not the bundle that was deployed")


def _pieces(source: Path) -> Iterator[bytes]:
    with opened(source) as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece
