"""Reads site.toml; every wrong key is named with its line and the closest right one."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.manifest_faults import tell_faults

SITE_FILE = "site.toml"


def read_manifest(folder: Path) -> SiteManifest:
    """What the folder's site.toml says.

    Raises:
        WrongInput: naming the line, the key and what to do, for the first fault, with the number of others.
    """
    faults = Faults()
    with faults.ending_as_error():
        return load_manifest(SiteFolder(folder, faults), faults)


def load_manifest(folder: SiteFolder, faults: Faults) -> SiteManifest:
    """Read site.toml and note its faults.

    Raises:
        Unreadable: when there are any.
    """
    if not folder.path.is_dir():
        remedy = "Choose the folder that holds site.toml."
        faults.stop(str(folder.path), None, "there is no such folder", remedy)
    text = _text(folder.read(SITE_FILE), faults)
    raw = _parse(text, faults)
    try:
        return SiteManifest.model_validate(raw)
    except ValidationError as error:
        tell_faults(error, raw, text, faults)
        raise Unreadable from error


def _text(content: bytes, faults: Faults) -> str:
    try:
        return content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        faults.stop(SITE_FILE, row, "is no text in UTF-8", "Save the file as UTF-8 text.")


def _parse(text: str, faults: Faults) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        row = int(place.group(1)) if place else text.count("\n") + 1
        reason = re.sub(r" \(at .*\)$", "", str(error))
        remedy = "Look for a missing quotation mark, bracket or = in this line or the one above."
        faults.stop(SITE_FILE, row, f"is no valid TOML: {reason}", remedy)
    except RecursionError:
        faults.stop(SITE_FILE, None, "is nested too deeply", "Write lists and tables as in the manual.")
