"""The bundle of a deployment on this station: looked for, fetched from the office where it never came, verified."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.deployment import Deployment, signed_content
from rockfall_desktop.domain.errors import AccessRefused, OfficeRefused, OfficeUnreachable, StoreFault, WrongInput
from rockfall_desktop.operations.bundles import OpenBundle, open_bundle
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.documents import deployment_document
from rockfall_desktop.store.deployments import Deployments

if TYPE_CHECKING:
    from rockfall_desktop.domain.office_exchange import Office

Verify = Callable[[Station, Path, Deployment], object]
_OF_THE_FILE = {"bundle_sha256": "", "bundle_bytes": 0}


def read_with_bundle(station: Station, deployment_id: str) -> Deployment:
    """A deployment that has a bundle, wherever that lies.

    Raises:
        WrongInput: when there is no such deployment, or it was made before there were bundles.
    """
    fact = Deployments(station.store).read(deployment_id)
    if not fact.bundle_sha256:
        raise WrongInput(
            "It has no bundle",
            f"Deployment {deployment_id} was made by an earlier version of the program.",
            "Deploy its job again.",
        )
    return fact


def bundle_at_hand(station: Station, fact: Deployment) -> OpenBundle:
    """The verified bundle of a deployment; the office is asked for one that never came. Takes seconds then.

    Raises:
        StoreFault: when it is neither here nor to be had from the office now.
        WrongInput: when it is damaged, or is that of another deployment.
        AccessRefused: when its key is revoked or not trusted.
    """
    path = station.files.bundle_path(fact.deployment_id)
    if not path.is_file():
        _fetch_now(station, fact)
    return verified_bundle(station, path, fact)


def fetch_bundle(station: Station, office: "Office", fact: Deployment, verify: Verify) -> None:
    """Fetch a bundle from an office; one that does not verify is not kept.

    Raises:
        OfficeUnreachable, OfficeRefused: what the office said.
        StoreFault: when it cannot be written.
        AccessRefused, WrongInput: when it is not the bundle of this deployment.
    """
    path = station.files.bundle_path(fact.deployment_id)
    office.fetch_bundle(deployment_document(fact), path)
    try:
        verify(station, path, fact)
    except (WrongInput, AccessRefused):
        path.unlink(missing_ok=True)
        raise


def verified_bundle(station: Station, path: Path, fact: Deployment) -> OpenBundle:
    """The bundle in a file, if it is signed, whole, and made for exactly this decision.

    Raises:
        AccessRefused: when its key is revoked or not trusted.
        WrongInput: when the file is damaged, or is that of another deployment.
    """
    bundle = open_bundle(station, path)
    said = signed_content(bundle.manifest.deployment)
    if canonical_json(said) != canonical_json(signed_content(fact.model_copy(update=_OF_THE_FILE))):
        raise WrongInput(
            "The bundle is another one",
            f"{path} does not hold deployment {fact.deployment_id}.",
            "It is not used; put it back from a copy, or ask the station that deployed it.",
        )
    return bundle


def _fetch_now(station: Station, fact: Deployment) -> None:
    from rockfall_desktop.operations.office_settings import connect_office  # noqa: PLC0415 - only where it is used

    why = ""
    try:
        office = connect_office(station)
        if office is not None:
            try:
                return fetch_bundle(station, office, fact, verified_bundle)
            finally:
                office.close()
    except (OfficeUnreachable, OfficeRefused) as error:
        why = f" {error.message}"
    raise StoreFault(
        "The bundle is not here",
        f"Deployment {fact.deployment_id} was decided elsewhere, and its bundle was not fetched.{why}",
        "Connect to the office, or import the bundle from a file.",
    )
