"""Labels that show text from outside as text, whatever it looks like."""

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget

LONGEST_TIP = 600


def text_label(text: str = "", role: str = "", *, wrap: bool = False, name: str = "") -> QLabel:
    """A label that never reads markup.

    Args:
        text: what it says.
        role: muted, section, title, number, good, warning or danger; the style sheet knows them.
        wrap: whether long text goes on in a next line.
        name: object name.
    """
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    label.setObjectName(name)
    if role:
        label.setProperty("role", role)
    return label


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget another role and dress it anew; costs nothing when it has it already."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def plain_tip(text: str) -> str:
    """Text for a tooltip: tooltips guess at markup, so it is escaped and said to be markup."""
    return f"<p style='white-space:pre-wrap'>{escape(text[:LONGEST_TIP])}</p>" if text else ""


def button_text(text: str) -> str:
    """Text from outside for a button or check box, where & would make a mnemonic."""
    return text.replace("&", "&&")


class ElidedLabel(QLabel):
    """One line that gives way: what does not fit ends in an ellipsis, the whole stands in the tooltip."""

    def __init__(self, text: str = "", role: str = "", name: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Say something else, in one line."""
        line = " ".join(text[:2000].split())
        super().setText(line)
        self.setToolTip(plain_tip(line))

    def minimumSizeHint(self) -> QSize:
        """Two letters and the ellipsis are enough."""
        return QSize(self.fontMetrics().horizontalAdvance("mm…"), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw as much as fits."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        self.style().drawItemText(
            painter, area, int(self.alignment()), self.palette(), self.isEnabled(), shown, self.foregroundRole()
        )
