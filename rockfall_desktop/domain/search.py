"""A search for settings: what happens in it as frozen values, and the search as the fold of them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.search_space import Dimension, LeftOut, Setting, with_settings
from rockfall_desktop.domain.value import Value

MOST_TRIALS = 1000


class Outcome(StrEnum):
    """How a trial stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    PRUNED = "pruned"
    FAILED = "failed"


class End(StrEnum):
    """Why a search ended."""

    TRIALS = "trials"
    TIMEOUT = "timeout"
    STOPPED = "stopped"


class SearchPlan(Value):
    """What a search was asked for, complete: the same plan proposes the same trials."""

    search_id: str = Field(description="UUIDv7, made on this station.")
    user_id: str = Field(description="Who asked for it.")
    site_name: str = Field(description="Name of the site; of several their names together.")
    simulated: bool = Field(description="Whether the site's records are made up.")
    data: str = Field(description="Fingerprint of the records; a search goes on with the same ones only.")
    config: TrainingConfig = Field(description="The settings that all trials share; its seed is that of the search.")
    dimensions: tuple[Dimension, ...] = Field(min_length=1, description="The fields that differ.")
    left_out: tuple[LeftOut, ...] = Field(default=(), description="Choices that the record cannot hold.")
    trials: int = Field(ge=1, le=MOST_TRIALS, description="How many trials at most.")
    timeout_s: float | None = Field(default=None, gt=0, description="Seconds at most, from each start; None: no limit.")
    start_files: dict[str, str] = Field(
        default={}, description="SHA-256 of each file of the model with which every trial begins; empty for none."
    )


class _Event(Value):
    at: datetime = Field(description="When it happened, UTC.")


class SearchStarted(_Event):
    """The search exists."""

    kind: Literal["search_started"] = Field(default="search_started", description="Discriminator.")
    plan: SearchPlan = Field(description="What was asked for.")


class SearchResumed(_Event):
    """A search that had ended or was interrupted goes on."""

    kind: Literal["search_resumed"] = Field(default="search_resumed", description="Discriminator.")
    trials: int = Field(ge=1, le=MOST_TRIALS, description="How many trials at most, those of before included.")
    timeout_s: float | None = Field(default=None, gt=0, description="Seconds at most, from now on.")


class TrialStarted(_Event):
    """A trial with settings of its own began, or began anew after an interruption."""

    kind: Literal["trial_started"] = Field(default="trial_started", description="Discriminator.")
    trial: int = Field(ge=1, description="Number of the trial, from 1.")
    settings: dict[str, Setting] = Field(description="The fields that differ, by name.")


class TrialEpoch(_Event):
    """One epoch of a trial is done."""

    kind: Literal["trial_epoch"] = Field(default="trial_epoch", description="Discriminator.")
    trial: int = Field(ge=1, description="Number of the trial.")
    epoch: int = Field(ge=1, description="Number of the epoch.")
    validation_loss: float = Field(description="Log loss on the validation samples that all trials share.")


class TrialEnded(_Event):
    """A trial ended."""

    kind: Literal["trial_ended"] = Field(default="trial_ended", description="Discriminator.")
    trial: int = Field(ge=1, description="Number of the trial.")
    outcome: Literal[Outcome.COMPLETED, Outcome.PRUNED, Outcome.FAILED] = Field(description="How.")
    value: float | None = Field(description="Lowest validation log loss of its epochs; None without an epoch.")
    words: str = Field(default="", description="Why it failed; empty otherwise.")


class SearchEnded(_Event):
    """The search ended; it can be resumed."""

    kind: Literal["search_ended"] = Field(default="search_ended", description="Discriminator.")
    reason: End = Field(description="Why.")


SearchEvent = SearchStarted | SearchResumed | TrialStarted | TrialEpoch | TrialEnded | SearchEnded

_ADAPTER: TypeAdapter[SearchEvent] = TypeAdapter(
    Annotated[SearchEvent, Field(discriminator="kind")], config={"defer_build": True}
)


def search_event_from_json(text: str | bytes) -> SearchEvent:
    """The event that a line of JSON stands for.

    Raises:
        pydantic.ValidationError: when the line is no event of this version.
    """
    return _ADAPTER.validate_json(text)


class Trial(Value):
    """One trial as it stands."""

    number: int = Field(ge=1, description="From 1.")
    settings: dict[str, Setting] = Field(description="The fields that differ, by name.")
    losses: tuple[float, ...] = Field(default=(), description="Validation log loss of each epoch.")
    outcome: Outcome = Field(default=Outcome.RUNNING, description="How it stands.")
    value: float | None = Field(default=None, description="Lowest validation log loss, once it ended.")
    words: str = Field(default="", description="Why it failed.")


class Search(Value):
    """A search as it stands: the fold of its events."""

    plan: SearchPlan = Field(description="What was asked for.")
    started_at: datetime = Field(description="When, UTC.")
    trials: tuple[Trial, ...] = Field(default=(), description="Those that ended, and the running one.")
    ended: End | None = Field(default=None, description="Why it ended; None while it runs or after an interruption.")

    @classmethod
    def started(cls, event: SearchStarted) -> Self:
        """The search that an event begins."""
        return cls(plan=event.plan, started_at=event.at)

    def apply(self, event: SearchEvent) -> Self:
        """The search after an event. A trial that had not ended when the search did is forgotten: it begins anew.

        Raises:
            ValueError: when an epoch or an end belongs to no running trial.
        """
        match event:
            case SearchStarted():
                return self
            case TrialStarted(trial=number, settings=settings):
                return self._with(*self.finished, Trial(number=number, settings=settings))
            case TrialEpoch(validation_loss=loss):
                running = self._running(event.trial)
                return self._with(*self.finished, running.model_copy(update={"losses": (*running.losses, loss)}))
            case TrialEnded(outcome=outcome, value=value, words=words):
                changes = {"outcome": outcome, "value": value, "words": words}
                return self._with(*self.finished, self._running(event.trial).model_copy(update=changes))
            case SearchEnded(reason=reason):
                return self._with(*self.finished).model_copy(update={"ended": reason})
            case SearchResumed(trials=trials, timeout_s=timeout_s):
                plan = self.plan.model_copy(update={"trials": trials, "timeout_s": timeout_s})
                return self._with(*self.finished).model_copy(update={"plan": plan, "ended": None})

    @property
    def finished(self) -> tuple[Trial, ...]:
        """The trials that ended, in their order."""
        return tuple(trial for trial in self.trials if trial.outcome is not Outcome.RUNNING)

    @property
    def ranked(self) -> tuple[Trial, ...]:
        """Completed trials, the lowest validation log loss first; nothing else ranks them."""
        done = [trial for trial in self.trials if trial.outcome is Outcome.COMPLETED and trial.value is not None]
        return tuple(sorted(done, key=lambda trial: (trial.value or 0.0, trial.number)))

    @property
    def best(self) -> Trial | None:
        """The first of them."""
        return next(iter(self.ranked), None)

    def config_of(self, number: int) -> TrainingConfig:
        """What to train to do a trial again, judged and all.

        Raises:
            WrongInput: when its settings do not hang together.
            ValueError: when there is no such trial.
        """
        for trial in self.trials:
            if trial.number == number:
                return with_settings(self.plan.config, trial.settings)
        raise ValueError(f"there is no trial {number}")

    def _with(self, *trials: Trial) -> Self:
        return self.model_copy(update={"trials": trials})

    def _running(self, number: int) -> Trial:
        if self.trials and self.trials[-1].outcome is Outcome.RUNNING and self.trials[-1].number == number:
            return self.trials[-1]
        raise ValueError(f"trial {number} is not running")
