"""The dates and times that a simulated pit writes.

Axes: t time (steps).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

FIRST_DAY = date(2018, 1, 1)
TIME_ZONE, LOGGERS_ZONE = "Europe/Zurich", "Etc/GMT-1"
_BEGIN = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day)  # noqa: DTZ001 - the loggers' own clock


@dataclass(frozen=True)
class Calendar:
    """Steps from 1 January 2018 on.

    Attributes:
        step_h: hours of a step, 1 or 24.
        steps: how many.
    """

    step_h: int
    steps: int

    @property
    def daily(self) -> bool:
        """Whether a step is a day, and times are dates."""
        return self.step_h == 24

    @property
    def column(self) -> str:
        """Name of the column with the time."""
        return "date" if self.daily else "time"

    @property
    def time_format(self) -> str:
        """How times are written."""
        return "%Y-%m-%d" if self.daily else "%Y-%m-%d %H:%M"

    def day_of(self, step: int) -> date:
        """The day in which a step lies."""
        return FIRST_DAY + timedelta(days=step * self.step_h // 24)

    def times(self) -> list[str]:
        """How the readings of each step are stamped: the day, or the end of the hour."""
        if self.daily:
            return [self.day_of(step).isoformat() for step in range(self.steps)]
        return [self.moment(step + 1, 0) for step in range(self.steps)]

    def moment(self, step: int, minute: int) -> str:
        """A minute of a step, as the loggers' clock shows it."""
        return (_BEGIN + timedelta(hours=step * self.step_h, minutes=minute)).strftime(self.time_format)
