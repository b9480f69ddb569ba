"""What the program takes of the machine: processors while it trains, memory now."""

import os
from pathlib import Path

from rockfall_desktop.threads import spare_threads

STATM = Path("/proc/self/statm")
GB = 1e9


def resident_bytes(statm: Path = STATM) -> int | None:
    """Memory that this process holds, as Linux counts it; None where nothing tells."""
    try:
        pages = int(statm.read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return None


def machine_words(resident: int | None) -> str:
    """Processors that a training takes of all, and the memory if it is known, e.g. "CPU 1 of 2 · 0.6 GB"."""
    words = f"CPU {spare_threads()} of {os.cpu_count() or 1}"
    return words if resident is None else f"{words} \N{MIDDLE DOT} {resident / GB:.1f} GB"
