"""Baselines see what the network sees, layers too, and do without series."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from rockfall_desktop.domain.control import Control
from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.learning.evaluation.baselines import climatology, logistic_regression
from rockfall_desktop.learning.evaluation.scores import score
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import Block, RasterStacks, SampleSet
from tests.small_site import small_site
from tests.unit.learning.training import small_config


def telling(samples: SampleSet) -> SampleSet:
    """Each sample's chip tells something of its answer: bright chips in two of three cases where one happens."""
    bands = torch.stack((torch.full((1, 4, 4), -1.0), torch.full((1, 4, 4), 1.0)))
    rasters = RasterStacks(bands, torch.zeros(2, 0, 4, 4, dtype=torch.int64), ("grey",), (), Scaling((0,), (1,)), None)

    def seen(block: Block) -> Block:
        honest = torch.arange(len(block.rows)) % 3 > 0
        bright = torch.where(honest, block.targets[:, 0] > 0, block.targets[:, 0] == 0)
        return replace(block, rasters=bright.long())

    return replace(
        samples,
        rasters=rasters,
        training=seen(samples.training),
        validation=seen(samples.validation),
        test=seen(samples.test),
    )


@pytest.mark.parametrize("series", [False, True])
def test_that_the_regression_reads_layers_with_and_without_series(series: bool) -> None:
    samples = telling(build_samples(small_site(), small_config()))
    if not series:
        samples = replace(samples, windows=samples.windows[:, :, :0], inputs=())
    target, usual = samples.test.targets.numpy(), climatology(samples, samples.test)
    answer = logistic_regression(samples, samples.test, 1, Control())
    assert answer.shape == target.shape
    found = score("x", 1, answer[:, 0], target[:, 0], usual[:, 0])
    assert found.roc_auc is not None
    assert found.roc_auc > (0.6 if not series else 0.75)
    missing = replace(samples.test, rasters=torch.full_like(samples.test.rasters, -1))
    blind = logistic_regression(samples, missing, 1, Control())
    if not series:
        assert np.ptp(blind) == pytest.approx(0)
