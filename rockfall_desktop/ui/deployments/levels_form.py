"""From which probabilities on each level holds: one line of numbers for each horizon, checked in place."""

from collections.abc import Sequence

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.ui import icons
from rockfall_desktop.ui.plain import plain_tip, text_label
from rockfall_desktop.ui.theme import Theme

FIELDS = (
    ("yellow", "Yellow from", "Probability from which it is yellow, above 0 and below 1."),
    ("orange", "Orange from", "Probability from which it is orange."),
    ("red", "Red from", "Probability from which it is red."),
    ("fall_share", "Falls below (share)", "Share of its threshold below which a level may fall, at most 1."),
    ("hold_steps", "Held for (steps)", "Steps that it must stay below before it falls."),
)
EDITOR = 92
RISE = "Yellow, orange and red must rise in this order, above 0 and below 1."


class LevelsForm(QWidget):
    """Rules as text that can be changed; what was not changed keeps every digit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("levels_form")
        self._theme = theme
        self._rules: tuple[LevelRule, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(len(FIELDS) + 1, 1)
        self._heads: list[tuple[QLabel, str]] = []
        self._add_heads()
        self.editors: list[dict[str, QLineEdit]] = []
        self.notes: list[QLabel] = []
        theme.changed.connect(self._draw)

    def _add_heads(self) -> None:
        self._grid.addWidget(text_label("Horizon", role="muted"), 0, 0)
        for column, (name, title, tip) in enumerate(FIELDS, 1):
            head = QWidget()
            row = QHBoxLayout(head)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            if name in ("yellow", "orange", "red"):
                picture = QLabel()
                self._heads.append((picture, name))
                row.addWidget(picture)
            row.addWidget(text_label(title, role="muted"))
            row.addStretch()
            head.setToolTip(plain_tip(tip))
            self._grid.addWidget(head, 0, column)
        self._draw()

    def show_rules(self, rules: Sequence[LevelRule]) -> None:
        """Show proposed rules, once: what is typed afterwards stays."""
        self._rules = tuple(rules)
        for place, rule in enumerate(self._rules):
            self._add(place, rule)

    def _add(self, place: int, rule: LevelRule) -> None:
        row = 2 * place + 1
        steps = "1 step" if rule.horizon_steps == 1 else f"{rule.horizon_steps} steps"
        self._grid.addWidget(text_label(steps), row, 0)
        editors = {}
        for column, (name, title, tip) in enumerate(FIELDS, 1):
            editor = QLineEdit(_text(rule, name))
            editor.setObjectName(f"level_{name}_{rule.horizon_steps}")
            editor.setAccessibleName(f"{title}, {steps}")
            editor.setToolTip(plain_tip(tip))
            editor.setFixedWidth(EDITOR)
            editor.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(editor, row, column)
            editors[name] = editor
        note = text_label(role="danger", wrap=True, name=f"level_fault_{rule.horizon_steps}")
        note.hide()
        self._grid.addWidget(note, row + 1, 1, 1, len(FIELDS) + 1)
        self.editors.append(editors)
        self.notes.append(note)

    def rules(self) -> tuple[LevelRule, ...] | None:
        """The rules as they are typed; None when one is wrong, which is then said under it and has the focus."""
        found = [self._rule(place) for place in range(len(self._rules))]
        good = tuple(rule for rule in found if rule is not None)
        return good if len(good) == len(found) else None

    def _rule(self, place: int) -> LevelRule | None:
        rule, editors = self._rules[place], self.editors[place]
        changed: dict[str, object] = {}
        for name, editor in editors.items():
            text = editor.text().strip().replace(",", ".")
            if text != _text(rule, name):
                changed[name] = text
        try:
            made = LevelRule.model_validate(rule.model_dump() | changed)
        except ValidationError as error:
            self._tell(place, error)
            return None
        self._mark(place, "", "")
        return made

    def _tell(self, place: int, error: ValidationError) -> None:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        title = next((title for field, title, _ in FIELDS if field == name), "")
        self._mark(place, f"{title}: {first['msg']}." if title else RISE, name or "yellow")
        self.editors[place][name or "yellow"].setFocus()

    def _mark(self, place: int, words: str, faulty: str) -> None:
        self.notes[place].setText(words)
        self.notes[place].setVisible(bool(words))
        for name, editor in self.editors[place].items():
            wrong = name == faulty
            if bool(editor.property("faulty")) != wrong:
                editor.setProperty("faulty", wrong)
                editor.style().unpolish(editor)
                editor.style().polish(editor)

    def _draw(self) -> None:
        for label, level in self._heads:
            picture = icons.pixmap(f"level-{level}", self._theme.tokens.text, 14, self.devicePixelRatioF())
            label.setPixmap(picture)


def _text(rule: LevelRule, name: str) -> str:
    value = getattr(rule, name)
    return str(value) if isinstance(value, int) else f"{value:.3g}"
