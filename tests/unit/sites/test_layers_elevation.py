"""Heights that nobody measured make no cliff: neither on the way to another system nor among points."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from rockfall_desktop.sites.layers.rasters import read_raster_layer
from tests.unit.sites.made_ground import UTM, ZONES, layer, make_ground, write_tiff


def in_zone_32(zone: shapely.Geometry) -> shapely.Geometry:
    way = Transformer.from_crs(UTM, "EPSG:32632", always_xy=True)
    return shapely.transform(zone, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))


@pytest.mark.parametrize("nodata", [None, -9999])
def test_that_a_hole_leaks_no_cliff_on_the_way_to_another_system(tmp_path: Path, nodata: float | None) -> None:
    z_m = np.full((100, 100), 500.0, np.float32)
    z_m[30:36, 30:36] = -9999.0
    write_tiff(tmp_path / "z.tif", z_m, nodata=nodata)
    ground = make_ground(tmp_path, crs="EPSG:32632", outlines=tuple(in_zone_32(zone) for zone in ZONES))
    chips = read_raster_layer(layer("elevation", "z.tif"), ground).chips
    assert np.nanmax(np.abs(chips[:, 0])) < 1e-3
    assert np.nanmax(chips[:, 1]) < 1e-3
    assert np.isnan(chips[0, 1]).any()
    told = any("36 of the cells that were read lie below -2,000 m" in note for note in ground.notes)
    assert told == (nodata is None)
