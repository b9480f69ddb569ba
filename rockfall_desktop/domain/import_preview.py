"""What an import would give: read by the reader of sites, before anything is written."""

from dataclasses import dataclass

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.layer_arrays import SiteLayers
from rockfall_desktop.domain.site import SiteFault
from rockfall_desktop.domain.site_import import WrittenFile


@dataclass(frozen=True, eq=False)
class ImportPreview:
    """The site as it would be.

    Attributes:
        text: site.toml as it would be written.
        files: every file that is used and its name inside the folder.
        faults: what is wrong, with file, row and remedy; a site with faults is not written.
        notes: what would be dropped, sorted, masked or mapped, counted.
        arrays: the numbers; None where a fault keeps them from being read.
        layers: the layers cut for the zones; None where there are none or a fault keeps them from being read.
    """

    text: str
    files: tuple[WrittenFile, ...]
    faults: tuple[SiteFault, ...]
    notes: tuple[str, ...]
    arrays: SiteArrays | None
    layers: SiteLayers | None
