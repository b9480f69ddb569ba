"""Sites: check, open, read, simulate. They touch files only, so most need no session; slow, off the window's thread."""

import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.domain.identifiers import uuid7
from rockfall_desktop.domain.simulated_pit import asked_pit
from rockfall_desktop.domain.site import KnownSite, SiteFault, SiteSummary
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.site_shelf import site_place
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.known_sites import KnownSites

if TYPE_CHECKING:
    from rockfall_desktop.domain.arrays import SiteArrays


def check_site(folder: Path) -> tuple[SiteFault, ...]:
    """Every fault of a site folder with file, row and remedy; none for a good one.

    Raises:
        WrongInput: when it cannot be a path, or lies where this user may not look.
    """
    from rockfall_desktop.sites import check  # noqa: PLC0415 - polars loads here

    return check.check_site(site_place(folder))


def simulate_site(folder: Path, *, seed: int = 7, **choices: int | str | bool | None) -> int:
    """Write a simulated site: the small built-in one, or another by the fields of `SimulatedPit`, e.g. layers=True.

    Returns:
        How many pairs of zone and step its forecast truth holds, 0 without futures.

    Raises:
        WrongInput: when a choice is out of range, or the folder exists and is not empty.
        StoreFault: when it cannot be written.
    """
    from rockfall_desktop.sites.simulated.judged import pair_count  # noqa: PLC0415 - numpy loads here
    from rockfall_desktop.sites.simulated.site import write_simulated_site  # noqa: PLC0415

    pit = asked_pit(seed=seed, **choices)
    site_id = uuid7(time.time_ns() // 1_000_000, secrets.token_bytes(10))
    write_simulated_site(site_place(folder), pit, site_id=site_id)
    return pair_count(pit)


def read_site_arrays(folder: Path, *, station: Station) -> "SiteArrays":
    """A site as numbers.

    Raises:
        WrongInput: with the first fault and how many more there are.
    """
    return station.shelf.read(folder)


def open_site(session: Session, *, station: Station, folder: Path) -> SiteSummary:
    """Read a site, remember it, and say what it holds.

    Raises:
        WrongInput: with the first fault and how many more there are.
    """
    from rockfall_desktop.sites.manifest import read_manifest  # noqa: PLC0415
    from rockfall_desktop.sites.summary import summarise  # noqa: PLC0415

    station.demand(session)
    folder = site_place(folder)
    arrays = station.shelf.read(folder)
    summary = summarise(folder, read_manifest(folder), arrays)
    known = KnownSite(site_id=summary.site_id, name=summary.name, folder=str(folder), simulated=summary.simulated)
    KnownSites(station.store).remember(known)
    return summary


def known_sites(session: Session, *, station: Station) -> tuple[KnownSite, ...]:
    """Sites that were opened before, the last one first."""
    station.demand(session)
    return KnownSites(station.store).list()
