"""Where a site's record is cut into training, validation and test: contiguous blocks of time with an embargo."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput

_EPOCH = date(1970, 1, 1).toordinal()
_FRACTIONS = (0.6, 0.8)


@dataclass(frozen=True)
class Split:
    """First and last step of the samples of each block, both inclusive.

    The embargo, window plus longest horizon steps between two blocks, lies at the end of the earlier one: nothing that
    is read or answered in one block is read or answered in another.
    """

    training: tuple[int, int]
    validation: tuple[int, int]
    test: tuple[int, int]


def split_by_time(config: TrainingConfig, local_date: NDArray[np.int32]) -> Split:
    """Cut the steps whose local dates are given, int32 (t,), days since 1970.

    Raises:
        WrongInput: when the window does not fit the record or a block is left without a sample.

    """
    steps, history, horizon = len(local_date), config.window_steps, config.horizon_steps[-1]
    if history + horizon > steps:
        raise WrongInput(
            "The window does not fit",
            f"window_steps: {history} steps and a horizon of {horizon} are longer than the record of {steps} steps.",
            "Choose a shorter window or horizon, or a site with a longer record.",
        )
    first, last = history - 1, steps - 1 - horizon
    validation_from, test_from = _borders(config, local_date, first, last)
    embargo = history + 1 + horizon  # a displacement is read as a change, from one step before the window
    split = Split(
        (first, validation_from - embargo),
        (max(first, validation_from), test_from - embargo),
        (max(first, test_from), last),
    )
    _demand_samples(split, local_date)
    return split


def _borders(config: TrainingConfig, local_date: NDArray[np.int32], first: int, last: int) -> tuple[int, int]:
    if config.train_until is None or config.validation_until is None:
        span = last - first + 1
        return first + int(span * _FRACTIONS[0]), first + int(span * _FRACTIONS[1])
    days = [day.toordinal() - _EPOCH for day in (config.train_until, config.validation_until)]
    validation_from, test_from = np.searchsorted(local_date, days).tolist()
    return int(validation_from), int(test_from)


def _demand_samples(split: Split, local_date: NDArray[np.int32]) -> None:
    fields = {"training": "train_until", "validation": "validation_until", "test": "validation_until"}
    for name, field in fields.items():
        low, high = getattr(split, name)
        if low > high:
            begins, ends = day_of(local_date[0]), day_of(local_date[-1])
            raise WrongInput(
                "A block is empty",
                f"{field}: no sample is left for the {name} block; the record runs from {begins} to {ends}.",
                "Move the dates, or choose a shorter window or horizon: window plus horizon lie between two blocks.",
            )


def day_of(days_since_1970: int | np.integer) -> date:
    """The date of a count of days since 1970-01-01."""
    return date.fromordinal(_EPOCH + int(days_since_1970))
