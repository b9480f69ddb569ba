"""Weights go where the numbers mean the same: the same step, the same kind, the same unit."""

from dataclasses import replace

import numpy as np
import pytest

from rockfall_desktop.learning.samples.meaning import (
    ChannelMeaning,
    Meaning,
    meaning_of,
    unlike_channels,
    unlike_steps,
)
from tests.small_site import DAY_S, small_site

RAIN = ChannelMeaning(kind="rainfall", unit="mm")


def test_that_a_site_says_what_its_chosen_channels_mean_and_labels_have_no_step() -> None:
    site = small_site()
    assert meaning_of(site, ("rain",)) == Meaning(step_s=DAY_S, channels={"rain": RAIN})
    labelled = replace(site, labels=np.zeros(2, np.int8))
    assert meaning_of(labelled, ()) == Meaning(step_s=None, channels={})


@pytest.mark.parametrize(("one_s", "other_s"), [(DAY_S, 3600), (DAY_S, None), (None, DAY_S)])
def test_that_another_step_and_labels_beside_time_are_unlike(one_s: int | None, other_s: int | None) -> None:
    assert "A" in unlike_steps("A", one_s, "B", other_s)


def test_that_another_kind_and_another_unit_are_unlike() -> None:
    for other in (RAIN.model_copy(update={"kind": "temperature"}), RAIN.model_copy(update={"unit": "cm"})):
        words = unlike_channels("rain", "here", RAIN, "there", other)
        assert words == f"'rain' is rainfall in mm here, {other.kind} in {other.unit} there"


def test_that_what_means_the_same_is_alike() -> None:
    assert unlike_steps("A", None, "B", None) == unlike_steps("A", DAY_S, "B", DAY_S) == ""
    assert unlike_channels("rain", "here", RAIN, "there", small_site().channels[0]) == ""
