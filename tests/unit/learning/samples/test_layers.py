"""Which layer a sample sees, and what a network reads of it."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.layer_arrays import TIMELESS
from rockfall_desktop.judging.layer_sight import look
from rockfall_desktop.judging.raster_groups import raster_groups
from rockfall_desktop.judging.raster_inputs import network_rasters, raw_chips
from rockfall_desktop.judging.reading_content import readings_from
from rockfall_desktop.learning.samples.build import build_pooled, build_samples
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput
from tests.small_site import DAY_S, FIRST_DAY, small_site
from tests.unit.learning.samples.made_layers import (
    SIDE,
    cloud,
    faults,
    layers_of,
    on_day,
    raster,
    reading,
    units,
)

SITE = small_site(zoned=False)


def built(config: TrainingConfig, *layers: Any) -> SampleSet:
    return build_samples(SITE, config, layers_of(*layers))


def blocks(samples: SampleSet) -> tuple[Block, ...]:
    return samples.training, samples.validation, samples.test


def unscaled(samples: SampleSet, block: Block) -> np.ndarray:
    """The bands that each sample of a block sees, NaN where unknown; (n, c, y, x), zeros without a stack."""
    assert samples.rasters is not None
    mean, spread = (
        np.array(one)[:, None, None] for one in (samples.rasters.scaling.mean, samples.rasters.scaling.spread)
    )
    bands = samples.rasters.bands.numpy() * spread + mean
    return np.where((block.rasters >= 0).numpy()[:, None, None, None], bands[block.rasters.clamp(min=0).numpy()], 0)


def test_that_a_sample_sees_the_newest_survey_known_at_its_end_and_no_later_one() -> None:
    early, late = raster("early", epoch=on_day(-5), fill=0.25), raster("late", epoch=on_day(400), fill=0.75)
    samples = built(reading("drone_imagery"), early, late)
    assert samples.rasters is not None
    assert len(samples.rasters.bands) == 4, "two zones, two epochs, and not one for each sample"
    for block in blocks(samples):
        red = unscaled(samples, block)[:, 0, 0, 0]
        known = (FIRST_DAY + block.steps.numpy() + 1) * DAY_S >= on_day(400).known_s
        np.testing.assert_allclose(red, np.where(known, 0.75, 0.25), atol=1e-6)


def test_that_zones_keep_their_own_chips() -> None:
    layer = raster(seed=4)
    samples = built(reading("drone_imagery"), layer)
    for block in blocks(samples):
        np.testing.assert_allclose(unscaled(samples, block)[:, :2], layer.chips[block.zones.numpy()], atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(
    days=st.lists(st.tuples(st.integers(-20, 940), st.integers(0, 60)), max_size=4),
    day=st.integers(-20, 940),
    wait=st.integers(0, 60),
    shows=st.sampled_from([(0,), (1,), (0, 1)]),
)
def test_that_a_layer_that_becomes_known_later_changes_no_sample_before(
    days: list[tuple[int, int]], day: int, wait: int, shows: tuple[int, ...]
) -> None:
    base = [raster("base", fill=-1.0), cloud("base scan")]
    known = [raster(f"r{n}", epoch=on_day(d, w), fill=n) for n, (d, w) in enumerate(days)]
    later = raster("later", epoch=on_day(day, wait), fill=9.0)
    later.chips[[zone for zone in (0, 1) if zone not in shows]] = np.nan
    scan = cloud("later scan", epoch=on_day(day, wait), seed=9)
    config = reading("drone_imagery", "lidar")
    before, after = built(config, *base, *known), built(config, *base, *known, later, scan)
    for one, other in zip(blocks(before), blocks(after), strict=True):
        earlier = (FIRST_DAY + one.steps.numpy() + 1) * DAY_S < on_day(day, wait).known_s
        np.testing.assert_allclose(unscaled(before, one)[earlier], unscaled(after, other)[earlier], atol=1e-4)
        assert before.clouds is not None
        assert after.clouds is not None
        points, same = before.clouds.points[one.clouds], after.clouds.points[other.clouds]
        np.testing.assert_array_equal(points[earlier][:, :, :3], same[earlier][:, :, :3])


def test_that_nothing_is_seen_before_the_first_survey() -> None:
    samples = built(reading("drone_imagery", "lidar"), raster(epoch=on_day(100)), cloud(epoch=on_day(200)))
    day = samples.training.steps.numpy()
    assert (samples.training.rasters.numpy() >= 0).tolist() == (day >= 100).tolist()
    assert (samples.training.clouds.numpy() >= 0).tolist() == (day >= 200).tolist()
    assert (samples.test.rasters >= 0).all()


def test_that_a_survey_that_misses_a_zone_replaces_nothing_there() -> None:
    part = raster("part", epoch=on_day(100), fill=0.75)
    part.chips[1] = np.nan
    samples = built(reading("drone_imagery"), raster("whole", epoch=on_day(0), fill=0.25), part)
    late = samples.test
    np.testing.assert_allclose(unscaled(samples, late)[:, 0, 0, 0], np.where(late.zones == 0, 0.75, 0.25), atol=1e-6)


def test_that_scaling_rests_on_what_training_samples_see_alone() -> None:
    first, second = raster("a", epoch=on_day(0), seed=1), raster("b", epoch=on_day(800), fill=1000.0)
    alone = built(reading("drone_imagery"), first).rasters
    both = built(reading("drone_imagery"), first, second).rasters
    assert alone is not None
    assert both is not None
    assert both.scaling == alone.scaling
    assert both.bands.max() == 10.0, "a value far off is bounded"
    known = first.chips[:, 0]
    assert alone.scaling.mean[0] == pytest.approx(known.mean(), abs=1e-6)
    assert alone.scaling.spread[0] == pytest.approx(known.std(), abs=1e-6)


def test_that_unknown_cells_are_zero_with_a_mask_of_zero() -> None:
    layer = raster(seed=2)
    layer.chips[:, 1, 3, 4] = np.nan
    rasters = built(reading("drone_imagery"), layer).rasters
    assert rasters is not None
    assert rasters.names == ("drone_imagery red", "drone_imagery green", "drone_imagery known")
    assert rasters.bands[:, 1, 3, 4].tolist() == [0.0, 0.0]
    assert (rasters.bands[:, 2] == 0).sum() == 2
    assert rasters.bands.isfinite().all()


def test_that_a_kind_without_a_survey_yet_is_unknown_beside_one_that_is_there() -> None:
    rasters_of = built(reading("elevation", "geology"), raster("dem", "elevation", on_day(300), ("slope",)), faults())
    rasters, early = rasters_of.rasters, rasters_of.training.rasters[rasters_of.training.steps < 300]
    assert rasters is not None
    assert (early >= 0).all()
    assert (rasters.bands[early][:, rasters.names.index("elevation known")] == 0).all()
    assert (rasters.bands[early][:, rasters.names.index("geology faults known")] == 1).all()


def test_that_units_and_faults_stand_side_by_side_and_maps_that_do_not_age_too() -> None:
    rasters = built(reading("geology"), units("rock"), units("soil", 1, ("clay", "sand")), faults()).rasters
    assert rasters is not None
    assert rasters.class_names == (("granite",), ("sand",)), "only what training samples see"
    assert (rasters.classes == 1).all()
    assert rasters.shape.class_counts == (1, 1)
    assert rasters.names == (
        "geology units: rock known",
        "geology units: soil known",
        "geology faults fault_distance",
        "geology faults known",
    )
    assert rasters.reading is not None
    assert rasters.reading.groups[2].mean[0] == pytest.approx(np.log1p(100.0), abs=1e-6)


def test_that_classes_go_by_their_names_and_those_never_learned_count_as_unknown() -> None:
    old = units("old", 1, ("granite", "shale"), epoch=on_day(0))
    new = units("new", 0, ("shale", "slate"), epoch=on_day(100))
    new.chips[1] = 1
    newest = units("newest", 0, ("marl",), epoch=on_day(800))
    samples = built(reading("geology"), old, new, newest)
    rasters = samples.rasters
    assert rasters is not None
    assert rasters.class_names == (("shale", "slate"),)
    classes = rasters.classes[samples.validation.rasters][:, 0, 0, 0]
    assert (classes == 1 + samples.validation.zones).all()
    assert (rasters.classes[samples.test.rasters[samples.test.steps >= 800]] == 0).all()
    assert any("1 classes that no training sample sees count as unknown: marl" in note for note in samples.notes)


def test_that_aspect_keeps_its_length_so_that_it_can_turn() -> None:
    rasters = built(
        reading("elevation"), raster("dem", "elevation", bands=("slope", "aspect_sine", "aspect_cosine"))
    ).rasters
    assert rasters is not None
    assert rasters.aspect == (1, 2)
    assert (rasters.scaling.mean[1:3], rasters.scaling.spread[1:3]) == ((0.0, 0.0), (1.0, 1.0))


def test_that_clouds_are_scaled_and_their_change_has_masks() -> None:
    change = np.array([[2.0, np.nan], [4.0, 1.0]], np.float32)
    later = cloud("later", on_day(300), seed=1, change=change)
    samples = built(reading("lidar"), cloud("first", on_day(0)), later)
    sets = samples.clouds
    assert sets is not None
    assert sets.points.shape == (4, 16, 4)
    assert sets.change_names == ("loss_mean_m", "gain_mean_m", "loss_mean_m known", "gain_mean_m known")
    at_end = sets.changes[samples.test.clouds]
    known = (samples.test.zones == 1).numpy()
    assert at_end[:, 3].tolist() == known.astype(float).tolist()
    assert (at_end[~known][:, 1] == 0).all()
    assert sets.reading is not None
    assert sets.reading.change_mean[0] == pytest.approx(np.arcsinh([2.0, 4.0]).mean(), abs=1e-6)
    assert sets.reading.mean[:3] == (0.0, 0.0, 0.0), "coordinates turn with the cloud"


def test_that_a_change_that_training_never_saw_is_not_read_and_that_is_told() -> None:
    later = cloud("later", on_day(800), change=np.ones((2, 2), np.float32))
    samples = built(reading("lidar"), cloud("first", on_day(0)), later)
    assert samples.clouds is not None
    assert samples.clouds.changes.shape == (4, 0)
    assert any("no training sample sees them" in note for note in samples.notes)


def test_that_scans_share_the_features_that_all_have() -> None:
    samples = built(reading("lidar"), cloud("first"), cloud("second", on_day(100), ("x", "y", "z")))
    assert samples.clouds is not None
    assert samples.clouds.features == ("x", "y", "z")
    assert samples.notes == ("Point feature 'intensity' is not read: 1 scans lack it, 'second' first.",)


def test_that_a_layer_that_no_sample_sees_is_told() -> None:
    samples = built(reading("drone_imagery"), raster("now"), raster("too late", epoch=on_day(2000)))
    assert any("'too late' is seen by no sample" in note for note in samples.notes)


def test_that_all_takes_what_the_networks_read() -> None:
    everything = (raster(), faults(), cloud())
    only_rasters = built(reading("all", cloud_network="none"), *everything)
    assert only_rasters.clouds is None
    only_clouds = built(reading("all", raster_network="none", cloud_network="pointnet"), *everything)
    assert only_clouds.rasters is None
    assert only_clouds.clouds is not None


def test_that_without_series_only_what_sees_a_layer_counts() -> None:
    site = small_site(zoned=False)
    site.channels[0].values[300:330] = np.nan
    config = reading("drone_imagery", temporal_network="none")
    samples = build_samples(site, config, layers_of(raster(epoch=on_day(100))))
    assert samples.windows.shape[2] == 0
    assert samples.inputs == ()
    steps = samples.training.steps.numpy()
    assert steps.min() == 100
    assert np.isin(np.arange(310, 330), steps).all(), "a gap in the series is no gap for a picture"
    assert samples.left_out["no layer known"] == 2 * (100 - 9)
    used = sum(block.samples for block in samples.blocks)
    assert used + sum(samples.left_out.values()) == 2 * 900


def test_that_a_network_of_series_leaves_windows_without_readings_out_whatever_it_sees() -> None:
    site = small_site(zoned=False)
    site.channels[0].values[300:330] = np.nan
    steps = build_samples(site, reading("drone_imagery"), layers_of(raster())).training.steps.numpy()
    assert not np.isin(np.arange(309, 330), steps).any()


def test_that_the_same_stacks_serve_every_sample() -> None:
    rasters = built(reading("elevation"), raster("dem", "elevation", bands=("slope",))).rasters
    assert rasters is not None
    assert rasters.bands.shape == (2, 2, SIDE, SIDE)


GAP = np.nan


@pytest.mark.parametrize(
    ("config", "layers", "words"),
    [
        (
            reading("lidar"),
            [raster()],
            r"spatial_features: the site Small site \(simulated\) has no layer of kind 'lidar'",
        ),
        (reading("drone_imagery"), [raster(fill=GAP)], "'photo' .drone_imagery. has no data in any zone"),
        (reading("lidar"), [cloud(empty=(0, 1))], "'scan' .lidar. has no data in any zone"),
        (reading("all"), [], "raster_network: .* has no layers"),
        (reading("all", cloud_network="pointnet"), [raster()], "cloud_network: .* has layers of kind drone_imagery"),
        (reading("drone_imagery"), [raster("a", bands=("r",)), raster("b")], "'a' has the bands r and 'b'"),
        (reading("drone_imagery"), [raster("a"), raster("b", cell_m=2.0)], "'b' of 8 cells of 2 m"),
        (reading("lidar"), [cloud("a"), cloud("b", points=32)], "sets of 16 points and 'b' of 32"),
        (reading("drone_imagery"), [raster(epoch=on_day(800))], "no training sample sees the layers 'drone_imagery'"),
        (reading("drone_imagery", batch_size=5000), [raster()], "batch_size: 5,000 samples make a batch"),
    ],
)
def test_that_what_does_not_fit_is_named(config: TrainingConfig, layers: list[Any], words: str) -> None:
    with pytest.raises(WrongInput, match=words):
        built(config, *layers)


def test_that_a_timeless_layer_is_the_oldest_epoch() -> None:
    samples = built(
        reading("drone_imagery"), raster("new", epoch=on_day(100), fill=0.75), raster("old", epoch=TIMELESS, fill=0.25)
    )
    red = unscaled(samples, samples.training)[:, 0, 0, 0]
    np.testing.assert_allclose(red, np.where(samples.training.steps >= 100, 0.75, 0.25), atol=1e-6)


def test_that_how_layers_are_read_goes_through_a_file_and_reads_the_same() -> None:
    layers = layers_of(raster(seed=1), units("rock"), faults(), cloud(change=np.ones((2, 2), np.float32)))
    samples = build_samples(SITE, reading("all", cloud_network="pointnet"), layers)
    rasters, clouds = readings_from(json.loads(json.dumps(samples.layer_content)))
    assert samples.rasters is not None
    assert samples.clouds is not None
    assert rasters == samples.rasters.reading
    assert clouds == samples.clouds.reading
    groups, row_s = raster_groups([layers]), np.arange(2)
    sight = look([(tuple(group.epochs(0, 2) for group in groups), np.zeros(1, np.int64))])
    assert rasters is not None
    bands, classes = network_rasters(groups, raw_chips(groups, sight, row_s), rasters)
    np.testing.assert_array_equal(bands, samples.rasters.bands.numpy())
    np.testing.assert_array_equal(classes, samples.rasters.classes.numpy())


def test_that_each_of_several_sites_sees_its_own_layers_at_its_own_times() -> None:
    there = replace(small_site(zoned=False, zones=3, seed=4), site_id="another")
    here = layers_of(raster("a", epoch=on_day(100), fill=0.25), faults())
    away = layers_of(raster("b", epoch=on_day(200), fill=0.75, zones=3), cloud(epoch=on_day(50), zones=3), zones=3)
    config = reading("all", cloud_network="pointnet", sites=("a", "b"))
    samples = build_pooled((SiteInput(SITE, here), SiteInput(there, away)), config)
    assert samples.rasters is not None
    assert samples.rasters.names[-2:] == ("geology faults fault_distance", "geology faults known")
    for block in blocks(samples):
        second, day = (block.zones >= 2).numpy(), block.steps.numpy() % 900
        red = unscaled(samples, block)[:, 0, 0, 0]
        seen = np.where(second, day >= 200, day >= 100)
        np.testing.assert_allclose(red[seen], np.where(second, 0.75, 0.25)[seen], atol=1e-6)
        np.testing.assert_array_equal(block.rasters.numpy() >= 0, np.where(second, day >= 200, True))
        np.testing.assert_array_equal(block.clouds.numpy() >= 0, second & (day >= 50))


def test_that_a_kind_that_one_of_several_sites_lacks_is_named() -> None:
    there = replace(small_site(zoned=False), site_id="another", name="Second site")
    sites = (SiteInput(SITE, layers_of(raster())), SiteInput(there, layers_of(faults())))
    with pytest.raises(WrongInput, match="the site Second site has no layer of kind 'drone_imagery'"):
        build_pooled(sites, reading("drone_imagery", sites=("a", "b")))
