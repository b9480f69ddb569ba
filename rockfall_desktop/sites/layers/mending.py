"""Areas that cross themselves are mended, what is no area or line is left out; both are counted.

Axes: f feature.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground

_ASKED = 200
_MANY = 200_000
_WORDS = {1: "lines", 2: "areas"}


def of_dimension(
    geometries: NDArray[Any], dimension: int, layer: Layer, ground: Ground
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The lines (1) or areas (2) among geometries (f,), and their places there; the others are counted in a note.

    Raises:
        Unreadable: when there is none.
    """
    which = np.flatnonzero(shapely.get_dimensions(geometries) == dimension)
    other = len(geometries) - int(which.size)
    if not which.size:
        message = f"holds {other:,} features, but no {_WORDS[dimension]}"
        remedy = f"Name a map with {_WORDS[dimension]}, or correct what = '{layer.what}'."
        ground.faults.stop(layer.file, None, message, remedy)
    if other:
        ground.notes.append(f"Layer '{layer.name}': {other:,} features are no {_WORDS[dimension]} and are left out.")
    return geometries[which], which


def mended(areas: NDArray[Any], layer: Layer, ground: Ground) -> NDArray[Any]:
    """Areas (f,), each valid; one that was not covers what its lines enclose (make_valid), counted in a note.

    Raises:
        Unreadable: when one crosses itself so often that mending would not end.
    """
    wrong = np.flatnonzero(~shapely.is_valid(areas))
    if not wrong.size:
        return areas
    crossings = sum(map(crossings_at_most, areas[wrong]))
    if crossings > _MANY:
        message = f"has areas whose lines cross themselves about {crossings:,.0f} times"
        ground.faults.stop(layer.file, None, message, "Mend the geometry in the mapping program and export it again.")
    found = areas.copy()
    # what is left of an area without width is a line or a point, in which no cell's centre lies
    found[wrong] = shapely.make_valid(areas[wrong])
    ground.notes.append(f"Layer '{layer.name}': {wrong.size:,} of {len(areas):,} areas crossed themselves; mended.")
    return found


def crossings_at_most(area: Any) -> float:
    """An estimate of how many pairs of an area's segments come near each other, beside those that follow each other.

    Two hundred segments are asked how many rectangles around others they touch.
    """
    xy = shapely.get_coordinates(area)
    segments = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    asked = segments[:: max(1, segments.size // _ASKED)]
    met = int(shapely.STRtree(segments).query(asked).shape[1])
    return (met / len(asked) - 3) * len(segments) / 2
