"""The window, the horizon and the dates for which the Inputs tab counts."""

from pydantic import ValidationError
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.ui.plain import text_label

PAUSE_MS = 400
FIELDS = {"window_steps": "Window", "horizon_steps": "Horizons", "train_until": "Train until",
          "validation_until": "Validate until"}  # fmt: skip
HINTS = {"train_until": "60 % of the record", "validation_until": "80 % of the record"}
WIDTHS = {"window_steps": 72, "horizon_steps": 96, "train_until": 148, "validation_until": 148}


class InputsForm(QWidget):
    """Four fields of a TrainingConfig, with its defaults.

    Signals:
        edited: a while after the last key.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines = {name: QLineEdit() for name in FIELDS}
        self.fault = text_label("", role="danger", wrap=True, name="inputs_fault")
        self.fault.hide()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.edited)
        self._arrange()

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, title in FIELDS.items():
            line = self.lines[name]
            line.setObjectName(f"inputs_{name}")
            line.setAccessibleName(title)
            field = TrainingConfig.model_fields[name]
            line.setAccessibleDescription(field.description or "")
            line.setToolTip(field.description or "")
            line.setFixedWidth(WIDTHS[name])
            line.setPlaceholderText(HINTS.get(name, ""))
            line.textEdited.connect(lambda _: self._pause.start())
            line.returnPressed.connect(self.edited)
            extra = field.json_schema_extra
            unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
            label = text_label(f"{title} ({unit})" if unit == "steps" else title)
            label.setBuddy(line)
            row.addWidget(label)
            row.addWidget(line)
            row.addSpacing(8)
        row.addStretch()
        self.lines["window_steps"].setText(str(TrainingConfig.model_fields["window_steps"].default))
        horizons = TrainingConfig.model_fields["horizon_steps"].default
        self.lines["horizon_steps"].setText(", ".join(map(str, horizons)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.fault)

    def config(self, folder: str) -> TrainingConfig | None:
        """What is to be counted; None when a field is wrong, which is then said."""
        texts = {name: line.text().strip() for name, line in self.lines.items()}
        values = {
            "sites": (folder,),
            "window_steps": texts["window_steps"],
            "horizon_steps": tuple(part.strip() for part in texts["horizon_steps"].split(",") if part.strip()),
            "train_until": texts["train_until"] or None,
            "validation_until": texts["validation_until"] or None,
        }
        self._say("")
        try:
            return TrainingConfig.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            where = FIELDS.get(str(first["loc"][0])) if first["loc"] else None
            words = str(first["msg"]).removeprefix("Value error, ")
            self._say(f"{where}: {words}." if where else f"{words}.")
        return None

    def _say(self, words: str) -> None:
        self.fault.setText(words)
        self.fault.setVisible(bool(words))
