"""How much faster a site opens the second time, from what was kept, than the first time, from its files.

The second opening hashes again only what cannot be told by its stamp: a file whose size, times (that of its entry's
last change too) or place differ, or that had not rested for two seconds when it was read. Here the files rest. The
hashing of all is printed beside it. The large site has 4 channels of a million readings each (made up); a small
daily one is printed without a goal.
"""

import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.figures import verdict
from rockfall_desktop.sites.second_reading import SecondReading

GOAL = 10.0
REPEATS = 5
CHANNELS = 4
_HEAD = """id = "01890a5d-ac96-774b-bcce-b302099a8057"
name = "Made up for a benchmark (simulated)"
simulated = true
timezone = "Etc/UTC"
step = "10min"

[[zone]]
id = "all"
whole = true
"""
_CHANNEL = """
[[channel]]
name = "level{place}"
kind = "other"
unit = "1"
file = "level{place}.csv"
column = "value"
time = "time"
time_format = "%Y-%m-%d %H:%M:%S"
stamp = "end"
"""


def run() -> None:
    """Open a large and a small site twice; print seconds, hashing alone and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), 20_000)
        ratio = _measure(Path(folder), 1_000_000)
    verdict("site_cache", f"{ratio:.1f} x faster than the first opening", f">= {GOAL:g} x", met=ratio >= GOAL)


def _measure(folder: Path, readings: int) -> float:
    site = folder / f"site{readings}"
    _write(site, readings)
    time.sleep(2.5)  # files rest before they are read, or their stamps prove nothing
    first, second = [], []
    for place in range(REPEATS):
        reading = SecondReading(folder / f"kept{readings}-{place}")
        first.append(_seconds(lambda: reading.site(site)))  # noqa: B023 - called at once
        second.append(_seconds(lambda: reading.site(site)))  # noqa: B023
    files = list(site.iterdir())
    hashing = _seconds(lambda: [hashlib.sha256(path.read_bytes()).digest() for path in files])
    one, two = statistics.median(first), statistics.median(second)
    size = sum(path.stat().st_size for path in files) / 1e6
    print(
        f"{CHANNELS} channels of {readings:,} readings, {size:,.0f} MB: first {one:.3f} s, second {two:.3f} s,", end=" "
    )
    print(f"hashing alone {hashing:.3f} s, {one / two:.1f} x")
    return one / two


def _write(site: Path, readings: int) -> None:
    site.mkdir()
    text = _HEAD + "".join(_CHANNEL.format(place=place) for place in range(CHANNELS))
    (site / "site.toml").write_text(text, encoding="utf-8")
    random = np.random.default_rng(5)
    times = np.datetime64("2004-01-01", "s") + np.arange(readings) * np.timedelta64(600, "s")
    stamps = np.char.replace(np.datetime_as_string(times), "T", " ")
    for place in range(CHANNELS):
        values = random.normal(20.0, 3.0, readings)
        rows = "\n".join(f"{stamp},{value:.3f}" for stamp, value in zip(stamps, values, strict=True))
        (site / f"level{place}.csv").write_text(f"time,value\n{rows}\n", encoding="utf-8")


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
