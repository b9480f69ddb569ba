"""The quality of readings in rows and words."""

import numpy as np

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.quality import WORDS
from rockfall_desktop.judging.quality_bins import QualityMap, QualityRow
from rockfall_desktop.ui.charts.heat_map import HeatRow
from rockfall_desktop.ui.charts.heat_picture import time_words
from rockfall_desktop.ui.value_table import Cell
from rockfall_desktop.ui.words import count, percent

_DAY_S = 86_400


def heat_rows(found: QualityMap) -> list[HeatRow]:
    """The rows of the map; a share of nothing is no share."""
    return [
        HeatRow(
            label=row.label,
            note=f"{percent(row.good_share)} good" if row.judged else "not judged",
            shares=row.classes / np.maximum(row.steps, 1) if row.judged else None,
            inner=row.zone is not None,
        )
        for row in found.rows
    ]


def cell_words(found: QualityMap, row: int, place: int) -> str:
    """What stands in one bin of one row: from when to when, and how many steps bear which mark."""
    chosen = found.rows[row]
    begin, end = float(found.edges_s[place]), float(found.edges_s[place + 1])
    span = f"{time_words(begin, _DAY_S)} to {time_words(end, _DAY_S)} UTC"
    return f"{_name(found, row)}, {span}: {_counts(chosen, place)}"


def _name(found: QualityMap, row: int) -> str:
    chosen = found.rows[row]
    return chosen.label if chosen.zone is None else f"{chosen.channel}, {chosen.label}"


def _counts(row: QualityRow, place: int) -> str:
    if not row.judged:
        return "not judged"
    marks = [
        f"{count(int(number))} {word}"
        for word, number in zip(WORDS.values(), row.marks[:, place], strict=True)
        if number
    ]
    steps = int(row.steps[place])
    masked = int(row.masked[place])
    told = ", ".join(marks) or "all good"
    return f"{told}, of {count(steps)} steps" + (f"; {count(masked)} masked" if masked else "")


def mark_rows(arrays: SiteArrays) -> tuple[list[tuple[Cell, ...]], list[str]]:
    """A row for each channel and mark, and one for each channel without; keys end in a line break and the channel."""
    rows: list[tuple[Cell, ...]] = []
    keys: list[str] = []
    for channel in arrays.channels:
        for mark in channel.marks:
            rows.append(
                (
                    Cell(channel.name), Cell(mark.mark), Cell(count(mark.steps)), Cell(count(mark.rows or None)),
                    Cell("yes" if mark.masked else "no", "warning" if mark.masked else "muted"),
                )
            )  # fmt: skip
            keys.append(f"{mark.mark} {mark.masked}\n{channel.name}")
        if not channel.marks:
            words = "not judged" if channel.quality is None else "none"
            rows.append((Cell(channel.name), Cell(words, "muted"), Cell(""), Cell(""), Cell("")))
            keys.append(f"\n{channel.name}")
    return rows, keys
