"""Simpler models on the same samples: what a network has to beat.

Axes: n sample, w step of the window, i input, f feature, h horizon.
"""

import warnings

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rockfall_desktop.learning.samples import Block, SampleSet

_LAGS = 30
_SPANS = (2, 3, 5, 7, 10, 15, 30, 60, 120, 240, 480, 960)
_MONTH_WEIGHT = 200.0
_MOST_ROWS = 200_000
_PENALTY = 0.01
_PIECE = 1024


def climatology(samples: SampleSet, block: Block) -> NDArray[np.float64]:
    """The training block's rate of each calendar month, drawn towards its overall rate; probabilities (n, h)."""
    training = samples.training
    months, targets = samples.month[training.steps].numpy(), training.targets.numpy().astype(np.float64)
    overall = targets.mean(axis=0)
    rates = np.empty((12, targets.shape[1]))
    for month in range(12):
        picked = targets[months == month]
        rates[month] = (picked.sum(axis=0) + _MONTH_WEIGHT * overall) / (len(picked) + _MONTH_WEIGHT)
    return np.asarray(rates[samples.month[block.steps].numpy()])


def logistic_regression(samples: SampleSet, block: Block, seed: int) -> NDArray[np.float64]:
    """Logistic regression on lags and means of the window that the network sees; probabilities (n, h)."""
    rows, targets = _thinned(samples.training)
    known, asked = _features(samples.windows, rows), _features(samples.windows, block.rows)
    columns = []
    for target in targets.T:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=_PENALTY, max_iter=300, random_state=seed))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # 300 steps are enough for a baseline
            model.fit(known, target > 0)
        columns.append(model.predict_proba(asked)[:, 1])
    return np.stack(columns, axis=1)


def _thinned(block: Block) -> tuple[torch.Tensor, NDArray[np.float32]]:
    """Every so-manieth sample, so that a large block stays within memory."""
    every = -(-len(block.rows) // _MOST_ROWS)
    return block.rows[::every], block.targets[::every].numpy()


def _features(windows_nwi: torch.Tensor, rows: torch.Tensor) -> NDArray[np.float32]:
    """The last 30 steps, the means over the last 2, 3, 5, ... steps; float32 (n, f)."""
    window = windows_nwi.shape[1]
    spans = [span for span in _SPANS if span <= window]
    pieces = []
    for picked in torch.split(rows, _PIECE):
        x_nwi = windows_nwi.index_select(0, picked)
        parts = [x_nwi[:, -min(_LAGS, window) :].flatten(1)]
        parts += [x_nwi[:, -span:].mean(dim=1) for span in spans]
        pieces.append(torch.cat(parts, dim=1))
    return torch.cat(pieces).numpy()
