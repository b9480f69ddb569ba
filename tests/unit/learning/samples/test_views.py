"""Zones or sites are left out of learning; a block for the calibration."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.learning.samples.build import build_pooled, build_samples
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.learning.samples.split import split_by_time
from rockfall_desktop.learning.samples.zone_folds import fold_of_zones
from tests.small_site import small_site

ZONES = 12


def config(**changes: Any) -> TrainingConfig:
    return TrainingConfig.model_validate({"sites": ("a",), "window_steps": 10, "zone_folds": 4} | changes)


def placed_site(seed: int = 3) -> SiteArrays:
    """Four groups of three zones each, far from one another."""
    centres = np.array([(1000.0 * (zone // 3), 10.0 * (zone % 3)) for zone in range(ZONES)])
    return replace(small_site(zones=ZONES, seed=seed), zone_centres=centres)


def test_that_neighbours_are_in_one_fold_and_folds_count_from_the_west() -> None:
    assert fold_of_zones(placed_site(), 0, config(view="zones")).tolist() == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3


def test_that_folds_follow_from_the_seed_alone() -> None:
    scattered = replace(placed_site(), zone_centres=np.random.default_rng(1).random((ZONES, 2)))
    folds = [fold_of_zones(scattered, 0, config(view="zones", seed=seed)).tolist() for seed in (1, 1, 2, 3, 4)]
    assert folds[0] == folds[1]
    assert len({tuple(fold) for fold in folds}) > 1


@pytest.mark.parametrize("fold", range(4))
def test_that_what_is_tested_was_learned_from_neither_in_place_nor_in_time(fold: int) -> None:
    samples = build_samples(placed_site(), config(view="zones", zone_fold=fold))
    zones = {name: set(getattr(samples, name).zones.tolist()) for name in ("training", "validation", "test")}
    assert zones["test"] == set(range(3 * fold, 3 * fold + 3))
    assert zones["validation"] == {(zone + 3) % ZONES for zone in zones["test"]}
    assert zones["training"] == set(range(ZONES)) - zones["test"] - zones["validation"]
    assert samples.training.steps.max() + 11 < samples.validation.steps.min()
    assert samples.validation.steps.max() + 11 < samples.test.steps.min()


def test_that_every_pair_of_zone_and_step_is_used_or_counted_in_every_view() -> None:
    for view in ("time", "zones"):
        samples = build_samples(placed_site(), config(view=view))
        assert sum(block.samples for block in samples.blocks) + sum(samples.left_out.values()) == ZONES * 900
    assert samples.left_out["zone held out of the block"] > 0


def test_that_a_zone_that_is_held_out_moves_no_scaling() -> None:
    site = placed_site()
    before = build_samples(site, config(view="zones")).scalings
    level = site.channels[1].values.copy()
    level[:6] += 100
    changed = replace(site, channels=(site.channels[0], replace(site.channels[1], values=level)))
    assert build_samples(changed, config(view="zones")).scalings == before
    assert build_samples(changed, config()).scalings != build_samples(site, config()).scalings


def test_that_whole_sites_may_be_left_out() -> None:
    sites = [SiteInput(replace(small_site(seed=seed), site_id=str(seed), name=f"S{seed}")) for seed in range(4)]
    asked = config(sites=("a", "b", "c", "d"), view="sites", zone_fold=3)
    samples = build_pooled(sites, asked)
    assert set(samples.test.zones.tolist()) == {6, 7}
    assert set(samples.validation.zones.tolist()) == {0, 1}
    assert set(samples.training.zones.tolist()) == {2, 3, 4, 5}
    own = build_pooled(sites, asked.model_copy(update={"scaling": "site"})).scalings
    assert len(set(own)) == 4, "a site that is held out is scaled by its own past"


@pytest.mark.parametrize(
    ("site", "words"),
    [
        (replace(placed_site(), zone_centres=None), "zone_folds: Small site .simulated. has 12 zones, fewer places"),
        (replace(placed_site(), zone_centres=np.zeros((ZONES, 2))), "fewer places than 4 folds"),
    ],
)
def test_that_too_few_places_are_told(site: SiteArrays, words: str) -> None:
    with pytest.raises(WrongInput, match=words):
        build_samples(site, config(view="zones"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"view": "zones", "zone_fold": 4}, "zone_fold: there are 4 folds"),
        ({"view": "sites"}, "view: to leave sites out takes three or more"),
        ({"sites": ("a", "a")}, "sites: a site is named twice"),
        ({"calibration_until": date(2002, 1, 1)}, "calibration_until: choose a calibration"),
        ({"calibration": "temperature", "calibration_until": date(2002, 1, 1)}, "goes with train_until"),
        (
            {"calibration": "temperature", "train_until": "2001-01-01", "validation_until": "2001-06-01",
             "calibration_until": "2001-06-01"},
            "calibration_until: must be later than validation_until",
        ),
    ],
)  # fmt: skip
def test_that_settings_that_cannot_be_are_told_by_their_field(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        config(**changes)


def test_that_a_calibration_block_lies_between_validation_and_test_with_an_embargo() -> None:
    samples = build_samples(placed_site(), config(calibration="temperature", horizon_steps=(1, 3)))
    assert samples.calibration is not None
    assert not samples.cross_fitted
    assert [block.name for block in samples.blocks] == ["training", "validation", "calibration", "test"]
    ordered = (samples.training, samples.validation, samples.calibration, samples.test)
    for before, after in pairwise(ordered):
        assert before.steps.max() + 3 < after.steps.min() - 10
    starts = [int(block.steps.min()) / 900 for block in ordered]
    np.testing.assert_allclose(starts, (0, 0.6, 0.75, 0.85), atol=0.011)
    assert sum(block.samples for block in samples.blocks) + sum(samples.left_out.values()) == ZONES * 900


def test_that_no_block_is_cut_while_no_calibration_is_asked_for() -> None:
    samples = build_samples(placed_site(), config())
    assert samples.calibration is None
    assert not samples.cross_fitted
    assert samples.test.count.start == day_of_first_test(config())


def day_of_first_test(asked: TrainingConfig) -> date:
    first, _ = split_by_time(asked, placed_site().local_date).test
    return date.fromordinal(date(2000, 1, 1).toordinal() + first)


def test_that_few_incidents_leave_no_block_and_the_calibration_is_cross_fitted() -> None:
    site = placed_site()
    falls = site.incidents
    late = falls.first_step > 540
    keep = ~late | (np.cumsum(late) <= 29)
    few = replace(falls, zone=falls.zone[keep], first_step=falls.first_step[keep], last_step=falls.last_step[keep],
                  volume_m3=falls.volume_m3[keep])  # fmt: skip
    samples = build_samples(replace(site, incidents=few), config(calibration="temperature"))
    assert samples.calibration is None
    assert samples.cross_fitted
    plain = build_samples(replace(site, incidents=few), config())
    assert samples.test.rows.equal(plain.test.rows)


def test_that_a_calibration_block_that_does_not_fit_is_done_without() -> None:
    """150 days hold three blocks and no fourth."""
    days = small_site(steps=150, zones=60).local_date
    asked = config(calibration="temperature", window_steps=20, batch_size=16)
    with pytest.raises(WrongInput):
        split_by_time(asked, days, calibrated=True)
    samples = build_samples(small_site(steps=150, zones=60), asked)
    assert samples.calibration is None
    assert samples.cross_fitted_because == "the record is too short for it"


def test_that_dates_name_the_same_test_block_with_and_without_a_calibration_block() -> None:
    dates = {"train_until": date(2001, 3, 1), "validation_until": date(2001, 9, 1)}
    asked = config(calibration="temperature", calibration_until=date(2002, 1, 1), **dates)
    days = placed_site().local_date
    cut, uncut = (split_by_time(asked, days, calibrated=calibrated) for calibrated in (True, False))
    assert cut.test == uncut.test
    assert cut.training == uncut.training
    assert cut.calibration is not None
    assert uncut.validation[1] > cut.calibration[0]
    without = build_samples(placed_site(), config(calibration="temperature", **dates))
    assert without.cross_fitted, "dates without one for the calibration leave no place for a block"
