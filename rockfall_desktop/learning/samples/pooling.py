"""Several sites as one: the same channels, one scaling or one each, their series one after the other.

Axes: p plane, t time (steps), c channel, i input, w step of the window; r row (site after site, plane after plane).
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.judging.inputs import Scaling, chosen_channels, fit_scaling, network_series
from rockfall_desktop.learning.samples.meaning import step_of, unlike_channels, unlike_steps
from rockfall_desktop.learning.samples.site_part import SitePart
from rockfall_desktop.learning.samples.split import Split
from rockfall_desktop.learning.samples.zone_folds import zones_of_block


def demand_alike(sites: Sequence[SiteArrays]) -> None:
    """Refuse sites that cannot be learned from together.

    Raises:
        WrongInput: for the same site twice, another step, or labels beside records in time.

    """
    first, others = sites[0], sites[1:]
    for number, other in enumerate(others, 1):
        if other.site_id in {site.site_id for site in sites[:number]}:
            raise _unlike(f"{other.name} is named twice: both folders have its id", "Name each site once.")
        steps = step_of(first), step_of(other)
        if words := unlike_steps(first.name, steps[0], other.name, steps[1]):
            raise _unlike(words, "Train them apart." if None in steps else "Give all sites the same step.")


def shared_channels(sites: Sequence[SiteArrays], names: tuple[str, ...]) -> tuple[tuple[ChannelArray, ...], ...]:
    """The chosen channels of each site, all in the order in which the first site has them.

    Raises:
        WrongInput: naming site and channel where one is missing, or is of another kind or unit.

    """
    chosen = [{channel.name: channel for channel in chosen_channels(site, names)} for site in sites]
    order = tuple(dict.fromkeys(name for own in chosen for name in own))
    for site, own in zip(sites, chosen, strict=True):
        for name in order:
            owner, like = next((other, its[name]) for other, its in zip(sites, chosen, strict=True) if name in its)
            if name not in own:
                everywhere = [one for one in order if all(one in its for its in chosen)]
                raise WrongInput(
                    "The sites measure different things",
                    f"temporal_features: {site.name} has no channel {name!r}, which {owner.name} has.",
                    f"Choose what all have: {', '.join(everywhere) or 'nothing'}.",
                )
            if words := unlike_channels(name, f"at {owner.name}", like, f"at {site.name}", own[name]):
                raise WrongInput(
                    "The sites measure different things",
                    f"temporal_features: {words}.",
                    "Give the channels names of their own in site.toml, or leave this one out.",
                )
    return tuple(tuple(own[name] for name in order) for own in chosen)


def fit_scalings(parts: Sequence[SitePart], splits: Sequence[Split], config: TrainingConfig) -> tuple[Scaling, ...]:
    """The scaling of each site: of all sites' training blocks together, or of its own.

    Only zones that are learned from count. Where a whole site is held out and each has its own scaling, what was
    measured there in the time of the training block counts: readings of its own past are no answers.
    """
    blocks = [_training_rows(part, split, config) for part, split in zip(parts, splits, strict=True)]
    if config.scaling == "shared":
        learned = [rows for rows, learns in blocks if learns]
        together = learned[0] if len(learned) == 1 else np.concatenate(learned)
        return (fit_scaling(together[None], slice(None)),) * len(parts)
    return tuple(fit_scaling(rows[None], slice(None)) for rows, _ in blocks)


def pooled_series(parts: Sequence[SitePart], scalings: Sequence[Scaling], *, season: bool) -> NDArray[np.float32]:
    """The series of all sites as one, float32 (r, i)."""
    series = [
        network_series(part.planes, scaling, part.day_of_year, season=season)
        for part, scaling in zip(parts, scalings, strict=True)
    ]
    flat = [one.reshape(one.shape[0] * one.shape[1], one.shape[2]) for one in series]
    return flat[0] if len(flat) == 1 else np.concatenate(flat)


def windows_of(series: NDArray[np.float32], window: int) -> torch.Tensor:
    """The series (r, i) as windows (r', w, i), a view; r' counts every start, those that run over two planes too."""
    rows, inputs = series.shape
    if not inputs:
        return torch.zeros(rows, window, 0)
    return torch.from_numpy(series).as_strided((rows - window + 1, window, inputs), (inputs, inputs, 1))


def times_of(parts: Sequence[SitePart], windows: torch.Tensor) -> torch.Tensor:
    """Real time of each step of each window (r', w, i), in steps since its site's first; float64 view (r', w)."""
    window = windows.shape[1]
    if not windows.shape[2]:
        return torch.zeros(1, 1, dtype=torch.float64).expand(len(windows), window)
    flat = torch.from_numpy(np.concatenate([np.tile(part.time_t, len(part.planes)) for part in parts]))
    return flat.as_strided((len(flat) - window + 1, window), (1, 1))


def _training_rows(part: SitePart, split: Split, config: TrainingConfig) -> tuple[NDArray[np.float32], bool]:
    """What a site measured up to the end of its training block, (r, c), and whether it is learned from."""
    learns = zones_of_block(part.fold, config, "training")
    some = len(part.planes) > 1 and learns.any() and not learns.all()
    planes = part.planes[learns] if some else part.planes
    rows = planes[:, : split.training[1] + 1]
    return rows.reshape(rows.shape[0] * rows.shape[1], rows.shape[2]), bool(learns.any())


def _unlike(message: str, hint: str) -> WrongInput:
    return WrongInput("The sites do not fit together", f"sites: {message}.", hint)
