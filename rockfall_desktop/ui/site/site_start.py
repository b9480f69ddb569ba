"""The Site page before a site is open: two ways in, the sites of before, and every fault of one that cannot be read."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.site import KnownSite, SiteFault
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.empty_state import EmptyState
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable

FAULTS = (Column("File", 170), Column("Row", 64, number=True), Column("What is wrong"), Column("What to do"))
SITES = (Column("Site", 240), Column("", 96), Column("Folder"))


class SiteStart(QWidget):
    """Ways in.

    Signals:
        folder_wanted: open a folder.
        import_wanted: make a site of files.
        simulated_wanted: try the simulated site.
        known_wanted: a site of before, by its folder.
    """

    folder_wanted = Signal()
    import_wanted = Signal()
    simulated_wanted = Signal()
    known_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("site_start")
        choose = push_button("Open a site folder …", "open_site_folder", "main")
        files = push_button("Import files …", "import_files_open")
        simulated = push_button("Try the simulated site", "try_simulated")
        choose.clicked.connect(self.folder_wanted)
        files.clicked.connect(self.import_wanted)
        simulated.clicked.connect(self.simulated_wanted)
        self.buttons = (choose, files, simulated)
        self.state = EmptyState(
            "site",
            "Open a site",
            "A site is a folder with a site.toml that names its zones, measured channels and recorded rockfalls.",
            self.buttons,
            theme,
            "site_empty",
        )
        self.known = ValueTable(SITES, theme, "known_sites")
        self.known_title = text_label("Opened before", role="section")
        self.card = FaultCard("site_card")
        self.faults = ValueTable(FAULTS, theme, "fault_table")
        self.fault_title = text_label(role="section", name="fault_title")
        self._arrange()
        self.known.opened.connect(self.known_wanted)
        self.card.closed.connect(self.forget_faults)
        self.offer(())
        self.forget_faults()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(self.card)
        column.addWidget(self.fault_title)
        column.addWidget(self.faults, 2)
        column.addWidget(self.state, 3)
        column.addWidget(self.known_title)
        column.addWidget(self.known, 2)
        self.faults.setWordWrap(True)
        self.faults.setTextElideMode(Qt.TextElideMode.ElideRight)

    def offer(self, sites: Sequence[KnownSite]) -> None:
        """List the sites that were opened before."""
        self.known.setVisible(bool(sites))
        self.known_title.setVisible(bool(sites))
        rows = [
            (
                Cell(site.name, strong=True),
                Cell("simulated" if site.simulated else "", "warning"),
                Cell(site.folder, "muted"),
            )
            for site in sites
        ]
        self.known.set_rows(rows, [site.folder for site in sites])

    def set_busy(self, words: str) -> None:
        """Say what is being done and take no other order meanwhile; empty words: nothing is."""
        for button in self.buttons:
            button.setEnabled(not words)
        self.known.setEnabled(not words)
        self.state.title.setText(words or "Open a site")

    def show_error(self, error: RockfallError) -> None:
        """Say why a site cannot be read; its whole list of faults may follow."""
        self.forget_faults()
        self.card.show_error(error)

    def show_faults(self, faults: Sequence[SiteFault]) -> None:
        """List every fault with file, row and remedy."""
        self.fault_title.setText(f"{len(faults)} faults" if len(faults) != 1 else "One fault")
        rows = [
            (Cell(f.file), Cell("" if f.row is None else str(f.row)), Cell(f.message), Cell(f.remedy, "muted"))
            for f in faults
        ]
        self.faults.set_rows(rows)
        self.faults.resizeRowsToContents()
        for widget in (self.faults, self.fault_title):
            widget.setVisible(bool(faults))
        self.state.show_less(less=bool(faults))

    def forget_faults(self) -> None:
        """Say nothing of a site that could not be read."""
        self.card.hide()
        self.faults.hide()
        self.fault_title.hide()
        self.state.show_less(less=False)
