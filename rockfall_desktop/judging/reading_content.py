"""How a network reads layers, as plain content of a file and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rockfall_desktop.judging.cloud_inputs import CloudReading
from rockfall_desktop.judging.raster_inputs import GroupReading, RasterReading

_SCALING = frozenset({"mean", "spread", "change_mean", "change_spread"})


def reading_content(rasters: RasterReading | None, clouds: CloudReading | None) -> dict[str, Any]:
    """Content for JSON: "rasters" and "clouds", null where a network reads none."""
    return {
        "rasters": None if rasters is None else asdict(rasters),
        "clouds": None if clouds is None else asdict(clouds),
    }


def readings_from(content: Mapping[str, Any]) -> tuple[RasterReading | None, CloudReading | None]:
    """What `reading_content` was made from.

    Raises:
        KeyError, TypeError: when it is no such content.
    """
    rasters, clouds = content["rasters"], content["clouds"]
    return (
        None if rasters is None else _rasters(rasters),
        None if clouds is None else CloudReading(**{name: _plain(value) for name, value in clouds.items()}),
    )


def inputs_of(content: Any) -> Any:
    """What a network reads of layers, without how it is scaled, to be compared: names in order, classes, cells."""
    if isinstance(content, Mapping):
        return {name: inputs_of(part) for name, part in content.items() if name not in _SCALING}
    return [inputs_of(part) for part in content] if isinstance(content, list | tuple) else content


def _rasters(content: Mapping[str, Any]) -> RasterReading:
    groups = tuple(
        GroupReading(**{name: _plain(value) for name, value in group.items()}) for group in content["groups"]
    )
    return RasterReading(groups, content["side"], content["cell_m"])


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
