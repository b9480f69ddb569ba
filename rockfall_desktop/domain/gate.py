"""What must be shown before a model is put to work, and whether its report shows it."""

from enum import StrEnum

from pydantic import Field

from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.value import Value


class Shown(StrEnum):
    """Whether a report shows something."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "not shown"


class Clause(Value):
    """One demand."""

    name: str = Field(description="better, slope, observed_expected, brier_skill, leakage or incidents.")
    title: str = Field(description="What is demanded, a few words.")
    shown: Shown = Field(description="Whether the report shows it.")
    sentence: str = Field(description="With the figures, one sentence.")


class GateJudgement(Value):
    """All demands on one job, and what follows."""

    job_id: str = Field(description="Job that is judged.")
    clauses: tuple[Clause, ...] = Field(description="Every demand.")
    jobs_on_test_block: int = Field(ge=1, description="Completed jobs judged on this test block, this one included.")
    levels: tuple[LevelRule, ...] = Field(description="Levels that are proposed for it.")
    given_up: tuple[str, ...] = Field(default=(), description="What its report says of networks that diverged.")

    @property
    def open_clauses(self) -> tuple[Clause, ...]:
        """Demands that are not met or not shown."""
        return tuple(clause for clause in self.clauses if clause.shown is not Shown.YES)

    @property
    def passed(self) -> bool:
        """Whether everything is shown; otherwise only an administrator may deploy, with a reason."""
        return not self.open_clauses

    @property
    def asks_again(self) -> bool:
        """Whether it was not shown to be better than the best baseline, which is asked about once more."""
        return any(clause.name == "better" for clause in self.open_clauses)
