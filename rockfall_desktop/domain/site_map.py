"""The holders of a site's map: what the room that reads hands to the window.

Axes: y row (north to south), x column, i incident, n corner. Bounds are west, south, east, north in the site's crs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import SiteArrays

Bounds = tuple[float, float, float, float]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class LegendEntry:
    """A class of a map and its colour as #RRGGBB."""

    name: str
    colour: str


@dataclass(frozen=True, eq=False)
class MapPicture:
    """A layer as a person sees it within bounds.

    Attributes:
        rgba: uint8 (y, x, 4), row 0 the northernmost; alpha 0 where there are no data.
        bounds: what it covers, to the outer edges of its pixels.
        shows: in words, e.g. "hillshade".
        legend: the classes of a geological map, else empty.
    """

    rgba: Pixels
    bounds: Bounds
    shows: str
    legend: tuple[LegendEntry, ...] = ()


@dataclass(frozen=True, eq=False)
class ZoneOutline:
    """A zone on the ground.

    Attributes:
        id: as in the site.
        rings: float64 (n, 2) each, outer borders and holes; none where the zone is the whole site.
        centre: x and y of a point that stands for it; None where the zone is the whole site.
    """

    id: str
    rings: tuple[NDArray[np.float64], ...]
    centre: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class PlacedIncidents:
    """The incidents that count and have a place on the map.

    Attributes:
        x, y: float64 (i,), in the site's crs.
        estimated: bool (i,), whether it stands at the centre of its zone for want of coordinates.
        zone: int32 (i,), index of the zone, -1 where it lies in none.
        start_s: int64 (i,), seconds since 1970 UTC from which on it may have happened.
        precision_s: span from then on in which it happened.
        volume_m3: float32 (i,), NaN where unknown.
        unplaced: how many others count and have neither coordinates nor a zone with a centre.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    estimated: NDArray[np.bool_]
    zone: NDArray[np.int32]
    start_s: NDArray[np.int64]
    precision_s: int
    volume_m3: NDArray[np.float32]
    unplaced: int


@dataclass(frozen=True)
class MapLayer:
    """What is known of a layer before it is drawn.

    Attributes:
        name, kind, file: as in site.toml.
        acquired: day of the survey; None for a timeless layer.
        known_s: seconds since 1970 UTC from which on it is known; None for a timeless layer.
        extent: its bounds in the site's crs; None when it cannot be drawn.
        size: its size in words, e.g. "10,000 x 10,000 cells of 0.10 m".
        covered: share of the zones that its extent touches, 0 to 1; None when it cannot be drawn.
        needs_overview: whether a small copy must be made before it can be drawn quickly.
        fault: why it cannot be drawn and what to do; empty when it can.
    """

    name: str
    kind: str
    file: str
    acquired: date | None
    known_s: int | None
    extent: Bounds | None
    size: str
    covered: float | None
    needs_overview: bool = False
    fault: str = ""


@dataclass(frozen=True, eq=False)
class SiteMap:
    """What a site's map shows besides pictures.

    Attributes:
        crs: the site's coordinate system, "" where it has none.
        unit: of its coordinates: "m", "ft" or "°".
        time_zone: IANA name.
        zones: in the order of the site.
        incidents: those that count and have a place.
        layers: in the order of site.toml.
        by_rule: whether incidents follow from a channel, and no list names them.
    """

    crs: str
    unit: str
    time_zone: str
    zones: tuple[ZoneOutline, ...]
    incidents: PlacedIncidents
    layers: tuple[MapLayer, ...]
    by_rule: bool = False

    @cached_property
    def extent(self) -> Bounds | None:
        """The bounds of all zones, incidents and layers; None when nothing has a place. Slow the first time."""
        corners = [ring for zone in self.zones for ring in zone.rings]
        placed = self.incidents
        if placed.x.size:
            corners.append(np.column_stack([placed.x, placed.y]))
        corners += [np.reshape(layer.extent, (2, 2)) for layer in self.layers if layer.extent is not None]
        if not corners:
            return None
        every = np.concatenate(corners)
        (west, south), (east, north) = every.min(axis=0), every.max(axis=0)
        return float(west), float(south), float(east), float(north)


def at_centres(arrays: SiteArrays, zones: Sequence[ZoneOutline]) -> PlacedIncidents:
    """The incidents of a site that no list names, each at the centre of its zone, where the zone has one."""
    falls = arrays.incidents
    centres = np.array([zone.centre or (np.nan, np.nan) for zone in zones], np.float64).reshape(-1, 2)
    own = np.where((falls.zone >= 0)[:, None], centres[falls.zone], np.nan)
    there = np.isfinite(own[:, 0])
    return PlacedIncidents(
        x=own[there, 0],
        y=own[there, 1],
        estimated=np.ones(int(there.sum()), np.bool_),
        zone=falls.zone[there],
        start_s=arrays.start_s[falls.first_step[there]],
        precision_s=arrays.step_s,
        volume_m3=falls.volume_m3[there],
        unplaced=int((~there).sum()),
    )


def stacked(pictures: Sequence[MapPicture], bounds: Bounds, shape: tuple[int, int]) -> MapPicture:
    """Pictures over one another, the last on top: one alone as it is, several of these bounds and (rows, columns).

    Raises:
        ValueError: without any picture.
    """
    if not pictures:
        raise ValueError("there is nothing to put over one another")
    legend = tuple(dict.fromkeys(entry for picture in pictures for entry in picture.legend))
    if len(pictures) == 1:
        return pictures[0]
    below = resized(pictures[0], bounds, shape)
    for picture in pictures[1:]:
        below = _over(resized(picture, bounds, shape), below)
    return MapPicture(below, bounds, ", ".join(picture.shows for picture in pictures), legend)


def resized(picture: MapPicture, bounds: Bounds, shape: tuple[int, int]) -> Pixels:
    """The nearest pixels for other bounds and another size (rows, columns); clear where the picture does not reach."""
    rows, columns = picture.rgba.shape[:2]
    (own_west, own_south, own_east, own_north), (west, south, east, north) = picture.bounds, bounds
    y = north - (np.arange(shape[0]) + 0.5) * (north - south) / shape[0]
    x = west + (np.arange(shape[1]) + 0.5) * (east - west) / shape[1]
    row = np.floor((own_north - y) / (own_north - own_south) * rows).astype(np.int64)
    column = np.floor((x - own_west) / (own_east - own_west) * columns).astype(np.int64)
    whole = np.take(picture.rgba.view(np.uint32)[..., 0], row, axis=0, mode="clip")
    whole = np.take(whole, column, axis=1, mode="clip")
    whole[(row < 0) | (row >= rows)] = 0
    whole[:, (column < 0) | (column >= columns)] = 0
    return np.asarray(whole[..., None].view(np.uint8), np.uint8)


def _over(above: Pixels, below: Pixels) -> Pixels:
    """Porter and Duff's "over" (1984) on colours that are not multiplied by alpha."""
    top = above[..., 3:].astype(np.float32) / 255
    rest = below[..., 3:].astype(np.float32) / 255 * (1 - top)
    alpha = top + rest
    colour = (above[..., :3] * top + below[..., :3] * rest) / np.where(alpha > 0, alpha, 1)
    return np.asarray(np.concatenate([colour, 255 * alpha], axis=-1).round(), np.uint8)
