"""A site's arrays as one file: SHA-256 of the rest, a header in JSON, the bytes of each array; loading runs no code."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray, IncidentArray, SiteArrays
from rockfall_desktop.domain.layer_arrays import CloudLayer, Epoch, RasterLayer, SiteLayers
from rockfall_desktop.domain.quality import MarkCount
from rockfall_desktop.files import replacing

_KEPT: dict[str, Callable[..., Any]] = {
    holder.__name__: holder
    for holder in (SiteArrays, ChannelArray, IncidentArray, SiteLayers, RasterLayer, CloudLayer, Epoch, MarkCount)
}
_DIGEST, _LENGTH, _ALIGNED = 32, 8, 64
Asked = dict[str, str | list[str] | None]


def keep(path: Path, asked: Asked, holder: SiteArrays | SiteLayers) -> None:
    """Write the arrays and what was asked of the site's folder to get them.

    Raises:
        StoreFault: when the disk is full or the folder cannot be written.
    """
    arrays: list[NDArray[Any]] = []
    told = _told(holder, arrays)
    shapes = [[array.dtype.str, list(array.shape)] for array in arrays]
    header = json.dumps({"asked": asked, "holder": told, "arrays": shapes}).encode()
    start = np.frombuffer(len(header).to_bytes(_LENGTH, "little") + header, np.uint8)
    whole, place = hashlib.sha256(), _DIGEST
    with replacing(path) as file:
        file.write(bytes(_DIGEST))
        for array in (start, *arrays):
            content = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
            padding = bytes(-(place + content.size) % _ALIGNED)
            for piece in (content.data, padding):
                file.write(piece)
                whole.update(piece)
            place += content.size + len(padding)
        file.seek(0)
        file.write(whole.digest())


def kept(path: Path, holds: Callable[[Asked], bool]) -> Any:
    """The arrays of a file, if its `asked` still holds; None without such a file, or when any bit of it is damaged.

    Args:
        path: the file.
        holds: whether the site's folder would answer now as it did then.
    """
    try:
        content = bytearray(path.stat().st_size)
        with path.open("rb") as file:
            file.readinto(content)
    except OSError:
        return None
    view = memoryview(content)
    if hashlib.sha256(view[_DIGEST:]).digest() != bytes(view[:_DIGEST]):
        return None
    start = _DIGEST + _LENGTH
    length = int.from_bytes(view[_DIGEST:start], "little")
    header = json.loads(bytes(view[start : start + length]))
    if not holds(header["asked"]):
        return None
    return _held(header["holder"], _arrays(content, start + length, header["arrays"]))


def _arrays(content: bytearray, place: int, shapes: list[tuple[str, list[int]]]) -> list[NDArray[Any]]:
    found = []
    for dtype, shape in shapes:
        place += -place % _ALIGNED
        count = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(content, dtype, count, place) if count else np.empty(0, dtype)
        found.append(array.reshape(shape))
        place += array.nbytes
    return found


def _told(value: Any, arrays: list[NDArray[Any]]) -> Any:
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, MarkCount):
        return {"of": "MarkCount", "has": value.model_dump()}
    if is_dataclass(value):
        has = {field.name: _told(getattr(value, field.name), arrays) for field in fields(value)}
        return {"of": type(value).__name__, "has": has}
    if isinstance(value, Epoch):
        return {"of": "Epoch", "has": value._asdict()}
    if type(value) is tuple:
        return [_told(item, arrays) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a {type(value).__name__} would not come back as it was")


def _held(told: Any, arrays: list[NDArray[Any]]) -> Any:
    if isinstance(told, list):
        return tuple(_held(item, arrays) for item in told)
    if not isinstance(told, dict):
        return told
    if "array" in told:
        return arrays[told["array"]]
    return _KEPT[told["of"]](**{name: _held(item, arrays) for name, item in told["has"].items()})
