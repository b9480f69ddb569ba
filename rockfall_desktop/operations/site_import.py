"""Importing files into a site: propose, look, write. They touch files only; slow, off the window's thread."""

import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from rockfall_desktop.domain.identifiers import uuid7
from rockfall_desktop.domain.site_import import FileProposal, ImportProposal, TableShape
from rockfall_desktop.operations.site_shelf import in_words, site_place

if TYPE_CHECKING:
    from rockfall_desktop.domain.import_preview import ImportPreview


def propose_import(paths: Sequence[Path], *, folder: Path | None = None) -> ImportProposal:
    """What files seem to be, each by a bounded part of it.

    Args:
        paths: the files.
        folder: folder of the site, new or there already; may be said later with `with_folder`.

    Raises:
        WrongInput: when there are no files, too many, or one cannot be opened.
    """
    from rockfall_desktop.sites.importing import propose  # noqa: PLC0415 - polars loads here

    proposal = propose.propose_import(paths)
    return proposal if folder is None else with_folder(proposal, folder=folder)


def add_files(proposal: ImportProposal, paths: Sequence[Path]) -> ImportProposal:
    """The proposal with more files; what was chosen for the others stays.

    Raises:
        WrongInput: when one cannot be opened.
    """
    from rockfall_desktop.sites.importing import propose  # noqa: PLC0415

    known = {file.path for file in proposal.files}
    more = [path for path in paths if str(path.absolute()) not in known]
    if not more:
        return proposal
    files = (*proposal.files, *propose.propose_import(more).files)
    update: dict[str, object] = {"files": files}
    if not proposal.exists:
        update |= {"crs": proposal.crs or propose.usual_crs(files), "step": propose.usual_step(files)}
    return proposal.model_copy(update=update)


def with_file(proposal: ImportProposal, file: FileProposal) -> ImportProposal:
    """The proposal with one file as it was chosen now; a step that nobody chose follows it."""
    from rockfall_desktop.sites.importing import propose  # noqa: PLC0415

    files = tuple(file if one.path == file.path else one for one in proposal.files)
    update: dict[str, object] = {"files": files}
    if not proposal.exists and proposal.step == propose.usual_step(proposal.files):
        update["step"] = propose.usual_step(files)
    return proposal.model_copy(update=update)


def without_file(proposal: ImportProposal, path: str) -> ImportProposal:
    """The proposal without a file; what was only suggested because of it is forgotten too."""
    from rockfall_desktop.sites.importing import propose  # noqa: PLC0415

    files = tuple(file for file in proposal.files if file.path != path)
    update: dict[str, object] = {"files": files}
    if not proposal.exists:
        if proposal.crs == propose.usual_crs(proposal.files):
            update["crs"] = propose.usual_crs(files)
        if proposal.step == propose.usual_step(proposal.files):
            update["step"] = propose.usual_step(files)
    return proposal.model_copy(update=update)


def reread_file(file: FileProposal, shape: TableShape) -> FileProposal:
    """A table read in another shape; what was chosen for columns of the same name stays.

    Raises:
        WrongInput: when it cannot be opened any more.
    """
    from rockfall_desktop.sites.importing import propose  # noqa: PLC0415

    return propose.reread_file(file, shape)


def time_zones() -> tuple[str, ...]:
    """The names of all time zones, in order; reads a list of files."""
    return tuple(sorted(available_timezones()))


def with_folder(proposal: ImportProposal, *, folder: Path) -> ImportProposal:
    """The proposal with its folder; where a site.toml lies there, files are added to that site.

    Raises:
        WrongInput: when it cannot be a path, or the site there cannot be read.
    """
    from rockfall_desktop.sites.manifest import SITE_FILE, read_manifest  # noqa: PLC0415

    place = site_place(folder)
    with in_words(folder):
        exists = (place / SITE_FILE).exists()
    update: dict[str, object] = {"folder": str(place), "exists": exists}
    if exists:
        manifest = read_manifest(place)
        update |= {"name": manifest.name, "crs": manifest.crs, "timezone": manifest.timezone, "step": manifest.step}
    return proposal.model_copy(update=update)


def preview_import(proposal: ImportProposal) -> "ImportPreview":
    """What would be read of the site, with every fault and note; nothing is written.

    Raises:
        WrongInput: when something is still to be said.
    """
    from rockfall_desktop.sites.importing import preview  # noqa: PLC0415

    with in_words(Path(proposal.folder)):
        return preview.preview_import(proposal, _fresh_id())


def write_import(proposal: ImportProposal) -> Path:
    """Copy files into the folder, write site.toml, and give the folder.

    Raises:
        WrongInput: when something is still to be said, or the site would have a fault.
        StoreFault: when it cannot be written; nothing is left behind.
    """
    from rockfall_desktop.sites.importing import write  # noqa: PLC0415

    with in_words(Path(proposal.folder)):
        return write.write_import(proposal, _fresh_id())


def _fresh_id() -> str:
    return uuid7(time.time_ns() // 1_000_000, secrets.token_bytes(10))
