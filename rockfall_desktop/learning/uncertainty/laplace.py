"""The last layer's posterior: curvature of the training block's likelihood at the trained weights.

Axes: n sample, d feature, f feature and a one for the bias, h horizon, j stretch, p = j * f weight; q prior precision.
"""

from collections.abc import Callable, Generator
from datetime import datetime

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.judging.head_posterior import HeadPosterior, linearised
from rockfall_desktop.judging.probabilities import Correction
from rockfall_desktop.learning.device import beside
from rockfall_desktop.learning.evaluation.pulse import Pulse
from rockfall_desktop.learning.gathering import encode_block, gather
from rockfall_desktop.learning.memory import AtOnce
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import SampleSet

_MOST_SAMPLES = 50_000
_PRECISIONS_Q = np.logspace(-4, 8, 61)
_BIAS_PRECISION = 0.01  # a standard deviation of 10 in log odds


def laplace_head(
    network: RockfallNetwork,
    samples: SampleSet,
    config: TrainingConfig,
    at_once: AtOnce,
    correction: Correction,
    control: Control,
    now: Callable[[], datetime],
) -> Generator[Tick, None, HeadPosterior]:
    """The posterior of a trained network's head, from at most 50,000 samples of the training block, scaled up.

    Raises:
        Cancelled: as soon as a cancel is seen.

    """
    network.eval()
    samples, block = beside(network, samples, samples.training)
    pulse = Pulse(control, now)
    mean_jf = _weights(network)
    curvature = np.zeros((mean_jf.size, mean_jf.size))
    encoded = yield from encode_block(network, samples, block, pulse.beat, at_once.stacks)
    picked = _thinned(len(block.rows), config.seed).to(block.rows.device)
    for piece in torch.split(picked, at_once.samples):
        with torch.inference_mode():
            features_nd = network.features(gather(samples, block, piece, encoded)).numpy(force=True)
        curvature += curvature_of(features_nd, mean_jf, correction, config.horizon_steps)
        yield from pulse.beat()
    curvature *= len(block.rows) / len(picked)
    return (yield from run_aside(lambda: posterior(mean_jf, curvature), control, now))


def curvature_of(
    features_nd: NDArray[np.float32],
    mean_jf: NDArray[np.float64],
    correction: Correction,
    horizon_steps: tuple[int, ...],
) -> NDArray[np.float64]:
    """Generalised Gauss-Newton matrix (p, p) of the negative log likelihood of some samples' corrected forecasts.

    An incident answers as many samples as a horizon has steps, and all longer horizons too: each likelihood counts one
    over the steps and the number of horizons (a composite likelihood, Varin et al. 2011), else the head would look as
    sure as if it had seen the incident so many times.
    """
    x_nf = np.concatenate((features_nd.astype(np.float64), np.ones((len(features_nd), 1))), axis=1)
    log_odds_nh, slope_nhj = linearised(x_nf @ mean_jf.T, correction)
    yes_nh = 1.0 / (1.0 + np.exp(-log_odds_nh))
    weight_nh = yes_nh * (1 - yes_nh) / (len(horizon_steps) * np.asarray(horizon_steps))
    inner_njl = np.einsum("nhj,nh,nhl->njl", slope_nhj, weight_nh, slope_nhj, optimize=True)
    stretches, inputs = mean_jf.shape
    result = np.empty((stretches, inputs, stretches, inputs))
    for j in range(stretches):
        for other in range(j + 1):
            part = (x_nf * inner_njl[:, j, other, None]).T @ x_nf
            result[j, :, other], result[other, :, j] = part, part.T
    return result.reshape(stretches * inputs, stretches * inputs)


def posterior(mean_jf: NDArray[np.float64], curvature: NDArray[np.float64]) -> HeadPosterior:
    """Gaussian with the curvature and the prior precision of the largest marginal likelihood (MacKay 1992).

    The prior of the weights is about 0; that of the biases, which only say how rare incidents are, is broad.
    """
    stretches, inputs = mean_jf.shape
    weight_p = np.tile(np.arange(inputs) < inputs - 1, stretches)
    curved = curvature + np.diag(np.where(weight_p, 0.0, _BIAS_PRECISION))
    own, across = curved[np.ix_(weight_p, weight_p)], curved[np.ix_(weight_p, ~weight_p)]
    rest = own - across @ np.linalg.solve(curved[np.ix_(~weight_p, ~weight_p)], across.T)
    bend = np.maximum(np.linalg.eigvalsh(rest), 0.0)  # the determinant for every precision follows from these
    squares = float((mean_jf[:, :-1] ** 2).sum())
    evidence_q = (
        len(bend) * np.log(_PRECISIONS_Q) - _PRECISIONS_Q * squares - np.log(bend[:, None] + _PRECISIONS_Q).sum(axis=0)
    )
    precision = float(_PRECISIONS_Q[evidence_q.argmax()])
    covariance = np.linalg.inv(curved + np.diag(np.where(weight_p, precision, 0.0)))
    return HeadPosterior(mean_jf, (covariance + covariance.T) / 2, precision)


def _weights(network: RockfallNetwork) -> NDArray[np.float64]:
    line = network.head.line
    parts = (line.weight.detach().numpy(force=True), line.bias.detach().numpy(force=True)[:, None])
    return np.concatenate(parts, axis=1).astype(np.float64)


def _thinned(samples: int, seed: int) -> torch.Tensor:
    if samples <= _MOST_SAMPLES:
        return torch.arange(samples)
    chosen = torch.randperm(samples, generator=torch.Generator().manual_seed(seed))[:_MOST_SAMPLES]
    return chosen.sort().values
