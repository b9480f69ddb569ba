"""Areas that cross themselves are mended, what is no area or line is left out; both are counted.

Axes: f feature.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground

_ASKED = (3, 30, 200)
_LARGE = 5000
_MANY = 100_000
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
    """Areas (f,), each valid; one that was not covers what its rings enclose, counted in a note.

    Raises:
        Unreadable: when one crosses itself so often that to look at it, or to mend it, would not end.
    """
    large = areas[shapely.get_num_coordinates(areas) > _LARGE]
    _demand_few_crossings(large, layer, ground)
    wrong = np.flatnonzero(~shapely.is_valid(areas))
    if not wrong.size:
        return areas
    _demand_few_crossings(areas[wrong], layer, ground)
    found = areas.copy()
    found[wrong] = shapely.make_valid(areas[wrong], method="structure", keep_collapsed=False)
    ground.notes.append(f"Layer '{layer.name}': {wrong.size:,} of {len(areas):,} areas crossed themselves; mended.")
    return found


def _demand_few_crossings(areas: NDArray[Any], layer: Layer, ground: Ground) -> None:
    crossings = 0.0
    for area in areas:
        crossings += crossings_of(area)
        if crossings > _MANY:
            message = f"has areas whose lines cross themselves more than {_MANY:,} times"
            remedy = "Mend the geometry in the mapping program and export it again."
            ground.faults.stop(layer.file, None, message, remedy)


def crossings_of(area: Any) -> float:
    """An estimate of how many pairs of an area's segments cross; 0 where it is valid.

    A few segments are asked how many others they cross, then more if those were few.
    """
    xy = shapely.get_coordinates(area)
    segments = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    tree = shapely.STRtree(segments)
    found = 0.0
    for asked in (segments[:: max(1, len(segments) // count)] for count in _ASKED):
        crossed = int(tree.query(asked, predicate="crosses").shape[1])
        found = crossed / len(asked) * len(segments) / 2
        if found > _MANY:
            break
    return found
