"""Why somebody does something: a few lines of words, checked in place."""

from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from rockfall_desktop.ui.plain import text_label

LONGEST = 2000
SHORTEST = 10
HEIGHT = 68


class ReasonField(QWidget):
    """A title, the words, and under them what is wrong with them."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.title = text_label(title, role="field", wrap=True)
        self.words = QPlainTextEdit()
        self.words.setObjectName(name)
        self.words.setAccessibleName(title)
        self.words.setFixedHeight(HEIGHT)
        self.words.setTabChangesFocus(True)
        self.note = text_label(role="danger", wrap=True, name=f"{name}_fault")
        self.note.hide()
        self.title.setBuddy(self.words)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.title, self.words, self.note):
            column.addWidget(widget)

    def set_title(self, title: str) -> None:
        """Ask otherwise."""
        self.title.setText(title)
        self.words.setAccessibleName(title)

    def reason(self, *, needed: bool) -> str | None:
        """The words in one piece; None when they are too few or too many, which is then said and has the focus."""
        text = self.words.toPlainText().strip()
        fault = ""
        if needed and len(text) < SHORTEST:
            fault = f"Say why, in {SHORTEST} characters or more."
        elif len(text) > LONGEST:
            fault = f"Has {len(text):,} characters; {LONGEST:,} are the most."
        self.note.setText(fault)
        self.note.setVisible(bool(fault))
        if fault:
            self.words.setFocus()
        return None if fault else text
