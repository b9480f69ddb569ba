"""What the report says of the answers: calibration before and after, how far draws agree, what to keep in mind.

Axes: n sample, h horizon.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.report_answers import (
    CalibrationReport,
    CalibrationScores,
    ReliabilityBin,
    SpreadFigures,
)
from rockfall_desktop.judging.mixtures import Answer
from rockfall_desktop.learning.evaluation.answer_fitting import FittedAnswers
from rockfall_desktop.learning.evaluation.scores import reliability_bins, score
from rockfall_desktop.learning.samples.sample_set import SampleSet

_NAME_TAG = (
    "The test block holds later times of the same zones: a layer can serve as a name tag of its zone there. "
    "Whether it tells anything of a new slope, the view 'zones' shows."
)


def bins(probability: NDArray[np.float64], samples: SampleSet, config: TrainingConfig) -> tuple[ReliabilityBin, ...]:
    """The reliability diagram of every horizon on the test block, for probabilities (n, h)."""
    target = samples.test.targets.numpy()
    return tuple(
        point
        for h, horizon in enumerate(config.horizon_steps)
        for point in reliability_bins(horizon, probability[:, h], target[:, h])
    )


def compared(
    answers: FittedAnswers, answer: Answer, samples: SampleSet, config: TrainingConfig, *, few: bool
) -> CalibrationReport | None:
    """What a calibration changed on the test block; without scores where they would say nothing."""
    if answers.basis is None:
        return None
    target = samples.test.targets.numpy()[:, 0]

    def scored(probability: NDArray[np.float64]) -> CalibrationScores | None:
        if few:
            return None
        found = score("", config.horizon_steps[0], probability[:, 0], target, probability[:, 0])
        return CalibrationScores(
            log_loss=found.log_loss,
            calibration_slope=found.calibration_slope,
            observed_expected=found.observed_expected,
            reliability=bins(probability, samples, config),
        )

    return CalibrationReport(
        **answers.basis.model_dump(), before=scored(answer.uncalibrated), after=scored(answer.probability)
    )


def spread_of(answer: Answer, draws: int) -> SpreadFigures | None:
    """How far the draws of an answer to the test block agree; None for a single one."""
    if draws < 2:
        return None
    means = (float(part[:, 0].mean()) for part in (answer.spread, answer.aleatoric, answer.epistemic))
    return SpreadFigures(
        draws=draws, **dict(zip(("mean_spread", "mean_aleatoric", "mean_epistemic"), means, strict=True))
    )


def remarks_on(answers: FittedAnswers, config: TrainingConfig) -> tuple[str, ...]:
    """What a reader must know beside the scores, one sentence each."""
    tagged = (_NAME_TAG,) if config.spatial_features and config.view == "time" else ()
    return (*answers.remarks, *tagged)
