"""Asks for what is known of one incident, to add it or to correct it."""

import re
from collections.abc import Sequence

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from rockfall_desktop.domain.duration import DAY_S
from rockfall_desktop.domain.incident_edit import LONGEST_REASON, IncidentChange, IncidentFacts, local_moment
from rockfall_desktop.domain.incident_list import IncidentList, RecordedIncident
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.site.incident_rows import time_text

WIDTH = 480
_TWO_WAYS = re.compile(r"([1-9][0-9]{0,2})[.,]([0-9]{3})")
FIELDS = ("at", "zone", "volume_m3", "type", "cause", "reason")


class IncidentDialog(QDialog):
    """A form of one incident; what is wrong stands under its field.

    Signals:
        wanted: the change, as an IncidentChange; the dialog has closed.
    """

    wanted = Signal(object)

    def __init__(self, known: IncidentList, was: RecordedIncident | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("incident_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Correct an incident" if was else "Add an incident")
        self.setFixedWidth(WIDTH)
        self._known, self._was = known, was
        self._volume_text = ""
        self.time, self.volume = QLineEdit(), QLineEdit()
        self.zone, self.type, self.cause = QComboBox(), QComboBox(), QComboBox()
        self.reason = QPlainTextEdit()
        self.notes: dict[str, QLabel] = {}
        self._fill()
        self._arrange()

    def _fill(self) -> None:
        self.time.setPlaceholderText("2024-05-01" if self._known.told_s >= DAY_S else "2024-05-01 13:30")
        self.volume.setPlaceholderText("unknown")
        self.zone.addItems(list(self._known.zone_ids))
        for box, words in ((self.type, self._known.types), (self.cause, self._known.causes)):
            box.setEditable(True)
            box.addItems(["", *words])
        self.reason.setPlaceholderText("Why, in one line")
        self.reason.setFixedHeight(64)
        self.reason.setTabChangesFocus(True)
        if self._was is None:
            return
        facts = self._was.facts
        if facts.zone not in self._known.zone_ids:
            self.zone.insertItem(0, facts.zone)
        self.time.setText(time_text(facts.at, self._known))
        self._volume_text = "" if facts.volume_m3 is None else f"{facts.volume_m3:.12g}"
        self.volume.setText(self._volume_text)
        self.zone.setCurrentText(facts.zone)
        self.type.setCurrentText(facts.type)
        self.cause.setCurrentText(facts.cause)

    def _arrange(self) -> None:
        rows: list[tuple[str, str, QWidget]] = [
            ("at", f"Happened ({self._known.time_zone})", self.time),
            ("zone", "Zone", self.zone),
            ("volume_m3", "Volume (m³)", self.volume),
        ]
        rows += [("type", "Type", self.type)] if self._known.types else []
        rows += [("cause", "Cause", self.cause)] if self._known.causes else []
        rows.append(("reason", "Reason", self.reason))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for place, (name, title, field) in enumerate(rows):
            field.setObjectName(f"incident_{name}")
            field.setAccessibleName(title)
            label = text_label(title, wrap=True)
            label.setBuddy(field)
            self.notes[name] = text_label("", role="danger", wrap=True, name=f"incident_{name}_fault")
            self.notes[name].hide()
            grid.addWidget(label, 2 * place, 0)
            grid.addWidget(field, 2 * place, 1)
            grid.addWidget(self.notes[name], 2 * place + 1, 1)
        grid.setColumnMinimumWidth(0, 140)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(text_label(self.windowTitle(), role="section"))
        words = "The file of incidents stays as it is; the change is kept beside it with your name, the time and why."
        column.addWidget(text_label(words, role="muted", wrap=True))
        column.addLayout(grid)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        save = push_button("Save the change" if self._was else "Add the incident", "incident_save", "main")
        cancel = push_button("Cancel", "incident_cancel")
        save.clicked.connect(self._save)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(save)
        return row

    def _save(self) -> None:
        for name in self.notes:
            self._tell(name, "")
        change = self._change()
        if change is not None:
            self.accept()
            self.wanted.emit(change)

    def _change(self) -> IncidentChange | None:
        reason = " ".join(self.reason.toPlainText().split())
        values = self._values()
        if not reason:
            self._tell("reason", "Say why.")
        elif len(reason) > LONGEST_REASON:
            self._tell("reason", f"Has {len(reason):,} characters; {LONGEST_REASON} are the most.")
        elif values is not None and (facts := self._facts(values)) is not None:
            return self._as_change(facts, reason)
        return None

    def _values(self) -> dict[str, object] | None:
        text = self.time.text().strip()
        was = self._was
        try:
            unchanged = was is not None and text == time_text(was.facts.at, self._known)
            at = was.facts.at if was and unchanged else local_moment(text, self._known.time_zone)
        except ValueError as error:
            self._tell("at", f"{error}.".replace("..", "."))
            return None
        volume = self.volume.text().strip()
        if volume != self._volume_text and (both := two_ways(volume)):
            self._tell("volume_m3", both)
            return None
        volume = volume.replace(",", ".")
        return {
            "at": at,
            "zone": self.zone.currentText(),
            "volume_m3": volume or None,
            "type": self.type.currentText().strip(),
            "cause": self.cause.currentText().strip(),
        }

    def _facts(self, values: dict[str, object]) -> IncidentFacts | None:
        try:
            return IncidentFacts.model_validate(values)
        except ValidationError as error:
            for one in error.errors():
                name = str(one["loc"][0])
                words = "Write a number of cubic metres, or nothing when it is unknown." if name == "volume_m3" else ""
                self._tell(name, words or f"{one['msg']}.")
        return None

    def _as_change(self, facts: IncidentFacts, reason: str) -> IncidentChange | None:
        try:
            if self._was is None:
                return IncidentChange(what="add", after=facts, reason=reason)
            return IncidentChange(
                what="correct", incident=self._was.key, before=self._was.facts, after=facts, reason=reason
            )
        except ValidationError as error:
            self._tell("reason", _sentences([str(one["msg"]) for one in error.errors()]))
        return None

    def _tell(self, name: str, words: str) -> None:
        self.notes[name].setText(words)
        self.notes[name].setVisible(bool(words))
        self.adjustSize()


def two_ways(text: str) -> str:
    """A sentence when a number can be read with thousands apart and with decimals, as 1,234; else nothing."""
    found = _TWO_WAYS.fullmatch(text)
    if found is None:
        return ""
    before, after = found.groups()
    return f"{text} can be read two ways: write {before}{after}, or {before}.{after}0 for less than {int(before) + 1}."


def _sentences(messages: Sequence[str]) -> str:
    words = [message.removeprefix("Value error, ").partition(": ")[2] or message for message in messages]
    return " ".join(f"{word[:1].upper()}{word[1:]}." for word in words)
