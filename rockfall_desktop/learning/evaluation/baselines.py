"""Simpler models on the same samples: what a network has to beat.

Axes: n sample, w step of the window, i input, f feature, h horizon.
"""

import warnings
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet
from rockfall_desktop.learning.samples.static import static_features

_LAGS = 30
_SPANS = (2, 3, 5, 7, 10, 15, 30, 60, 120, 240, 480, 960)
_MONTH_WEIGHT = 200.0
_MOST_ROWS = 100_000
_ASKED_AT_ONCE = 16_384
_PENALTY, _PENALTY_SAMPLES = 0.01, 10_000
_PIECE = 1024


def climatology(samples: SampleSet, block: Block) -> NDArray[np.float64]:
    """The training block's rate of each calendar month at each site, drawn towards rarer knowledge; (n, h).

    A month is drawn towards its site's rate, that towards the rate of all sites: a site that was not learned from has
    the latter.
    """
    training, targets = samples.training, samples.training.targets.numpy().astype(np.float64)
    overall = targets.mean(axis=0)
    months, sites = _months_and_sites(samples, training)
    asked_months, asked_sites = _months_and_sites(samples, block)
    answer = np.empty((len(asked_months), targets.shape[1]))
    for site in np.unique(asked_sites):
        own = sites == site
        usual = _drawn(targets[own], overall)
        rates = np.stack([_drawn(targets[own & (months == month)], usual) for month in range(12)])
        there = asked_sites == site
        answer[there] = rates[asked_months[there]]
    return answer


def _drawn(targets: NDArray[np.float64], towards: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((targets.sum(axis=0) + _MONTH_WEIGHT * towards) / (len(targets) + _MONTH_WEIGHT))


def _months_and_sites(samples: SampleSet, block: Block) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    months = samples.month[block.steps].numpy()
    if samples.site_of_step is None:
        return months, np.zeros_like(months)
    return months, samples.site_of_step[block.steps].numpy()


def logistic_regression(samples: SampleSet, block: Block, seed: int, control: Control) -> NDArray[np.float64]:
    """Logistic regression on what the network sees; probabilities (n, h).

    Of series lags and means of the window, of layers what they show at the middle of the zone.

    Raises:
        Cancelled: when a cancel is seen between two pieces.
    """
    training = samples.training
    kept, targets, weights = _thinned(training, seed)
    known = _features(samples, training, kept, control)
    penalty = _PENALTY * max(1.0, _PENALTY_SAMPLES / len(kept))  # a rival that few samples hold down is none
    columns = []
    for target in targets.T:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=penalty, max_iter=300, random_state=seed))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # 300 steps are enough for a baseline
            model.fit(known, target > 0, logisticregression__sample_weight=weights)
        answers = [
            model.predict_proba(_features(samples, block, picked, control))[:, 1]
            for picked in torch.split(torch.arange(len(block.rows)), _ASKED_AT_ONCE)
        ]
        columns.append(np.concatenate(answers))
    return np.stack(columns, axis=1)


def _thinned(block: Block, seed: int) -> tuple[torch.Tensor, NDArray[np.float32], NDArray[np.float64]]:
    """Numbers, targets and weights: of a large block every sample with an incident, a random part of the others."""
    plain = (block.targets == 0).all(dim=1)
    rare, usual = torch.nonzero(~plain).flatten(), torch.nonzero(plain).flatten()
    most = max(1, _MOST_ROWS - len(rare))
    weight = max(1.0, len(usual) / most)
    if weight > 1:
        usual = usual[torch.randperm(len(usual), generator=torch.Generator().manual_seed(seed))[:most]]
    kept = torch.cat((rare, usual))
    weights = np.concatenate((np.ones(len(rare)), np.full(len(usual), weight)))
    return kept, block.targets[kept].numpy(), weights


def _features(samples: SampleSet, block: Block, picked: torch.Tensor, control: Control) -> NDArray[np.float32]:
    """What a baseline sees of picked samples of a block; float32 (n, f)."""
    parts = []
    if samples.windows.shape[2]:
        parts.append(_of_windows(samples.windows, block.rows[picked], control))
    if samples.rasters is not None or samples.clouds is not None:
        seen = replace(block, rows=block.rows[picked], rasters=block.rasters[picked], clouds=block.clouds[picked])
        parts.append(static_features(samples, seen))
    return np.concatenate(parts, axis=1)


def _of_windows(windows_nwi: torch.Tensor, rows: torch.Tensor, control: Control) -> NDArray[np.float32]:
    """The last 30 steps, and the means over the last 2, 3, 5, ... steps; float32 (n, f)."""
    window, inputs = windows_nwi.shape[1], windows_nwi.shape[2]
    lags, spans = min(_LAGS, window), [span for span in _SPANS if span <= window]
    result = torch.empty(len(rows), inputs * (lags + len(spans)))
    for start in range(0, len(rows), _PIECE):
        if control.cancelled:
            raise Cancelled
        x_nwi = windows_nwi.index_select(0, rows[start : start + _PIECE])
        parts = [x_nwi[:, -lags:].flatten(1), *(x_nwi[:, -span:].mean(dim=1) for span in spans)]
        torch.cat(parts, dim=1, out=result[start : start + _PIECE])
    return result.numpy()
