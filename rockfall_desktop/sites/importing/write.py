"""Writes an import: files first, none over another, site.toml last; what fails leaves nothing behind."""

import errno
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from rockfall_desktop.domain.errors import RockfallError, StoreFault, WrongInput
from rockfall_desktop.domain.site_import import ImportProposal
from rockfall_desktop.files import write_file
from rockfall_desktop.sites.importing.placing import companions
from rockfall_desktop.sites.importing.preview import Draft, draft, read_draft
from rockfall_desktop.sites.manifest import SITE_FILE

_SPARE_BYTES = 64 * 1024**2
_OLD = "site.toml.bak"


def write_import(proposal: ImportProposal, site_id: str) -> Path:
    """Check the whole, copy what lies outside, write site.toml. Gives the folder.

    Raises:
        WrongInput: when something is still to be said, the site would have a fault, or it changed meanwhile.
        StoreFault: when the disk is full or the folder cannot be written; nothing is left behind.
    """
    made = draft(proposal, site_id)
    preview = read_draft(made, proposal)
    if preview.faults:
        first = preview.faults[0]
        more = f" And {len(preview.faults) - 1} more." if len(preview.faults) > 1 else ""
        raise WrongInput("The site would have faults", first.text + ".", first.remedy + more)
    folder = Path(proposal.folder).absolute()
    made_here: list[Path] = []
    try:
        _make_folder(folder, made_here)
        for source, target in _copies(made, proposal, folder):
            _copy(source, target, made_here)
        _write_manifest(folder, made)
    except OSError as error:
        _undo(made_here)
        place = error.filename or folder
        reason = f"{place}: {error.strerror or error}."
        raise StoreFault("The import was not written", reason, "Free space or choose another folder.") from error
    except (RockfallError, KeyboardInterrupt):
        _undo(made_here)
        raise
    return folder


def _copies(made: Draft, proposal: ImportProposal, folder: Path) -> list[tuple[Path, Path]]:
    by_source = {file.path: file for file in proposal.files}
    pairs: list[tuple[Path, Path]] = []
    for file in made.files:
        if file.copied:
            pairs.append((Path(file.source), folder / file.name))
            pairs += [(path, folder / name) for path, name in companions(by_source[file.source], file.name)]
    needed = sum(source.stat().st_size for source, _ in pairs) + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if needed > free:
        message = f"{folder} has {free / 1e9:.1f} GB free, the files need {needed / 1e9:.1f} GB."
        raise StoreFault("Too little space", message, "Free some space or choose another folder.")
    return pairs


def _make_folder(folder: Path, made_here: list[Path]) -> None:
    missing = []
    place = folder
    while not place.exists():
        missing.append(place)
        place = place.parent
    for path in reversed(missing):
        path.mkdir(mode=0o700)
        made_here.append(path)


def _copy(source: Path, target: Path, made_here: list[Path]) -> None:
    """Copy under another name, then take the wanted one unless something has it by now."""
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        with source.open("rb") as before, temporary.open("xb") as after:
            shutil.copyfileobj(before, after, 1024 * 1024)
            after.flush()
            os.fsync(after.fileno())
            if after.tell() != os.fstat(before.fileno()).st_size:
                raise WrongInput("A file changed", f"{source} grew while it was copied.", "Import again.")
        _name(temporary, target)
        made_here.append(target)
    finally:
        with suppress(OSError):
            temporary.unlink()


def _name(temporary: Path, target: Path) -> None:
    if os.name == "nt":  # there a rename refuses to replace
        temporary.rename(target)
        return
    try:
        os.link(temporary, target)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EMLINK} or target.exists():
            raise
        temporary.rename(target)  # a file system without links, e.g. a memory stick


def _write_manifest(folder: Path, made: Draft) -> None:
    target = folder / SITE_FILE
    if made.before is None:
        if target.exists() or target.is_symlink():
            raise WrongInput("A site is there", f"{target} was made meanwhile.", "Add the files to that site.")
        write_file(target, made.text.encode())
        return
    content = target.read_bytes()
    if content.decode("utf-8", "replace") != made.before:
        raise WrongInput("The site changed", f"{target} was changed meanwhile.", "Import again.")
    write_file(folder / _OLD, content)
    write_file(target, made.text.encode())


def _undo(made_here: list[Path]) -> None:
    for path in reversed(made_here):
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()
