"""A simulated site is never taken for a real one in a sentence."""

import pytest

from rockfall_desktop.domain.deployment import named_site
from tests.unit.bundles.made_bundle import made_deployment


@pytest.mark.parametrize(
    ("name", "simulated", "words"),
    [
        ("Nordgrube", False, "Nordgrube"),
        ("Nordgrube", True, "Nordgrube (simulated)"),
        ("Simulated pit", True, "Simulated pit"),
    ],
)
def test_that_a_simulated_site_is_named_so_once(name: str, simulated: bool, words: str) -> None:
    assert named_site(made_deployment(site_name=name, simulated=simulated)) == words
