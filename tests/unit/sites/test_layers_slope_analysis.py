"""Slope analysis on surfaces whose answer is known, against gdaldem, and against published numbers of real terrain."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import rasterio

from rockfall_desktop.sites.layers.slope_analysis import SLOPE_BANDS, curvatures, relief, roughness, slope_analysis
from tests.unit.sites.made_ground import write_tiff

ECUADOR = Path(__file__).parents[4] / "shared/data/ecuador-terrain/terrain.tif"
INNER = np.s_[6:-6, 6:-6]


def grid(cell_m: float = 1.0, half: int = 30) -> tuple[np.ndarray, np.ndarray]:
    steps = np.arange(-half, half + 1) * cell_m
    x, y = np.meshgrid(steps, -steps)
    return x, y


def band(bands: np.ndarray, name: str) -> np.ndarray:
    return bands[SLOPE_BANDS.index(name)][INNER].astype(np.float64)


def test_that_a_plane_has_its_slope_and_faces_where_it_falls() -> None:
    x, y = grid()
    bands = slope_analysis(1000 + 0.3 * x + 0.4 * y, 1.0, 1.0)
    assert band(bands, "slope") == pytest.approx(np.degrees(np.arctan(0.5)), abs=1e-5)
    assert band(bands, "aspect_sine") == pytest.approx(-0.6, abs=1e-6)
    assert band(bands, "aspect_cosine") == pytest.approx(-0.8, abs=1e-6)
    assert band(bands, "plan_curvature") == pytest.approx(0.0, abs=1e-9)
    assert band(bands, "profile_curvature") == pytest.approx(0.0, abs=1e-9)
    assert band(bands, "roughness") == pytest.approx(2 * 0.7, abs=1e-4)
    assert band(bands, "relief") == pytest.approx(10 * 0.7, abs=1e-3)


def test_that_cells_need_not_be_square() -> None:
    x, y = np.meshgrid(np.arange(40) * 2.0, -np.arange(40) * 0.5)
    bands = slope_analysis(0.3 * x + 0.4 * y, 2.0, 0.5)
    assert band(bands, "slope") == pytest.approx(np.degrees(np.arctan(0.5)), abs=1e-5)


def test_that_flat_ground_has_no_direction_and_no_curvature() -> None:
    bands = slope_analysis(np.full((20, 20), 7.0), 1.0, 1.0)
    for name in SLOPE_BANDS[1:]:
        assert (band(bands, name) == 0.0).all(), name


def test_that_a_saddle_has_the_curvatures_of_the_formula() -> None:
    x, y = grid()
    plan, profile = curvatures(0.01 * x * y, 1.0, 1.0)
    away = np.hypot(x, y) > 0.5
    with np.errstate(invalid="ignore"):
        expected = -2 * 0.01 * x * y / (x**2 + y**2)
    assert plan[away & ~np.isnan(plan)] == pytest.approx(expected[away & ~np.isnan(plan)], abs=1e-12)
    assert profile[away & ~np.isnan(plan)] == pytest.approx(expected[away & ~np.isnan(plan)], abs=1e-12)


def test_that_a_dome_bulges_down_the_slope_and_is_a_spur_across() -> None:
    x, y = grid(0.5)
    radius_m, away = 200.0, np.hypot(x, y)
    bands = slope_analysis(np.sqrt(radius_m**2 - away**2), 0.5, 0.5)
    ring = away[INNER] > 3
    height = radius_m**2 - away[INNER] ** 2
    expected = np.degrees(np.arcsin(away[INNER] / radius_m))
    assert band(bands, "slope") == pytest.approx(expected, abs=1e-3)
    assert band(bands, "profile_curvature")[ring] == pytest.approx((radius_m**2 / height**1.5)[ring], rel=1e-3)
    assert band(bands, "plan_curvature")[ring] == pytest.approx((-1 / np.sqrt(height))[ring], rel=1e-3)
    east = np.s_[6:-6, -8]
    assert (bands[SLOPE_BANDS.index("aspect_sine")][east] > 0).all()


def test_that_a_gap_makes_no_cliff_but_more_gap() -> None:
    z_m = np.full((30, 30), 500.0)
    z_m[15, 15] = np.nan
    bands = slope_analysis(z_m, 1.0, 1.0)
    for name in ("slope", "aspect_sine", "plan_curvature", "profile_curvature", "roughness"):
        found = bands[SLOPE_BANDS.index(name)]
        assert np.isnan(found[14:17, 14:17]).all(), name
        assert np.isnan(found[1:-1, 1:-1]).sum() == 9, name
        assert np.nanmax(np.abs(found)) == 0.0, name
    assert np.isnan(relief(z_m)[5:-5, 5:-5]).sum() == 11 * 11


def test_that_the_range_is_taken_over_the_neighbours() -> None:
    z_m = np.zeros((20, 20))
    z_m[10, 10] = 3.0
    assert roughness(z_m)[9:12, 9:12].tolist() == [[3.0] * 3] * 3
    assert roughness(z_m)[10, 12] == 0.0
    assert relief(z_m)[10, 13] == 3.0


def gdaldem(mode: str, path: Path, out: Path, *options: str) -> np.ndarray:
    program = shutil.which("gdaldem")
    if program is None:
        pytest.skip("gdaldem is not installed (Debian: gdal-bin)")
    subprocess.run([program, mode, path, out, "-q", *options], check=True, capture_output=True)
    with rasterio.open(out) as dataset:
        found = dataset.read(1).astype(np.float64)
        found[found == dataset.nodata] = np.nan
    return found


def difference(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    assert both.mean() > 0.8
    return np.abs(ours[both] - theirs[both])


def compare_with_gdaldem(z_m: np.ndarray, cell_m: float, path: Path, *options: str) -> None:
    bands = slope_analysis(z_m, cell_m, cell_m)
    assert difference(bands[1], gdaldem("slope", path, path.with_name("s.tif"), *options)).max() < 0.1
    assert difference(bands[6], gdaldem("roughness", path, path.with_name("r.tif"), *options)).max() < 1e-3
    steep = bands[1] > 1
    degrees = np.degrees(np.arctan2(bands[2], bands[3])) % 360
    turned = difference(np.where(steep, degrees, np.nan), gdaldem("aspect", path, path.with_name("a.tif"), *options))
    assert np.minimum(turned, 360 - turned).max() < 0.1


def test_that_slope_aspect_and_roughness_agree_with_gdaldem_on_a_rough_surface(tmp_path: Path) -> None:
    z_m = (np.random.default_rng(5).random((200, 180)) * 30 + 800).astype(np.float32)
    path = write_tiff(tmp_path / "z.tif", z_m, cell_m=2.0)
    compare_with_gdaldem(z_m.astype(np.float64), 2.0, path)


def ecuador() -> np.ndarray:
    if not ECUADOR.exists():
        pytest.skip("the terrain of Ecuador is not here (shared/data/ecuador-terrain)")
    with rasterio.open(ECUADOR) as dataset:
        return np.asarray(dataset.read().astype(np.float64))


def test_that_they_agree_with_gdaldem_on_real_terrain(tmp_path: Path) -> None:
    z_m = ecuador()[3]
    path = tmp_path / "terrain.tif"
    shutil.copy(ECUADOR, path)
    compare_with_gdaldem(z_m, 10.0, path, "-b", "4")


def test_that_published_numbers_of_real_terrain_follow_from_the_same_surface() -> None:
    """What was published is another measure of the same fitted surface, so it follows from our bands exactly.

    Published slope comes from the two neighbours along each axis (G and H of Zevenbergen and Thorne), not Horn's eight;
    published plan curvature is that of the contour (- plan / sqrt(G² + H²)), published profile curvature that of the
    profile line on the ground (profile / (1 + G² + H²)^1.5).
    """
    slope, plan_published, profile_published, z_m, _ = ecuador()
    plan, profile = curvatures(z_m, 10.0, 10.0)
    steep = slope > 1
    rise = np.where(steep, np.tan(np.radians(slope)), 1.0)
    mine = [-plan / rise, profile / (1 + rise**2) ** 1.5]
    for ours, theirs in zip(mine, (plan_published, profile_published), strict=True):
        gap = difference(np.where(steep, ours, np.nan), np.where(steep, theirs, np.nan))
        assert gap.max() < 1e-4 * max(1.0, float(np.nanmax(np.abs(theirs[steep]))))
    horn = slope_analysis(z_m, 10.0, 10.0)[1]
    both = ~np.isnan(horn) & ~np.isnan(slope)
    assert np.corrcoef(horn[both], slope[both])[0, 1] > 0.98
    assert difference(horn, slope).mean() < 1.5
