"""The last layer's weights as a Gaussian, and the answers that follow from it in closed form.

Axes: n sample, d feature, f feature and a one for the bias (d + 1), h horizon, j stretch between two horizons,
k node, p = h * f weight (stretch after stretch).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.judging.probabilities import Correction, logit, probabilities

_NODES = 20
_STEP = 1e-3
_SMALLEST = 1e-7
_TINY = 1e-30


@dataclass(frozen=True, eq=False)
class HeadPosterior:
    """Laplace's approximation for the hazard head (MacKay 1992; last layer alone: Kristiadi et al. 2020).

    Attributes:
        mean: float64 (h, f), the trained weights, the bias last.
        covariance: float64 (p, p).
        prior_precision: of the weights, chosen by marginal likelihood.

    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    prior_precision: float

    def draws(self, features_nd: NDArray[np.float32], correction: Correction) -> NDArray[np.float64]:
        """Probabilities (k, n, h) at the nodes of Gauss and Hermite over the log odds, which are Gaussian.

        The log odds are taken as linear in the weights, as the curvature already takes them (Immer et al. 2021).
        """
        bias = np.ones((len(features_nd), 1))
        x_nf = np.concatenate((features_nd.astype(np.float64), bias), axis=1)
        log_odds_nh, slope_nhj = linearised(x_nf @ self.mean.T, correction)
        variance_nh = np.einsum("nhj,njl,nhl->nh", slope_nhj, self._line_covariance(x_nf), slope_nhj, optimize=True)
        spread_nh = np.sqrt(np.maximum(variance_nh, 0.0))
        node_k, _ = _quadrature()
        found = 1.0 / (1.0 + np.exp(-np.clip(log_odds_nh + node_k[:, None, None] * spread_nh, -60, 60)))
        return np.asarray(np.clip(found, _SMALLEST, 1 - _SMALLEST))

    def _line_covariance(self, x_nf: NDArray[np.float64]) -> NDArray[np.float64]:
        """Covariance (n, j, j) of the head's line."""
        stretches, inputs = self.mean.shape
        parts = self.covariance.reshape(stretches, inputs, stretches, inputs)
        result = np.empty((len(x_nf), stretches, stretches))
        for j in range(stretches):
            for other in range(j + 1):
                result[:, j, other] = result[:, other, j] = ((x_nf @ parts[j, :, other]) * x_nf).sum(axis=1)
        return result


def node_weights() -> NDArray[np.float64]:
    """How much each node of `HeadPosterior.draws` counts, float64 (k,), sum 1."""
    return _quadrature()[1]


def linearised(line_nj: NDArray[np.float64], correction: Correction) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Corrected log odds (n, h) of the head's line, and their slopes (n, h, j) in it."""
    total_nh = np.cumsum(np.logaddexp(0.0, line_nj), axis=1)
    left_nh = np.maximum(-np.expm1(-total_nh), _TINY)
    logits_nh = total_nh + np.log(left_nh)
    hazard_nj = 1.0 / (1.0 + np.exp(-np.clip(line_nj, -60, 60)))
    earlier_hj = np.tri(line_nj.shape[1])
    outer_nh = _log_odds(logits_nh + _STEP, correction) - _log_odds(logits_nh - _STEP, correction)
    slope_nh = outer_nh / (2 * _STEP) / left_nh
    return _log_odds(logits_nh, correction), slope_nh[:, :, None] * hazard_nj[:, None, :] * earlier_hj


def _log_odds(logits_nh: NDArray[np.float64], correction: Correction) -> NDArray[np.float64]:
    return logit(probabilities(logits_nh, correction))


def _quadrature() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    node_k, weight_k = np.polynomial.hermite_e.hermegauss(_NODES)
    return node_k, weight_k / weight_k.sum()
