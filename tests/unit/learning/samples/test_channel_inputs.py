"""What a bundle says that training has seen of each channel."""

from dataclasses import replace

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.learning.samples.channel_inputs import channel_inputs
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.learning.samples.split import split_by_time
from tests.small_site import incidents, site_of

STEPS = 600


def site(number: int, begin: float) -> SiteArrays:
    """A level that rises by one a step from `begin`, and a displacement by two, of two zones, the second 100 higher."""
    level = begin + np.arange(STEPS, dtype=np.float32)
    zoned = np.stack((level, level + 100))
    channels = (
        ChannelArray("level", "pore_pressure", "kPa", True, zoned),
        ChannelArray("crack", "displacement", "mm", False, 2 * level),
        ChannelArray("other", "rainfall", "mm", False, level),
    )
    made = site_of(channels, 2, STEPS, incidents([0], [50]))
    return replace(made, site_id=f"0190a000-0000-7000-8000-00000000000{number}", name=f"Site {number}")


def config(sites: int, **changes: object) -> TrainingConfig:
    values = {
        "sites": tuple(f"s{number}" for number in range(sites)), "window_steps": 10, "horizon_steps": (3,),
        "temporal_features": ("crack", "level"),
    }  # fmt: skip
    return TrainingConfig.model_validate(values | changes)


def ranges(found: tuple[object, ...]) -> dict[str, tuple[float, float]]:
    return {one.name: (one.lowest, one.highest) for one in found}  # type: ignore[attr-defined]


def test_that_a_range_is_that_of_the_training_block_and_of_what_grows_that_of_its_change() -> None:
    one = site(0, 5.0)
    wanted = config(1)
    last = split_by_time(wanted, one.local_date).training[1]
    level, crack = channel_inputs([SiteInput(one)], wanted, 0)
    assert (level.name, level.kind, level.unit, level.zoned) == ("level", "pore_pressure", "kPa", True)
    assert (level.lowest, level.highest) == (5.0, 105.0 + last)
    assert (crack.lowest, crack.highest) == (2.0, 2.0)
    assert (crack.known_share, crack.longest_gap_steps) == (pytest.approx(last / (last + 1)), 1)


def test_that_readings_after_training_change_nothing() -> None:
    one, wanted = site(0, 0.0), config(1)
    last = split_by_time(wanted, one.local_date).training[1]
    before = channel_inputs([SiteInput(one)], wanted, 0)
    for channel in one.channels:
        channel.values[..., last + 1 :] = 1e6
    assert channel_inputs([SiteInput(one)], wanted, 0) == before


def test_that_with_one_scaling_what_any_site_saw_is_known_and_with_its_own_only_what_it_saw() -> None:
    sites = [SiteInput(site(0, 0.0)), SiteInput(site(1, 1000.0))]
    last = split_by_time(config(2), sites[0].arrays.local_date).training[1]
    for place in (0, 1):
        assert ranges(channel_inputs(sites, config(2), place))["level"] == (0.0, 1100.0 + last)
    own = [channel_inputs(sites, config(2, scaling="site"), place) for place in (0, 1)]
    assert [ranges(one)["level"] for one in own] == [(0.0, 100.0 + last), (1000.0, 1100.0 + last)]


def test_that_a_site_that_is_held_out_widens_nothing_and_has_its_own_range_by_its_own_scaling() -> None:
    sites = [SiteInput(site(number, 1000.0 * number)) for number in range(4)]
    left_out = config(4, view="sites", zone_fold=0)
    last = split_by_time(left_out, sites[0].arrays.local_date).training[1]
    for place in range(4):
        assert ranges(channel_inputs(sites, left_out, place))["level"] == (2000.0, 3100.0 + last)
    own = channel_inputs(sites, config(4, view="sites", zone_fold=0, scaling="site"), 0)
    assert ranges(own)["level"] == (0.0, 100.0 + last)


def test_that_zones_that_are_left_out_widen_nothing() -> None:
    one = site(0, 0.0)
    level = np.repeat(np.arange(4.0), STEPS).reshape(4, STEPS).astype(np.float32)
    channels = (replace(one.channels[0], values=level), one.channels[1])
    centres = np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 0.0], [300.0, 0.0]])
    four = replace(one, channels=channels, zone_ids=tuple("ABCD"), zone_centres=centres)
    left_out = config(1, view="zones", zone_folds=4, zone_fold=0)
    assert ranges(channel_inputs([SiteInput(four)], left_out, 0))["level"] == (2.0, 3.0)


def test_that_a_channel_that_was_never_read_in_training_has_no_range() -> None:
    one = site(0, 0.0)
    one.channels[0].values[:] = np.nan
    level, _ = channel_inputs([SiteInput(one)], config(1), 0)
    assert (level.lowest, level.highest, level.known_share) == (None, None, 0.0)


def test_that_a_model_without_series_reads_no_channel() -> None:
    layers = {"temporal_network": "none", "spatial_features": ("lidar",), "cloud_network": "pointnet"}
    assert channel_inputs([SiteInput(site(0, 0.0))], config(1, **layers), 0) == ()
