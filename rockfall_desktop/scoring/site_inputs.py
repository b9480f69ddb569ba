"""A site as a model reads it, at steps up to the newest that is over.

Axes: n sample, z zone, s step that is answered, g part of the layers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.layer_arrays import SiteLayers
from rockfall_desktop.domain.prepared import Prepared
from rockfall_desktop.judging.alignment import sample_moments
from rockfall_desktop.scoring.layer_inputs import CloudInputs, RasterInputs, Seen, cloud_inputs, raster_inputs
from rockfall_desktop.scoring.loading import LoadedModel
from rockfall_desktop.scoring.matching import matched_channels, not_as_trained
from rockfall_desktop.scoring.series_inputs import SeriesInputs, series_inputs


@dataclass(frozen=True, eq=False)
class Asked:
    """Samples, prepared, and what stands against answering them.

    Attributes:
        prepared: for the graphs, in the order in which they were asked for.
        share: float64 (n,), readings in the window beside those to be expected.
        silent: bool (n, c), channels without any reading in a window, that training never saw so.
        beyond: bool (n,), whether a window holds a reading beyond what training saw.
        layers: what they see of rasters ("raster") and clouds ("cloud").
    """

    prepared: Prepared
    share: NDArray[np.float64]
    silent: NDArray[np.bool_]
    beyond: NDArray[np.bool_]
    layers: dict[str, Seen]


class SiteInputs:
    """What a model reads of a site, as it was known at a moment.

    Attributes:
        arrays: the site.
        channels: those that the model reads, in its order.
        last: newest step that was over by then, -1 for none.
        first: first step that has a whole window.
        moment_s: int64 (t,), when a sample of each step up to `last` stands.
    """

    def __init__(self, loaded: LoadedModel, arrays: SiteArrays, layers: SiteLayers | None, at_s: int) -> None:
        """Match a site with a model.

        Args:
            loaded: the model.
            arrays: the site.
            layers: its layers; None where the model reads none.
            at_s: seconds since 1970 UTC; nothing that became known later is read.

        Raises:
            WrongInput: when the site's channels, steps or layers are not what the model was trained on.
        """
        self._loaded, self.arrays = loaded, arrays
        self.channels: tuple[ChannelArray, ...] = matched_channels(arrays, loaded.model)
        moment_s = sample_moments(arrays)
        self.last = int(np.searchsorted(moment_s, at_s, side="right")) - 1
        self.first = max(loaded.model.history_steps - 1, 0) if self.channels else 0
        self.moment_s = moment_s[: self.last + 1]
        self._layers = self._matched(layers) if self.last >= self.first else {}

    def _matched(self, layers: SiteLayers | None) -> dict[str, RasterInputs | CloudInputs]:
        rasters, clouds, config = self._loaded.rasters, self._loaded.clouds, self._loaded.model.config
        found: dict[str, RasterInputs | CloudInputs] = {}
        if rasters is None and clouds is None:
            return found
        if layers is None:
            raise ValueError("the model reads layers and none were read")
        if layers.zone_ids != self.arrays.zone_ids:
            raise not_as_trained("Its layers were cut for other zones.")
        if rasters is not None:
            found["raster"] = raster_inputs(layers, self.arrays.name, config, rasters, self.moment_s)
        if clouds is not None:
            found["cloud"] = cloud_inputs(layers, self.arrays.name, config, clouds, self.moment_s)
        return found

    def asked(self, zone: NDArray[np.int64], step: NDArray[np.int64]) -> Asked:
        """Prepare samples.

        Args:
            zone: int64 (n,), at least one.
            step: int64 (n,), from `first` to `last`.
        """
        series, share, silent, beyond = self._series(zone, step, int(step.min()), int(step.max()))
        layers = {name: layer.of(zone, step) for name, layer in self._layers.items()}
        zones: dict[str, NDArray[Any]] = {}
        for seen in layers.values():
            zones |= seen.arrays
        stacks = {name: seen.place for name, seen in layers.items()}
        return Asked(Prepared(len(zone), series, zones, stacks), share, silent, beyond, layers)

    def _series(
        self, zone: NDArray[np.int64], step: NDArray[np.int64], first: int, last: int
    ) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
        if not self.channels:
            return {}, np.ones(len(zone)), np.zeros((len(zone), 0), np.bool_), np.zeros(len(zone), np.bool_)
        model = self._loaded.model
        read: SeriesInputs = series_inputs(self.arrays, self.channels, model, first, last)
        ready = read.readiness(model, self.arrays.zone_ids)
        at = zone if len(read.planes) > 1 else np.zeros_like(zone), step - first
        return read.windows(zone, step), ready.share[at], ready.silent[at], read.beyond()[at]
