"""Reads a site as it would be after an import, with the reader of sites and without writing anything."""

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.import_preview import ImportPreview
from rockfall_desktop.domain.import_questions import open_questions
from rockfall_desktop.domain.layer_arrays import SiteLayers
from rockfall_desktop.domain.site_import import ImportProposal, WrittenFile
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.importing.manifest_text import new_text, sections_text
from rockfall_desktop.sites.importing.overlay import OverlayFolder
from rockfall_desktop.sites.importing.placing import companions, placed
from rockfall_desktop.sites.manifest import SITE_FILE, load_manifest
from rockfall_desktop.sites.read import load_site
from rockfall_desktop.sites.read_layers import load_layers


@dataclass(frozen=True)
class Draft:
    """What would be written.

    Attributes:
        before: text of the site.toml that is there; None for a new site.
        text: text of the site.toml that would be.
        files: every file that is used and its name inside the folder.
    """

    before: str | None
    text: str
    files: tuple[WrittenFile, ...]


def draft(proposal: ImportProposal, site_id: str) -> Draft:
    """What would be written for a proposal.

    Raises:
        WrongInput: when something is still to be said, or the site that files are added to cannot be used.
    """
    questions = open_questions(proposal)
    if questions:
        more = f" And {len(questions) - 1} more." if len(questions) > 1 else ""
        raise WrongInput("Not ready", questions[0].text, f"Answer it first.{more}")
    files = placed(proposal)
    if not proposal.exists:
        return Draft(None, new_text(proposal, files, site_id), files)
    return _added(proposal, files)


def preview_import(proposal: ImportProposal, site_id: str) -> ImportPreview:
    """The site as it would be, every fault and every note.

    Raises:
        WrongInput: when something is still to be said.
    """
    return read_draft(draft(proposal, site_id), proposal)


def read_draft(made: Draft, proposal: ImportProposal) -> ImportPreview:
    """Read what would be written."""
    outside = _outside(made, proposal)
    folder = Path(proposal.folder)
    faults = Faults()
    with tempfile.TemporaryDirectory(prefix="rockfall-import-") as empty:
        place = folder if folder.is_dir() else Path(empty)
        arrays, layers = _read(place, faults, made.text, outside)
    notes = (*(arrays.notes if arrays else ()), *(layers.notes if layers else ()))
    return ImportPreview(made.text, made.files, faults.told(), tuple(dict.fromkeys(notes)), arrays, layers)


def _read(
    place: Path, faults: Faults, text: str, outside: dict[str, Path]
) -> tuple[SiteArrays | None, SiteLayers | None]:
    arrays: SiteArrays | None = None
    layers: SiteLayers | None = None
    with suppress(Unreadable):
        arrays = load_site(OverlayFolder(place, faults, text, outside), faults)
    if "[[layer]]" in text:
        with suppress(Unreadable):
            layers = load_layers(OverlayFolder(place, faults, text, outside), faults)
    return arrays, layers


def _outside(made: Draft, proposal: ImportProposal) -> dict[str, Path]:
    by_source = {file.path: file for file in proposal.files}
    found: dict[str, Path] = {}
    for file in made.files:
        if file.copied:
            found[file.name] = Path(file.source)
            found |= {name: path for path, name in companions(by_source[file.source], file.name)}
    return found


def _added(proposal: ImportProposal, files: tuple[WrittenFile, ...]) -> Draft:
    faults = Faults()
    try:
        folder = SiteFolder(Path(proposal.folder), faults)
        before = folder.read(SITE_FILE).decode("utf-8", "replace")
        manifest = load_manifest(folder, faults)
    except Unreadable:
        raise faults.as_error() from None
    if manifest.incidents is not None and any(file.use == "incidents" for file in proposal.files):
        raise WrongInput("One list", "The site names a list of incidents already.", "Leave the file out.")
    if any(file.use == "zones" for file in proposal.files):
        raise WrongInput("Zones are there", "The site has zones already.", "Leave the file out, or edit site.toml.")
    taken = {channel.name for channel in manifest.channel} | {one.name for one in manifest.derived}
    taken |= {layer.name for layer in manifest.layer}
    text = before if before.endswith("\n") else before + "\n"
    return Draft(before, text + sections_text(proposal, files, taken), files)
