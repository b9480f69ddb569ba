"""How long 10 million readings in CSV take to become arrays, and how much memory, against polars.read_csv alone.

Shapes: one wide file of ten channels, one of forty zones, four long files, a file for each of ten zones, and one for
each of forty. Each reading has a fresh process, `read_site` and `polars.read_csv` of the same files in turns, three
times: the time is the median of `read_site` (times, steps, quality marks and masks included) over that of polars, both
the better of two readings in their process. `read_site` runs under the bound of threads of the program, which leaves a
core to whoever draws. polars runs twice: under the same bound, which is the like-for-like figure, and with all cores.
Both ratios are printed, and the verdict is met only when the stricter one, with all cores, is.

The memory is the largest peak of the process above its start (after the imports) in its first reading, over the arrays
and the largest file's table as polars estimates it. The arrays are the float32 values and, as they are part of what is
read, a byte of marks for each; the ratio to the values alone is printed beside. The verdict is the worst of all shapes.
Linux only: the peak is that of /proc. The records are made up.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.figures import verdict
from rockfall_desktop.threads import spare_threads

READINGS = 10_000_000
TIME_GOAL, MEMORY_GOAL = 4.0, 1.5
_HEAD = """id = "01890a5d-ac96-774b-bcce-b302099a8057"
name = "Made up for a benchmark (simulated)"
simulated = true
timezone = "Europe/Zurich"
step = "10min"
"""
_CHANNEL = """
[[channel]]
name = "{name}"
kind = "pore_pressure"
unit = "kPa"
file = "{file}"
time = "time"
time_format = "%Y-%m-%d %H:%M:%S"
timezone = "Etc/GMT-1"
stamp = "end"
"""
_ZONES, _TURNS = 40, 3
_FORK = "import sys; from benchmarks.csv_to_arrays import {call}; {call}(sys.argv[1])"


def run() -> None:
    """Write each shape, read it in processes of its own, and print the ratios; the worst counts."""
    ratios = []
    for name, write in SHAPES.items():
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder))
            turns = [_turn(folder) for _ in range(_TURNS)]
        ratios.append(_told(name, turns))
    alike, slowest, largest = (max(ratio[place] for ratio in ratios) for place in range(3))
    figure = (
        f"at worst {slowest:.2f} x polars.read_csv on all cores in time, {alike:.2f} x under the same bound, "
        f"{largest:.2f} x arrays and largest table in memory"
    )
    goal = f"<= {TIME_GOAL:g} x and <= {MEMORY_GOAL:g} x"
    verdict("csv_to_arrays", figure, goal, met=slowest <= TIME_GOAL and largest <= MEMORY_GOAL)


def _turn(folder: str) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Figures of polars under the program's bound of threads, of polars on all cores, and of the site."""
    bound, every = spare_threads(), os.cpu_count() or 1
    return (
        _measured("bare", folder, bound),
        _measured("bare", folder, every),
        _measured("whole", folder, bound),
    )


def _told(
    name: str, turns: list[tuple[dict[str, float], dict[str, float], dict[str, float]]]
) -> tuple[float, float, float]:
    """Print a shape's figures and give back its ratios: of time to both references, and of memory."""
    bound, every, seconds = (median(turn[place]["seconds"] for turn in turns) for place in range(3))
    peak = max(site["peak_bytes"] for *_, site in turns)
    plain, _, site = turns[0]
    values, marks, table = site["array_bytes"], site["mark_bytes"], plain["largest_bytes"]
    ratio = seconds / bound, seconds / every, peak / (values + marks + table)
    print(
        f"{name}: {seconds:.2f} s, {ratio[1]:.2f} x polars.read_csv on all cores ({every:.2f} s), {ratio[0]:.2f} x "
        f"under the same bound ({bound:.2f} s); peak {peak / 1e6:.0f} MB, "
        f"{ratio[2]:.2f} x values {values / 1e6:.0f} MB + marks {marks / 1e6:.0f} MB + largest table "
        f"{table / 1e6:.0f} MB ({peak / (values + table):.2f} x without marks)"
    )
    return ratio


def bare(folder: str) -> None:
    """Read the files of a folder with polars alone; prints seconds and the size of the largest table."""
    import polars as pl

    largest, best = 0, float("inf")
    for _ in range(2):
        spent = 0.0
        for path in sorted(Path(folder).glob("*.csv")):
            begun = time.perf_counter()
            frame = pl.read_csv(path)
            spent += time.perf_counter() - begun
            largest = max(largest, int(frame.estimated_size()))
        best = min(best, spent)
    print(json.dumps({"seconds": best, "largest_bytes": largest}))


def whole(folder: str) -> None:
    """Read the folder as a site; prints seconds, the peak of memory above the start and the bytes of the arrays."""
    from rockfall_desktop.sites.read import read_site

    start = _memory("VmRSS")
    times: list[float] = []
    for turn in range(2):
        begun = time.perf_counter()
        arrays = read_site(Path(folder))
        times.append(time.perf_counter() - begun)
        if turn == 0:
            peak = _memory("VmHWM")
            size = sum(channel.values.nbytes for channel in arrays.channels)
            marks = sum(0 if one.quality is None else one.quality.nbytes for one in arrays.channels)
        del arrays
    print(json.dumps({"seconds": min(times), "peak_bytes": peak - start, "array_bytes": size, "mark_bytes": marks}))


def _measured(call: str, folder: str, threads: int) -> dict[str, float]:
    """What a call prints in a process of its own, in which polars has some threads."""
    done = subprocess.run(
        [sys.executable, "-c", _FORK.format(call=call), folder],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"POLARS_MAX_THREADS": str(threads)},
    )
    return json.loads(done.stdout.splitlines()[-1])


def _memory(key: str) -> int:
    """A figure of this process in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key + ":"))


def _wide_channels(folder: Path) -> None:
    """One file, a column for each of ten channels of the whole site."""
    columns = [f"p{place}" for place in range(10)]
    zone = '\n[[zone]]\nid = "all"\nwhole = true\n'
    channels = "".join(_CHANNEL.format(name=name, file="all.csv") + f'column = "{name}"\n' for name in columns)
    (folder / "site.toml").write_text(_HEAD + channels + zone)
    _write(folder / "all.csv", READINGS // 10, columns)


def _wide_zones(folder: Path) -> None:
    """One file, a column for each zone of one channel."""
    columns = [f"Z{place:02}" for place in range(_ZONES)]
    named = ", ".join(f'{name} = "{name}"' for name in columns)
    channel = _CHANNEL.format(name="pore", file="all.csv") + f'scope = "zone"\nzone_columns = {{ {named} }}\n'
    (folder / "site.toml").write_text(_HEAD + channel + _zones())
    _write(folder / "all.csv", READINGS // _ZONES, columns)


def _long_files(folder: Path) -> None:
    """Four channels, each a file with a row for each reading, all zones mixed."""
    files = [f"long{place}" for place in range(4)]
    more = 'column = "value"\nscope = "zone"\nzone_column = "zone"\n'
    channels = "".join(_CHANNEL.format(name=name, file=f"{name}.csv") + more for name in files)
    (folder / "site.toml").write_text(_HEAD + channels + _zones())
    for name in files:
        _write_long(folder / f"{name}.csv", READINGS // 4, [f"Z{place:02}" for place in range(_ZONES)])


def _file_per_zone(folder: Path, zones: int) -> None:
    """One channel, a file for each of some zones."""
    more = 'column = "value"\nscope = "zone"\nzone_column = "zone"\n'
    (folder / "site.toml").write_text(_HEAD + _CHANNEL.format(name="pore", file="zone_*.csv") + more + _zones(zones))
    for place in range(zones):
        _write_long(folder / f"zone_{place:02}.csv", READINGS // zones, [f"Z{place:02}"])


SHAPES: dict[str, Callable[[Path], None]] = {
    "one wide file, ten channels": _wide_channels,
    "one wide file, forty zones": _wide_zones,
    "four long files": _long_files,
    "a file for each of ten zones": partial(_file_per_zone, zones=10),
    "a file for each of forty zones": partial(_file_per_zone, zones=_ZONES),
}


def _zones(count: int = _ZONES) -> str:
    each = "[[zone]]\nid = 'Z{0:02}'\npoint = [{0}.0, 0.0]\nradius_m = 0.4\n"
    return "\n" + "\n".join(each.format(place) for place in range(count))


def _times(count: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.datetime64("2010-01-01T00:00:00", "us").astype(np.int64) + np.arange(count, dtype=np.int64) * 600_000_000


def _write(path: Path, rows: int, columns: list[str]) -> None:
    import polars as pl

    random = np.random.default_rng(1)
    values = {name: np.round(100 + random.normal(0, 5, rows), 2) for name in columns}
    time_ = pl.Series(_times(rows)).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S")
    pl.DataFrame({"time": time_, **values}).write_csv(path)


def _write_long(path: Path, rows: int, zones: list[str]) -> None:
    import polars as pl

    random = np.random.default_rng(rows + len(path.name))
    moments = np.repeat(_times(-(-rows // len(zones))), len(zones))[:rows]
    time_ = pl.Series(moments).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S")
    zone = np.resize(np.array(zones), rows)
    value = np.round(100 + random.normal(0, 5, rows), 2)
    pl.DataFrame({"time": time_, "zone": zone, "value": value}).write_csv(path)
