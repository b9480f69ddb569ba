"""The trials of a search as rows: the best first, then what was pruned, failed or runs."""

from collections.abc import Sequence

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.search import Outcome, Search, Trial
from rockfall_desktop.domain.search_space import LeftOut, Setting
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.spoken import spoken
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable
from rockfall_desktop.ui.words import NOTHING

COLUMNS = (
    Column("Trial", 60, number=True),
    Column("State", 130),
    Column("Validation log loss", 150, number=True, tip="Lowest of its epochs; nothing else ranks the trials."),
    Column("Epochs", 70, number=True),
    Column("Settings"),
)
ICONS = {
    Outcome.RUNNING: "running",
    Outcome.COMPLETED: "completed",
    Outcome.PRUNED: "cancelled",
    Outcome.FAILED: "failed",
}
TONES = {Outcome.RUNNING: "accent", Outcome.COMPLETED: "", Outcome.PRUNED: "muted", Outcome.FAILED: "danger"}


class TrialsTable(ValueTable):
    """Live; the row that is chosen stays chosen wherever it goes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(COLUMNS, theme, "trials")

    @property
    def trial(self) -> int | None:
        """Number of the trial that is chosen."""
        index = self.currentIndex()
        return int(self.rows.keys[index.row()]) if index.isValid() else None

    def show_search(self, search: Search) -> None:
        """Show the trials as they stand."""
        before = self.trial
        ranked = search.ranked
        others = sorted(
            (trial for trial in search.trials if trial.outcome is not Outcome.COMPLETED),
            key=lambda trial: (trial.outcome is not Outcome.RUNNING, -trial.number),
        )
        running = [trial for trial in others if trial.outcome is Outcome.RUNNING]
        rows = [*running, *ranked, *(trial for trial in others if trial.outcome is not Outcome.RUNNING)]
        best = None if search.best is None else search.best.number
        keys = [str(trial.number) for trial in rows]
        self.set_rows([trial_row(trial, best=trial.number == best) for trial in rows], keys)
        if before is not None and str(before) in keys and self.trial != before:
            self.setCurrentIndex(self.rows.index(keys.index(str(before)), 0))


def trial_row(trial: Trial, *, best: bool) -> tuple[Cell, ...]:
    """The cells of one trial."""
    tone = "good" if best else TONES[trial.outcome]
    value = trial.value if trial.value is not None else min(trial.losses, default=None)
    return (
        Cell(str(trial.number), tone, strong=best),
        Cell("best" if best else trial.outcome.value, tone, ICONS[trial.outcome], trial.words, strong=best),
        Cell(NOTHING if value is None else f"{value:.4f}", tone, strong=best),
        Cell(str(len(trial.losses)), tone),
        Cell(trial.words or settings_words(trial.settings), tone),
    )


def settings_words(settings: dict[str, Setting]) -> str:
    """Settings in one line, in the words of the form."""
    titles = {name: str(TrainingConfig.model_fields[name].title).lower() for name in settings}
    parts = (f"{titles[name]} {spoken(str(value))}" for name, value in settings.items())
    return " \N{MIDDLE DOT} ".join(parts)


def left_out_words(choices: Sequence[LeftOut]) -> str:
    """What a search does not try, and why; empty when it tries all."""
    return "\n".join(f"{one.title} {spoken(str(one.choice))} is not tried: {one.because}." for one in choices)
