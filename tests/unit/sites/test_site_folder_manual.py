"""The manual of the site folder names every key, and its example is valid."""

import re
import tomllib
from pathlib import Path

from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.domain.site_derived import Derived
from rockfall_desktop.domain.site_incidents import Incidents
from rockfall_desktop.domain.site_layer import Chips, CloudSets, Layer
from rockfall_desktop.domain.site_table import Channel, Keep
from rockfall_desktop.domain.site_zone import Zone, ZoneFile, ZoneGrid

MANUAL = (Path(__file__).parents[3] / "docs/site-folder.md").read_text(encoding="utf-8")
PARTS = (SiteManifest, Zone, ZoneGrid, ZoneFile, Channel, Incidents, Keep, Layer, Chips, CloudSets, Derived)


def test_that_the_manual_names_every_key() -> None:
    for part in PARTS:
        for key in part.model_fields:
            assert re.search(rf"\b{key}\b", MANUAL), f"{key} of {part.__name__}"


def test_that_the_example_of_the_manual_is_valid() -> None:
    example = re.search(r"```toml\n(.*?)```", MANUAL, re.DOTALL)
    assert example is not None
    assert len(SiteManifest.model_validate(tomllib.loads(example[1])).channel) == 2


def test_that_every_key_has_a_description() -> None:
    for part in PARTS:
        assert all(field.description for field in part.model_fields.values()), part.__name__
