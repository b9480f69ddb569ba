"""A year of a simulated pit, hourly, 40 zones, with all layers, beside compressing the same bytes."""

import tempfile
import time
import zlib
from pathlib import Path

from benchmarks.figures import verdict
from rockfall_desktop.operations.sites import simulate_site

_GOAL_S = 60.0


def run() -> None:
    """Write the pit once from a cold start; the reference is zlib (level 6) over every byte that was written."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        begun = time.perf_counter()
        simulate_site(site, zones=40, days=365, step="1h", layers=True, blasts=True)
        took_s = time.perf_counter() - begun
        files = [path for path in sorted(site.rglob("*")) if path.is_file()]
        for path in files:
            print(f"{path.relative_to(site)}: {path.stat().st_size:,} bytes")
        contents = [path.read_bytes() for path in files]
    begun = time.perf_counter()
    for content in contents:
        zlib.compress(content)
    packed_s = time.perf_counter() - begun
    print(f"simulated in {took_s:.1f} s; zlib over the same {sum(map(len, contents)):,} bytes {packed_s:.2f} s")
    figure = f"{took_s:.1f} s, {took_s / packed_s:.1f} x zlib over the same bytes"
    verdict("simulate", figure, f"< {_GOAL_S:.0f} s", met=took_s < _GOAL_S)
