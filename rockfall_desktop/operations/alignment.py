"""Which windows of a site have which input, and what each block of the split holds. Slow: off the window's thread."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.site_shelf import site_place
from rockfall_desktop.operations.station import Station
from rockfall_desktop.threads import spare_threads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rockfall_desktop.domain.alignment import Alignment, ChannelCover, LayerCover
    from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
    from rockfall_desktop.domain.report import BlockCount
    from rockfall_desktop.domain.site import SiteManifest

MOST_BINS = 240


def align_site(session: Session, *, station: Station, config: TrainingConfig) -> "Alignment":
    """What the samples of a site would see with the window, horizon and dates of a configuration; nothing is trained.

    Raises:
        WrongInput: when the site has a fault or no steps. That no split can be made is told in the answer.
    """
    import numpy as np  # noqa: PLC0415

    from rockfall_desktop.domain.alignment import Alignment  # noqa: PLC0415
    from rockfall_desktop.sites.manifest import read_manifest  # noqa: PLC0415 - polars loads here

    station.demand(session)
    folder = site_place(Path(config.sites[0]))
    arrays = station.shelf.read(folder)
    steps = len(arrays.start_s)
    if arrays.labels is not None:
        message = f"The zones of {arrays.name} have labels, which say nothing of when: there are no windows."
        raise WrongInput("Labels have no time", message, "Train it on layers alone, with groups of zones left out.")
    if not steps:
        raise WrongInput("Nothing was measured over time", "The site has no steps.", "Add a channel to site.toml.")
    bins = min(MOST_BINS, steps)
    channels = [_channel(channel, arrays, config.history_steps, bins) for channel in arrays.channels]
    layers = _layers(read_manifest(folder), arrays, bins)
    in_block, blocks, left_out, problem = _split(arrays, config, bins)
    first = -(-np.arange(bins) * steps // bins)
    return Alignment(
        channels=tuple(cover for cover, _, _ in channels),
        layers=tuple(cover for cover, _, _ in layers),
        edges_s=np.append(arrays.start_s[first], arrays.start_s[-1] + arrays.step_s).astype(np.float64),
        full=tuple(full for _, full, _ in channels),
        some=tuple(some for _, _, some in channels),
        dated=tuple(dated for _, dated, _ in layers),
        timeless=tuple(timeless for _, _, timeless in layers),
        in_block=in_block,
        blocks=blocks,
        left_out=left_out,
        embargo_steps=config.history_steps + config.horizon_steps[-1],
        problem=problem,
    )


def _channel(
    channel: "ChannelArray", arrays: "SiteArrays", window_steps: int, bins: int
) -> "tuple[ChannelCover, NDArray[np.float64], NDArray[np.float64]]":
    from rockfall_desktop.domain.alignment import ChannelCover  # noqa: PLC0415
    from rockfall_desktop.judging.alignment import bin_means, window_cover  # noqa: PLC0415
    from rockfall_desktop.judging.inputs import transformed  # noqa: PLC0415

    seen = transformed((channel,), len(arrays.zone_ids), len(arrays.start_s))[:, :, 0]
    some, full = window_cover(seen, window_steps)
    whole = slice(min(window_steps, len(some)) - 1, None)  # windows that lie in the record
    first = int((full > 0).argmax())
    cover = ChannelCover(
        name=channel.name,
        any_share=float(some[whole].mean()),
        full_share=float(full[whole].mean()),
        first_full=_day(int(arrays.local_date[first])) if full[first] else None,
    )
    binned = bin_means(full, bins)
    return cover, binned, bin_means(some, bins) - binned


def _layers(
    manifest: "SiteManifest", arrays: "SiteArrays", bins: int
) -> "list[tuple[LayerCover, NDArray[np.float64], NDArray[np.float64]]]":
    import numpy as np  # noqa: PLC0415

    from rockfall_desktop.domain.alignment import LayerCover  # noqa: PLC0415
    from rockfall_desktop.judging.alignment import bin_means, newest_known, sample_moments  # noqa: PLC0415
    from rockfall_desktop.sites.ground import layer_epoch  # noqa: PLC0415

    moment_s = sample_moments(arrays)
    found = []
    for kind in dict.fromkeys(layer.kind for layer in manifest.layer):
        epochs = [layer_epoch(layer, manifest.timezone) for layer in manifest.layer if layer.kind == kind]
        dates = [epoch.known_s for epoch in epochs if epoch.known_s is not None]
        seen = newest_known(epochs, moment_s)
        has_date = np.array([*(epoch.known_s is not None for epoch in epochs), False])[seen]  # -1 is the last
        cover = LayerCover(
            kind=kind,
            epochs=len(epochs),
            timeless=len(dates) < len(epochs),
            seen_share=float((seen >= 0).mean()),
            first_known=datetime.fromtimestamp(min(dates), UTC).date() if len(dates) == len(epochs) else None,
        )
        found.append((cover, bin_means(has_date, bins), bin_means((seen >= 0) & ~has_date, bins)))
    return found


def _split(
    arrays: "SiteArrays", config: TrainingConfig, bins: int
) -> "tuple[NDArray[np.float64], tuple[BlockCount, ...], dict[str, int], str]":
    import numpy as np  # noqa: PLC0415

    from rockfall_desktop.judging.alignment import bin_means  # noqa: PLC0415
    from rockfall_desktop.learning.samples.build import build_samples  # noqa: PLC0415 - torch loads here
    from rockfall_desktop.learning.samples.split import split_by_time  # noqa: PLC0415
    from rockfall_desktop.learning.threads import bound_threads  # noqa: PLC0415

    bound_threads(spare_threads())
    try:
        split = split_by_time(config, arrays.local_date)
    except WrongInput as problem:
        return np.zeros((0, bins)), (), {}, f"{problem.message} {problem.hint}"
    inside = np.zeros((4, len(arrays.start_s)), np.bool_)
    for place, (first, last) in enumerate((split.training, split.validation, split.test)):
        inside[place, first : last + 1] = True
    inside[3, split.training[0] : split.test[1] + 1] = True
    inside[3] &= ~inside[:3].any(axis=0)
    shares = np.stack([bin_means(one, bins) for one in inside])
    try:
        samples = build_samples(arrays, config.model_copy(update={"batch_size": 1}))  # no batch is made of them
    except WrongInput as problem:
        return shares, (), {}, f"{problem.message} {problem.hint}"
    return shares, samples.blocks, samples.left_out, ""


def _day(days_since_1970: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + days_since_1970)
