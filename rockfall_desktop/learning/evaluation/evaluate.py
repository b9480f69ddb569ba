"""The judgement on a trained network: its test block, the baselines on the same samples, the report."""

from collections.abc import Callable, Generator
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import LogLine, Tick
from rockfall_desktop.domain.network_name import network_name
from rockfall_desktop.domain.report import (
    FEW_INCIDENTS,
    HEADLINE_KEYS,
    PerformanceReport,
    Scores,
    best_rival,
)
from rockfall_desktop.learning.evaluation.answer_figures import bins, compared, remarks_on, spread_of
from rockfall_desktop.learning.evaluation.answer_fitting import FittedAnswers, fit_answers
from rockfall_desktop.learning.evaluation.answering import answer_fitted
from rockfall_desktop.learning.evaluation.baselines import climatology, logistic_regression
from rockfall_desktop.learning.evaluation.scores import score
from rockfall_desktop.learning.fitting.fit import Fitted
from rockfall_desktop.learning.samples.sample_set import SampleSet

_EXACT_ANYWAY = ("base_rate", "incidents_in_test")


def evaluate(
    fitted: Fitted,
    samples: SampleSet,
    config: TrainingConfig,
    subject: dict[str, str | bool],
    control: Control,
    now: Callable[[], datetime],
    answers: FittedAnswers | None = None,
) -> Generator[Tick | LogLine, None, PerformanceReport]:
    """Judge the networks on the test block; `subject` holds job_id, site_id, site_name and simulated.

    `answers` are what `fit_answers` gave; None fits them here.

    Raises:
        Cancelled: as soon as a cancel is seen.
        TrainingFault: when the memory does not do for one sample.
    """
    if answers is None:
        answers = yield from fit_answers(fitted, samples, config, control, now)
    test = samples.test
    answer = yield from answer_fitted(fitted, samples, test, answers.state, control, now)
    regression = yield from run_aside(lambda: logistic_regression(samples, test, config.seed, control), control, now)
    name = network_name(config, len(fitted.networks))
    models = {name: answer.probability, "logistic regression": regression, "climatology": climatology(samples, test)}
    scores = yield from run_aside(lambda: _scored(models, samples, config), control, now)
    few = test.count.occasions < FEW_INCIDENTS
    calibration = yield from run_aside(lambda: compared(answers, answer, samples, config, few=few), control, now)
    return PerformanceReport(
        **subject,
        **_headline(scores[0], few=few),
        created_at=now(),
        verdict=_verdict(scores, samples),
        few_incidents=few,
        incidents_in_test=test.count.incidents,
        best_epoch=fitted.best_epoch,
        blocks=samples.blocks,
        left_out=samples.left_out,
        scores=() if few else scores,
        reliability=() if few else bins(answer.probability, samples, config),
        network=name,
        calibration=calibration,
        spread=spread_of(answer, answers.state.draws),
        remarks=(*samples.cautions, *remarks_on(answers, config)),
        given_up=fitted.given_up,
    )


def _scored(models: dict[str, NDArray[np.float64]], samples: SampleSet, config: TrainingConfig) -> tuple[Scores, ...]:
    target, usual = samples.test.targets.numpy(), models["climatology"]
    return tuple(
        score(name, horizon, answer[:, h], target[:, h], usual[:, h])
        for h, horizon in enumerate(config.horizon_steps)
        for name, answer in models.items()
    )


def _headline(scores: Scores, *, few: bool) -> dict[str, float | None]:
    keys = [key for key in HEADLINE_KEYS if key != "incidents_in_test"]
    return {key: None if few and key not in _EXACT_ANYWAY else getattr(scores, key) for key in keys}


def _verdict(scores: tuple[Scores, ...], samples: SampleSet) -> str:
    count, network = samples.test.count, scores[0]
    if count.occasions < FEW_INCIDENTS and count.start is None:
        return f"{count.occasions} zones of the test block are labelled 1: too few to judge. Choose fewer folds."
    if count.occasions < FEW_INCIDENTS:
        return (
            f"{_counted(count.occasions)} into the test block ({count.start} to {count.end}): too few to judge. "
            "Choose an earlier test start or a longer record."
        )
    if network.pr_auc is None:
        return (
            "An incident answers every sample of the test block: nothing can be told apart. Choose a shorter horizon."
        )
    best = best_rival(scores)
    if best is None or best.pr_auc is None:
        raise ValueError("a report has baselines, and they can be scored where the network can")
    word = "above" if network.pr_auc > best.pr_auc else "not above"
    return (
        f"Average precision {network.pr_auc:.3f} of the {network.model} is {word} the best baseline's, "
        f"{best.model} with {best.pr_auc:.3f}; the difference was not tested against chance."
    )


def _counted(incidents: int) -> str:
    if incidents == 0:
        return "No rockfall falls"
    return f"{incidents} different rockfall{'s fall' if incidents > 1 else ' falls'}"
