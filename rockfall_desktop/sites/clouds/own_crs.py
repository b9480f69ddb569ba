"""What a file of points says of its coordinate system, and the unit of its heights."""

import struct
from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import ProjError

from rockfall_desktop.sites.clouds.cloud_file import CloudFile
from rockfall_desktop.sites.clouds.header import CloudHeader

_WKT = 2112
_LATE_HEAD_BYTES = 60
_LATE_RECORDS = 1000
_WKT_BYTES = 1_000_000


def own_crs(file: CloudFile, path: Path) -> str:
    """The coordinate system that the file names, as WKT; "" where it names none that can be read."""
    try:
        crs = file.library_header.parse_crs()
    except (ProjError, ValueError, LookupError, AttributeError, TypeError):
        crs = None
    return crs.to_wkt() if crs is not None else _late_wkt(path, file.header)


def height_factor(crs: CRS | None) -> float:
    """What a height of the file is multiplied with to be in metres.

    The system's vertical axis says so; without one, heights are in the unit of x and y, or in metres beside degrees.
    """
    if crs is None:
        return 1.0
    if crs.is_compound:
        return float(crs.sub_crs_list[-1].axis_info[0].unit_conversion_factor)
    axes = crs.axis_info
    if len(axes) > 2:
        return float(axes[2].unit_conversion_factor)
    return float(axes[0].unit_conversion_factor) if crs.is_projected and axes else 1.0


def _late_wkt(path: Path, header: CloudHeader) -> str:
    """The coordinate system in the records after the points."""
    place, count = header.late
    with path.open("rb") as file:
        for _ in range(min(count, _LATE_RECORDS)):
            if place + _LATE_HEAD_BYTES > header.file_bytes:
                return ""
            file.seek(place)
            user, number, length = struct.unpack_from("<16sHQ", file.read(_LATE_HEAD_BYTES), 2)
            if number == _WKT and user.rstrip(b"\0") == b"LASF_Projection":
                return file.read(min(length, _WKT_BYTES)).rstrip(b"\0").decode("utf-8", "replace")
            place += _LATE_HEAD_BYTES + length
    return ""
