"""The rail: one button for each page, icon over word, a thin ring around Train while a job runs."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QVBoxLayout

from rockfall_desktop.ui import icons
from rockfall_desktop.ui.plain import plain_tip
from rockfall_desktop.ui.theme import Theme

WIDTH, HEIGHT, ICON, RING = 76, 62, 22, 34
ARC = 16 * 360


class RailButton(QAbstractButton):
    """An icon over a word; `progress` (0 to 1, None: no ring) draws a ring around the icon."""

    def __init__(self, icon: str, word: str, key: str, theme: Theme) -> None:
        super().__init__()
        self.setObjectName(f"rail_{word.lower()}")
        self.setText(word)
        self.setAccessibleName(word)
        self.setToolTip(plain_tip(f"{word} ({key})"))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._icon = icon
        self._theme = theme
        self._progress: float | None = None
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as the rail."""
        return QSize(WIDTH, HEIGHT)

    @property
    def progress(self) -> float | None:
        """How far the ring is drawn."""
        return self._progress

    def set_progress(self, share: float | None) -> None:
        """Draw the ring that far, or not at all; drawn anew only when it moves by a degree."""
        before, self._progress = self._progress, share
        if (before is None) != (share is None) or abs((before or 0.0) - (share or 0.0)) > 1 / 360:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Ground, bar of the chosen page, ring, icon, word, focus."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        if chosen or self.underMouse():
            painter.fillRect(self.rect(), QColor(tokens.selected if chosen else tokens.hover))
        if chosen:
            painter.fillRect(0, 0, 3, HEIGHT, QColor(tokens.accent))
        colour = tokens.text if chosen else tokens.muted
        picture = icons.pixmap(self._icon, tokens.accent if chosen else tokens.muted, ICON, self.devicePixelRatioF())
        painter.drawPixmap((WIDTH - ICON) // 2, 12, picture)
        self._draw_ring(painter)
        painter.setPen(QColor(colour))
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        painter.drawText(QRectF(0, 40, WIDTH, 18), int(Qt.AlignmentFlag.AlignCenter), self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(QRectF(4, 2, WIDTH - 8, HEIGHT - 4), 6, 6)

    def _draw_ring(self, painter: QPainter) -> None:
        if self._progress is None:
            return
        area = QRectF((WIDTH - RING) / 2, 12 - (RING - ICON) / 2, RING, RING)
        painter.setPen(QPen(QColor(self._theme.tokens.line), 2))
        painter.drawEllipse(area)
        painter.setPen(QPen(QColor(self._theme.tokens.accent), 2))
        painter.drawArc(area, ARC // 4, -round(ARC * max(0.02, self._progress)))


class Rail(QFrame):
    """The column of page buttons; the last `apart` of them stand at the bottom.

    Signals:
        chosen: number of the page.
    """

    chosen = Signal(int)

    def __init__(self, pages: tuple[tuple[str, str], ...], theme: Theme, *, apart: int = 0) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(WIDTH)
        self.buttons = [RailButton(icon, word, f"Ctrl+{n + 1}", theme) for n, (icon, word) in enumerate(pages)]
        group = QButtonGroup(self)
        group.setExclusive(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(4)
        for number, button in enumerate(self.buttons):
            group.addButton(button, number)
            if number == len(self.buttons) - apart:
                column.addStretch()
            column.addWidget(button)
        if not apart:
            column.addStretch()
        group.idClicked.connect(self.chosen)

    def show_chosen(self, number: int) -> None:
        """Mark a page as the one that is seen."""
        self.buttons[number].setChecked(True)
