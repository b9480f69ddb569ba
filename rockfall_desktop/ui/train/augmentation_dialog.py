"""Shows what the chosen augmentation does to a training sample."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rockfall_desktop.domain.augmentation_preview import AugmentationPreview
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.config_faults import titled
from rockfall_desktop.operations.augmentation import preview_augmentation
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.charts.sample_chart import SampleChart
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.sample_pictures import SIDE, chip_picture, points_picture
from rockfall_desktop.ui.train.spoken import spoken

WIDTH, HEIGHT = 620, 560


class AugmentationDialog(QDialog):
    """One sample before and after; another one on request."""

    def __init__(self, seat: Seat, config: TrainingConfig, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("augmentation_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Augmentation of a training sample")
        self.resize(WIDTH, HEIGHT)
        self._seat, self._config, self._theme = seat, config, theme
        self._draw = 0
        self._shown: AugmentationPreview | None = None
        self.words = text_label(wrap=True, name="augmentation_words")
        self.channel = QComboBox()
        self.channel.setObjectName("augmentation_channel")
        self.chart = SampleChart(seat, theme)
        self.pictures = {key: QLabel() for key in ("chip_before", "chip_after", "points_before", "points_after")}
        self._spatial = QWidget()
        self.again = push_button("Another &sample", "augmentation_again")
        self.close_button = push_button("&Close", "augmentation_close")
        self._arrange()
        self._call = LatestCall("augmentation preview", self)
        self._call.answered.connect(self._show)
        self._call.refused.connect(lambda problem: self.words.setText(_sentence(problem)))
        self.again.clicked.connect(self._ask)
        self.close_button.clicked.connect(self.reject)
        self.channel.currentIndexChanged.connect(self._show_channel)
        seat.left.connect(self.reject)
        self._ask()

    def _arrange(self) -> None:
        grid = QGridLayout(self._spatial)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, (key, label) in enumerate(self.pictures.items()):
            label.setObjectName(f"augmentation_{key}")
            label.setFixedSize(SIDE, SIDE)
            what, when = key.split("_")
            words = "raster" if what == "chip" else "points"
            grid.addWidget(text_label(f"{words}, {'as it is' if when == 'before' else 'learned from'}"), 0, place)
            grid.addWidget(label, 1, place)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(self.again)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        for part in (self.words, self.channel):
            column.addWidget(part)
        column.addWidget(self.chart, 1)
        column.addWidget(self._spatial)
        column.addLayout(foot)
        self._spatial.hide()

    def _ask(self) -> None:
        if not self._seat.occupied:
            return
        self._draw += 1
        session, station, config, draw = self._seat.session, self._seat.station, self._config, self._draw
        self.words.setText("Reading \N{HORIZONTAL ELLIPSIS}")
        self._call.ask(lambda: preview_augmentation(session, station=station, config=config, draw=draw))

    def _show(self, shown: object) -> None:
        if not isinstance(shown, AugmentationPreview):
            return
        self._shown = shown
        chosen = ", ".join(map(spoken, self._config.augmentation)) or "nothing chosen: samples stay as they are"
        self.words.setText(f"Grey: the sample as it is. Blue: one of its changes ({chosen}). Each batch draws anew.")
        if [self.channel.itemText(row) for row in range(self.channel.count())] != list(shown.channels):
            self.channel.clear()
            self.channel.addItems(list(shown.channels))
        self.channel.setVisible(shown.windows is not None)
        self.chart.setVisible(shown.windows is not None)
        self._show_channel()
        self._show_pictures(shown)

    def _show_channel(self) -> None:
        shown, place = self._shown, self.channel.currentIndex()
        if shown is not None and shown.windows is not None and 0 <= place < len(shown.channels):
            before, after = shown.windows
            self.chart.show_window(before[:, place], after[:, place])

    def _show_pictures(self, shown: AugmentationPreview) -> None:
        self._spatial.setVisible(shown.chips is not None or shown.points is not None)
        tokens = self._theme.tokens
        for key, label in self.pictures.items():
            what, when = key.split("_")
            pair = shown.chips if what == "chip" else shown.points
            if pair is None:
                label.setPixmap(QPixmap())
                continue
            one = pair[when == "after"]
            known = pair[0][np.isfinite(pair[0])]
            low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
            picture = chip_picture(one, low, high, tokens.line) if what == "chip" else points_picture(one)
            label.setPixmap(picture)


def _sentence(problem: object) -> str:
    error = titled(in_words(problem))
    return f"{error.message} {error.hint}".strip()
