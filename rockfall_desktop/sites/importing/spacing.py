"""How long a value of each column lasts, by the times beside its own numbers.

Axes: n rows.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.duration import DAY_S, length_text
from rockfall_desktop.domain.import_stamp import default_stamp, shortest
from rockfall_desktop.domain.site_import import ColumnProposal, FileProposal
from rockfall_desktop.sites.importing.cells import is_number

Seconds = NDArray[np.int64]
NO_TIME = np.iinfo(np.int64).min
_NEARLY = 0.02
_LONGEST_EXACT_S = 999_999


def with_lengths(file: FileProposal, cells: Sequence[Sequence[str]], seconds: Seconds, span_s: int) -> FileProposal:
    """The file with the interval and the stamp of each column of values, and the shortest of them as its own.

    Args:
        file: its columns, their roles and the texts that mean no value.
        cells: texts of each column.
        seconds: int64 (n,), the time written in each row, `NO_TIME` where none is.
        span_s: what a written time leaves open: 86,400 for a date.
    """
    zones = next((texts for column, texts in zip(file.columns, cells, strict=True) if column.role == "zone"), None)
    settled = bool(file.time_format) or file.typed_time
    columns = []
    for column, texts in zip(file.columns, cells, strict=True):
        if column.role != "value":
            columns.append(column)
            continue
        shown = np.fromiter((is_number(one, file.shape.decimal) for one in texts), bool, len(texts))
        codes = set(file.shape.missing)
        shown &= np.fromiter((one not in codes for one in texts), bool, len(texts)) & (seconds != NO_TIME)
        names = None if zones is None else np.asarray(zones, dtype=object)[shown]
        columns.append(_with_length(column, seconds[shown], names, span_s, settled=settled))
    interval = (shortest(columns) if settled else "") or file.interval
    return file.model_copy(update={"columns": tuple(columns), "interval": interval})


def usual_length(seconds: Seconds, zones: "NDArray[np.object_] | None" = None) -> str:
    """The usual length between times, zone by zone, as site.toml takes it; "" where half of the gaps lie elsewhere.

    Args:
        seconds: int64 (n,), times in any order.
        zones: object (n,), name of the zone of each.
    """
    gaps = _gaps(seconds[seconds != NO_TIME] if zones is None else seconds, zones)
    if gaps.size == 0:
        return ""
    lengths, counts = np.unique(gaps, return_counts=True)
    place = lengths.size - 1 - int(counts[::-1].argmax())  # of two that are as frequent the longer
    usual_s = int(lengths[place])
    if 10 * counts[place] < 9 * gaps.size:
        usual_s = _rounded(float(np.median(gaps)) if 2 * counts[place] < gaps.size else usual_s)
    near = np.abs(gaps - usual_s) <= max(2, usual_s // 10)
    if near.mean() < 0.5 or not 0 < usual_s <= 31 * DAY_S:
        return ""
    return length_text(usual_s if usual_s <= _LONGEST_EXACT_S else -(-usual_s // 60) * 60)


def _with_length(
    column: ColumnProposal, seconds: Seconds, zones: "NDArray[np.object_] | None", span_s: int, *, settled: bool
) -> ColumnProposal:
    interval = usual_length(seconds, zones) if settled else ""
    if not interval and seconds.size:
        at_one_hour = np.unique(seconds % DAY_S).size == 1
        interval = length_text(DAY_S) if at_one_hour else length_text(span_s) if span_s >= 3600 else ""
    return column.model_copy(update={"interval": interval, "stamp": default_stamp(column.kind, interval)})


def _gaps(seconds: Seconds, zones: "NDArray[np.object_] | None") -> Seconds:
    codes = np.zeros(seconds.size, np.int64) if zones is None else np.unique(zones, return_inverse=True)[1]
    order = np.lexsort((seconds, codes))
    gaps = np.diff(seconds[order])
    return np.asarray(gaps[(np.diff(codes[order]) == 0) & (gaps > 0)], np.int64)


def _rounded(length_s: float) -> int:
    """Whole minutes where the clock of a logger only trembles around them."""
    minutes_s = round(length_s / 60) * 60
    return minutes_s if abs(minutes_s - length_s) <= _NEARLY * length_s else round(length_s)
