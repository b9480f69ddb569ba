"""Local times and seconds since 1970, in both directions, with the clock changes of a time zone (polars)."""

from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Seconds = NDArray[np.int64]
DAY_S = 86_400
_WIDEST_S = 16 * 3600  # more than any clock differs from UTC


def to_utc(local_s: Seconds, time_zone: str, which: Literal["earliest", "latest"]) -> tuple[Seconds, NDArray[np.bool_]]:
    """Seconds since 1970 UTC of local times, and which of them the clock skipped.

    A skipped time counts as the moment of the clock change; a repeated one as the first or second pass.

    Args:
        local_s: int64 (n,), local clock as if it were UTC, seconds since 1970.
        time_zone: IANA name.
        which: the pass of a repeated time that is meant; midnight is always the first, as a day begins once.
    """
    naive = _naive(local_s)
    first = naive.dt.replace_time_zone(time_zone, ambiguous="earliest", non_existent="null")
    skipped = first.is_null().to_numpy()
    seconds = np.empty(local_s.shape, np.int64)
    seconds[skipped] = _next_moment(local_s[skipped], time_zone)
    seconds[~skipped] = _seconds(first.drop_nulls())
    if which == "latest":
        second = naive.dt.replace_time_zone(time_zone, ambiguous="latest", non_existent="null").drop_nulls()
        seconds[~skipped] = np.where(local_s[~skipped] % DAY_S == 0, seconds[~skipped], _seconds(second))
    return seconds, skipped


def to_local(utc_s: Seconds, time_zone: str) -> Seconds:
    """The local clock at moments, as seconds since 1970 as if it were UTC; shape (n,) in and out."""
    moments = _naive(utc_s).dt.replace_time_zone("UTC").dt.convert_time_zone(time_zone)
    return _seconds(moments.dt.replace_time_zone(None))


def repeated(local_s: Seconds, time_zone: str) -> int:
    """How many local times fall into an hour that the clock went through twice."""
    first, _ = to_utc(local_s, time_zone, "earliest")
    second, _ = to_utc(local_s, time_zone, "latest")
    return int((first != second).sum())


def day_of_year(utc_s: Seconds, time_zone: str) -> NDArray[np.float32]:
    """Fractional local day of the year at moments: 0 at the start of 1 January."""
    local = _naive(to_local(utc_s, time_zone))
    fraction = (to_local(utc_s, time_zone) % DAY_S) / DAY_S
    return np.asarray(local.dt.ordinal_day().to_numpy() - 1 + fraction, np.float32)


def _next_moment(local_s: Seconds, time_zone: str) -> Seconds:
    """The first moment at which the clock shows a local time or a later one, found by halving the span around it."""
    before, after = local_s - _WIDEST_S, local_s + _WIDEST_S
    while (after - before > 1).any():
        middle = (before + after) // 2
        behind = to_local(middle, time_zone) < local_s
        before, after = np.where(behind, middle, before), np.where(behind, after, middle)
    return after


def _naive(seconds: Seconds) -> pl.Series:
    return pl.Series(seconds * 1_000_000, dtype=pl.Int64).cast(pl.Datetime("us"))


def _seconds(moments: pl.Series) -> Seconds:
    microseconds = moments.dt.epoch("us").to_numpy()
    return np.asarray(microseconds // 1_000_000, np.int64)
