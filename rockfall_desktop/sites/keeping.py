"""A site's arrays as one file: numpy's archive, not compressed; its checksums tell a flipped bit; loading runs no code."""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from rockfall_desktop.domain.arrays import ChannelArray, IncidentArray, SiteArrays
from rockfall_desktop.domain.layer_arrays import CloudLayer, RasterLayer, SiteLayers
from rockfall_desktop.domain.quality import MarkCount
from rockfall_desktop.files import replacing

_KEPT: dict[str, Callable[..., Any]] = {
    holder.__name__: holder
    for holder in (SiteArrays, ChannelArray, IncidentArray, SiteLayers, RasterLayer, CloudLayer, MarkCount)
}
_HEADER = "header"
Asked = dict[str, str | list[str] | None]


def keep(path: Path, asked: Asked, holder: SiteArrays | SiteLayers) -> None:
    """Write the arrays and what was asked of the site's folder to get them.

    Raises:
        StoreFault: when the disk is full or the folder cannot be written.
    """
    arrays: list[Any] = []
    told = json.dumps({"asked": asked, "holder": _told(holder, arrays)})
    header = np.frombuffer(told.encode(), np.uint8)
    named: dict[str, Any] = {_HEADER: header, **{f"a{place}": array for place, array in enumerate(arrays)}}
    with replacing(path) as file:
        np.savez(file, **named)


def kept(path: Path, holds: Callable[[Asked], bool]) -> Any:
    """The arrays of a file, if its `asked` still holds; None without such a file, or when it is damaged.

    Args:
        path: the file.
        holds: whether the site's folder would answer now as it did then.
    """
    try:
        with path.open("rb") as file, np.load(file) as archive:
            header = json.loads(archive[_HEADER].tobytes())
            return _held(header["holder"], archive) if holds(header["asked"]) else None
    except (OSError, ValueError, KeyError, TypeError, BadZipFile, EOFError):
        return None


def _told(value: Any, arrays: list[Any]) -> Any:
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, MarkCount):
        return {"of": "MarkCount", "has": value.model_dump()}
    if is_dataclass(value):
        has = {field.name: _told(getattr(value, field.name), arrays) for field in fields(value)}
        return {"of": type(value).__name__, "has": has}
    return [_told(item, arrays) for item in value] if isinstance(value, tuple) else value


def _held(told: Any, archive: Any) -> Any:
    if isinstance(told, list):
        return tuple(_held(item, archive) for item in told)
    if not isinstance(told, dict):
        return told
    if "array" in told:
        return archive[f"a{told['array']}"]
    return _KEPT[told["of"]](**{name: _held(item, archive) for name, item in told["has"].items()})
