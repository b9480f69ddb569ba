"""The parts of the simulated pit do what their papers say."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from rockfall_desktop.sites.simulated import creep, falls, incidents, pore_pressure, shaking, weather
from rockfall_desktop.sites.simulated.fractal import fractal_surface
from rockfall_desktop.sites.simulated.geology import UNITS, make_geology, unit_strength
from rockfall_desktop.sites.simulated.layout import BENCH_HEIGHT_M, BENCHES_A_ZONE, CENTRE_M, FLOOR_M, make_layout
from rockfall_desktop.sites.simulated.terrain import make_terrain, zone_means
from rockfall_desktop.sites.simulated.wall import zone_rates


@pytest.mark.parametrize("step_h", [24, 1])
def test_that_rain_has_the_climates_mean_and_spells(step_h: int) -> None:
    climate, random = weather.CLIMATES[step_h], np.random.default_rng(2)
    steps = 40 * 365 * 24 // step_h
    season = weather.wet_season(np.arange(steps), step_h)
    wet, before = np.empty((steps, 1), bool), np.zeros(1, bool)
    draws = random.random((steps, 1))
    for step in range(steps):
        wet[step] = before = weather.next_wet(climate, before, season[step : step + 1], draws[step])
    rain = weather.rain_mm(climate, wet[:, 0], season, random.standard_gamma(climate.shape, steps))
    assert rain.mean() == pytest.approx(weather.mean_rain_mm(climate), rel=0.05)
    assert 800 < rain.mean() * 365 * 24 / step_h < 1400
    assert (rain > 0).mean() == pytest.approx(wet.mean())
    again = wet[1:, 0][wet[:-1, 0]].mean()
    assert climate.wet_after_wet < again < climate.wet_after_wet + climate.more_after_wet
    assert rain[season > 0.8].mean() > 1.2 * rain[season < 0.2].mean()


def test_that_the_response_function_is_iversons_and_solves_diffusion() -> None:
    # The head under a steady flux, by Carslaw and Jaeger: R is the integral of exp(-1/s) / (2 sqrt(pi s)) ds.
    for scaled in (0.1, 1.0, 7.0, 40.0):
        integral, _ = quad(lambda s: np.exp(-1.0 / s) / (2.0 * np.sqrt(np.pi * s)), 0.0, scaled)
        assert pore_pressure.response(np.array([scaled]))[0] == pytest.approx(integral, rel=1e-6)
    assert pore_pressure.response(np.zeros(1))[0] == pytest.approx(0.0, abs=1e-6)


def test_that_pressure_rises_later_and_less_where_diffusion_is_slow() -> None:
    kernel = pore_pressure.kernels(np.full(2, 4.0), np.array([24.0, 120.0]), 1)
    assert (kernel > -1e-12).all()
    assert kernel[0].argmax() < kernel[1].argmax()
    assert kernel[0].max() > kernel[1].max()
    assert kernel[:, -1].max() < 0.02 * kernel.max()


def test_that_creep_is_voights_law_in_closed_form() -> None:
    velocity, growth = np.array([0.3, 2.0, 50.0]), np.array([0.03, 0.02, 0.05])
    after, way = creep.advance(velocity, growth, 0.5)
    expected, moved, pieces = velocity.copy(), np.zeros(3), 200_000
    for _ in range(pieces):  # small steps of d2u/dt2 = A (du/dt)^2, up to the largest velocity
        faster = np.minimum(expected + growth * expected**creep.VOIGHT_ALPHA * 0.5 / pieces, creep.FASTEST_MM_D)
        moved += (expected + faster) / 2 * 0.5 / pieces
        expected = faster
    np.testing.assert_allclose(after, expected, rtol=1e-3)
    np.testing.assert_allclose(way, moved, rtol=1e-3)


def test_that_magnitudes_follow_gutenberg_and_richter() -> None:
    draw = (np.arange(100_000) + 0.5) / 100_000
    sizes = shaking.magnitude(draw, np.ones(1))
    assert (sizes >= 3.0).sum() == pytest.approx((sizes >= 2.0).sum() / 10, rel=0.01)
    assert sizes.max() <= shaking.LARGEST_MAGNITUDE
    assert np.median(shaking.magnitude(draw, np.full(1, 50.0))) > 3.5


def test_that_aftershocks_decay_by_omori_and_utsu() -> None:
    for step_h in (1, 24):
        kernel = shaking.aftershock_kernel(step_h)[0]
        for place in (0, 1, 40):
            low, high = max(place - 0.5, 0) * step_h / 24, (place + 0.5) * step_h / 24
            expected, _ = quad(lambda t: (t + shaking.OMORI_C_D) ** -shaking.OMORI_P, low, high)
            assert kernel[place] == pytest.approx(expected, rel=1e-6)


def test_that_attenuation_is_joyner_and_boores() -> None:
    # log10 v (cm/s) = -0.67 + 0.489 * 6 - log10 r - 0.00256 r, r = sqrt(3^2 + 4^2) = 5
    assert shaking.peak_mm_s(np.array([6.0]), np.array([3.0]))[0] == pytest.approx(
        10 * 10 ** (-0.67 + 2.934 - np.log10(5.0) - 0.0128), rel=1e-12
    )


def test_that_the_rate_of_falls_grows_with_each_of_its_causes() -> None:
    def total(*, per_day: float = 0.01, wet: float = 0.0, speed: float = 0.3, peak: float = 0.0) -> float:
        found = falls.expected_falls(np.array([per_day]), np.array([wet]), np.array([speed]), np.array([peak]), 1.0)
        return float(found.small[0] + found.large[0])

    rest = total()
    assert rest == pytest.approx(0.01, rel=0.06)
    for more in (total(per_day=0.02), total(wet=1.0), total(speed=3.0), total(peak=20.0)):
        assert more > 1.5 * rest
    assert total(speed=60.0) > 1.5
    steep, strong = np.array([30.0, 40.0, 40.0]), np.array([1.2, 1.2, 1.8])
    rates = zone_rates(steep, strong, 24)
    assert rates[1] > rates[0]
    assert rates[1] > rates[2]
    assert rates.mean() == pytest.approx(zone_rates(steep[:1], strong[:1], 24)[0])


def test_that_volumes_follow_a_power_law_between_their_ends() -> None:
    draw = (np.arange(100_000) + 0.5) / 100_000
    volume = incidents._volume_m3(draw, (10.0, 1000.0))
    assert (volume.min(), volume.max()) == pytest.approx((10.0, 1000.0), rel=1e-3)
    whole = 10.0**-0.5 - 1000.0**-0.5
    assert (volume > 100).mean() == pytest.approx((100.0**-0.5 - 1000.0**-0.5) / whole, rel=1e-3)


@pytest.mark.parametrize("hurst", [0.3, 0.8])
def test_that_the_fractal_has_the_slope_of_its_spectrum(hurst: float) -> None:
    surface = fractal_surface(np.random.default_rng(0), (512, 512), hurst=hurst)
    windowed = surface * np.hanning(512)[:, None] * np.hanning(512)
    power = np.abs(np.fft.fft2(windowed)) ** 2
    wave = np.hypot(np.fft.fftfreq(512)[:, None], np.fft.fftfreq(512)[None, :])
    edges = np.geomspace(4 / 512, 0.25, 9)
    middle = np.sqrt(edges[1:] * edges[:-1])
    mean = [power[(wave >= low) & (wave < high)].mean() for low, high in pairwise(edges)]
    slope = np.polyfit(np.log(middle), np.log(mean), 1)[0]
    assert slope == pytest.approx(-(2 * hurst + 2), abs=0.25)


@pytest.mark.parametrize("zones", [1, 12, 40, 200])
def test_that_the_wall_has_benches_and_every_zone_ground_of_its_own(zones: int) -> None:
    layout = make_layout(zones)
    terrain = make_terrain(np.random.default_rng(5), layout)
    zone = layout.zone_of(*layout.grid())
    cells = np.bincount(zone[zone >= 0], minlength=zones)
    assert cells.size == zones
    assert cells.min() > 400
    assert (terrain.zone_slope_deg > 10).all()
    level = np.arange(zones) // layout.columns
    height = zone_means(layout, terrain.height_m) - FLOOR_M
    assert np.abs(height - (level + 0.5) * BENCHES_A_ZONE * BENCH_HEIGHT_M).max() < 8
    corner = layout.polygon(0)
    assert np.hypot(*(corner - np.array(CENTRE_M)).T).min() == pytest.approx(layout.radius_m, abs=0.02)


def test_that_weaker_rock_and_faults_weaken_zones() -> None:
    assert (np.diff(unit_strength()) < 0).all()
    layout = make_layout(40)
    geology = make_geology(np.random.default_rng(1), layout)
    assert set(geology.area_unit.tolist()) == set(range(len(UNITS)))
    whole = unit_strength()[geology.unit]
    assert (geology.strength <= whole).all()
    assert (geology.strength / whole).min() == pytest.approx(0.65, abs=0.02)
    assert (geology.strength / whole).max() > 0.99
    assert np.ptp(geology.zone_strength) > 0.3
