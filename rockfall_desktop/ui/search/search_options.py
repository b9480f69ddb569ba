"""What a search is asked for: the fields that it varies, how many trials, how long."""

from math import isfinite

from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.search_space import VARIABLE, space_of
from rockfall_desktop.operations.search import FEW_TRIALS
from rockfall_desktop.ui.plain import button_text, plain_tip, text_label

BOXES_IN_A_ROW = 4
NUMBER_WIDTH = 84


class SearchOptions(QWidget):
    """Boxes for the fields that make a difference to the form's settings, and two numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes = {name: QCheckBox(button_text(_title(name)), self) for name in VARIABLE}
        self.trials, self.minutes = QLineEdit(str(FEW_TRIALS)), QLineEdit()
        self._arrange()

    def _arrange(self) -> None:
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        for name, box in self.boxes.items():
            box.setObjectName(f"vary_{name}")
            box.setChecked(True)
        self._place(tuple(self.boxes))
        limits = QHBoxLayout()
        for line, name, words in (
            (self.trials, "search_trials", "Trials"),
            (self.minutes, "search_minutes", "Minutes"),
        ):
            line.setObjectName(name)
            line.setAccessibleName(words)
            line.setFixedWidth(NUMBER_WIDTH)
            limits.addWidget(text_label(words))
            limits.addWidget(line)
        self.minutes.setPlaceholderText("no limit")
        limits.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._grid)
        column.addLayout(limits)

    def fit(self, config: TrainingConfig | None) -> None:
        """Offer what makes a difference to these settings; as before while the form holds an error."""
        if config is None:
            return
        ranges = {one.name: one.words for one in space_of(config)}
        for name, words in ranges.items():
            self.boxes[name].setToolTip(plain_tip(words))
        if tuple(ranges) != self._offered:
            self._place(tuple(ranges))

    def _place(self, names: tuple[str, ...]) -> None:
        self._offered = names
        for box in self.boxes.values():
            self._grid.removeWidget(box)
        for place, name in enumerate(names):
            self._grid.addWidget(self.boxes[name], place // BOXES_IN_A_ROW, place % BOXES_IN_A_ROW)
        for name, box in self.boxes.items():
            box.setVisible(name in names)

    @property
    def vary(self) -> tuple[str, ...]:
        """The fields to vary.

        Raises:
            WrongInput: when none is ticked.
        """
        chosen = tuple(name for name, box in self.boxes.items() if box.isChecked() and name in self._offered)
        if not chosen:
            raise WrongInput("Nothing to vary", "No field is ticked.", "Tick one or more.")
        return chosen

    @property
    def limits(self) -> tuple[int, float | None]:
        """How many trials, and seconds at most.

        Raises:
            WrongInput: when one of them is no number.
        """
        trials = _number(self.trials, "Trials")
        if trials != int(trials):
            raise _no_number("Trials", self.trials)
        return int(trials), 60 * _number(self.minutes, "Minutes") if self.minutes.text().strip() else None


def _number(line: QLineEdit, words: str) -> float:
    try:
        value = float(line.text())
    except ValueError as error:
        raise _no_number(words, line) from error
    if not isfinite(value):
        raise _no_number(words, line)
    return value


def _no_number(words: str, line: QLineEdit) -> WrongInput:
    return WrongInput("Wrong limit", f"{words}: '{line.text()[:40]}' is no number for it.", "Give one, e.g. 30.")


def _title(name: str) -> str:
    return str(TrainingConfig.model_fields[name].title)
