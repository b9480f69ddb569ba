"""A search at work: trial after trial, a generator of events that knows no thread, window or store."""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.errors import TrainingFault, WrongInput
from rockfall_desktop.domain.events import EpochFinished, Tick
from rockfall_desktop.domain.search import (
    End,
    Outcome,
    Search,
    SearchEnded,
    SearchEvent,
    TrialEnded,
    TrialEpoch,
    TrialStarted,
)
from rockfall_desktop.domain.search_space import with_settings
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints, State, Weights
from rockfall_desktop.learning.fitting.fine_tuning import StartingPoint
from rockfall_desktop.learning.fitting.fit import Fitted, fit
from rockfall_desktop.learning.samples.sample_set import SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.learning.search.advice import Advice
from rockfall_desktop.learning.search.sample_sets import SampleSets

_Events = Generator[SearchEvent | Tick, None, None]


class NoCheckpoints(Checkpoints):
    """Nothing of a trial is kept but its losses: the best one is trained again as a job, and judged there."""

    def __init__(self) -> None:
        super().__init__(Path(), time.monotonic)

    @property
    def due(self) -> bool:
        """Never."""
        return False

    def write(self, state: State) -> None:
        """Write nothing."""

    def write_weights(self, name: str, weights: Weights) -> str:  # noqa: ARG002 - the shape of what it stands for
        """Write nothing."""
        return ""


class _TimeIsUp(Exception):
    """The search has had its time."""


class SearchWork:
    """One search; `events` goes on after the trials that have ended and ends with SearchEnded.

    A trial is one network trained like a job's first, without a file, judged by its lowest validation log loss. The
    first trial that does not fit the record or diverges is a failed one and says why; any other fault ends the search.

    Args:
        search: as it stands.
        sites: what all trials learn from.
        control: a cancel ends the search; what was found until then stays.
        now: the clock, UTC.
        seconds: a clock that never goes back, for the time limit.
        start: the weights with which every trial begins; None for new ones.
    """

    def __init__(
        self,
        search: Search,
        sites: Sequence[SiteInput],
        control: Control,
        now: Callable[[], datetime],
        seconds: Callable[[], float] = time.monotonic,
        start: StartingPoint | None = None,
    ) -> None:
        self._search, self._plan = search, search.plan
        self._control, self._now, self._seconds, self._start = control, now, seconds, start
        self._sets = SampleSets(sites, search.plan, control, now)
        self._until_s = seconds() + (search.plan.timeout_s or float("inf"))

    def events(self) -> _Events:
        """Try settings until the trials or the time are used up, or somebody stops it.

        Raises:
            WrongInput: when the settings that all trials share do not fit the record.
        """
        reason = End.TRIALS
        try:
            yield from self._sets.prepare()
            while len(self._search.finished) < self._plan.trials:
                yield from self._trial()
        except Cancelled:
            reason = End.STOPPED
        except _TimeIsUp:
            reason = End.TIMEOUT
        yield self._note(SearchEnded(at=self._now(), reason=reason))

    def _trial(self) -> _Events:
        self._look_at_the_clock()
        finished = self._search.finished
        number = len(finished) + 1
        advice = yield from run_aside(lambda: Advice(self._plan, finished, number), self._control, self._now)
        settings = advice.settings()
        yield self._note(TrialStarted(at=self._now(), trial=number, settings=settings))
        outcome, words = Outcome.FAILED, ""
        try:
            config = with_settings(self._plan.config, settings).model_copy(update={"members": 1})
            samples = yield from self._sets.of(config)
            outcome = yield from self._fit(samples, config, advice)
        except (WrongInput, TrainingFault) as fault:
            words = f"{fault.title}: {fault.message} {fault.hint}".strip()
        losses = self._search.trials[-1].losses
        value = min(losses) if losses and outcome is not Outcome.FAILED else None
        yield self._note(TrialEnded(at=self._now(), trial=number, outcome=outcome, value=value, words=words))

    def _fit(
        self, samples: SampleSet, config: TrainingConfig, advice: Advice
    ) -> Generator[SearchEvent | Tick, None, Outcome]:
        training = fit(samples, config, NoCheckpoints(), self._control, self._now, None, self._start)
        with closing(training):
            while True:
                try:
                    event = next(training)
                except StopIteration as end:
                    return _completed(end.value)
                self._look_at_the_clock()
                if not isinstance(event, EpochFinished):
                    yield Tick(at=self._now())
                    continue
                metrics, running = event.metrics, self._search.trials[-1]
                yield self._note(
                    TrialEpoch(
                        at=self._now(),
                        trial=running.number,
                        epoch=metrics.epoch,
                        validation_loss=metrics.validation_loss,
                    )
                )
                goes_on = metrics.epoch < config.most_epochs and metrics.patience_used < config.patience
                if goes_on and advice.gives_up(self._search.trials[-1].losses):
                    return Outcome.PRUNED

    def _look_at_the_clock(self) -> None:
        if self._seconds() > self._until_s:
            raise _TimeIsUp

    def _note(self, event: SearchEvent) -> SearchEvent:
        self._search = self._search.apply(event)
        return event


def _completed(fitted: Fitted) -> Outcome:
    """What a training that ended by itself was.

    Raises:
        TrainingFault: when it ended because it diverged: its settings are no advice.
    """
    if fitted.given_up:
        raise TrainingFault("The training diverged", fitted.given_up[0])
    return Outcome.COMPLETED
