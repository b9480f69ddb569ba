"""From point sets to what a network reads: features that every scan has, scaled; the change since the scan before.

Axes: z zone, e epoch, s set, m point, f feature, v value of a change.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.layer_arrays import CloudLayer, SiteLayers
from rockfall_desktop.judging.layer_sight import GroupEpochs, Sight
from rockfall_desktop.judging.raster_inputs import LARGEST_SCALED, mean_and_spread, scaled

_KEPT = ("x", "y", "z", "nx", "ny", "nz")

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class CloudReading:
    """How a network reads point clouds; plain values, so that a file can hold it.

    Attributes:
        features: along f; each with its mean and spread over the sets that training samples see. Coordinates and
            normals keep 0 and 1: they are bounded already, and turn with the cloud.
        changes: values of a change that some training sample sees, drawn in (arcsinh) and scaled like the features.
        mean, spread: along features.
        change_mean, change_spread: along changes.
        points: points of a set.
    """

    features: tuple[str, ...]
    changes: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    change_mean: tuple[float, ...]
    change_spread: tuple[float, ...]
    points: int

    @property
    def change_names(self) -> tuple[str, ...]:
        """Names along v: values, then masks."""
        return (*self.changes, *(f"{name} known" for name in self.changes))


@dataclass(frozen=True, eq=False)
class RawClouds:
    """What rows of a sight see, unscaled.

    Attributes:
        points: float32 (s, m, f).
        features: along f.
        changes: float32 (s, v), drawn in by arcsinh, NaN where it cannot be told.
        change_names: along v.
    """

    points: Floats
    features: tuple[str, ...]
    changes: Floats
    change_names: tuple[str, ...]


def cloud_epochs(layers: tuple[CloudLayer, ...], zones: int) -> GroupEpochs:
    """The scans of a site, and which zones each shows."""
    shown_ez = np.reshape([layer.count > 0 for layer in layers], (len(layers), zones)).astype(bool)
    return GroupEpochs(tuple(layer.epoch for layer in layers), shown_ez)


def common_features(layers: Sequence[CloudLayer]) -> tuple[str, ...]:
    """The features that every scan has, in their order."""
    return tuple(name for name in layers[0].features if all(name in layer.features for layer in layers))


def raw_clouds(sites: Sequence[SiteLayers], sight: Sight, row_s: NDArray[np.int64]) -> RawClouds:
    """Take what rows see; the number of points is that of the sites, the same in all."""
    every = [layer for site in sites for layer in site.clouds]
    features = common_features(every)
    changes = tuple(dict.fromkeys(name for layer in every for name in layer.change_names))
    points_smf = np.zeros((len(row_s), every[0].points.shape[1], len(features)), np.float32)
    changes_sv = np.full((len(row_s), len(changes)), np.nan, np.float32)
    for number, site in enumerate(sites):
        for epoch, layer in enumerate(site.clouds):
            sees = (sight.site_r[row_s] == number) & (sight.epoch_rg[row_s, 0] == epoch)
            zone = sight.zone_r[row_s[sees]]
            points_smf[sees] = layer.points[zone][..., [layer.features.index(name) for name in features]]
            if layer.change is not None:
                columns = [changes.index(name) for name in layer.change_names]
                changes_sv[np.ix_(sees, columns)] = np.arcsinh(layer.change[zone])
    return RawClouds(points_smf, features, changes_sv, changes)


def fit_cloud_reading(raw: RawClouds, training_s: NDArray[np.bool_]) -> CloudReading:
    """Scale by the sets that training samples see, and by no other.

    A value of the change that none of them has is not read: its weights would be those of chance.
    """
    fitted = [
        (0.0, 1.0) if name in _KEPT else mean_and_spread(raw.points[training_s, :, place])
        for place, name in enumerate(raw.features)
    ]
    told = [place for place in range(len(raw.change_names)) if np.isfinite(raw.changes[training_s, place]).any()]
    change = [mean_and_spread(raw.changes[training_s, place]) for place in told]
    return CloudReading(
        features=raw.features,
        changes=tuple(raw.change_names[place] for place in told),
        mean=tuple(mean for mean, _ in fitted),
        spread=tuple(spread for _, spread in fitted),
        change_mean=tuple(mean for mean, _ in change),
        change_spread=tuple(spread for _, spread in change),
        points=raw.points.shape[1],
    )


def network_clouds(raw: RawClouds, reading: CloudReading) -> tuple[Floats, Floats]:
    """What a network reads: points float32 (s, m, f) and changes float32 (s, v), values then masks; no NaN."""
    places = [raw.features.index(name) for name in reading.features]
    mean, spread = (np.asarray(numbers, np.float32) for numbers in (reading.mean, reading.spread))
    points_smf = np.clip((raw.points[..., places] - mean) / spread, -LARGEST_SCALED, LARGEST_SCALED)
    values = np.full((len(raw.changes), len(reading.changes)), np.nan, np.float32)
    for column, name in enumerate(reading.changes):
        if name in raw.change_names:
            values[:, column] = raw.changes[:, raw.change_names.index(name)]
    known = np.isfinite(values)
    for column, (mean_v, spread_v) in enumerate(zip(reading.change_mean, reading.change_spread, strict=True)):
        values[:, column] = scaled(values[:, column], mean_v, spread_v)
    return np.asarray(points_smf, np.float32), np.concatenate((values, known.astype(np.float32)), axis=1)
