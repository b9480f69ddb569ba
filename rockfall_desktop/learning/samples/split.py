"""Where a site's record is cut into training, validation, calibration and test: blocks of time with an embargo."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput

_EPOCH = date(1970, 1, 1).toordinal()
_FRACTIONS = (0.6, 0.8)
_CALIBRATED_FRACTIONS = (0.6, 0.75, 0.85)
Span = tuple[int, int]


@dataclass(frozen=True)
class Split:
    """First and last step of the samples of each block, both inclusive; no calibration block where none is cut.

    The embargo, history plus longest horizon steps between two blocks, lies at the end of the earlier one: nothing that
    is read or answered in one block is read or answered in another. But for one value: a displacement is read as the
    change since the reading before, and where readings are missing that one may lie behind the embargo.
    """

    training: Span
    validation: Span
    test: Span
    calibration: Span | None = None

    @property
    def spans(self) -> dict[str, Span]:
        """Each block by its name, in the order of time."""
        between = {} if self.calibration is None else {"calibration": self.calibration}
        return {"training": self.training, "validation": self.validation, **between, "test": self.test}


def split_by_time(config: TrainingConfig, local_date: NDArray[np.int32], *, calibrated: bool = False) -> Split:
    """Cut the steps whose local dates are given, int32 (t,), days since 1970.

    Without a calibration block the validation block runs on to where that would have ended: the test block that dates
    name is the same with and without.

    Args:
        config: history, horizons and dates.
        local_date: of each step.
        calibrated: whether a calibration block is cut; with dates only where there is `calibration_until`.

    Raises:
        WrongInput: when the window does not fit the record or a block is left without a sample.

    """
    steps, history, horizon = len(local_date), config.history_steps, config.horizon_steps[-1]
    if history + horizon > steps:
        raise WrongInput(
            "The window does not fit",
            f"window_steps: {history} steps and a horizon of {horizon} are longer than the record of {steps} steps.",
            _shorter(config),
        )
    first, last = history - 1, steps - 1 - horizon
    begins = _borders(config, local_date, first, last, calibrated=calibrated)
    embargo = history + 1 + horizon  # one more: a displacement is read as the change since the step before, if known
    starts = (first, *(max(first, begin) for begin in begins))
    ends = (*(begin - embargo for begin in begins), last)
    training, validation, *calibration, test = zip(starts, ends, strict=True)
    split = Split(training, validation, test, calibration[0] if calibration else None)
    _demand_samples(split, config, local_date)
    return split


def can_calibrate(config: TrainingConfig) -> bool:
    """Whether a calibration block is asked for: by fractions, or by a date of its own."""
    return config.calibration != "none" and (config.train_until is None or config.calibration_until is not None)


def _borders(
    config: TrainingConfig, local_date: NDArray[np.int32], first: int, last: int, *, calibrated: bool
) -> tuple[int, ...]:
    """The first step of each block after training."""
    if config.train_until is None or config.validation_until is None:
        span = last - first + 1
        return tuple(first + int(span * share) for share in (_CALIBRATED_FRACTIONS if calibrated else _FRACTIONS))
    dates = [config.train_until, config.validation_until]
    if config.calibration_until is not None:
        dates[1 if not calibrated else 2 :] = [config.calibration_until]
    days = [day.toordinal() - _EPOCH for day in dates]
    return tuple(np.searchsorted(local_date, days).tolist())


def _shorter(config: TrainingConfig) -> str:
    way = ", or the way 'window', which looks back less" if config.history_steps > config.window_steps else ""
    return f"Choose a shorter window or horizon, or a site with a longer record{way}."


def _demand_samples(split: Split, config: TrainingConfig, local_date: NDArray[np.int32]) -> None:
    tested = "validation_until" if config.calibration_until is None else "calibration_until"
    fields = {"training": "train_until", "validation": "validation_until", "calibration": tested, "test": tested}
    for name, (low, high) in split.spans.items():
        if low > high:
            begins, ends = day_of(local_date[0]), day_of(local_date[-1])
            raise WrongInput(
                "A block is empty",
                f"{fields[name]}: no sample is left for the {name} block; the record runs from {begins} to {ends}.",
                "Move the dates, or choose a shorter window or horizon: window plus horizon lie between two blocks.",
            )


def day_of(days_since_1970: int | np.integer) -> date:
    """The date of a count of days since 1970-01-01."""
    return date.fromordinal(_EPOCH + int(days_since_1970))
