"""The tabs of a site that was opened, in their order."""

from typing import Protocol

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.incident_tab import IncidentTab
from rockfall_desktop.ui.site.inputs_tab import InputsTab
from rockfall_desktop.ui.site.layer_tab import LayerTab
from rockfall_desktop.ui.site.map_tab import MapTab
from rockfall_desktop.ui.site.overview_tab import OverviewTab
from rockfall_desktop.ui.site.quality_tab import QualityTab
from rockfall_desktop.ui.theme import Theme


class SiteTab(Protocol):
    """What a tab does, besides being a widget; it asks for its own data once it is visible and the site changed."""

    title: str

    def show_site(self, summary: SiteSummary) -> None:
        """Turn to a site; what was shown of another one goes."""

    def show_arrays(self, arrays: SiteArrays) -> None:
        """Take the numbers of the site that is shown."""


def make_tabs(overview: OverviewTab, seat: Seat, theme: Theme) -> tuple[SiteTab, ...]:
    """Every tab, in the order in which they stand."""
    return (
        overview,
        MapTab(seat, theme),
        LayerTab(seat, theme),
        QualityTab(seat, theme),
        IncidentTab(seat, theme),
        InputsTab(seat, theme),
    )  # fmt: skip
