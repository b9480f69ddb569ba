"""Writes small simulated point files, and the site around them, for tests."""

import struct
from datetime import date
from pathlib import Path
from typing import Any

import laspy
import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.site_layer import Chips, CloudSets, Layer
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.ground import Ground

Floats = NDArray[np.float64]


def write_cloud(path: Path, xyz: Floats, *, form: int = 6, version: str = "1.4", wkt: str = "", **fields: Any) -> Path:
    """Write points (n, 3); fields such as intensity, classification or nx, ny, nz (float32 extra dimensions)."""
    header = laspy.LasHeader(version=version, point_format=form)
    header.scales, header.offsets = np.full(3, 0.001), np.floor(xyz.mean(axis=0))
    for name in fields:
        if name in ("nx", "ny", "nz"):
            header.add_extra_dim(laspy.ExtraBytesParams(name=name, type=np.float32))
    if wkt:
        header.vlrs.append(laspy.vlrs.known.WktCoordinateSystemVlr(wkt))
    cloud = laspy.LasData(header)
    cloud.x, cloud.y, cloud.z = xyz.T
    for name, values in fields.items():
        cloud[name] = values
    cloud.write(path)
    return path


def ground(folder: Path, outlines: tuple[Any, ...] = (None,), crs: str = "", **sets: Any) -> Ground:
    """The site as readers of points see it."""
    faults = Faults()
    return Ground(
        crs=crs,
        time_zone="Etc/UTC",
        zone_ids=tuple(f"Z{place}" for place in range(len(outlines))),
        outlines=outlines,
        chips=Chips(),
        clouds=CloudSets.model_validate(sets),
        folder=SiteFolder(folder, faults),
        faults=faults,
        notes=[],
    )


def layer(file: str, day: int = 1, **keys: Any) -> Layer:
    """A lidar layer acquired on a day of January 2024."""
    return Layer.model_validate(
        {"name": f"{file}-{day}", "kind": "lidar", "file": file, "acquired": date(2024, 1, day)} | keys
    )


def slope(count: int, seed: int, noise_m: float = 0.005, side_m: float = 20.0) -> Floats:
    """Points on a plane that rises 45 degrees to the north, (count, 3)."""
    random = np.random.default_rng(seed)
    x, y = random.uniform(0, side_m, (2, count))
    return np.column_stack([x, y, y + random.normal(0, noise_m, count)])


def hostile_files(whole_las: bytes, whole_laz: bytes) -> dict[str, tuple[bytes, str]]:
    """Bytes of bad files by the name that each is given, and a part of the sentence that each must give."""
    start = struct.unpack_from("<I", whole_laz, 96)[0]
    (table,) = struct.unpack_from("<q", whole_laz, start)
    nan = struct.pack("<d", float("nan"))
    return {
        "empty.las": (b"", "is empty"),
        "png.las": (b"\x89PNG\r\n\x1a\n" + bytes(400), "is no LAS or LAZ file"),
        "text.laz": (b"x y z\n1 2 3\n" * 50, "is no LAS or LAZ file"),
        "short.las": (whole_las[:100], "ends within its header"),
        "cut.las": (whole_las[:-1000], "have room for"),
        "cut.laz": (whole_laz[:-200], "belies"),
        "many.las": (changed(whole_las, 247, struct.pack("<Q", 10**12)), "claims 1,000,000,000,000 points"),
        "many.laz": (changed(whole_laz, 247, struct.pack("<Q", 10**12)), "claims 1,000,000,000,000 points"),
        "more.laz": (changed(whole_laz, 247, struct.pack("<Q", 200_000)), "belies"),
        "none.las": (changed(whole_las, 247, struct.pack("<Q", 0)), "holds no point"),
        "beyond.las": (changed(whole_las, 96, struct.pack("<I", 2**31)), "beyond its end"),
        "size0.las": (changed(whole_las, 105, struct.pack("<H", 0)), "points of 0 bytes"),
        "size9999.las": (changed(whole_las, 105, struct.pack("<H", 9999)), "points of 9999 bytes"),
        "form.las": (changed(whole_las, 104, bytes([42])), "unknown format 42"),
        "version.las": (changed(whole_las, 25, bytes([9])), "is LAS 1.9"),
        "nan.las": (changed(whole_las, 131, nan), "scale nan"),
        "inf.las": (changed(whole_las, 155, struct.pack("<d", float("inf"))), "offset inf"),
        "scale0.las": (changed(whole_las, 131, bytes(8)), "scale 0"),
        "far.las": (changed(whole_las, 155, struct.pack("<d", 1e300)), "farther than any place"),
        "records.las": (changed(whole_las, 100, b"\xff" * 4), "claims 4,294,967,295 records"),
        "chunks.laz": (changed(whole_laz, table + 4, b"\xff" * 4), "belies"),
        "table.laz": (changed(whole_laz, start, struct.pack("<q", 2**62)), "belies"),
        "layer.laz": (changed(whole_laz, start + 8 + 30 + 4, b"\xff" * 4), "belies"),
    }


def changed(content: bytes, place: int, part: bytes) -> bytes:
    """The bytes with a part written over."""
    return content[:place] + part + content[place + len(part) :]
