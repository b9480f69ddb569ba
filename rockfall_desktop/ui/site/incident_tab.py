"""Every recorded incident, counting or not and why not; adding, correcting, excluding, and taking back."""

from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import RockfallError, StoreFault
from rockfall_desktop.domain.incident_edit import LONGEST_REASON, IncidentChange, IncidentEdit
from rockfall_desktop.domain.incident_list import IncidentList, RecordedIncident
from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.operations.site_incidents import edit_incident, read_incidents
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import ElidedLabel, text_label
from rockfall_desktop.ui.question import Answer, Question
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.incident_dialog import IncidentDialog
from rockfall_desktop.ui.site.incident_rows import (
    CAUSE,
    DEEDS,
    EDITS,
    FILTERS,
    INCIDENTS,
    TYPE,
    edit_rows,
    head_words,
    incident_rows,
    time_text,
)
from rockfall_desktop.ui.site.inputs_halves import halves
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import ValueTable


class IncidentTab(QWidget):
    """The list and its edits.

    Signals:
        changed: an edit was saved, as an IncidentEdit, or may have been, as a StoreFault; whoever shows the site reads
            it anew.
    """

    changed = Signal(object)
    title = "Incidents"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("site_incidents_tab")
        self._seat = seat
        self._folder: Path | None = None
        self._known: IncidentList | None = None
        self._asked = False
        self._sort = (0, False)
        self.head = ElidedLabel(role="muted", name="incident_head")
        self.empty = text_label("", role="muted", wrap=True, name="incident_empty")
        self.filter = QComboBox()
        self.table = ValueTable(INCIDENTS, theme, "incident_table")
        self.edits = ValueTable(EDITS, theme, "incident_edits")
        self.card = FaultCard("incident_card")
        self._edit_title = text_label("Edits", role="section")
        self.buttons = {
            "add": push_button("Add …", "incident_add"),
            "correct": push_button("Correct …", "incident_correct"),
            "exclude": push_button("Exclude …", "incident_exclude"),
            "withdraw": push_button("Take an edit back …", "incident_withdraw"),
        }
        self._listing, self._sorting = LatestCall("incidents", self), LatestCall("incident rows", self)
        self._saving = LatestCall("incident edit", self)
        self._arrange()
        self._connect()
        self._enable()

    def _arrange(self) -> None:
        self.filter.setObjectName("incident_filter")
        self.filter.setAccessibleName("Which incidents are listed")
        for key, words in FILTERS.items():
            self.filter.addItem(words, key)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.head, 1)
        row.addWidget(self.filter)
        for button in self.buttons.values():
            row.addWidget(button)
        self._below = QWidget()
        self._below.hide()
        self.empty.hide()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        lower = QVBoxLayout(self._below)
        lower.setContentsMargins(0, 4, 0, 0)
        lower.setSpacing(4)
        lower.addWidget(self._edit_title)
        lower.addWidget(self.edits, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.card)
        column.addLayout(row)
        column.addWidget(self.empty, 1)
        self._halves = halves(self.table, self._below)
        column.addWidget(self._halves, 1)
        header = self.table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)

    def _connect(self) -> None:
        self.table.horizontalHeader().sectionClicked.connect(self._sort_by)
        self.filter.activated.connect(self._list)
        self.table.chosen.connect(self._choose)
        self.edits.chosen.connect(self._enable)
        self.buttons["add"].clicked.connect(lambda: self._ask_facts(None))
        self.buttons["correct"].clicked.connect(lambda: self._ask_facts(self._chosen()))
        self.buttons["exclude"].clicked.connect(self._ask_exclusion)
        self.buttons["withdraw"].clicked.connect(self._ask_withdrawal)
        self._listing.answered.connect(self._take)
        self._listing.refused.connect(self._refuse_list)
        self._sorting.answered.connect(self._show_rows)
        self._saving.answered.connect(self._saved)
        self._saving.refused.connect(self._refuse_edit)

    def show_site(self, summary: SiteSummary) -> None:
        """Turn to a site; what was shown of another one goes."""
        for call in (self._listing, self._sorting):
            call.forget()
        if self._folder != Path(summary.folder):
            self.table.set_rows([])
            self.edits.set_rows([])
            self.card.hide()
            self._below.hide()
            self.head.setText("")
            self._say("")
        self._folder, self._known, self._asked = Path(summary.folder), None, False
        self._enable()
        if self.isVisible():
            self._ask()

    def show_arrays(self, arrays: SiteArrays) -> None:
        """The list comes with reasons of its own; nothing is taken from the numbers."""

    def showEvent(self, event: QShowEvent) -> None:
        """Read the list, if that was not done yet."""
        super().showEvent(event)
        self._ask()

    def _ask(self) -> None:
        folder, station = self._folder, self._seat.station
        if folder is not None and not self._asked:
            self._asked = True
            self.head.setText("Reading the list …")
            self._listing.ask(lambda: read_incidents(folder, station=station))

    def _take(self, known: object) -> None:
        if not isinstance(known, IncidentList):
            return
        self._known = known
        self._say("")
        self.head.setText(head_words(known))
        self.edits.set_rows(*edit_rows(known))
        self._edit_title.setText(f"Edits ({len(known.edits):,})")
        self._below.setVisible(bool(known.edits))
        for column, words in ((TYPE, known.types), (CAUSE, known.causes)):
            self.table.setColumnHidden(column, not words)
        self._list()

    def _list(self) -> None:
        known, (column, falling), wanted = self._known, self._sort, str(self.filter.currentData())
        if known is not None:
            self._sorting.ask(lambda: incident_rows(known, wanted, column, falling=falling))

    def _show_rows(self, rows: object) -> None:
        if isinstance(rows, tuple):
            self.table.set_rows(*rows)
            self._choose()

    def _sort_by(self, column: int) -> None:
        self._sort = (column, not self._sort[1] if column == self._sort[0] else False)
        order = Qt.SortOrder.DescendingOrder if self._sort[1] else Qt.SortOrder.AscendingOrder
        self.table.horizontalHeader().setSortIndicator(column, order)
        self._list()

    def _chosen(self) -> RecordedIncident | None:
        row = self.table.currentIndex().row()
        if self._known is None or not 0 <= row < len(self.table.rows.keys):
            return None
        return self._known.incidents[int(self.table.rows.keys[row])]

    def _chosen_edit(self) -> IncidentEdit | None:
        row = self.edits.currentIndex().row()
        if self._known is None or not 0 <= row < len(self.edits.rows.keys):
            return None
        saved = next(one for one in self._known.edits if one.edit.edit_id == self.edits.rows.keys[row])
        return saved.edit if saved.state != "withdrawn" else None

    def _choose(self) -> None:
        """With an edited incident its last edit is chosen too."""
        chosen = self._chosen()
        if chosen is not None and chosen.edits:
            self.edits.selectRow(self.edits.rows.keys.index(chosen.edits[-1]))
        self._enable()

    def _enable(self) -> None:
        ready = self._known is not None and not self._saving.busy
        chosen = self._chosen()
        self.buttons["add"].setEnabled(ready)
        self.buttons["correct"].setEnabled(ready and chosen is not None)
        excluded = chosen is not None and chosen.why_not.startswith("excluded")
        self.buttons["exclude"].setEnabled(ready and chosen is not None and not excluded)
        self.buttons["withdraw"].setEnabled(ready and self._chosen_edit() is not None)

    def _ask_facts(self, was: RecordedIncident | None) -> None:
        if self._known is not None:
            dialog = IncidentDialog(self._known, was, self)
            dialog.wanted.connect(self._save)
            dialog.open()

    def _ask_exclusion(self) -> None:
        chosen, known = self._chosen(), self._known
        if chosen is None or known is None:
            return
        words = f"{time_text(chosen.facts.at, known)}, {chosen.facts.zone or 'no zone'}: nothing is learned from it."
        answers = (Answer("back", "Cancel"), Answer("exclude", "Exclude it", "danger"))
        question = Question(
            "Exclude this incident", words, answers, "exclude_incident", self, safe="back", reason="Why, in one line"
        )
        question.answered.connect(lambda key: self._exclude(key, chosen, question.reason.toPlainText()))
        question.open()

    def _exclude(self, key: str, chosen: RecordedIncident, reason: str) -> None:
        if key != "exclude":
            return
        try:
            change = IncidentChange(what="exclude", incident=chosen.key, before=chosen.facts, reason=reason)
        except ValidationError:
            hint = f"Choose Exclude again and say why in 1 to {LONGEST_REASON} plain characters."
            self.card.show_detail("The incident was not excluded", "It needs a reason.", hint, "")
        else:
            self._save(change)

    def _ask_withdrawal(self) -> None:
        edit = self._chosen_edit()
        if edit is None:
            return
        words = f"{edit.user} {DEEDS[edit.what]}: {edit.reason or 'no reason given'}. The edit stays in the record."
        answers = (Answer("back", "Cancel"), Answer("withdraw", "Take it back", "main"))
        question = Question("Take this edit back", words, answers, "withdraw_edit", self, safe="back")
        change = IncidentChange(what="withdraw", withdraws=edit.edit_id)
        question.answered.connect(lambda key: self._save(change) if key == "withdraw" else None)
        question.open()

    def _save(self, change: object) -> None:
        folder, station = self._folder, self._seat.station
        if not isinstance(change, IncidentChange) or folder is None:
            return
        try:
            session = self._seat.session
        except RockfallError as error:
            self.card.show_error(error)
            return
        self.card.hide()
        self._saving.ask(lambda: edit_incident(session, station=station, folder=folder, edit=change))
        self._enable()

    def _saved(self, edit: object) -> None:
        self._asked = False
        self._ask()
        self.changed.emit(edit)

    def _refuse_edit(self, problem: object) -> None:
        self.card.show_error(in_words(problem))
        self._asked = False
        self._ask()
        if isinstance(problem, StoreFault):
            self.changed.emit(problem)  # it says whether the edit was saved

    def _refuse_list(self, problem: object) -> None:
        error = in_words(problem)
        self._known = None
        self.head.setText("")
        self._say(f"{error.message} {error.hint}")
        self._enable()

    def _say(self, words: str) -> None:
        """Put a sentence in the place of the list; empty words put the list back."""
        self.empty.setText(words)
        self.empty.setVisible(bool(words))
        self._halves.setVisible(not words)
        for widget in (self.filter, *self.buttons.values()):
            widget.setVisible(not words)
