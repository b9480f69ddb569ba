"""A site folder as it will be: files that still lie outside it, and a site.toml that is not written yet."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.manifest import SITE_FILE


class OverlayFolder(SiteFolder):
    """Reads like a site folder; some names stand for files elsewhere, so that nothing is copied to look at it."""

    def __init__(self, path: Path, faults: Faults, text: str, outside: Mapping[str, Path]) -> None:
        super().__init__(path, faults)
        self._text = text.encode()
        self._outside = dict(outside)

    def read(self, name: str) -> bytes:
        """The content of a file, or the text of site.toml that is proposed.

        Raises:
            Unreadable: when it cannot be read.
        """
        if name == SITE_FILE:
            self._digests[name] = hashlib.sha256(self._text).digest()
            return self._text
        return super().read(name)

    def _inside(self, name: str) -> Path:
        place = self._outside.get(name)
        return super()._inside(name) if place is None else place
