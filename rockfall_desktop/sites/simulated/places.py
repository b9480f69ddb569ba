"""Where each fall comes from: anywhere in its zone, or, when it leaves a scar, a steep place of it.

Axes: i incident.
"""

import numpy as np

from rockfall_desktop.sites.simulated.fractal import Floats
from rockfall_desktop.sites.simulated.incidents import FallList
from rockfall_desktop.sites.simulated.layout import CENTRE_M, Layout
from rockfall_desktop.sites.simulated.terrain import Terrain

SCARRING_M3 = 10.0
FACES_TRIED = 20
_INSET_M = 0.05


def place_falls(random: np.random.Generator, terrain: Terrain, falls: FallList) -> Floats:
    """Easting and northing (i, 2) in metres.

    Falls of 10 m3 and more come from the steepest of twenty cells of their zone, drawn evenly, where the scar is; the
    others from anywhere in it.
    """
    layout = terrain.layout
    places = _anywhere(random, layout, falls)
    zone = layout.zone_of(*layout.grid())
    cells = {int(name): np.argwhere(zone == name) for name in np.unique(zone[zone >= 0])}
    west, _, _, north = layout.bounds_m
    for fall in np.flatnonzero(falls.volume_m3 >= SCARRING_M3):
        own = cells[int(falls.zone[fall])]
        tried = own[random.integers(0, len(own), FACES_TRIED)]
        row, column = tried[np.argmax(terrain.slope_deg[tried[:, 0], tried[:, 1]])]
        places[fall] = west + column + 0.5, north - row - 0.5
    return places


def _anywhere(random: np.random.Generator, layout: Layout, falls: FallList) -> Floats:
    """Even over the zones seen from above, within the straight sides of their polygons."""
    sectors = np.array([layout.sector(zone) for zone in range(layout.zones)]).reshape(-1, 4)[falls.zone]
    near, far, first, last = sectors.T
    sagging = np.cos(np.radians((last - first) / 6.0))  # three chords a side
    draw_along, draw_out = random.random((2, falls.zone.size))
    radius = np.sqrt(near**2 + draw_out * ((far * sagging - _INSET_M) ** 2 - near**2)).clip(near + _INSET_M)
    inset = np.degrees(_INSET_M / near)
    angle = np.radians(first + inset + draw_along * (last - first - 2.0 * inset))
    return np.stack((CENTRE_M[0] + radius * np.cos(angle), CENTRE_M[1] + radius * np.sin(angle)), axis=1)
