"""Scans as LAZ 1.4, marked simulated.

Axes: n point.
"""

import io
from datetime import date

import laspy
import numpy as np
import pyproj
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated.layout import CENTRE_M, CRS, FLOOR_M

GROUND = 2


def scan_laz(points_m: NDArray[np.float64], brightness: NDArray[np.uint8], acquired: date) -> bytes:
    """Points (n, 3) in metres with an intensity (n,) from their brightness, as LAZ 1.4 with millimetres."""
    header = laspy.LasHeader(point_format=6, version="1.4")
    header.system_identifier = "SIMULATED"
    header.generating_software = "Rockfall Desktop, simulated"
    header.creation_date = acquired
    header.scales = np.full(3, 0.001)
    header.offsets = np.array([*CENTRE_M, FLOOR_M])
    header.add_crs(pyproj.CRS(CRS))
    cloud = laspy.LasData(header)
    cloud.x, cloud.y, cloud.z = points_m.T
    cloud.intensity = brightness.astype(np.uint16) * 257
    cloud.classification = np.full(len(points_m), GROUND, np.uint8)
    cloud.return_number = np.ones(len(points_m), np.uint8)
    cloud.number_of_returns = np.ones(len(points_m), np.uint8)
    memory = io.BytesIO()
    cloud.write(memory, do_compress=True, laz_backend=laspy.LazBackend.Lazrs)
    return memory.getvalue()
