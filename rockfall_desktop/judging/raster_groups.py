"""Which rasters are inputs side by side, and which are epochs of one input.

Axes: z zone, b band, y row (north to south), x column, e epoch.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.layer_arrays import RasterLayer, SiteLayers
from rockfall_desktop.judging.layer_sight import GroupEpochs

UNITS, FAULTS = "units", "faults"


@dataclass(frozen=True, eq=False)
class RasterGroup:
    """One raster input: its epochs at each site.

    Attributes:
        name: "elevation", "drone_imagery", "geology units", "geology faults", or the last two with the layer's name.
        bands: names of what was measured; empty for classes.
        classes: names of the classes of all epochs, sorted; empty for what was measured.
        layers: of each site its epochs, none where a site has no such input.
    """

    name: str
    bands: tuple[str, ...]
    classes: tuple[str, ...]
    layers: tuple[tuple[RasterLayer, ...], ...]

    @property
    def numbers(self) -> int:
        """How many measured bands it has."""
        return len(self.bands)

    def epochs(self, site: int, zones: int) -> GroupEpochs:
        """Its epochs at a site, and which zones each shows."""
        layers = self.layers[site]
        shown_ez = [np.isfinite(layer.chips).any(axis=(1, 2, 3)) for layer in layers]
        return GroupEpochs(
            tuple(layer.epoch for layer in layers), np.reshape(shown_ez, (len(layers), zones)).astype(bool)
        )


def raster_groups(sites: Sequence[SiteLayers]) -> tuple[RasterGroup, ...]:
    """The raster inputs of sites, in the order in which they first stand in a site.

    Layers of a kind are epochs of one input, except that units and faults of geology are two, and that several maps of
    units (or of faults) of a site that do not age are an input each, by their names.

    Raises:
        WrongInput: when epochs of one input have different bands, or chips another size or cell.
    """
    named = [_named(site.rasters) for site in sites]
    names = dict.fromkeys(name for site in named for name in site)
    groups = tuple(_group(name, tuple(tuple(site.get(name, ())) for site in named)) for name in names)
    _demand_one_grid(groups)
    return groups


def _named(layers: Sequence[RasterLayer]) -> dict[str, list[RasterLayer]]:
    """The layers of a site by the name of their input."""
    timeless = Counter(_meaning(layer) for layer in layers if layer.kind == "geology" and layer.epoch.known_s is None)
    named: dict[str, list[RasterLayer]] = {}
    for layer in layers:
        name = _meaning(layer)
        if layer.epoch.known_s is None and timeless[name] > 1:
            name = f"{name}: {layer.name}"
        named.setdefault(name, []).append(layer)
    return named


def _meaning(layer: RasterLayer) -> str:
    if layer.kind != "geology":
        return layer.kind
    return f"geology {UNITS if layer.classes else FAULTS}"


def _group(name: str, layers: tuple[tuple[RasterLayer, ...], ...]) -> RasterGroup:
    first, *others = [layer for site in layers for layer in site]
    for other in others:
        if other.bands != first.bands or bool(other.classes) != bool(first.classes):
            raise WrongInput(
                "The layers do not fit together",
                f"spatial_features: '{first.name}' has the bands {', '.join(first.bands)} and '{other.name}', of the "
                f"same kind, {', '.join(other.bands)}.",
                "Give epochs of one kind the same bands in the same order: bands in site.toml, '-' leaves one out.",
            )
    classes = tuple(sorted({one for site in layers for layer in site for one in layer.classes}))
    return RasterGroup(name, () if classes else first.bands, classes, layers)


def _demand_one_grid(groups: tuple[RasterGroup, ...]) -> None:
    every = [layer for group in groups for site in group.layers for layer in site]
    for layer in every[1:]:
        one, other = every[0], layer
        if (one.chips.shape[2:], one.cell_m) != (other.chips.shape[2:], other.cell_m):
            raise WrongInput(
                "The layers do not fit together",
                f"spatial_features: '{one.name}' has chips of {one.chips.shape[-1]} cells of {one.cell_m:g} m, "
                f"'{other.name}' of {other.chips.shape[-1]} cells of {other.cell_m:g} m.",
                "Write the same pixels and cell_m under [chips] in each site.toml.",
            )
