"""From readings to what a network reads."""

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.judging.inputs import chosen_channels, fit_scaling, input_names, network_series, transformed
from tests.small_site import small_site


def test_that_scaling_sees_the_training_rows_alone() -> None:
    planes = np.zeros((1, 10, 1), np.float32)
    planes[0, :5, 0] = [1, 2, 3, 4, np.nan]
    planes[0, 5:, 0] = 1000
    scaling = fit_scaling(planes, slice(0, 5))
    assert scaling.mean == (2.5,)
    assert scaling.spread == pytest.approx((np.std([1, 2, 3, 4]),))


def test_that_a_missing_value_becomes_zero_with_its_mask_off() -> None:
    planes = np.array([[[1.0], [np.nan], [3.0]]], np.float32)
    series = network_series(planes, fit_scaling(planes, slice(0, 3)), np.zeros(3, np.float32), season=False)
    assert series[0, :, 1].tolist() == [1, 0, 1]
    assert series[0, :, 0].tolist() == [-1, 0, 1]
    assert np.isfinite(series).all()


def test_that_the_season_is_the_same_a_year_later() -> None:
    planes = np.zeros((1, 2, 1), np.float32)
    day = np.array([10.0, 10.0 + 365.2425], np.float32)
    series = network_series(planes, fit_scaling(planes, slice(0, 2)), day, season=True)
    np.testing.assert_allclose(series[0, 0, 2:], series[0, 1, 2:], atol=1e-5)


def test_that_a_displacement_is_read_as_its_change() -> None:
    rising = ChannelArray("d", "displacement", "mm", False, np.array([100, 101, 103], np.float32))
    planes = transformed((rising,), 3, 3)
    assert planes.shape == (1, 3, 1)
    np.testing.assert_allclose(np.sinh(planes[0, 1:, 0]), [1, 2], rtol=1e-5)
    assert np.isnan(planes[0, 0, 0])


def test_that_zones_share_one_plane_unless_a_channel_is_theirs() -> None:
    shared, own = small_site(zoned=False, zones=3), small_site(zones=3)
    assert transformed(shared.channels, 3, 900).shape == (1, 900, 1)
    assert transformed(own.channels, 3, 900).shape == (3, 900, 2)


def test_that_an_unknown_channel_is_named_with_those_that_exist() -> None:
    with pytest.raises(WrongInput, match=r"no channel 'snow'.*rain, level"):
        chosen_channels(small_site(), ("snow",))


def test_that_the_names_follow_the_inputs() -> None:
    site = small_site()
    planes = transformed(site.channels, 2, 900)
    series = network_series(planes, fit_scaling(planes, slice(0, 500)), site.day_of_year, season=True)
    assert len(input_names(site.channels, season=True)) == series.shape[2]


def test_that_no_movement_is_lost_in_a_gap() -> None:
    nan = np.nan
    rising = ChannelArray("d", "displacement", "mm", False, np.array([nan, 5, nan, nan, 9, 10], np.float32))
    found = np.sinh(transformed((rising,), 1, 6)[0, :, 0])
    np.testing.assert_allclose(found, [nan, nan, nan, nan, 4, 1], rtol=1e-5)


def test_that_a_negative_magnitude_of_shaking_is_not_nothing() -> None:
    shaking = ChannelArray("s", "seismic", "magnitude", False, np.array([-2, 0, 2], np.float32))
    found = transformed((shaking,), 1, 3)[0, :, 0]
    assert found[0] == -found[2] < 0


@pytest.mark.parametrize("kind", ["displacement", "crack_opening", "strain"])
def test_that_what_only_grows_is_read_as_its_change(kind: str) -> None:
    rising = ChannelArray("c", kind, "mm", False, np.array([100, 101, 103], np.float32))
    np.testing.assert_allclose(np.sinh(transformed((rising,), 1, 3)[0, 1:, 0]), [1, 2], rtol=1e-5)


@pytest.mark.parametrize("kind", ["rainfall", "rain_forecast", "antecedent_rainfall", "blast", "inverse_velocity"])
def test_that_amounts_with_heavy_tails_are_drawn_in(kind: str) -> None:
    amounts = ChannelArray("c", kind, "mm", False, np.array([0, 9, np.nan], np.float32))
    np.testing.assert_allclose(transformed((amounts,), 1, 3)[0, :, 0], [0, np.log(10), np.nan], rtol=1e-6)


def test_that_an_acceleration_keeps_its_sign() -> None:
    change = ChannelArray("c", "acceleration", "mm/d²", False, np.array([-3, 0, 3], np.float32))
    found = transformed((change,), 1, 3)[0, :, 0]
    assert found[0] == -found[2] < 0


@pytest.mark.parametrize("kind", ["pore_pressure", "temperature", "water_level", "freeze_thaw", "other"])
def test_that_levels_and_numbers_of_cycles_stay_as_they_are(kind: str) -> None:
    level = ChannelArray("c", kind, "", False, np.array([-3, 0, 70], np.float32))
    assert transformed((level,), 1, 3)[0, :, 0].tolist() == [-3, 0, 70]
