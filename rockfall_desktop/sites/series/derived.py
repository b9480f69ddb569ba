"""Computes the channels that site.toml asks for from the measured ones.

Axes: z zone, t time (steps).
"""

import math

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.duration import DAY_S, duration_s, length_text
from rockfall_desktop.domain.kinds import KINDS
from rockfall_desktop.domain.quality import WORDS, Mark, MarkCount
from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.domain.site_derived import KIND_OF, SOURCES, Derived
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.series.looking_back import decayed_sum, freeze_thaw_cycles, window_sum
from rockfall_desktop.sites.series.trend import FEWEST_STEPS, inverse, trailing_slope

_TRENDS = ("velocity", "acceleration", "inverse_velocity")
_FROST_WINDOW = "30d"


def tell_wrong_derived(manifest: SiteManifest, faults: Faults) -> None:
    """Note a fault for each computed channel that does not fit its source or the site's steps."""
    kinds = {channel.name: channel.kind for channel in manifest.channel}
    for derived in manifest.derived:
        allowed = SOURCES[derived.how]
        kind = kinds[derived.source]
        if kind not in allowed:
            words = " or ".join(KINDS[one].title for one in allowed)
            message = f"derived '{derived.name}': {derived.how} is computed from {words}, and '{derived.source}' is "
            faults.add("site.toml", None, message + KINDS[kind].title, "Name another source or how.")
        elif (remedy := _wrong_window(derived, manifest.step_s)) is not None:
            message = f"derived '{derived.name}': a window of {derived.window} does not fit steps of {manifest.step}"
            faults.add("site.toml", None, message, remedy)


def derive(
    manifest: SiteManifest, channels: tuple[ChannelArray, ...], clock: StepClock, notes: list[str]
) -> tuple[ChannelArray, ...]:
    """The computed channels in the order of site.toml; each value rests on its own step and those before it.

    Args:
        manifest: what is asked for, looked at by `tell_wrong_derived` before.
        channels: the measured ones.
        clock: the site's steps.
        notes: how many steps could not be computed, and why.
    """
    by_name = {channel.name: channel for channel in channels}
    return tuple(_derive(derived, by_name[derived.source], clock, notes) for derived in manifest.derived)


def _derive(derived: Derived, source: ChannelArray, clock: StepClock, notes: list[str]) -> ChannelArray:
    rows = np.atleast_2d(source.values)
    values = _computed(derived, source.kind, rows, clock)
    missing = np.isnan(values)
    quality = np.where(missing, np.uint8(Mark.GAP), np.uint8(0))
    count = int(missing.sum())
    marks = (MarkCount(mark=WORDS[Mark.GAP], steps=count, masked=True),) if count else ()
    notes.append(
        f"Channel '{derived.name}': {derived.how} computed from '{source.name}' over {_window(derived, clock.step_s)}; "
        f"{count:,} of {missing.size:,} steps are missing because too much before them is."
    )
    if not source.zoned:
        values, quality = values[0], quality[0]
    unit = _unit(derived, source.unit)
    return ChannelArray(derived.name, KIND_OF[derived.how], unit, source.zoned, values, quality, marks)


def _computed(derived: Derived, kind: str, rows: NDArray[np.float32], clock: StepClock) -> NDArray[np.float32]:
    window_s = duration_s(_window(derived, clock.step_s))
    steps = max(1, window_s // clock.step_s)
    match derived.how:
        case "antecedent_sum":
            return window_sum(rows, steps)
        case "antecedent_decay":
            return decayed_sum(rows, window_s / clock.step_s)
        case "freeze_thaw":
            return freeze_thaw_cycles(rows, steps)
    end_s = clock.edges_s[1:]
    velocity = rows if kind == "velocity" else trailing_slope(rows, end_s, steps)
    if derived.how == "velocity":
        return velocity
    return inverse(velocity) if derived.how == "inverse_velocity" else trailing_slope(velocity, end_s, steps)


def _window(derived: Derived, step_s: int) -> str:
    if derived.window is not None:
        return derived.window
    if derived.how == "freeze_thaw":
        return _FROST_WINDOW
    steps = max(2 * FEWEST_STEPS, math.ceil(DAY_S / step_s))
    return length_text(steps * step_s)


def _wrong_window(derived: Derived, step_s: int) -> str | None:
    window_s = duration_s(_window(derived, step_s))
    if derived.how in _TRENDS:
        return None if window_s >= FEWEST_STEPS * step_s else f"Give at least {FEWEST_STEPS} steps."
    if derived.how == "antecedent_decay":
        return None if window_s > 0 else "A half-life is longer than nothing."
    return None if window_s >= step_s and window_s % step_s == 0 else "Give a whole number of steps."


def _unit(derived: Derived, source_unit: str) -> str:
    length = source_unit.removesuffix("/d")
    units = {
        "velocity": f"{length}/d", "acceleration": f"{length}/d²", "inverse_velocity": f"d/{length}",
        "antecedent_sum": source_unit, "antecedent_decay": source_unit, "freeze_thaw": "1",
    }  # fmt: skip
    return units[derived.how]
