"""A decision of this station about the active model of a site: bundle, signed fact and pointer, whole or not at all."""

from collections.abc import Mapping
from typing import NamedTuple

from rockfall_desktop.domain.bundle import BundleModel, Provenance
from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import RockfallError, WrongInput
from rockfall_desktop.operations.bundles import UnsignedManifest, sign_fact, write_bundle
from rockfall_desktop.operations.identity import own_identity
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.bundle_files import remove_if_unlisted
from rockfall_desktop.store.deployments import Deployments

SHORTEST_REASON, LONGEST_REASON = 10, 2000


class Packed(NamedTuple):
    """What a bundle holds beside the decision.

    Attributes:
        model: how to use the graphs.
        provenance: where it comes from; the station that packs it is filled in.
        files: report, graphs and heads by name.
    """

    model: BundleModel
    provenance: Provenance
    files: Mapping[str, bytes]


def decide(station: Station, draft: Deployment, packed: Packed, *, deed: str) -> Deployment:
    """Write the bundle, sign the fact, and save it with pointer, outbox and audit in one transaction.

    A crash before that leaves a file that no deployment names; the next sign-in removes it.

    Args:
        station: this station.
        draft: the decision, made for the site's next place as its author saw it.
        packed: what the bundle holds.
        deed: word of the audit.

    Raises:
        WrongInput: when something else became active since its author looked, or the key was renewed meanwhile.
        StoreFault: when the disk is full; nothing is left.
    """
    identity = own_identity(station)
    path = station.files.bundle_path(draft.deployment_id)
    try:
        sha256, size = write_bundle(
            path, UnsignedManifest(draft, packed.model, packed.provenance), packed.files, identity
        )
        fact = sign_fact(identity, draft.model_copy(update={"bundle_sha256": sha256, "bundle_bytes": size}))
        return Deployments(station.store).add(fact, deed=deed, bundle=path)
    except RockfallError:
        remove_if_unlisted(station.store, station.files, draft.deployment_id)
        raise


def demand_reason(reason: str, why: str) -> str:
    """A reason in words, without the space around it.

    Raises:
        WrongInput: when it is shorter than ten characters, or none that can be kept.
    """
    reason = plain_reason(reason)
    if len(reason) < SHORTEST_REASON:
        raise WrongInput("A reason is missing", why, f"Give a reason of at least {SHORTEST_REASON} characters.")
    return reason


def plain_reason(reason: str) -> str:
    """A reason, or none, without the space around it.

    Raises:
        WrongInput: when it is too long, or holds what is no text.
    """
    reason = reason.strip()
    if len(reason) > LONGEST_REASON or any("\ud800" <= one <= "\udfff" for one in reason):
        words = f"reason: it has at most {LONGEST_REASON} characters of plain text."
        raise WrongInput("The reason cannot be kept", words, "Give a shorter reason, in plain text.")
    return reason
