"""Several sites in one training: one after the other, the same channels, one scaling or each its own."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.judging.inputs import network_series, transformed
from rockfall_desktop.learning.evaluation.baselines import climatology
from rockfall_desktop.learning.samples.build import build_pooled, build_samples
from rockfall_desktop.learning.samples.sample_set import SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput
from tests.small_site import incidents, small_site

ZONES, STEPS = (2, 3), (900, 700)


def config(**changes: Any) -> TrainingConfig:
    return TrainingConfig.model_validate({"sites": ("a", "b"), "window_steps": 10} | changes)


def two_sites() -> tuple[SiteArrays, SiteArrays]:
    """North; and South, of other length and zones, where it rains three times as much."""
    north, south = (small_site(steps=steps, zones=zones, seed=steps) for steps, zones in zip(STEPS, ZONES, strict=True))
    rain = replace(south.channels[0], values=south.channels[0].values * 3)
    south = replace(south, name="South", site_id="other", channels=(south.channels[1], rain))
    return replace(north, name="North"), south


def pooled(sites: tuple[SiteArrays, ...], **changes: Any) -> SampleSet:
    return build_pooled([SiteInput(site) for site in sites], config(**changes))


def test_that_every_window_lies_in_its_own_site_whatever_the_sites_are_scaled_by() -> None:
    sites = two_sites()
    for scaling in ("shared", "site"):
        samples = pooled(sites, scaling=scaling)
        for block in (samples.training, samples.validation, samples.test):
            for number in range(0, len(block.rows), 97):
                zone, step = int(block.zones[number]), int(block.steps[number])
                place = int(zone >= ZONES[0])
                site = sites[place]
                ordered = tuple(sorted(site.channels, key=lambda channel: channel.name, reverse=True))
                planes = transformed(ordered, len(site.zone_ids), STEPS[place])
                series = network_series(planes, samples.scalings[place], site.day_of_year, season=True)
                zone, step = zone - (0, ZONES[0])[place], step - (0, STEPS[0])[place]
                window = samples.windows[int(block.rows[number])].numpy()
                np.testing.assert_array_equal(window, series[zone, step - 9 : step + 1])


def test_that_pooled_samples_are_those_of_the_sites_apart() -> None:
    sites = two_sites()
    samples, apart = pooled(sites), [build_samples(site, config(sites=("a",))) for site in sites]
    for name in ("training", "validation", "test"):
        block, own = getattr(samples, name), [getattr(one, name) for one in apart]
        assert block.targets.tolist() == [row for one in own for row in one.targets.tolist()]
        assert block.count.samples == sum(one.count.samples for one in own)
        assert block.count.positives == (sum(one.count.positives[0] for one in own),)
        assert (block.count.incidents, block.count.occasions) == (
            sum(one.count.incidents for one in own),
            sum(one.count.occasions for one in own),
        )
        assert block.count.start == min(one.count.start for one in own)
        steps = [step + before for one, before in zip(own, (0, STEPS[0]), strict=True) for step in one.steps.tolist()]
        assert block.steps.tolist() == steps
        months = [one.month[one_block.steps] for one, one_block in zip(apart, own, strict=True)]
        assert samples.month[block.steps].tolist() == [month for part in months for month in part.tolist()]
    assert samples.left_out == {key: sum(one.left_out[key] for one in apart) for key in apart[0].left_out}
    assert samples.zone_names == ("North: Z0", "North: Z1", "South: Z0", "South: Z1", "South: Z2")


def test_that_a_scaling_is_shared_or_each_sites_own() -> None:
    sites = two_sites()
    shared, own = pooled(sites).scalings, pooled(sites, scaling="site").scalings
    assert shared[0] == shared[1]
    assert own[0] == build_samples(sites[0], config(sites=("a",))).scalings[0]
    assert own[0].mean[0] < shared[0].mean[0] < own[1].mean[0], "rain, which is three times as much in the South"


def test_that_several_sites_are_called_one_heap_and_shared_times_are_told() -> None:
    short = replace(small_site(steps=400, seed=9), site_id="short", name="Short")
    heap, shared = pooled((two_sites()[0], short)).cautions
    assert "judged as one heap" in heap
    assert shared.startswith("Without dates each site is cut by its own record: training runs to 2001-")
    assert len(pooled(two_sites(), train_until=date(2001, 1, 1), validation_until=date(2001, 7, 1)).cautions) == 1
    assert build_samples(two_sites()[0], config(sites=("a",))).cautions == ()


def test_that_climatology_knows_the_site_as_well_as_the_month() -> None:
    random = np.random.default_rng(1)
    often, seldom = (
        replace(site, incidents=incidents(*np.nonzero(random.random((len(site.zone_ids), steps)) < rate)))
        for site, steps, rate in zip(two_sites(), STEPS, (0.2, 0.03), strict=True)
    )
    samples = pooled((often, seldom))
    usual, north = climatology(samples, samples.test)[:, 0], samples.test.zones.numpy() < ZONES[0]
    assert usual[north].min() > 0.12
    assert usual[~north].max() < 0.09
    third = replace(seldom, site_id="third", name="Third")
    asked = config(sites=("a", "b", "c"), view="sites", zone_fold=0)
    held_out = build_pooled([SiteInput(site) for site in (often, seldom, third)], asked)
    overall = float(held_out.training.targets.mean())
    np.testing.assert_allclose(climatology(held_out, held_out.test), overall, rtol=1e-6)


def test_that_dates_cut_all_sites_on_the_same_days() -> None:
    samples = pooled(two_sites(), train_until=date(2001, 1, 1), validation_until=date(2001, 7, 1))
    assert samples.test.count.start == date(2001, 7, 1)
    first_of_south = samples.test.steps[samples.test.zones >= ZONES[0]].min() - STEPS[0]
    assert first_of_south == (date(2001, 7, 1) - date(2000, 1, 1)).days


def other(**changes: Any) -> tuple[SiteArrays, SiteArrays]:
    north, south = two_sites()
    return north, replace(south, **changes)


def channels_of(name: str, kind: str, unit: str) -> tuple[ChannelArray, ...]:
    south = two_sites()[1]
    return (replace(south.channels[1], name=name, kind=kind, unit=unit), south.channels[0])


@pytest.mark.parametrize(
    ("sites", "words"),
    [
        (
            other(channels=two_sites()[1].channels[:1]),
            r"temporal_features: South has no channel 'rain', which North has",
        ),
        (other(channels=channels_of("shower", "rainfall", "mm")), "North has no channel 'shower', which South has"),
        (
            other(channels=channels_of("rain", "velocity", "mm/d")),
            "'rain' is rainfall in mm at North, velocity in mm/d",
        ),
        (other(step_s=3600), "North counts in steps of 86400 s, South of 3600 s"),
        (other(site_id=two_sites()[0].site_id), "South is named twice"),
        (other(labels=np.zeros(3, np.int8)), "has labels without time"),
    ],
)
def test_that_sites_that_do_not_fit_together_are_told(sites: tuple[SiteArrays, ...], words: str) -> None:
    with pytest.raises(WrongInput, match=words):
        pooled(sites)


def test_that_what_all_sites_have_can_be_chosen() -> None:
    samples = pooled(other(channels=two_sites()[1].channels[:1]), temporal_features=("level",))
    assert samples.inputs == ("level", "level known", "season sine", "season cosine")


def test_that_a_site_of_a_shared_series_stands_beside_one_of_zones() -> None:
    north, south = small_site(zoned=False), replace(small_site(zoned=False, seed=9), site_id="other")
    level = ChannelArray("level", "pore_pressure", "kPa", True, np.zeros((2, 900), np.float32))
    flat = replace(level, zoned=False, values=np.zeros(900, np.float32))
    samples = pooled(
        (replace(north, channels=(*north.channels, flat)), replace(south, channels=(*south.channels, level)))
    )
    assert len(samples.windows) == 3 * 900 - 9, "one plane of North, two of South"
    rows, zones = samples.test.rows, samples.test.zones
    assert rows[zones == 0].equal(rows[zones == 1])
    assert rows[zones == 3].equal(rows[zones == 2] + 900)
