"""What it costs to turn 10 million packed points into a set for each of 40 zones.

The points are simulated: a wavy slope with noise, LAZ 1.4 of format 6, written into a temporary folder. The reference
reads every field of the same file with laspy alone, in pieces of the same size, with the same one thread that unpacks,
in turns. The operation needs fewer fields and unpacks only those; a reading of just these is printed beside it, so that
what is gained by that and what the sets cost can be told apart. Peak memory is that of a process of its own.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import laspy
import numpy as np
import shapely

from benchmarks.figures import verdict
from rockfall_desktop.domain.site_layer import Chips, CloudSets, Layer
from rockfall_desktop.sites.clouds.cloud_file import PIECE_POINTS, CloudFile
from rockfall_desktop.sites.clouds.clouds import read_cloud_layers
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.ground import Ground

POINTS = 10_000_000
REPEATS = 3
GOAL = 1.5
_FILE = "simulated.laz"
_ZONES = tuple(
    shapely.affinity.rotate(shapely.box(x, y, x + 36, y + 60), 7) for x in range(0, 312, 39) for y in range(0, 315, 63)
)


def run() -> None:
    """Read three times each in turns; print medians, ratios and peaks, then the verdict on uniform sampling."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _FILE
        write_simulated(path, POINTS)
        ways: dict[str, Callable[[], object]] = {
            "laspy alone, every field": lambda: _read_all(path),
            "the needed fields alone": lambda: _read_needed(path),
            "sets, uniform": lambda: _sets(path.parent, "uniform"),
            "sets, farthest point": lambda: _sets(path.parent, "farthest"),
        }
        seconds = {name: [] for name in ways}
        for _ in range(REPEATS):
            for name, way in ways.items():
                seconds[name].append(_seconds(way))
        medians = {name: statistics.median(spans) for name, spans in seconds.items()}
        whole, needed, uniform, _ = medians.values()
        for name, span in medians.items():
            print(f"{name}: median {span:.2f} s of {REPEATS}, {span / whole:.2f} x laspy alone")
        print(f"sets, uniform: {uniform / needed:.2f} x reading the needed fields alone")
        for way in ("read", "uniform", "farthest"):
            print(f"peak memory above the imports, {way}: {_peak_mb(path.parent, way):.0f} MB")
    ratio = uniform / whole
    verdict("laz_to_zones", f"{ratio:.2f} x laspy alone", f"<= {GOAL:g} x, 10 M points, median", met=ratio <= GOAL)


def write_simulated(path: Path, points: int) -> None:
    """Write simulated points on a slope of about 316 m by 316 m, a tenth of a metre apart."""
    random = np.random.default_rng(1)
    header = laspy.LasHeader(version="1.4", point_format=6)
    header.scales, header.system_identifier = np.full(3, 0.001), "simulated"
    side = round(points**0.5)
    with laspy.open(path, "w", header=header) as file:
        for begin in range(0, points, 1_000_000):
            number = np.arange(begin, min(begin + 1_000_000, points))
            record = laspy.ScaleAwarePointRecord.zeros(number.size, header=header)
            x = number // side * 0.1 + random.normal(0, 0.03, number.size)
            y = number % side * 0.1 + random.normal(0, 0.03, number.size)
            record.x, record.y = x, y
            record.z = 20 * np.sin(x / 50) + 10 * np.cos(y / 30) + random.normal(0, 0.02, number.size)
            record.intensity = random.integers(0, 3000, number.size)
            record.classification = np.full(number.size, 2)
            record.gps_time = number * 1e-5
            file.write_points(record)


def _read_all(path: Path) -> None:
    with laspy.open(path, laz_backend=laspy.LazBackend.Lazrs, read_evlrs=False) as file:
        for _ in file.chunk_iterator(PIECE_POINTS):
            pass


def _read_needed(path: Path) -> None:
    for _ in CloudFile(path, Faults(), _FILE).pieces(("intensity",)):
        pass


def _sets(folder: Path, sampling: str) -> None:
    faults = Faults()
    ground = Ground(
        crs="",
        time_zone="Etc/UTC",
        zone_ids=tuple(map(str, range(len(_ZONES)))),
        outlines=_ZONES,
        chips=Chips(),
        clouds=CloudSets.model_validate({"sampling": sampling}),
        folder=SiteFolder(folder, faults),
        faults=faults,
        notes=[],
    )
    read_cloud_layers((Layer(name="scan", kind="lidar", file=_FILE, acquired=date(2024, 1, 1)),), ground)


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _peak_mb(folder: Path, way: str) -> float:
    words = [sys.executable, "-m", "benchmarks.laz_to_zones", str(folder), way]
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def _print_peak(folder: Path, way: str) -> None:
    before = _own_peak_mb()
    if way == "read":
        _read_all(folder / _FILE)
    else:
        _sets(folder, way)
    print(_own_peak_mb() - before)


def _own_peak_mb() -> float:
    """The most memory that this process has held; what getrusage says is inherited from the one that started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    _print_peak(Path(sys.argv[1]), sys.argv[2])
