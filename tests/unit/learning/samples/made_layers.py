"""Made-up layers of a small site, for tests."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.layer_arrays import TIMELESS, CloudLayer, Epoch, RasterLayer, SiteLayers
from tests.small_site import DAY_S, FIRST_DAY

SLOPE_BANDS = ("elevation", "slope", "aspect_sine", "aspect_cosine")
SIDE, POINTS = 8, 16


def on_day(day: int, known_days_later: int = 1) -> Epoch:
    """A survey of a day of the record, known from a later midnight on."""
    return Epoch(FIRST_DAY + day, (FIRST_DAY + day + known_days_later) * DAY_S)


def raster(
    name: str = "photo",
    kind: str = "drone_imagery",
    epoch: Epoch = TIMELESS,
    bands: tuple[str, ...] = ("red", "green"),
    *,
    zones: int = 2,
    fill: float | None = None,
    seed: int = 0,
    **changes: Any,
) -> RasterLayer:
    """Random chips, or all of one value."""
    random = np.random.default_rng(seed)
    shape = (zones, len(bands), SIDE, SIDE)
    chips = random.random(shape) if fill is None else np.full(shape, fill)
    values = {"classes": (), "cell_m": 1.0} | changes
    return RasterLayer(name, kind, bands, chips.astype(np.float32), epoch=epoch, **values)


def units(name: str, number: int = 0, classes: tuple[str, ...] = ("granite", "shale"), **changes: Any) -> RasterLayer:
    """A geological map whose cells are all of one class, by its number."""
    return raster(name, "geology", bands=("unit",), fill=number, classes=classes, **changes)


def faults(name: str = "faults", **changes: Any) -> RasterLayer:
    return raster(name, "geology", bands=("fault_distance",), fill=100.0, **changes)


def cloud(
    name: str = "scan",
    epoch: Epoch = TIMELESS,
    features: tuple[str, ...] = ("x", "y", "z", "intensity"),
    *,
    zones: int = 2,
    change: NDArray[np.float32] | None = None,
    empty: tuple[int, ...] = (),
    seed: int = 0,
    points: int = POINTS,
) -> CloudLayer:
    """Random points; zones named in `empty` have none."""
    values = np.random.default_rng(seed).normal(size=(zones, points, len(features))).astype(np.float32)
    count = np.full(zones, points, np.int64)
    values[list(empty)], count[list(empty)] = 0, 0
    names = () if change is None else ("loss_mean_m", "gain_mean_m")
    return CloudLayer(
        name=name,
        kind="lidar",
        features=features,
        points=values,
        count=count,
        centre_m=np.zeros((zones, 3)),
        scale_m=np.ones(zones, np.float32),
        change=change,
        change_names=names,
        epoch=epoch,
    )


def layers_of(*layers: RasterLayer | CloudLayer, zones: int = 2) -> SiteLayers:
    return SiteLayers(
        zone_ids=tuple(f"Z{number}" for number in range(zones)),
        rasters=tuple(layer for layer in layers if isinstance(layer, RasterLayer)),
        clouds=tuple(layer for layer in layers if isinstance(layer, CloudLayer)),
        notes=(),
        fingerprint="1" * 64,
    )


def reading(*kinds: str, **changes: Any) -> TrainingConfig:
    """A configuration that reads kinds of layers, with the networks that they take."""
    rasters = set(kinds) - {"lidar"}
    networks = {
        "raster_network": "cnn" if rasters else "none",
        "cloud_network": "pointnet" if "lidar" in kinds else "none",
    }
    values = {"sites": ("a",), "window_steps": 10, "width": 8, "spatial_features": kinds or ("all",)}
    return TrainingConfig.model_validate(values | networks | changes)
