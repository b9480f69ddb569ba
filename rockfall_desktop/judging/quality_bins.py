"""How good the readings are over time: marks of each channel and zone, counted in bins of the record.

Axes: t time (steps), z zone, r row, b bin of time, k class of marks (in the order of CLASSES), m mark (one bit each).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.quality import WORDS, Mark

CLASSES: tuple[tuple[str, Mark], ...] = (
    ("out of range", Mark.OUT_OF_RANGE),
    ("spike, drift or flat line", Mark.SPIKE | Mark.DRIFT | Mark.FLAT),
    ("duplicate or out of order", Mark.DUPLICATE | Mark.DISORDER),
    ("gap or stale", Mark.GAP | Mark.STALE),
)
"""Classes of marks, the worst first: a step with marks of several goes to the first of them."""
MOST_ROWS = 60
LEAST_ZONES = 3
_MARKS = len(WORDS)


@dataclass(frozen=True, eq=False)
class QualityRow:
    """One channel, or one zone of it.

    Attributes:
        channel: name of the channel.
        zone: index of the zone; None for all zones, or for a channel of the whole site.
        label: what it is called.
        judged: whether its readings were judged; where not, all counts are 0.
        good_share: share of its steps (and zones) without any mark.
        steps: int64 (b,), steps (and zones) in each bin.
        classes: int64 (k, b), steps by the worst class of their marks.
        marks: int64 (m, b), steps with each mark, in the order of `domain.quality.WORDS`.
        masked: int64 (b,), steps with a reading that counts as missing.
    """

    channel: str
    zone: int | None
    label: str
    judged: bool
    good_share: float
    steps: NDArray[np.int64]
    classes: NDArray[np.int64]
    marks: NDArray[np.int64]
    masked: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class QualityMap:
    """Rows over bins.

    Attributes:
        rows: each channel, followed by its zones, the worst first.
        edges_s: float64 (b + 1,), borders of the bins, seconds since 1970 UTC.
        left_out: rows that are left out because there are too many, one for each zone of a channel.
    """

    rows: tuple[QualityRow, ...]
    edges_s: NDArray[np.float64]
    left_out: int


def quality_map(arrays: SiteArrays, most_bins: int) -> QualityMap:
    """Count the marks of every channel in at most so many bins of equal length."""
    steps = len(arrays.start_s)
    bins = max(1, min(most_bins, steps))
    bin_of_step = np.arange(steps, dtype=np.int64) * bins // max(1, steps)
    zoned = sum(channel.zoned and channel.quality is not None for channel in arrays.channels)
    room = max(LEAST_ZONES, (MOST_ROWS - len(arrays.channels)) // max(1, zoned))
    rows: list[QualityRow] = []
    left_out = 0
    for channel in arrays.channels:
        found = _rows(channel, arrays.zone_ids, bin_of_step, bins)
        rows += found[: 1 + room]
        left_out += len(found[1 + room :])
    first = np.searchsorted(bin_of_step, np.arange(bins))
    ends = arrays.start_s[first].astype(np.float64) if steps else np.zeros(1)
    last = float(arrays.start_s[-1] + arrays.step_s) if steps else 1.0
    return QualityMap(tuple(rows), np.concatenate((ends, [last])), left_out)


def _rows(
    channel: ChannelArray, zone_ids: tuple[str, ...], bin_of_step: NDArray[np.int64], bins: int
) -> list[QualityRow]:
    quality, values = channel.quality, channel.values
    if quality is None:
        empty = np.zeros((bins, 256), np.int64)
        return [_row(channel, None, channel.name, empty, np.zeros(bins, np.int64), judged=False)]
    if not channel.zoned:
        return [_row(channel, None, channel.name, *_counted(quality, values, bin_of_step, bins))]
    whole, whole_masked = np.zeros((bins, 256), np.int64), np.zeros(bins, np.int64)
    zones = []
    for zone, name in enumerate(zone_ids):
        counted, masked = _counted(quality[zone], values[zone], bin_of_step, bins)
        whole += counted
        whole_masked += masked
        zones.append(_row(channel, zone, name, counted, masked))
    zones.sort(key=lambda row: row.good_share)
    label = f"{channel.name}, {len(zone_ids):,} zones"
    return [_row(channel, None, label, whole, whole_masked), *(zones if len(zones) > 1 else [])]


def _counted(
    quality: NDArray[np.uint8], values: NDArray[np.float32], bin_of_step: NDArray[np.int64], bins: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How often each combination of marks stands in each bin, (b, 256), and the masked steps, (b,)."""
    counted = np.bincount((bin_of_step << 8) + quality, minlength=bins << 8).reshape(bins, 256)
    hidden = np.isnan(values) & (quality & np.uint8(Mark.GAP) == 0) & (quality != 0)
    return counted, np.bincount(bin_of_step[hidden], minlength=bins)


def _row(
    channel: ChannelArray,
    zone: int | None,
    label: str,
    counted: NDArray[np.int64],
    masked: NDArray[np.int64],
    *,
    judged: bool = True,
) -> QualityRow:
    total = int(counted.sum())
    return QualityRow(
        channel=channel.name,
        zone=zone,
        label=label,
        judged=judged,
        good_share=float(counted[:, 0].sum() / total) if total else 1.0,
        steps=counted.sum(axis=1),
        classes=(counted @ _WORST).T,
        marks=(counted @ _BITS).T,
        masked=masked,
    )


def _worst() -> NDArray[np.int64]:
    """(256, k): 1 in the class to which a combination of marks goes; the row of no mark is empty."""
    table = np.zeros((256, len(CLASSES)), np.int64)
    for bits in range(1, 256):
        table[bits, next(place for place, (_, marks) in enumerate(CLASSES) if bits & marks)] = 1
    return table


_WORST = _worst()
_BITS = (np.arange(256)[:, None] & np.array([int(mark) for mark in WORDS])[None, :] > 0).astype(np.int64)
