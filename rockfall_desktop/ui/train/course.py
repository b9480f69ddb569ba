"""The epochs of a job as its charts show them: those of one network, back to a checkpoint on a resume."""

from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.ui.train.curves import CurvesChart

NO_EPOCH = "The first epoch has not ended yet."


class Course:
    """Keeps every epoch; the charts show those of one member at a time.

    Attributes:
        total: epochs of a member at most.
        members: networks of the ensemble.
    """

    def __init__(self, loss: CurvesChart, scores: CurvesChart) -> None:
        self._loss, self._scores = loss, scores
        self._epochs: list[TrainingMetrics] = []
        self._seconds = 0.0
        self.total = self.members = 1

    def begin(self, total: int, members: int) -> None:
        """Turn to a job of which nothing is known yet."""
        self.total, self.members = total, members
        self.forget()

    def forget(self) -> None:
        """Hold no epoch."""
        self._epochs, self._seconds = [], 0.0
        self._clear()

    @property
    def is_empty(self) -> bool:
        """Whether no epoch has ended."""
        return not self._epochs

    def add(self, metrics: TrainingMetrics) -> None:
        """Show an epoch; one that was shown before and what came after it give way to it."""
        place = (metrics.member, metrics.epoch)
        if self._epochs and place <= _place(self._epochs[-1]):
            self.go_back(metrics.member, metrics.epoch - 1)
        if self._epochs and self._epochs[-1].member != metrics.member:
            self._clear()
        self._epochs.append(metrics)
        self._seconds += metrics.seconds
        self._draw(metrics)

    def go_back(self, member: int, epoch: int) -> None:
        """Forget what came after an epoch of a member, and show that member."""
        self._epochs = [one for one in self._epochs if _place(one) <= (member, epoch)]
        self._seconds = sum(one.seconds for one in self._epochs)
        self._clear()
        for one in self._epochs:
            if one.member == member:
                self._draw(one)

    def best(self, metrics: TrainingMetrics) -> tuple[float, int] | None:
        """PR-AUC and number of the best epoch so far, where it can be scored."""
        value = self._scores.series["pr_auc"].value_at(float(metrics.best_epoch))
        return None if value is None else (value, metrics.best_epoch)

    def done(self, member: int, epochs: float) -> float:
        """Share of the epochs of all members, 0 to 1."""
        return ((member - 1) * self.total + epochs) / (self.total * self.members)

    def eta_s(self, member: int, epochs: float) -> float | None:
        """Seconds to the last epoch of all members at the mean pace of those shown; None before the first."""
        if not self._epochs:
            return None
        left = self.total * self.members * (1.0 - self.done(member, epochs))
        return self._seconds / len(self._epochs) * left

    def _draw(self, metrics: TrainingMetrics) -> None:
        self._loss.add("train", metrics.epoch, metrics.train_loss)
        self._loss.add("validation", metrics.epoch, metrics.validation_loss)
        self._loss.mark_best("validation", metrics.best_epoch)
        self._scores.add("pr_auc", metrics.epoch, metrics.pr_auc)
        self._scores.add("ece", metrics.epoch, metrics.ece)
        self._scores.mark_best("pr_auc", metrics.best_epoch)

    def _clear(self) -> None:
        self._loss.clear(NO_EPOCH)
        self._scores.clear(NO_EPOCH)


def _place(metrics: TrainingMetrics) -> tuple[int, int]:
    return metrics.member, metrics.epoch
