"""Going back to an earlier model, and deciding again for one that lost: the same graphs, packed and signed anew."""

from rockfall_desktop.domain.bundle import REPORT
from rockfall_desktop.domain.deployment import Deed, Deployment, signed_content
from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.bundles import OpenBundle, open_bundle
from rockfall_desktop.operations.deciding import Packed, decide, demand_reason
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import Deployments


def roll_back(session: Session, *, station: Station, deployment_id: str, reason: str) -> Deployment:
    """Make an earlier deployment's model the site's active one again, by a new fact.

    Every signed-in user may, with a reason: a danger must be taken back fast. No torch is needed.

    Raises:
        WrongInput: without a reason, when there is no such deployment, it is the active one, it lost to another one, it
            has no bundle, its bundle is damaged, or something else became active meanwhile.
        AccessRefused: when the key that signed its bundle is revoked or not trusted.
        StoreFault: when its bundle is not here, or the disk is full.
    """
    source = _source(session, station, deployment_id)
    reason = demand_reason(reason, "Going back to an earlier model is a decision that others must understand.")
    if source.accepted is False:
        raise WrongInput(
            "It was never active at the office",
            f"Deployment {deployment_id} lost to one that was decided elsewhere.",
            "Deploy it again instead.",
        )
    return _anew(session, station, source, Deed.ROLL_BACK, reason)


def deploy_again(session: Session, *, station: Station, deployment_id: str, reason: str) -> Deployment:
    """Decide again for a deployment that lost to one of another station, by a new fact on top of what is active now.

    Where its report spoke against it, only an administrator may, as for any deployment.

    Raises:
        WrongInput, AccessRefused, StoreFault: as `roll_back`; and when it did not lose.
    """
    source = _source(session, station, deployment_id)
    reason = demand_reason(reason, "Another station's decision came first; others must understand why it is undone.")
    if source.accepted is not False:
        raise WrongInput(
            "It did not lose",
            f"Deployment {deployment_id} was not refused by the office.",
            "To return to it, roll back to it.",
        )
    if source.against and session.role is not Role.ADMIN:
        words = " ".join(source.against)
        raise AccessRefused(
            "The report does not carry it", words, "Only an administrator may deploy it, with a reason."
        )
    return _anew(session, station, source, Deed.AGAIN, reason)


def _source(session: Session, station: Station, deployment_id: str) -> Deployment:
    station.demand(session)
    return read_with_bundle(station, deployment_id)


def read_with_bundle(station: Station, deployment_id: str) -> Deployment:
    """A deployment that has a bundle.

    Raises:
        WrongInput: when there is no such deployment, or it was made before there were bundles.
        StoreFault: when its bundle does not lie here.
    """
    fact = Deployments(station.store).read(deployment_id)
    if not fact.bundle_sha256:
        raise WrongInput(
            "It has no bundle",
            f"Deployment {deployment_id} was made by an earlier version of the program.",
            "Deploy its job again.",
        )
    if not station.files.bundle_path(deployment_id).is_file():
        raise StoreFault(
            "The bundle is not here",
            f"Deployment {deployment_id} was decided elsewhere, and its bundle was not fetched.",
            "Connect to the office, or import the bundle from a file.",
        )
    return fact


def verified_bundle(station: Station, fact: Deployment) -> OpenBundle:
    """The bundle of a deployment, every byte and the deployment itself held against each other.

    Raises:
        WrongInput: when the file is damaged, or is that of another deployment.
        AccessRefused: when its key is revoked or not trusted.
    """
    path = station.files.bundle_path(fact.deployment_id)
    bundle = open_bundle(station, path)
    if not is_bundle_of(bundle, fact):
        raise WrongInput(
            "The bundle is another one",
            f"{path} does not hold deployment {fact.deployment_id}.",
            "Put it back from a copy.",
        )
    return bundle


def is_bundle_of(bundle: OpenBundle, fact: Deployment) -> bool:
    """Whether a bundle was made for a deployment: the same content but for what comes with the bundle."""
    bare = fact.model_copy(update={"bundle_sha256": "", "bundle_bytes": 0})
    return signed_content(bundle.manifest.deployment) == signed_content(bare)


def _anew(session: Session, station: Station, source: Deployment, deed: Deed, reason: str) -> Deployment:
    facts = Deployments(station.store)
    active = facts.active(source.site_id)
    if active is not None and active.deployment_id == source.deployment_id:
        raise WrongInput(
            "It is active already",
            f"Deployment {source.deployment_id} is the active one for {source.site_name}.",
            "There is nothing to change.",
        )
    place = facts.next_place(source.site_id)
    bundle = verified_bundle(station, source)
    draft = source.model_copy(
        update={
            "deployment_id": station.new_id(), "deployed_by": session.user_id, "deployed_by_name": session.name,
            "deployed_at": station.now(), "reason": reason, "deed": deed, "source_id": source.deployment_id,
            "epoch": place.epoch, "follows": place.follows, "active": False, "version": None, "accepted": None,
        }
    )  # fmt: skip
    return decide(station, draft, _packed(station, source, bundle), deed=deed.value)


def _packed(station: Station, source: Deployment, bundle: OpenBundle) -> Packed:
    manifest = bundle.manifest
    provenance = manifest.provenance.model_copy(
        update={"made_at": station.now(), "former_sha256": source.bundle_sha256}
    )
    names = [REPORT, *(one.name for one in manifest.files if one.name != REPORT)]
    return Packed(manifest.model, provenance, {name: bundle.content(name) for name in names})
