"""What is fitted after the training: the posterior of the last layer, and the map of calibration.

Axes: n sample, h horizon.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import LogLine, Tick
from rockfall_desktop.domain.report_answers import CalibrationBasis
from rockfall_desktop.judging.answer_state import AnswerState
from rockfall_desktop.judging.calibration_maps import CalibrationMap, calibrated
from rockfall_desktop.judging.dropout_draws import DropoutDraws, draws_for
from rockfall_desktop.judging.head_posterior import HeadPosterior
from rockfall_desktop.learning.evaluation.answering import answer_fitted
from rockfall_desktop.learning.evaluation.calibrating import answers_alike, contiguous_folds, fit_calibration
from rockfall_desktop.learning.evaluation.scores import validation_scores
from rockfall_desktop.learning.fitting.fit import Fitted
from rockfall_desktop.learning.memory import ANSWERED, within_memory
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet
from rockfall_desktop.learning.uncertainty.laplace import laplace_head

_NO_BLOCK = (
    "The calibration has no block of its own ({why}): it was fitted on the validation block, which also chose the best "
    "epoch."
)


@dataclass(frozen=True, eq=False)
class FittedAnswers:
    """How the trained networks answer.

    Attributes:
        state: what export and scoring need too.
        basis: what the calibration stands on; None without one.
        remarks: what could not be fitted, one sentence each.

    """

    state: AnswerState
    basis: CalibrationBasis | None = None
    remarks: tuple[str, ...] = ()


def fit_answers(
    fitted: Fitted, samples: SampleSet, config: TrainingConfig, control: Control, now: Callable[[], datetime]
) -> Generator[Tick | LogLine, None, FittedAnswers]:
    """Fit the head's posterior and the calibration that a configuration asks for; the test block is not looked at.

    Raises:
        Cancelled: as soon as a cancel is seen.
        TrainingFault: when the memory does not do for one sample.

    """
    state = yield from _uncalibrated(fitted, samples, config, control, now)
    if config.calibration == "none":
        return FittedAnswers(state)
    block = samples.validation if samples.calibration is None else samples.calibration
    answer = yield from answer_fitted(fitted, samples, block, state, control, now)
    return (yield from run_aside(lambda: _calibrated(state, answer.uncalibrated, samples, block, config), control, now))


def _uncalibrated(
    fitted: Fitted, samples: SampleSet, config: TrainingConfig, control: Control, now: Callable[[], datetime]
) -> Generator[Tick | LogLine, None, AnswerState]:
    members, correction = len(fitted.networks), fitted.loss.correction
    match config.uncertainty:
        case "mc_dropout":
            places = fitted.networks[0].mask_places
            draws = DropoutDraws(config.seed, draws_for(members), places, config.width, config.dropout)
            return AnswerState(correction, members, dropout=draws)
        case "laplace":
            heads: tuple[HeadPosterior, ...] = ()
            for network in fitted.networks:
                ask = partial(laplace_head, network, samples, config, fitted.answering, correction, control, now)
                head = yield from within_memory(fitted.answering, ask, ANSWERED, now)
                heads = (*heads, head)
            return AnswerState(correction, members, heads=heads)
    return AnswerState(correction, members)


def _calibrated(
    state: AnswerState, probability: NDArray[np.float64], samples: SampleSet, block: Block, config: TrainingConfig
) -> FittedAnswers:
    target = block.targets.numpy()
    found = fit_calibration(config.calibration, probability, target, config.horizon_steps)
    name = block.count.name
    if found is None:
        alike = f"the answers of the {name} block are all alike for some horizon"
        why = alike if answers_alike(target) else f"the fit on the {name} block did not arrive at an optimum"
        return FittedAnswers(state, remarks=(f"No calibration was fitted: {why}.",))
    cross_fitted = samples.calibration is None
    before, after = _fold_losses(probability, block, config) if cross_fitted else (None, None)
    basis = CalibrationBasis(
        method=config.calibration,
        samples=block.count.samples,
        incidents=block.count.incidents,
        cross_fitted=cross_fitted,
        folds_log_loss_before=before,
        folds_log_loss_after=after,
    )
    why = samples.cross_fitted_because or "none was cut"
    remarks = (_NO_BLOCK.format(why=why),) if cross_fitted else ()
    return FittedAnswers(state.with_calibration(found), basis, remarks)


def _fold_losses(
    probability: NDArray[np.float64], block: Block, config: TrainingConfig
) -> tuple[float | None, float | None]:
    """Log loss over parts of a block, before and after maps that were fitted on the rest of it; None without any."""
    target, mapped, judged = block.targets.numpy(), probability.copy(), np.zeros(len(probability), np.bool_)
    for fits, part in contiguous_folds(block.steps.numpy(), config.horizon_steps[-1]):
        found: CalibrationMap | None = fit_calibration(
            config.calibration, probability[fits], target[fits], config.horizon_steps
        )
        if found is not None:
            mapped[part], judged = calibrated(probability[part], found), judged | part
    if not judged.any():
        return None, None
    before = validation_scores(probability[judged], target[judged]).log_loss
    return before, validation_scores(mapped[judged], target[judged]).log_loss
