"""Where files of an import lie inside the site folder: as they lie, or copied under a name that nothing has."""

import re
from collections.abc import Iterable
from pathlib import Path

from rockfall_desktop.domain.site_import import FileProposal, ImportProposal, WrittenFile

_BESIDE_MAPS = (".shx", ".dbf", ".prj", ".cpg")
_LONGEST = 150


def placed(proposal: ImportProposal) -> tuple[WrittenFile, ...]:
    """For each file that is used its name inside the folder, in the order of the proposal."""
    folder = Path(proposal.folder).absolute()
    taken: set[str] = {"site.toml", "incident-edits.csv"}
    found: list[WrittenFile] = []
    for file in proposal.files:
        if file.use == "skip":
            continue
        inside = _inside(Path(file.path), folder)
        name = inside or _free_name(Path(file.path), folder, taken)
        taken.add(name.lower())
        found.append(WrittenFile(source=file.path, name=name, copied=inside is None))
    return tuple(found)


def companions(file: FileProposal, name: str) -> Iterable[tuple[Path, str]]:
    """Files that belong to one, as the parts of a shapefile do: where each lies and its name inside the folder."""
    path = Path(file.path)
    for ending in _BESIDE_MAPS if path.suffix.lower() == ".shp" else ():
        for written in (ending, ending.upper()):
            beside = path.with_suffix(written)
            if beside.is_file():
                yield beside, str(Path(name).with_suffix(written))
                break


def _inside(path: Path, folder: Path) -> str | None:
    try:
        name = path.resolve().relative_to(folder.resolve()).as_posix()
    except (ValueError, OSError):
        return None
    return None if "*" in name or "\\" in name else name


def _free_name(path: Path, folder: Path, taken: set[str]) -> str:
    """The file's own name without signs that mean something in site.toml; numbered where it is taken."""
    plain = re.sub(r"[\x00-\x1f\x7f*\\:<>|?\"]", "_", path.name).strip(". ")
    plain = "".join(sign if sign.isprintable() else "_" for sign in plain)
    suffix = Path(plain).suffix[:20]
    stem = plain.removesuffix(suffix)[: _LONGEST - len(suffix)] or "file"
    name, number = f"{stem}{suffix}", 1
    while name.lower() in taken or _is_there(folder, name):
        number += 1
        name = f"{stem}-{number}{suffix}"
    return name


def _is_there(folder: Path, name: str) -> bool:
    place = folder / name
    return place.exists() or place.is_symlink()
