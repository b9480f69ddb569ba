"""From point clouds to sets: each different one once, however many samples see it.

Axes: r row of a sight (site, zone, stretch of time), s set.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.layer_arrays import CloudLayer, SiteLayers
from rockfall_desktop.judging.cloud_inputs import CloudReading, RawClouds, fit_cloud_reading, network_clouds, raw_clouds
from rockfall_desktop.judging.layer_sight import Sight
from rockfall_desktop.learning.samples.sample_set import CloudStacks


def cloud_stacks(
    sites: Sequence[SiteLayers], sight: Sight, seen_r: NDArray[np.bool_], training_r: NDArray[np.bool_]
) -> tuple[CloudStacks, NDArray[np.int64], list[str]]:
    """Every set that a sample sees, scaled by those that training samples see.

    Args:
        sites: the layers; some have clouds.
        sight: what each zone sees in each stretch of time, of the clouds alone.
        seen_r: whether any sample sees a row.
        training_r: whether a training sample does; at least one does.

    Returns:
        The sets, the set of each row, int64 (r,), -1 for none, and notes.

    Raises:
        WrongInput: when the sites' sets differ in their number of points.
    """
    every = [layer for site in sites for layer in site.clouds]
    _demand_one_size(every)
    row_s, set_r = sight.different(seen_r)
    training_s = np.zeros(len(row_s), np.bool_)
    training_s[set_r[training_r & (set_r >= 0)]] = True
    raw = raw_clouds(sites, sight, row_s)
    reading = fit_cloud_reading(raw, training_s)
    points, changes = network_clouds(raw, reading)
    stacks = CloudStacks(
        points=torch.from_numpy(points),
        changes=torch.from_numpy(changes),
        features=reading.features,
        change_names=reading.change_names,
        reading=reading,
    )
    return stacks, set_r, [*_unread_features(every, raw), *_unread_changes(raw, reading)]


def _demand_one_size(layers: Sequence[CloudLayer]) -> None:
    for other in layers[1:]:
        if other.points.shape[1] != layers[0].points.shape[1]:
            raise WrongInput(
                "The layers do not fit together",
                f"spatial_features: '{layers[0].name}' has sets of {layers[0].points.shape[1]:,} points and "
                f"'{other.name}' of {other.points.shape[1]:,}.",
                "Write the same number of points under [clouds] in each site.toml.",
            )


def _unread_features(layers: Sequence[CloudLayer], raw: RawClouds) -> list[str]:
    notes = []
    for name in dict.fromkeys(name for layer in layers for name in layer.features):
        if name not in raw.features:
            without = [layer.name for layer in layers if name not in layer.features]
            notes.append(f"Point feature '{name}' is not read: {len(without)} scans lack it, '{without[0]}' first.")
    return notes


def _unread_changes(raw: RawClouds, reading: CloudReading) -> list[str]:
    unread = [name for name in raw.change_names if name not in reading.changes]
    if not unread:
        return []
    return [f"Of the change between scans {', '.join(unread)} are not read: no training sample sees them."]
