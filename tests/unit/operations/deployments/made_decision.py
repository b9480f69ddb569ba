"""Decisions about bundles that were made up: no training, no torch."""

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.operations.deciding import Packed, decide
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import Deployments
from tests.unit.bundles.made_bundle import FILES, made_deployment, made_unsigned


def made_decision(
    station: Station, user_id: str, against: tuple[str, ...] = ("Its slope was not shown to be 1.",)
) -> Deployment:
    """The next deployment of a made-up site, saved and active."""
    like = made_deployment()
    epoch, follows = Deployments(station.store).next_place(like.site_id)
    unsigned = made_unsigned()
    draft = made_deployment(
        deployment_id=station.new_id(), epoch=epoch, follows=follows, deployed_by=user_id,
        against=against,
    )  # fmt: skip
    return decide(station, draft, Packed(unsigned.model, unsigned.provenance, FILES), deed="deployed")
