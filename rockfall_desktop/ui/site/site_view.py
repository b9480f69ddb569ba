"""A site that was opened: its name and place, and a tab for each way to look at it."""

from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import ElidedLabel, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.incident_tab import IncidentTab
from rockfall_desktop.ui.site.overview_tab import OverviewTab
from rockfall_desktop.ui.site.site_tabs import make_tabs
from rockfall_desktop.ui.theme import Theme


class SiteView(QWidget):
    """The head of one site over its tabs.

    Signals:
        train_wanted: the person wants to train on this site.
        other_wanted: the person wants to open another site.
        changed: the site's folder was changed by an edit, so that it is to be read anew.
    """

    train_wanted = Signal()
    other_wanted = Signal()
    changed = Signal()

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("site_view")
        self.name = ElidedLabel(role="section", name="site_name")
        self.badge = text_label("simulated", role="badge", name="site_simulated")
        self.place = ElidedLabel(role="muted", name="site_folder")
        self.overview = OverviewTab(seat, theme)
        self.tabs = make_tabs(self.overview, seat, theme)
        self.tab_bar = QTabWidget()
        self.tab_bar.setObjectName("site_tabs")
        self._arrange()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        column.addLayout(self._head())
        for tab in self.tabs:
            self.tab_bar.addTab(cast("QWidget", tab), tab.title)
            if isinstance(tab, IncidentTab):
                tab.changed.connect(lambda _: self.changed.emit())
        column.addWidget(self.tab_bar, 1)

    def _head(self) -> QHBoxLayout:
        train, other = (
            push_button("Train on this site", "site_train", "main"),
            push_button("Other site …", "site_other"),
        )
        train.clicked.connect(self.train_wanted)
        other.clicked.connect(self.other_wanted)
        words = QVBoxLayout()
        words.setSpacing(2)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.name)
        line.addWidget(self.badge)
        line.addStretch()
        words.addLayout(line)
        words.addWidget(self.place)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(other)
        row.addWidget(train)
        return row

    def show_site(self, summary: SiteSummary) -> None:
        """Show what a site holds; its numbers follow by `show_arrays`."""
        self.name.setText(summary.name)
        self.badge.setVisible(summary.simulated)
        self.place.setText(f"{summary.folder} · step {summary.step}, {summary.timezone}, {summary.crs or 'no CRS'}")
        for tab in self.tabs:
            tab.show_site(summary)

    def show_arrays(self, arrays: SiteArrays) -> None:
        """Hand the numbers to every tab."""
        for tab in self.tabs:
            tab.show_arrays(arrays)
