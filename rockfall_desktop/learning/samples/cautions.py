"""What a reader of the scores must know of how the samples of a training were put together."""

from collections.abc import Mapping, Sequence
from math import ceil

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.judging.layer_kinds import chosen_layers
from rockfall_desktop.learning.samples.sample_set import Block
from rockfall_desktop.learning.samples.site_part import SitePart

_DAY_S = 86_400
_ONE_HEAP = (
    "Several sites are judged as one heap: where one has more incidents than another, a forecast that knows nothing "
    "but the site already scores."
)
_ANY_DAY = (
    "Labels have no time: every survey counts whatever its day, also one that was flown after what the label tells "
    "had happened and may show it."
)


def cautions(parts: Sequence[SitePart], blocks: Mapping[str, Block], config: TrainingConfig) -> tuple[str, ...]:
    """One sentence for each: sites in one heap, training in the time of the test, surveys of labels without time."""
    several = (_ONE_HEAP,) if len(parts) > 1 else ()
    surveyed = (_ANY_DAY,) if parts[0].local_date is None and _dated(parts, config) else ()
    return (*several, *_same_time(parts, blocks, config), *surveyed)


def _same_time(parts: Sequence[SitePart], blocks: Mapping[str, Block], config: TrainingConfig) -> tuple[str, ...]:
    learned, tested = blocks["training"].count.end, blocks["test"].count.start
    if len(parts) == 1 or learned is None or tested is None:
        return ()
    ahead = ceil(config.horizon_steps[-1] * max(part.site.arrays.step_s for part in parts) / _DAY_S)
    if (tested - learned).days > ahead:
        return ()
    told = (
        f"Without dates each site is cut by its own record: training runs to {learned} at one site, the test begins on "
        f"{tested} at another. Weather of days that are tested may have been learned from; give dates to part them."
    )
    return (told,)


def _dated(parts: Sequence[SitePart], config: TrainingConfig) -> bool:
    """Whether some layer that is read was surveyed on a day."""
    layers = [part.site.layers for part in parts if part.site.layers is not None]
    read = chosen_layers(config, layers, [part.site.arrays.name for part in parts])
    epochs = [layer.epoch for site in read for layer in site.rasters]
    epochs += [layer.epoch for site in read for layer in site.clouds]
    return any(epoch.acquired_day is not None for epoch in epochs)
