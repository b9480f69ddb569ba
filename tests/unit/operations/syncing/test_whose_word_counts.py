"""Whose word counts: what a revoked key, a user of the office's database or a hostile station cannot bring about."""

import pytest

from rockfall_desktop.domain.errors import AccessRefused
from rockfall_desktop.operations.bundles import open_bundle
from rockfall_desktop.operations.deployments import inspect_bundle, roll_back
from rockfall_desktop.operations.identity import own_station_key
from rockfall_desktop.operations.keys import revoke_key
from tests.unit.operations.syncing.bench import Bench

Pair = tuple[Bench, Bench]
WHY = "the crest has moved since"


def test_that_going_back_does_not_wash_a_model_of_the_key_that_signed_it(two: Pair) -> None:
    first, second = two
    theirs = second.deploy()
    second.sync()
    first.sync()
    back = theirs
    for _ in range(2):  # over any number of packings
        first.deploy()
        back = roll_back(first.session(), station=first.station, deployment_id=back.deployment_id, reason=WHY)
    path = first.station.files.bundle_path(back.deployment_id)
    stranger, own = (own_station_key(one.station).fingerprint for one in (second, first))
    assert open_bundle(first.station, path).manifest.provenance.origin_key_ids == (stranger, own)
    revoke_key(first.session(), station=first.station, fingerprint=stranger, reason="the laptop was stolen")
    with pytest.raises(AccessRefused, match=r"first signed with the key of .* the laptop was stolen"):
        open_bundle(first.station, path)
    assert inspect_bundle(first.session(), station=first.station, path=path).key_state == "revoked"
