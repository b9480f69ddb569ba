"""What of each site a network has seen, so that nobody tests what begins with it there.

Axes: n sample, t step, z zone.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.value import Value
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.learning.samples.split import day_of

_TITLE = "The earlier job saw the test block"
_NAMED = 5


class SeenSite(Value):
    """What of one site was seen: one span of time over all zones, and the zones."""

    begin_s: int | None = Field(description="Where what was read begins, seconds since 1970 UTC; None without time.")
    end_s: int | None = Field(description="Where what was answered ends, seconds since 1970 UTC; None without time.")
    zones: tuple[str, ...] = Field(description="Names of the zones with samples.")


Seen = Mapping[str, SeenSite]
"""By site id."""


def learned_from(sites: Sequence[SiteInput], samples: SampleSet, config: TrainingConfig) -> Seen:
    """What a training sees: its blocks of training, validation and calibration, windows and horizons included."""
    blocks = (samples.training, samples.validation, samples.calibration)
    return _reach(sites, [block for block in blocks if block is not None], config)


def both(one: Seen, other: Seen) -> Seen:
    """What either saw; spans of the same site are joined over what lies between them."""
    return {
        site_id: _joined([seen[site_id] for seen in (one, other) if site_id in seen])
        for site_id in sorted({*one, *other})
    }


def demand_unseen(seen: Seen, sites: Sequence[SiteInput], samples: SampleSet, config: TrainingConfig) -> None:
    """Refuse a test block of which anything was seen: its score would flatter.

    At the same site the times must be apart, in all zones, for a storm answers in all of them; where zones or sites
    are left out, the tested zones must be unseen at any time.

    Raises:
        WrongInput: naming the field `start_from`, the site, and what was seen.
    """
    tested = _reach(sites, [samples.test], config)
    for arrays in (site.arrays for site in sites):
        if arrays.site_id in tested and arrays.site_id in seen:
            _demand_apart(arrays, seen[arrays.site_id], tested[arrays.site_id], config)


def _demand_apart(arrays: SiteArrays, seen: SeenSite, tested: SeenSite, config: TrainingConfig) -> None:
    timed = None not in (seen.begin_s, seen.end_s, tested.begin_s, tested.end_s)
    common = [zone for zone in tested.zones if zone in set(seen.zones)]
    if timed and _overlap(seen, tested):
        raise WrongInput(
            _TITLE,
            f"start_from: the earlier job, or one that it began with, saw {arrays.name} {_days(arrays, seen)}; the "
            f"test block reads and answers {_days(arrays, tested)}.",
            "Choose dates by which the test block begins later, or name another job.",
        )
    if common and (config.view != "time" or not timed):
        more = f" and {len(common) - _NAMED} more" if len(common) > _NAMED else ""
        raise WrongInput(
            _TITLE,
            f"start_from: the earlier job, or one that it began with, saw zones of {arrays.name} that are to be "
            f"tested: {', '.join(common[:_NAMED])}{more}.",
            "Name a job that left them out, with the same view, folds, tested fold and seed, or none.",
        )


def _overlap(one: SeenSite, other: SeenSite) -> bool:
    assert one.begin_s is not None and one.end_s is not None  # noqa: S101, PT018 - asked only of spans in time
    assert other.begin_s is not None and other.end_s is not None  # noqa: S101, PT018
    return one.begin_s < other.end_s and other.begin_s < one.end_s


def _reach(sites: Sequence[SiteInput], blocks: Sequence[Block], config: TrainingConfig) -> Seen:
    zone_n, step_n = (
        np.concatenate([getattr(block, name).cpu().numpy() for block in blocks]) for name in ("zones", "steps")
    )
    found, first_zone, first_step = {}, 0, 0
    for arrays in (site.arrays for site in sites):
        end_zone = first_zone + len(arrays.zone_ids)
        own = (zone_n >= first_zone) & (zone_n < end_zone)
        if own.any():
            begin_s, end_s = _span(arrays, step_n[own] - first_step, config)
            zones = tuple(arrays.zone_ids[zone] for zone in np.unique(zone_n[own] - first_zone))
            found[arrays.site_id] = SeenSite(begin_s=begin_s, end_s=end_s, zones=zones)
        first_zone, first_step = end_zone, first_step + (1 if arrays.labels is not None else len(arrays.start_s))
    return found


def _span(arrays: SiteArrays, step_n: NDArray[np.int64], config: TrainingConfig) -> tuple[int | None, int | None]:
    """From what the first sample reads to what the last one answers; apart by the embargo between two blocks."""
    if arrays.labels is not None:
        return None, None
    first = max(0, int(step_n.min()) - config.history_steps)  # a displacement reads a step before the window
    last = min(len(arrays.start_s) - 1, int(step_n.max()) + config.horizon_steps[-1])
    after = last + 1
    end_s = arrays.start_s[after] if after < len(arrays.start_s) else arrays.start_s[last] + arrays.step_s
    return int(arrays.start_s[first]), int(end_s)


def _joined(sites: Sequence[SeenSite]) -> SeenSite:
    begins, ends = ([getattr(site, name) for site in sites] for name in ("begin_s", "end_s"))
    return SeenSite(
        begin_s=None if None in begins else min(begins),
        end_s=None if None in ends else max(ends),
        zones=tuple(sorted({zone for site in sites for zone in site.zones})),
    )


def _days(arrays: SiteArrays, seen: SeenSite) -> str:
    assert seen.begin_s is not None and seen.end_s is not None  # noqa: S101, PT018 - asked only of spans in time
    return f"{_day(arrays, seen.begin_s)} to {_day(arrays, seen.end_s - 1)}"


def _day(arrays: SiteArrays, moment_s: int) -> date:
    step = int(np.searchsorted(arrays.start_s, moment_s, side="right")) - 1
    return day_of(arrays.local_date[max(0, step)])
