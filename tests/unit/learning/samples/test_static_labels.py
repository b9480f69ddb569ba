"""Labels without time: one sample for each zone, seen through layers alone."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.layer_arrays import SiteLayers
from rockfall_desktop.learning.evaluation.baselines import climatology, logistic_regression
from rockfall_desktop.learning.evaluation.evaluate import evaluate
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints
from rockfall_desktop.learning.fitting.fit import fit
from rockfall_desktop.learning.samples.build import build_pooled, build_samples
from rockfall_desktop.learning.samples.sample_set import SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.learning.samples.static import static_features
from tests.small_site import incidents, site_of
from tests.unit.learning.samples.made_layers import on_day, raster, units
from tests.unit.learning.training import drain, now

ZONES, FOLDS = 60, 4


def config(**changes: Any) -> TrainingConfig:
    values: dict[str, Any] = {
        "sites": ("a",), "temporal_network": "none", "spatial_features": ("drone_imagery",), "raster_network": "cnn",
        "view": "zones", "zone_folds": FOLDS, "width": 8, "epochs": 2, "batch_size": 16,
    }  # fmt: skip
    return TrainingConfig.model_validate(values | changes)


def labelled_site(labels: list[int] | None = None) -> SiteArrays:
    """Zones in a row without any step; the label of every third is yes."""
    empty = site_of((), ZONES, 0, incidents([], []))
    told = [int(zone % 3 == 0) for zone in range(ZONES)] if labels is None else labels
    centres = np.stack((np.arange(ZONES, dtype=np.float64), np.zeros(ZONES)), axis=1)
    return replace(empty, labels=np.array(told, np.int8), zone_centres=centres)


def layers(**changes: Any) -> SiteLayers:
    """Red tells the label at the middle of the chip."""
    photo = raster(zones=ZONES)
    photo.chips[:, 0, 3:5, 3:5] += (np.arange(ZONES) % 3 == 0)[:, None, None] * 0.5
    return replace(SiteLayers(tuple(f"Z{zone}" for zone in range(ZONES)), (photo,), (), (), "0" * 64), **changes)


def samples_of(site: SiteArrays | None = None, **changes: Any) -> SampleSet:
    return build_samples(site or labelled_site(), config(**changes), layers())


def test_that_every_labelled_zone_is_one_sample_without_time() -> None:
    labels = [1, 0, -1] * 20
    samples = samples_of(labelled_site(labels))
    every = torch.cat([block.zones for block in (samples.training, samples.validation, samples.test)])
    assert sorted(every.tolist()) == [zone for zone in range(ZONES) if labels[zone] >= 0]
    assert samples.left_out["zone without a label"] == 20
    assert sum(block.samples for block in samples.blocks) + sum(samples.left_out.values()) == ZONES
    assert samples.inputs == ()
    assert samples.windows.shape[2] == 0
    for block in (samples.training, samples.validation, samples.test):
        assert block.targets[:, 0].tolist() == [labels[zone] for zone in block.zones.tolist()]
        assert (block.count.start, block.count.end) == (None, None)
        assert block.count.positives == (block.count.incidents,) == (block.count.occasions,)


def test_that_folds_lie_apart_and_none_is_in_two_blocks() -> None:
    tested = [set(samples_of(zone_fold=fold).test.zones.tolist()) for fold in range(FOLDS)]
    assert sorted(zone for fold in tested for zone in fold) == list(range(ZONES))
    assert all(max(fold) - min(fold) == len(fold) - 1 for fold in tested), "neighbours along the row"


def test_that_the_newest_survey_of_a_kind_counts() -> None:
    later = raster("later", epoch=on_day(5), zones=ZONES, fill=1.0)
    earlier = raster("earlier", epoch=on_day(1), zones=ZONES, fill=0.0)
    samples = build_samples(labelled_site(), config(), layers(rasters=(later, earlier)))
    assert samples.rasters is not None
    assert samples.rasters.scaling.mean[0] == 1.0
    assert samples.cautions[0].startswith("Labels have no time: every survey counts whatever its day")


def test_that_features_of_a_zone_are_those_of_its_middle() -> None:
    asked = config(spatial_features=("drone_imagery", "geology"))
    both = layers(rasters=(*layers().rasters, units("rock", 1, zones=ZONES)))
    samples = build_samples(labelled_site(), asked, both)
    found = static_features(samples, samples.test)
    chips, rasters = both.rasters[0].chips, samples.rasters
    assert rasters is not None
    zones = samples.test.zones.numpy()
    for band in range(2):
        middle = chips[zones, band, 3:5, 3:5].mean(axis=(1, 2))
        np.testing.assert_allclose(
            found[:, band], (middle - rasters.scaling.mean[band]) / rasters.scaling.spread[band], atol=1e-5
        )
    assert found.shape[1] == rasters.bands.shape[1] + len(rasters.class_names[0])
    missing = replace(samples.test, rasters=torch.full_like(samples.test.rasters, -1))
    assert not static_features(samples, missing).any()


def test_that_regression_reads_the_middle_and_climatology_is_the_base_rate() -> None:
    samples = samples_of()
    regression = logistic_regression(samples, samples.test, 7, Control())[:, 0]
    yes = samples.test.targets[:, 0].numpy() > 0
    assert regression[yes].min() > regression[~yes].max()
    base_rate = float(samples.training.targets.mean())
    np.testing.assert_allclose(climatology(samples, samples.test), base_rate, atol=1e-6)


def test_that_a_network_of_layers_alone_is_trained_and_judged(tmp_path: Path) -> None:
    asked = config(calibration="temperature")
    samples = samples_of(calibration="temperature")
    assert samples.cross_fitted_because == "labels have no time"
    assert samples.cautions == ()
    _, fitted = drain(fit(samples, asked, Checkpoints(tmp_path, time.monotonic), Control(), now))
    subject: dict[str, str | bool] = {"job_id": "j", "site_id": "s", "site_name": "S", "simulated": True}
    _, report = drain(evaluate(fitted, samples, asked, subject, Control(), now))
    assert report.verdict == "5 zones of the test block are labelled 1: too few to judge. Choose fewer folds."
    assert report.blocks == samples.blocks


def test_that_labelled_sites_are_pooled() -> None:
    sites = [replace(labelled_site(), site_id=str(number), name=f"S{number}") for number in range(3)]
    read = [SiteInput(site, layers()) for site in sites]
    samples = build_pooled(read, config(sites=("a", "b", "c"), view="sites", zone_fold=1))
    assert set(samples.test.zones.tolist()) == set(range(ZONES, 2 * ZONES))
    assert set(samples.validation.zones.tolist()) == set(range(2 * ZONES, 3 * ZONES))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"temporal_network": "lstm"}, "temporal_network: .* answers by a label of each zone"),
        ({"view": "time"}, "view: "),
        ({"horizon_steps": (1, 2)}, "horizon_steps: "),
    ],
)
def test_that_settings_that_ask_for_time_are_told(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(WrongInput, match=words):
        samples_of(**changes)


def test_that_labels_of_one_kind_teach_nothing() -> None:
    with pytest.raises(WrongInput, match="No zone of the training block is labelled 1"):
        samples_of(labelled_site([0] * ZONES))


def test_that_a_site_with_neither_steps_nor_labels_is_told() -> None:
    with pytest.raises(WrongInput, match="has no steps, and its zones have no labels"):
        build_samples(replace(labelled_site(), labels=None), config(), layers())
