"""The line above Start: what the choice means. It is never stale."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.config_faults import titled
from rockfall_desktop.domain.plan import TrainingPlan
from rockfall_desktop.operations.plan import plan_training
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import plain_tip, set_role, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.words import count, duration

PAUSE_MS = 350
MOST_BLOCKS = 4  # training, validation, calibration, test
_TOLD_MB = 1.0
WAITING = "\N{HORIZONTAL ELLIPSIS}"


class PlanLine(QWidget):
    """Works out a plan in the background whenever the form changes; three dots stand in its place meanwhile.

    Signals:
        judged: a TrainingConfig, and the RockfallError that says why it is none to train with, None when it is.
    """

    judged = Signal(object, object)

    def __init__(self, seat: Seat) -> None:
        super().__init__()
        self.setObjectName("plan_line")
        self._seat = seat
        self._config: TrainingConfig | None = None
        self._call = LatestCall("plan", self)
        self._call.answered.connect(self._show)
        self._call.refused.connect(self._refuse)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.line = text_label(wrap=True, name="plan_text")
        self.blocks = QWidget()
        self.block_words = [text_label(role="muted", name=f"plan_block_{number}") for number in range(MOST_BLOCKS)]
        self._arrange()
        seat.left.connect(self._pause.stop)

    def _arrange(self) -> None:
        row = QHBoxLayout(self.blocks)
        row.setContentsMargins(0, 0, 0, 0)
        for label in self.block_words:
            row.addWidget(label, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.line)
        column.addWidget(self.blocks)

    def recompute(self, config: TrainingConfig | None, fault: str = "") -> None:
        """Work out what a configuration means; None: there is none yet, because of a fault, which is said instead."""
        if config == self._config and config is not None and self.line.text() not in {"", WAITING}:
            return
        self._config = config
        self._call.forget()
        self._pause.stop()
        if config is None:
            self._say(fault, "muted")
            return
        self._say(WAITING, "muted")
        self._pause.start()

    def _ask(self) -> None:
        config, seat = self._config, self._seat
        if config is None or not seat.occupied:
            return
        session, station = seat.session, seat.station
        self._call.ask(lambda: plan_training(session, station=station, config=config))

    def _show(self, plan: object) -> None:
        if isinstance(plan, TrainingPlan):
            self._say(plan_words(plan), "", plan_blocks(plan))
            self.blocks.setToolTip(plain_tip(left_out_words(plan)))
            self.judged.emit(self._config, None)

    def _refuse(self, problem: object) -> None:
        config, error = self._config, in_words(problem)
        self._config = None
        told = titled(error)
        self._say(f"{told.message} {told.hint}".strip(), "danger")
        self.judged.emit(config, error)

    def _say(self, words: str, role: str, blocks: tuple[str, ...] = ()) -> None:
        self.line.setText(words)
        set_role(self.line, role)
        for label, block in zip(self.block_words, (*blocks, *[""] * MOST_BLOCKS)[:MOST_BLOCKS], strict=True):
            label.setText(block)
            label.setVisible(bool(block))
        self.blocks.setVisible(bool(blocks))


def plan_words(plan: TrainingPlan) -> str:
    """Samples, incidents, pace, the longest it may take, memory and disk."""
    samples = sum(block.samples for block in plan.blocks)
    incidents = sum(block.incidents for block in plan.blocks)
    pace = f"{duration(plan.seconds_per_epoch)}/epoch" if plan.seconds_per_epoch is not None else "pace not measured"
    parts = [f"{count(samples)} samples", f"{count(incidents)} incidents", pace]
    if plan.longest_s is not None:
        parts.append(f"{duration(plan.longest_s)} at most")
    if plan.members > 1:
        parts.append(f"{plan.members} networks")
    parts.append(f"{plan.memory_mb:.0f} MB of memory")
    if plan.disk_mb >= _TOLD_MB:
        parts.append(f"{plan.disk_mb:.0f} MB of disk")
    return " \N{MIDDLE DOT} ".join(parts)


def plan_blocks(plan: TrainingPlan) -> tuple[str, ...]:
    """Samples and incidents of each block, two lines each."""
    return tuple(f"{block.name}\n{count(block.samples)} / {count(block.incidents)}" for block in plan.blocks)


def left_out_words(plan: TrainingPlan) -> str:
    """Dates of the blocks, and what was left out and why."""
    lines = [f"{block.name}: {block.days}" for block in plan.blocks]
    lines += [f"left out, {reason}: {count(number)}" for reason, number in plan.left_out.items() if number]
    return "\n".join(lines)
