"""A site's newest steps are prepared to the very numbers that learning gives its samples."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.prepared import Prepared
from rockfall_desktop.judging.alignment import sample_moments
from rockfall_desktop.learning.export.preparing import prepare
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.scoring.site_inputs import SiteInputs
from tests.small_site import DAY_S, small_site, uneven
from tests.unit.learning.samples.made_layers import cloud, faults, layers_of, on_day, raster, reading, units
from tests.unit.scoring.made_model import unanswering

STEPS = 900


def moving_site(*, zoned: bool = True) -> SiteArrays:
    """Rain, a level with gaps, a displacement that only grows, read on some days alone."""
    site, random = small_site(steps=STEPS, zoned=zoned), np.random.default_rng(4)
    moved = random.gamma(1.0, 2.0, (2, STEPS)).cumsum(axis=1).astype(np.float32)
    moved[random.random(moved.shape) < 0.4] = np.nan
    moved[0, 300:700] = np.nan
    own = ChannelArray("prism", "displacement", "mm", zoned, moved if zoned else moved[1])
    return replace(site, channels=(*site.channels, own))


def surveyed() -> Any:
    change = np.array([[0.1, np.nan], [np.nan, 2.0]], np.float32)
    return layers_of(
        raster("slope", "elevation", bands=("elevation", "slope"), seed=1),
        raster("june", epoch=on_day(100), seed=2),
        raster("later", epoch=on_day(780), seed=3),
        units("map", 1),
        faults(),
        cloud("first", on_day(50), seed=4),
        cloud("second", on_day(800), change=change, seed=5, empty=(1,)),
    )


CASES: dict[str, tuple[SiteInput, TrainingConfig]] = {
    "series": (SiteInput(moving_site()), reading(temporal_network="lstm", spatial_features=(), horizon_steps=(1, 3))),
    "series of the whole site": (
        SiteInput(moving_site(zoned=False)),
        reading(temporal_network="gru", spatial_features=(), season=False),
    ),
    "uneven steps": (
        SiteInput(uneven(moving_site(), 300, 820)),
        reading(temporal_network="transformer", spatial_features=()),
    ),
    "dense": (SiteInput(moving_site()), reading(temporal_network="gru", spatial_features=(), way="dense")),
    "series, rasters and clouds": (
        SiteInput(moving_site(), surveyed()),
        reading("elevation", "drone_imagery", "geology", "lidar", temporal_network="transformer"),
    ),
    "layers alone": (
        SiteInput(moving_site(), surveyed()),
        reading("elevation", "drone_imagery", temporal_network="none"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_that_the_test_block_is_prepared_as_learning_does_bit_for_bit(case: str) -> None:
    site, config = CASES[case]
    loaded, samples = unanswering(site, config)
    inputs = SiteInputs(loaded, site.arrays, site.layers, int(sample_moments(site.arrays)[-1]))
    block = samples.test
    wanted = prepare(samples, block, torch.arange(len(block.rows)))
    found = inputs.asked(block.zones.numpy(), block.steps.numpy()).prepared
    assert_same(found, wanted)
    assert len(block.rows) > 100


def assert_same(found: Prepared, wanted: Prepared) -> None:
    """Each sample reads the same numbers; stacks may stand in another order."""
    assert found.samples == wanted.samples
    assert found.series.keys() == wanted.series.keys()
    for name, values in wanted.series.items():
        assert found.series[name].dtype == values.dtype
        np.testing.assert_array_equal(found.series[name], values)
    assert found.zones.keys() == wanted.zones.keys()
    for name, values in wanted.zones.items():
        kind = "raster" if name in {"bands", "classes"} else "cloud"
        here = wanted.stacks[kind] >= 0
        np.testing.assert_array_equal(found.stacks[kind] >= 0, here)
        np.testing.assert_array_equal(
            found.zones[name][found.stacks[kind][here]], values[wanted.stacks[kind][here]], strict=True
        )


def test_that_times_of_a_window_are_those_of_the_clock() -> None:
    site, config = CASES["uneven steps"]
    loaded, _ = unanswering(site, config)
    start_s, step = site.arrays.start_s, np.array([400, 820, 825, 899])
    prepared = SiteInputs(loaded, site.arrays, None, int(sample_moments(site.arrays)[-1])).asked(step % 2, step)
    step_nw = step[:, None] + np.arange(-9, 1)
    clock = (start_s[step_nw] - start_s[step_nw[:, -1:]]) / DAY_S
    assert clock[:, 0].tolist() == [-9, -9, pytest.approx(-14 - 20_000 / DAY_S), -9]
    np.testing.assert_allclose(prepared.prepared.series["time"], clock, rtol=1e-6)


@pytest.mark.parametrize("case", ["series", "series, rasters and clouds"])
def test_that_nothing_that_becomes_known_later_changes_what_is_read(case: str) -> None:
    site, config = CASES[case]
    loaded, _ = unanswering(site, config)
    at = 760
    later = tuple(replace(one, values=np.where(np.arange(STEPS) > at, 1e6, one.values)) for one in site.arrays.channels)
    changed = replace(site.arrays, channels=later)
    layers = site.layers
    if layers is not None:  # a scan without intensity that is flown later, and a map of other bands
        strange = (cloud("bare", on_day(810), ("x", "y", "z")), raster("odd", epoch=on_day(811), bands=("heat",)))
        layers = layers_of(*layers.rasters, *layers.clouds, *strange)
    at_s = int(site.arrays.start_s[at + 1])
    whole, cut = (SiteInputs(loaded, one, two, at_s) for one, two in ((site.arrays, site.layers), (changed, layers)))
    assert whole.last == cut.last == at
    zone, step = np.array([0, 1, 1]), np.array([at, at, at - 4])
    assert_same(cut.asked(zone, step).prepared, whole.asked(zone, step).prepared)


@pytest.mark.parametrize(("seconds", "last"), [(-1, 499), (0, 500), (DAY_S - 1, 500), (DAY_S, 501)])
def test_that_a_step_that_is_not_over_is_not_read(seconds: int, last: int) -> None:
    site, config = CASES["series"]
    loaded, _ = unanswering(site, config)
    assert SiteInputs(loaded, site.arrays, None, int(site.arrays.start_s[501]) + seconds).last == last


def test_that_a_channel_that_was_added_later_is_not_read_and_the_order_is_the_model_s() -> None:
    site, config = CASES["series"]
    loaded, _ = unanswering(site, config)
    assert config.temporal_features == ("all",)
    added = ChannelArray("shaking", "seismic", "mm/s", False, np.ones(STEPS, np.float32))
    other = replace(site.arrays, channels=(added, *reversed(site.arrays.channels)))
    at_s, pair = int(sample_moments(other)[-1]), (np.array([0, 1]), np.array([500, 899]))
    one, two = (SiteInputs(loaded, arrays, None, at_s).asked(*pair).prepared for arrays in (site.arrays, other))
    assert_same(two, one)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "old level"}, "'level', which the model reads, is not in the site"),
        ({"kind": "water_level"}, "'level' is water_level in kPa now; the model was trained on pore_pressure in kPa"),
        ({"unit": "m"}, "is pore_pressure in m now"),
        ({"zoned": False, "values": np.zeros(STEPS, np.float32)}, "is measured for the whole site now"),
    ],
)
def test_that_a_channel_that_is_not_what_it_was_is_not_read(change: dict[str, Any], words: str) -> None:
    site, config = CASES["series"]
    loaded, _ = unanswering(site, config)
    channels = tuple(replace(one, **change) if one.name == "level" else one for one in site.arrays.channels)
    with pytest.raises(WrongInput, match=words):
        SiteInputs(loaded, replace(site.arrays, channels=channels), None, 0)


def test_that_a_site_with_other_steps_is_not_read() -> None:
    site, config = CASES["series"]
    loaded, _ = unanswering(site, config)
    with pytest.raises(WrongInput, match="in steps of 3600 s now; the model was trained on steps of 86400 s"):
        SiteInputs(loaded, replace(site.arrays, step_s=3600), None, 0)


def without(*names: str) -> Any:
    kept = surveyed()
    return layers_of(*(one for one in (*kept.rasters, *kept.clouds) if one.name not in names))


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (without("faults"), "no layer 'geology faults' that was known by then"),
        (without("first", "second"), "no layer of kind 'lidar'"),
        (layers_of(*without("june", "later").rasters, raster(bands=("red",)), cloud()), "The bands of the layers"),
        (layers_of(*without().rasters, cloud(features=("x", "y", "z"))), "lacks 'intensity' of its points"),
        (layers_of(*without().rasters, cloud(points=8)), "another size than the 16 that the model reads"),
        (
            layers_of(*(replace(one, cell_m=2.0) for one in without().rasters), *without().clouds),
            "are not of 8 cells of 1 m any more",
        ),
    ],
)  # fmt: skip
def test_that_layers_that_are_not_what_they_were_are_not_read(layers: Any, words: str) -> None:
    site, config = CASES["series, rasters and clouds"]
    loaded, _ = unanswering(site, config)
    with pytest.raises(WrongInput, match=words):
        SiteInputs(loaded, site.arrays, layers, int(sample_moments(site.arrays)[-1]))


def test_that_a_class_that_training_never_saw_is_told() -> None:
    site, config = CASES["series, rasters and clouds"]
    loaded, _ = unanswering(site, config)
    layers = layers_of(*without("map").rasters, units("map", 0), *without().clouds)
    inputs = SiteInputs(loaded, site.arrays, layers, int(sample_moments(site.arrays)[-1]))
    seen = inputs.asked(np.array([0, 1]), np.array([899, 899])).layers["raster"]
    assert seen.unknown.all()
    assert (
        not SiteInputs(loaded, site.arrays, site.layers, int(sample_moments(site.arrays)[-1]))
        .asked(np.array([0, 1]), np.array([899, 899]))
        .layers["raster"]
        .unknown.any()
    )
