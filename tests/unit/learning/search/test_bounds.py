"""A search tries nothing that the record cannot hold, and says what it leaves out."""

from typing import Any

import pytest

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.search_space import LeftOut, space_of, with_settings
from rockfall_desktop.learning.samples.build import build_samples, training_samples
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.learning.search.bounds import bounded
from tests.small_site import small_site
from tests.unit.learning.training import small_config

SITE = small_site(steps=200)
VARY = ("temporal_network", "learning_rate", "batch_size", "window_steps")


def bound(
    config: TrainingConfig, vary: tuple[str, ...] = VARY
) -> tuple[dict[str, tuple[Any, ...]], tuple[LeftOut, ...]]:
    dimensions, left_out = bounded(space_of(config, vary), (SiteInput(SITE),), config)
    return {one.name: one.choices for one in dimensions}, left_out


def test_that_a_window_that_empties_a_block_is_left_out_and_said() -> None:
    config = small_config(window_steps=20, batch_size=8)
    with pytest.raises(WrongInput, match="validation_until: "):
        build_samples(SITE, with_settings(config, {"window_steps": 40}))
    kept, left_out = bound(config)
    assert kept["window_steps"] == (10, 20)
    assert [(one.title, one.choice) for one in left_out] == [("Window", 40)]
    assert left_out[0].because.startswith("no sample is left for the validation block; the record runs from 2000-01-01")


def test_that_whatever_is_drawn_together_can_be_planned() -> None:
    config = small_config(window_steps=20, batch_size=100, way="dense", temporal_network="gru")
    kept, left_out = bound(config)
    assert [one.choice for one in left_out] == ["lstm", 40, 200]
    for network in kept["temporal_network"]:
        for window in kept["window_steps"]:
            for batch in kept["batch_size"]:
                drawn = {"temporal_network": network, "window_steps": window, "batch_size": batch}
                assert training_samples((SiteInput(SITE),), with_settings(config, drawn))


def test_that_a_batch_above_the_training_block_is_left_out() -> None:
    config = small_config(window_steps=4, batch_size=160)
    kept, left_out = bound(config, ("learning_rate", "batch_size"))
    most = training_samples((SiteInput(SITE),), config)
    assert 160 < most < 320
    assert kept["batch_size"] == (80, 160)
    assert [(one.title, one.choice) for one in left_out] == [("Batch", 320)]
    assert f"{most:,} samples" in left_out[0].because


def test_that_a_record_that_holds_everything_leaves_nothing_out() -> None:
    config, site = small_config(batch_size=16), SiteInput(small_site())
    dimensions = space_of(config, VARY)
    assert bounded(dimensions, (site,), config) == (dimensions, ())


def test_that_a_search_with_nothing_left_to_vary_is_refused() -> None:
    config = small_config(window_steps=20, batch_size=8)
    halved = space_of(config, ("window_steps",))[0].model_copy(update={"choices": (20, 40)})
    with pytest.raises(WrongInput, match=r"cannot hold window 40: no sample is left for .*\.$"):
        bounded((halved,), (SiteInput(SITE),), config)
