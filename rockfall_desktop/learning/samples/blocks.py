"""The samples of each block at each site, and all sites' together.

Axes: n sample, t time (steps), z zone, h horizon; r row of the series.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import IncidentArray
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.report import BlockCount
from rockfall_desktop.judging.answers import answering, occasions
from rockfall_desktop.learning.samples.sample_set import MISSING, Block
from rockfall_desktop.learning.samples.site_part import SitePart
from rockfall_desktop.learning.samples.split import Span, Split, day_of
from rockfall_desktop.learning.samples.zone_folds import zones_of_block


@dataclass(frozen=True, eq=False)
class SiteBlock:
    """The samples of one site in one block, in the order of time, then zone.

    Attributes:
        step, zone: int64 (n,), within the site.
        row: int64 (n,), where the window starts within the site's own series.
        targets: float32 (n, h).
        count: what it holds.

    """

    step: NDArray[np.int64]
    zone: NDArray[np.int64]
    row: NDArray[np.int64]
    targets: NDArray[np.float32]
    count: BlockCount


@dataclass(frozen=True)
class Starts:
    """Where each site's numbers begin among those of all sites, and after the last their total."""

    row: tuple[int, ...]
    step: tuple[int, ...]
    zone: tuple[int, ...]


def starts_of(parts: Sequence[SitePart]) -> Starts:
    """Count the sites before each."""
    rows, steps, zones = [0], [0], [0]
    for part in parts:
        rows.append(rows[-1] + len(part.planes) * part.steps)
        steps.append(steps[-1] + part.steps)
        zones.append(zones[-1] + part.zones)
    return Starts(tuple(rows), tuple(steps), tuple(zones))


def site_block(part: SitePart, name: str, span: Span, config: TrainingConfig) -> SiteBlock:
    """The samples of a site whose step lies in a span, both ends inclusive, and whose zone the block takes."""
    first, last = span
    usable = part.usable & zones_of_block(part.fold, config, name)[:, None]
    step, zone = np.nonzero(usable[:, first : last + 1].T)
    step = step + first
    targets = part.known[zone, step].astype(np.float32)
    falls = _picked(part.incidents, answering(part.incidents, config.horizon_steps[0], usable, first, last))
    dated = part.local_date
    count = BlockCount(
        name=name,
        start=None if dated is None else day_of(dated[first]),
        end=None if dated is None else day_of(dated[last]),
        samples=len(step),
        positives=tuple(int(number) for number in targets.sum(axis=0)),
        incidents=len(falls.zone),
        occasions=occasions(falls),
    )
    row = np.where(len(part.planes) > 1, zone, 0) * part.steps + step - part.window_steps + 1
    return SiteBlock(step, zone, row, targets, count)


def pooled_block(blocks: Sequence[SiteBlock], starts: Starts) -> Block:
    """The samples of all sites, site after site; rows, steps and zones count over all of them."""
    rows, steps, zones = (
        torch.from_numpy(np.concatenate([own + begin for own, begin in zip(numbers, begins[:-1], strict=True)]))
        for numbers, begins in (
            ([block.row for block in blocks], starts.row),
            ([block.step for block in blocks], starts.step),
            ([block.zone for block in blocks], starts.zone),
        )
    )
    missing = torch.full((len(rows),), MISSING)
    return Block(
        rows=rows,
        targets=torch.from_numpy(np.concatenate([block.targets for block in blocks])),
        steps=steps,
        zones=zones,
        rasters=missing,
        clouds=missing,
        count=_summed([block.count for block in blocks]),
    )


def left_out(part: SitePart, split: Split, config: TrainingConfig) -> dict[str, int]:
    """Pairs of zone and step of a site that are in no block, by reason; with the samples they are all pairs."""
    undecided = (part.known < 0).any(axis=2)
    unseen = "no reading in the window" if config.temporal_network != "none" else "no layer known"
    if part.local_date is None:
        held = _held(part, split, config)
        return {
            "zone without a label": int(undecided.sum()),
            unseen: int((~part.usable & ~undecided).sum()),
            "zone in another fold": int((part.usable & ~held).sum()),
        }
    within = np.zeros(part.steps, np.bool_)
    for first, last in split.spans.values():
        within[first : last + 1] = True
    ends = config.history_steps - 1 + config.horizon_steps[-1]
    reasons = {
        "window or horizon outside the record": part.zones * ends,
        "between two blocks": part.zones * max(0, int((~within).sum()) - ends),
        "answer left open by the record": int((undecided & within).sum()),
        unseen: int((~part.usable & ~undecided & within).sum()),
    }
    if config.view != "time":
        reasons["zone held out of the block"] = int((part.usable & within & ~_held(part, split, config)).sum())
    return reasons


def _held(part: SitePart, split: Split, config: TrainingConfig) -> NDArray[np.bool_]:
    """Which pairs of zone and step are in the time of a block that takes the zone; bool (z, t)."""
    held = np.zeros((part.zones, part.steps), np.bool_)
    for name, (first, last) in split.spans.items():
        held[:, first : last + 1] |= zones_of_block(part.fold, config, name)[:, None]
    return held


def _summed(counts: Sequence[BlockCount]) -> BlockCount:
    starts = [count.start for count in counts if count.start is not None and count.samples]
    ends = [count.end for count in counts if count.end is not None and count.samples]
    return BlockCount(
        name=counts[0].name,
        start=min(starts, default=counts[0].start),
        end=max(ends, default=counts[0].end),
        samples=sum(count.samples for count in counts),
        positives=tuple(sum(numbers) for numbers in zip(*(count.positives for count in counts), strict=True)),
        incidents=sum(count.incidents for count in counts),
        occasions=sum(count.occasions for count in counts),
    )


def _picked(incidents: IncidentArray, keep: NDArray[np.bool_]) -> IncidentArray:
    return IncidentArray(
        incidents.zone[keep], incidents.first_step[keep], incidents.last_step[keep], incidents.volume_m3[keep]
    )
