"""Where the chips lie: for each zone a square of cells around its centre, in the site's coordinate system.

Axes: z zone, y row (north to south), x column.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.coordinates import Extent

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ChipGrid:
    """One square of cells for each zone.

    Attributes:
        pixels: cells along a side.
        cell_m: side of a cell.
        west_m, north_m: float64 (z,), the north-western corner of each chip.
    """

    pixels: int
    cell_m: float
    west_m: Floats
    north_m: Floats

    def extent(self, zone: int) -> Extent:
        """The rectangle of a zone's chip."""
        side_m = self.pixels * self.cell_m
        west_m, north_m = float(self.west_m[zone]), float(self.north_m[zone])
        return Extent(west_m, north_m - side_m, west_m + side_m, north_m)

    def whole_extent(self) -> Extent:
        """The rectangle around all chips."""
        side_m = self.pixels * self.cell_m
        west_m, north_m = self.west_m, self.north_m
        return Extent(
            float(west_m.min()), float(north_m.min()) - side_m, float(west_m.max()) + side_m, float(north_m.max())
        )

    def transform(self, zone: int) -> Affine:
        """From column and row of a zone's chip to x and y."""
        return Affine(self.cell_m, 0.0, float(self.west_m[zone]), 0.0, -self.cell_m, float(self.north_m[zone]))

    def centres(self, zone: int) -> tuple[Floats, Floats]:
        """Coordinates x and y (y, x) of the cells' centres."""
        steps = (np.arange(self.pixels) + 0.5) * self.cell_m
        x, y = np.meshgrid(self.west_m[zone] + steps, self.north_m[zone] - steps)
        return x, y

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.west_m.size))


def make_chips(ground: Ground, layer_extent: Extent) -> ChipGrid:
    """The chips of all zones; a zone that is the whole site has the layer's extent.

    A chip is centred on the middle of the rectangle around its zone. Without `cell_m` a cell is so wide that the
    largest zone fits.
    """
    around = (layer_extent.west, layer_extent.south, layer_extent.east, layer_extent.north)
    bounds = np.array([around if outline is None else shapely.bounds(outline) for outline in ground.outlines])
    widest_m = float(np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]).max())
    pixels = ground.chips.pixels
    cell_m = ground.chips.cell_m or max(widest_m, 1e-6) / pixels
    half_m = pixels * cell_m / 2
    west_m, north_m = (bounds[:, 0] + bounds[:, 2]) / 2 - half_m, (bounds[:, 1] + bounds[:, 3]) / 2 + half_m
    return ChipGrid(pixels, cell_m, west_m, north_m)


def note_empty(layer: Layer, chips: NDArray[np.float32], ground: Ground) -> None:
    """Note the zones for which a layer has no data at all, and how much is missing elsewhere.

    A layer without data in any zone is a fault.

    Args:
        layer: as in site.toml.
        chips: float32 (z, b, y, x).
        ground: the site.

    Raises:
        Unreadable: when no zone has data.
    """
    missing = np.isnan(chips[:, 0]).reshape(len(chips), -1).mean(axis=1)
    empty, partly = np.flatnonzero(missing == 1.0), np.flatnonzero((missing > 0) & (missing < 1.0))
    if empty.size == len(chips):
        remedy = "Check its coordinate system and its no-data value, or remove the layer."
        ground.faults.stop(layer.file, None, "has no data where the zones are", remedy)
    if empty.size:
        named = ", ".join(ground.zone_ids[zone] for zone in empty[:5]) + (", ..." if empty.size > 5 else "")
        ground.notes.append(
            f"Layer '{layer.name}': {empty.size:,} of {len(chips):,} zones have no data in it ({named})."
        )
    if partly.size:
        share = missing[partly].mean()
        ground.notes.append(
            f"Layer '{layer.name}': {partly.size:,} of {len(chips):,} zones have data in a part of their chip only; "
            f"there {share:.1%} of the cells are missing."
        )
