"""A part of the form that folds away, with words on what is inside."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from rockfall_desktop.ui.plain import ElidedLabel
from rockfall_desktop.ui.train.field_row import FieldRow


class Section(QWidget):
    """A heading that opens and closes a group of fields."""

    def __init__(self, title: str, rows: list[FieldRow], inside: str) -> None:
        super().__init__()
        self.rows = rows
        self._head = QToolButton()
        self._head.setObjectName(f"section_{title.lower()}")
        self._head.setText(title)
        self._head.setProperty("role", "fold")
        self._head.setCheckable(True)
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.toggled.connect(self._fold)
        self._inside = ElidedLabel(inside, role="muted")
        self._inside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._words = inside
        self._body = QWidget()
        self._arrange()
        self._fold()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._head)
        head.addWidget(self._inside, 1)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 8)
        body.setSpacing(4)
        for row in self.rows:
            body.addWidget(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._body)

    def add(self, widget: QWidget) -> None:
        """Put something below the fields, folded away with them."""
        layout = self._body.layout()
        if layout is not None:
            layout.addWidget(widget)

    def open(self) -> None:
        """Unfold."""
        self._head.setChecked(True)

    def _fold(self) -> None:
        is_open = self._head.isChecked()
        self._head.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self._body.setVisible(is_open)
        self._inside.setText("" if is_open else self._words)
