"""Which kinds of layers a configuration reads at its sites."""

from collections.abc import Sequence

import numpy as np

from rockfall_desktop.domain.config import ALL_LAYERS, TrainingConfig
from rockfall_desktop.domain.config_features import CLOUD_KINDS
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.layer_arrays import CloudLayer, RasterLayer, SiteLayers


def chosen_layers(config: TrainingConfig, sites: Sequence[SiteLayers], names: Sequence[str]) -> tuple[SiteLayers, ...]:
    """The same sites with only those layers that a configuration reads.

    Args:
        config: `spatial_features` by kind; 'all' is every kind of the sites for which a network is chosen.
        sites: their layers.
        names: of the sites.

    Raises:
        WrongInput: for a kind that a site does not have, a network that has nothing to read, a layer without data.
    """
    wanted = _kinds(config, sites, names)
    chosen = tuple(_only(site, wanted) for site in sites)
    for network, found in (
        ("raster_network", any(site.rasters for site in chosen)),
        ("cloud_network", any(site.clouds for site in chosen)),
    ):
        if getattr(config, network) != "none" and not found:
            raise WrongInput(
                "Nothing for a network to read",
                f"{network}: {' and '.join(names)} {_has(sites)}, nothing that it could read.",
                f"Choose none as {network}, or add such a layer to site.toml.",
            )
    for site in chosen:
        for layer in _every(site):
            _demand_data(layer)
    return chosen


def kinds_of(site: SiteLayers) -> tuple[str, ...]:
    """Kinds of the layers of a site, each once."""
    return tuple(dict.fromkeys(layer.kind for layer in _every(site)))


def _every(site: SiteLayers) -> tuple[RasterLayer | CloudLayer, ...]:
    return (*site.rasters, *site.clouds)


def _kinds(config: TrainingConfig, sites: Sequence[SiteLayers], names: Sequence[str]) -> frozenset[str]:
    if ALL_LAYERS in config.spatial_features:
        kinds = {kind for site in sites for kind in kinds_of(site)}
        rasters = kinds - CLOUD_KINDS if config.raster_network != "none" else set()
        clouds = kinds & CLOUD_KINDS if config.cloud_network != "none" else set()
        return frozenset(rasters | clouds)
    for kind in config.spatial_features:
        for site, name in zip(sites, names, strict=True):
            if kind not in kinds_of(site):
                raise WrongInput(
                    "No such layer",
                    f"spatial_features: the site {name} has no layer of kind {kind!r}.",
                    f"Choose among: {', '.join(kinds_of(site)) or 'none'}; or add one to site.toml.",
                )
    return frozenset(config.spatial_features)


def _only(site: SiteLayers, kinds: frozenset[str]) -> SiteLayers:
    rasters = tuple(layer for layer in site.rasters if layer.kind in kinds)
    clouds = tuple(layer for layer in site.clouds if layer.kind in kinds)
    return SiteLayers(site.zone_ids, rasters, clouds, site.notes, site.fingerprint)


def _has(sites: Sequence[SiteLayers]) -> str:
    kinds = sorted({kind for site in sites for kind in kinds_of(site)})
    return f"has layers of kind {', '.join(kinds)}" if kinds else "has no layers"


def _demand_data(layer: RasterLayer | CloudLayer) -> None:
    zones = (np.isfinite(chip).any() for chip in layer.chips) if isinstance(layer, RasterLayer) else layer.count > 0
    if not any(zones):
        raise WrongInput(
            "A layer without data",
            f"spatial_features: the layer '{layer.name}' ({layer.kind}) has no data in any zone.",
            "Check its file, coordinate system and bands, or take it out of site.toml.",
        )
