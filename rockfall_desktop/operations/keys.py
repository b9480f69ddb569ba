"""Keys of stations: whose signatures count here. Only an administrator decides, and only by the whole fingerprint."""

import re
from pathlib import Path
from typing import Any, NamedTuple

from rockfall_desktop.archive import opened, refused
from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.plain_text import checked_plain
from rockfall_desktop.domain.station_key import KeyState, StationKey
from rockfall_desktop.domain.user import Session
from rockfall_desktop.files import write_file
from rockfall_desktop.operations.canonical_reading import read_canonical
from rockfall_desktop.operations.export_place import demand_place
from rockfall_desktop.operations.identity import known_key, own_identity, own_public_key, own_station_key
from rockfall_desktop.operations.key_claims import KeyClaim, own_claim, see_claim
from rockfall_desktop.operations.office_settings import demand_administrator
from rockfall_desktop.operations.revoked_models import greyed_by
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.audit import Audit
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.store.station_identity import RenewalDeed, RevokedKey, StationIdentity
from rockfall_desktop.store.station_keys import StationKeys

LARGEST_KEY_FILE = 4096
LONGEST_REASON = 500
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class RenewedKey(NamedTuple):
    """What a renewal changed.

    Attributes:
        key: the new own key.
        revoked: fingerprint of the old one.
        grey: active deployments that count for nothing any more.
    """

    key: StationKey
    revoked: str
    grey: tuple[Deployment, ...]


class Revocation(NamedTuple):
    """What the revocation of another station's key changed.

    Attributes:
        key: as it stands now.
        grey: active deployments that count for nothing with it.
    """

    key: StationKey
    grey: tuple[Deployment, ...]


def own_key(session: Session, *, station: Station) -> StationKey:
    """This station's own key.

    Raises:
        AccessRefused: without a living session.
    """
    station.demand(session)
    return own_station_key(station)


def list_keys(session: Session, *, station: Station) -> tuple[StationKey, ...]:
    """The own key first, then those of other stations by the station's name.

    Raises:
        AccessRefused: without a living session.
    """
    station.demand(session)
    return (own_station_key(station), *StationKeys(station.store).list())


def trust_key(session: Session, *, station: Station, fingerprint: str) -> StationKey:
    """From now on count what a key signs. The deed of an administrator who compared the whole fingerprint.

    Args:
        session: of an administrator.
        station: where it counts.
        fingerprint: 64 hexadecimal digits; spaces and capital letters are forgiven, a missing digit is not.

    Raises:
        AccessRefused: to others than administrators.
        WrongInput: when it is no whole fingerprint, the key was never seen, it is the own one or was it once, or
            another key is trusted as that of the same station: that one must be revoked first.
    """
    key = _other_key(session, station, fingerprint)
    if key.station_id == own_station_key(station).station_id:
        raise WrongInput(
            "It is a former key of this station",
            "This station has a newer one; whoever holds the former could sign in its name.",
            "What it signed is to be signed anew: deploy again.",
        )
    trusted = StationKeys(station.store).trust(key.fingerprint, by_name=session.name)
    if trusted is None:
        raise _unseen(key.fingerprint)
    if key.state is not KeyState.TRUSTED:
        Audit(station.store).add(session.user_id, "key_trusted", key.fingerprint)
    return trusted


def revoke_key(session: Session, *, station: Station, fingerprint: str, reason: str) -> Revocation:
    """From now on count nothing that a key signs or ever signed: what is active by it turns grey.

    Args:
        session: of an administrator.
        station: where it counts no more.
        fingerprint: as for `trust_key`.
        reason: why, at most 500 characters of plain text.

    Raises:
        AccessRefused: to others than administrators.
        WrongInput: when there is no reason, it is no whole fingerprint, the key was never seen, or it is the own one.
    """
    key = _other_key(session, station, fingerprint)
    revoked = StationKeys(station.store).revoke(key.fingerprint, by_name=session.name, reason=_checked_reason(reason))
    if revoked is None:
        raise _unseen(key.fingerprint)
    if key.state is not KeyState.REVOKED:
        Audit(station.store).add(session.user_id, "key_revoked", key.fingerprint)
    return Revocation(revoked, greyed_by(station, revoked.fingerprint))


def greyed_by_renewal(session: Session, *, station: Station) -> tuple[Deployment, ...]:
    """The active deployments that `renew_key` would make count for nothing. Reads bundles: off the window's thread.

    Raises:
        AccessRefused: to others than administrators.
    """
    demand_administrator(session, station=station)
    return greyed_by(station, own_station_key(station).fingerprint)


def renew_key(session: Session, *, station: Station, reason: str) -> RenewedKey:
    """Take a new key pair, e.g. when a copy of this station's disk is in other hands; the old key is revoked here.

    Jobs of this station are signed anew when they go to the office. What was deployed with the old key stays in the
    history and counts for nothing here: its sites are grey until a job is deployed again. Other stations trust the new
    key only when an administrator there compares it, and must revoke the old one themselves.

    Args:
        session: of an administrator.
        station: whose key it is.
        reason: why, at most 500 characters of plain text.

    Raises:
        AccessRefused: to others than administrators.
        WrongInput: when there is no reason, or somebody else renewed it in this moment.
    """
    demand_administrator(session, station=station)
    deed = RenewalDeed(session.user_id, session.name, _checked_reason(reason))
    identity, jobs = own_identity(station), Jobs(station.store)
    old = RevokedKey(identity, *own_public_key(identity))
    words = "Signed anew: this station's key was renewed."
    if not StationIdentity(station.store).renew(old, deed, lambda connection: jobs.lift_all(connection, words)):
        raise WrongInput("The key was renewed already", "Somebody else renewed it in this moment.", "Look at the keys.")
    return RenewedKey(own_station_key(station), old.fingerprint, greyed_by(station, old.fingerprint))


def export_key(session: Session, *, station: Station, path: Path, overwrite: bool = False) -> StationKey:
    """Write the own public key to a file for other stations, signed with itself. It holds no secret.

    Raises:
        AccessRefused: without a living session.
        WrongInput: when there is a file already, the path names none, or it lies in the home folder.
        StoreFault: when it cannot be written.
    """
    key = own_key(session, station=station)
    demand_place(station, path, overwrite=overwrite)
    write_file(path, canonical_json(own_claim(station)), mode=0o644)
    Audit(station.store).add(session.user_id, "key_exported", key.fingerprint)
    return key


def import_key(session: Session, *, station: Station, path: Path) -> StationKey:
    """Note the key of a key file. It counts for nothing until an administrator trusts it.

    Raises:
        AccessRefused: without a living session.
        WrongInput: when the file cannot be read, is no key file, or does not prove itself.
    """
    station.demand(session)
    with opened(path) as file:
        content = file.read(LARGEST_KEY_FILE + 1)
    key = see_claim(station, _claim_in(path, content))
    Audit(station.store).add(session.user_id, "key_imported", key.fingerprint)
    return key


def _claim_in(path: Path, content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_KEY_FILE:
        raise refused(path, "it is too large for a key file")
    try:
        claim = read_canonical(content)
    except ValueError as error:
        raise refused(path, str(error)) from error
    if set(claim) != set(KeyClaim.model_fields):
        raise refused(path, "it is no key file")
    return claim


def _other_key(session: Session, station: Station, fingerprint: str) -> StationKey:
    """A known key that is not the own one, for an administrator."""
    demand_administrator(session, station=station)
    whole = "".join(fingerprint.split()).lower()
    if not _FINGERPRINT.fullmatch(whole):
        raise WrongInput(
            "It is no whole fingerprint",
            f"A fingerprint has 64 digits, 0 to 9 and a to f; this has {len(whole)} characters.",
            "Compare and give all of it: a part of it can be imitated.",
        )
    key = known_key(station, whole)
    if key is None:
        raise _unseen(whole)
    if key.state is KeyState.OWN:
        raise WrongInput("It is the own key", "This station's own signature always counts here.", "Choose another key.")
    return key


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    try:
        checked_plain(reason)
    except ValueError as error:
        raise WrongInput("The reason does not do", f"It {error}.", "Give it in plain text, on one line.") from error
    if not 0 < len(reason) <= LONGEST_REASON:
        raise WrongInput(
            "There is no reason", f"A reason has 1 to {LONGEST_REASON} characters.", "Say why the key is to be revoked."
        )
    return reason


def _unseen(fingerprint: str) -> WrongInput:
    return WrongInput(
        "The key is not known here",
        f"No station has shown the key {fingerprint} here.",
        "Import its key file first, or let the station sync with the office.",
    )
