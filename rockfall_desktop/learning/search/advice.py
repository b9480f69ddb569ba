"""Which settings to try next, and which trial to give up: by what is known of the trials before, and nothing else.

Proposals by the tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kegl 2011, Algorithms for
hyper-parameter optimization), pruning by the median rule (Golovin et al. 2017, Google Vizier), both from optuna.
"""

from collections.abc import Sequence

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from rockfall_desktop.domain.search import Outcome, SearchPlan, Trial
from rockfall_desktop.domain.search_space import Dimension, Setting

DRAWN_FIRST = 10
PRUNED_AFTER_TRIALS = 5
PRUNED_AFTER_EPOCHS = 3

_STATES = {Outcome.COMPLETED: TrialState.COMPLETE, Outcome.PRUNED: TrialState.PRUNED}


class Advice:
    """Advice for one trial. The same plan, trials before and number give the same advice: nothing is kept between two.

    The first `DRAWN_FIRST` trials are drawn at random; from then on the estimator proposes. A trial is given up after
    an epoch whose lowest loss so far is above the median of the completed trials' losses at the same epoch, not before
    `PRUNED_AFTER_TRIALS` trials have completed, nor within its first `PRUNED_AFTER_EPOCHS` epochs.
    """

    def __init__(self, plan: SearchPlan, before: Sequence[Trial], number: int) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._dimensions = plan.dimensions
        self._distributions = {one.name: _distribution(one) for one in plan.dimensions}
        self._pruner = optuna.pruners.MedianPruner(
            n_startup_trials=PRUNED_AFTER_TRIALS, n_warmup_steps=PRUNED_AFTER_EPOCHS
        )
        seed = int(np.random.SeedSequence([plan.config.seed, number]).generate_state(1)[0])
        sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=DRAWN_FIRST)
        self._study = optuna.create_study(sampler=sampler, pruner=self._pruner)
        self._study.add_trials([self._frozen(trial) for trial in before if trial.losses and trial.outcome in _STATES])

    def settings(self) -> dict[str, Setting]:
        """The settings to try, numbers of a range to three significant digits; ask once."""
        asked = self._study.ask(self._distributions).params
        return {
            one.name: asked[one.name] if one.choices else _rounded(one, asked[one.name]) for one in self._dimensions
        }

    def gives_up(self, losses: Sequence[float]) -> bool:
        """Whether a trial with these losses, one for each epoch so far, is not worth another epoch."""
        state, values = TrialState.RUNNING, dict(enumerate(losses, 1))
        return self._pruner.prune(self._study, create_trial(state=state, intermediate_values=values))

    def _frozen(self, trial: Trial) -> FrozenTrial:
        state = _STATES[trial.outcome]
        return create_trial(
            state=state,
            value=trial.value if state is TrialState.COMPLETE else trial.losses[-1],
            params=dict(trial.settings),
            distributions=self._distributions,
            intermediate_values=dict(enumerate(trial.losses, 1)),
        )


def _distribution(dimension: Dimension) -> BaseDistribution:
    if dimension.choices:
        return CategoricalDistribution(dimension.choices)
    return FloatDistribution(dimension.low, dimension.high, log=dimension.logarithmic)


def _rounded(dimension: Dimension, value: float) -> float:
    return min(max(float(f"{value:.3g}"), dimension.low), dimension.high)
