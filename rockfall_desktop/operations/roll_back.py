"""Going back to an earlier model, and deciding again for one that lost: the same graphs, packed and signed anew."""

from rockfall_desktop.domain.bundle import REPORT
from rockfall_desktop.domain.deployment import Deed, Deployment
from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.bundle_at_hand import bundle_at_hand, read_with_bundle
from rockfall_desktop.operations.bundles import OpenBundle
from rockfall_desktop.operations.deciding import Packed, decide, demand_reason
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import Deployments


def roll_back(session: Session, *, station: Station, deployment_id: str, reason: str) -> Deployment:
    """Make an earlier deployment's model the site's active one again, by a new fact.

    Every signed-in user may, with a reason: a danger must be taken back fast. Where the model's report spoke against
    it only an administrator may, as for any deployment: it may be the one that was withdrawn. No torch is needed. A
    bundle that never came here is fetched from the office. Slow: off the window's thread.

    Raises:
        WrongInput: without a reason, when there is no such deployment, it is the active one, it lost to another one, it
            has no bundle, its bundle is damaged, or something else became active meanwhile.
        AccessRefused: to others than administrators where its report spoke against it; or when the key that signed its
            bundle, or a bundle that this was packed from, is revoked or not trusted.
        StoreFault: when its bundle is neither here nor to be had from the office now, or the disk is full.
    """
    source = _source(session, station, deployment_id)
    _demand_carried(session, source)
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
    _demand_carried(session, source)
    return _anew(session, station, source, Deed.AGAIN, reason)


def _source(session: Session, station: Station, deployment_id: str) -> Deployment:
    station.demand(session)
    return read_with_bundle(station, deployment_id)


def _demand_carried(session: Session, source: Deployment) -> None:
    if source.against and session.role is not Role.ADMIN:
        words = " ".join(source.against)
        raise AccessRefused(
            "The report does not carry it", words, "Only an administrator may deploy it, with a reason."
        )


def _anew(session: Session, station: Station, source: Deployment, deed: Deed, reason: str) -> Deployment:
    facts = Deployments(station.store)
    active = facts.active(source.site_id)
    if source.accepted is not False and active is not None and active.deployment_id == source.deployment_id:
        raise WrongInput(
            "It is active already",
            f"Deployment {source.deployment_id} is the active one for {source.site_name}.",
            "There is nothing to change.",
        )
    bundle = bundle_at_hand(station, source)
    place = facts.next_place(source.site_id)
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
    signers = dict.fromkeys((*manifest.provenance.origin_key_ids, manifest.key_id))
    provenance = manifest.provenance.model_copy(
        update={
            "made_at": station.now(), "former_sha256": source.bundle_sha256, "origin_key_ids": tuple(signers),
        }
    )  # fmt: skip
    names = [REPORT, *(one.name for one in manifest.files if one.name != REPORT)]
    return Packed(manifest.model, provenance, {name: bundle.content(name) for name in names})
