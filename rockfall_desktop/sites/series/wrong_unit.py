"""Tells a channel whose numbers cannot be in the unit that site.toml says.

Axes: r readings looked at.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.kinds import KINDS, Kind, counts_events, largest_rain_mm, rate_mm_h, unit_line
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.series.ranges import RAIN
from rockfall_desktop.sites.series.readings import Readings
from rockfall_desktop.sites.series.spacing import usual_spacing_s

Floats = NDArray[np.float64]
LOOKED_AT = 200_000
_FEWEST = 3
DOUBTFUL_SHARE = 0.05
FEWEST_DOUBTFUL = 10


def tell_wrong_unit(channel: Channel, readings: Readings, faults: Faults) -> None:
    """Note a fault where most values lie outside what a slope can show, or many do and another unit explains them.

    Where site.toml gives a `valid_range` only that is looked at, so that a person can overrule the program. Zeros do
    not count where zero means that nothing happens. Of a long series 200,000 values are looked at, evenly spread.
    """
    looked = readings.value[:: max(1, readings.value.size // LOOKED_AT)]
    if channel.valid_range is not None:
        lowest, highest = channel.valid_range
        outside = (looked < lowest) | (looked > highest)
        if looked.size >= _FEWEST and outside.mean() > 0.5:
            message = f"most values of channel '{channel.name}' lie outside its valid_range, around {_middle(looked)}"
            faults.add(channel.file, None, message, "Correct valid_range, unit or column in site.toml.")
        return
    if not counts_zeros(channel.kind):
        looked = looked[looked != 0]
    if looked.size >= _FEWEST and not counts_events(channel.kind, channel.unit):
        _tell(channel, looked, highest_of(channel, _interval_s(channel, readings)), faults)


def counts_zeros(kind: Kind) -> bool:
    """Whether a zero says something about the unit, and not only that nothing happened."""
    return not (KINDS[kind].rests_at_zero and KINDS[kind].units)


def _tell(channel: Channel, looked: Floats, highest: float, faults: Faults) -> None:
    line = way_to_own(channel, channel.unit)
    if line is None:
        return
    own = looked * line[0] + line[1]
    outside = (own < KINDS[channel.kind].lowest) | (own > highest)
    mostly = outside.mean() > 0.5 or not _median_within(own, *KINDS[channel.kind].usual)
    if not mostly and (outside.sum() < FEWEST_DOUBTFUL or outside.mean() <= DOUBTFUL_SHARE):
        return
    marker = _marker(looked[outside])
    likely = [] if marker is not None else _likely_units(channel, looked, highest)
    if not mostly and not likely:
        return
    title, range_text = KINDS[channel.kind].title, "valid_range = [lowest, highest]"
    share = "most" if mostly else f"{outside.mean():.0%} of the"
    around = _middle(looked if mostly else looked[outside])
    message = f"{share} values of channel '{channel.name}' are around {around} {channel.unit}, which no {title} shows"
    if marker is not None:
        remedy = f"If {marker:g} means 'no value' add it to missing in site.toml; else correct unit or column."
    elif likely:
        words = " or ".join(likely[:3])
        remedy = f"Perhaps they are in {words}: write unit = '{likely[0]}' in site.toml; if not, {range_text}."
    else:
        remedy = f"Check unit and column in site.toml; if they are right, say {range_text}."
    faults.add(channel.file, None, message, remedy)


def way_to_own(channel: Channel, unit: str) -> tuple[float, float] | None:
    """Factor and what is added, from `unit` to the kind's own, a rate as an hour's amount; None for no such unit."""
    rate = rate_mm_h(channel.kind, unit)
    return (rate, 0.0) if rate is not None else unit_line(channel.kind, unit)


def highest_of(channel: Channel, interval_s: int) -> float:
    """The highest possible value in the kind's own unit, for rain that of its interval; 0: not known."""
    highest = KINDS[channel.kind].highest
    if channel.kind not in RAIN:
        return highest
    if rate_mm_h(channel.kind, channel.unit) is not None:
        return largest_rain_mm(1)
    return min(highest, largest_rain_mm(interval_s / 3600)) if interval_s else highest


def _interval_s(channel: Channel, readings: Readings) -> int:
    """How long a value of rain lasts, as site.toml says or the rows tell; 0 for all else."""
    interval_s = duration_s(channel.interval or "0s")
    if interval_s or channel.kind not in RAIN:
        return interval_s
    zones = int(readings.zone.max(initial=0)) + 1
    return int(usual_spacing_s(readings.zone, readings.end_s, zones).max(initial=0))


def _likely_units(channel: Channel, looked: Floats, highest: float) -> list[str]:
    """Units of the kind in which (nearly) all values could be, the most usual first."""
    facts = KINDS[channel.kind]
    likely = []
    for unit, line in facts.units.items():
        own = looked * line[0] + line[1]
        if line == unit_line(channel.kind, channel.unit):
            continue
        possible = ((own >= facts.lowest) & (own <= highest)).mean() > 0.99
        if possible and _median_within(own, *facts.usual):
            likely.append(unit)
    return likely


def _median_within(values: Floats, lowest: float, highest: float) -> bool:
    """Whether the median lies between two numbers, both included; mostly counting tells, which is the faster."""
    under_half = (values.size - 1) // 2
    if np.count_nonzero(values < lowest) <= under_half and np.count_nonzero(values > highest) <= under_half:
        return True
    return bool(lowest <= np.median(values) <= highest)


def _marker(outside: Floats) -> float | None:
    """The one number that nearly all impossible values are, e.g. -999; None where they differ."""
    if outside.size < _FEWEST:
        return None
    numbers, count = np.unique(outside, return_counts=True)
    return float(numbers[count.argmax()]) if count.max() > 0.9 * outside.size else None


def _middle(values: Floats) -> str:
    return f"{float(np.median(values)):,.6g}"
