"""Checks a site folder as a whole: every fault at once."""

from contextlib import suppress
from pathlib import Path

from rockfall_desktop.domain.site import SiteFault
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.read import load_site
from rockfall_desktop.sites.read_layers import load_layers


def check_site(folder: Path) -> tuple[SiteFault, ...]:
    """Every fault of a site folder with file, row and remedy; empty when it can be used."""
    faults = Faults()
    for load in (load_site, load_layers):
        with suppress(Unreadable):
            load(SiteFolder(folder, faults), faults)
    return faults.told()
