"""The Site page: open a site, see what it holds."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.operations.sites import check_site, known_sites, open_site, read_site_arrays, simulate_site
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.import_assistant import ImportAssistant
from rockfall_desktop.ui.site.site_start import SiteStart
from rockfall_desktop.ui.site.site_view import SiteView
from rockfall_desktop.ui.theme import Theme

SIMULATED = "simulated-site"


class SitePage(QWidget):
    """Reads sites in the background and shows them.

    Signals:
        opened: a site was read, as a SiteSummary.
        known: the sites that were opened before, as a tuple of KnownSite.
        train_wanted: the person wants to train on the site that is shown.
    """

    opened = Signal(object)
    known = Signal(object)
    train_wanted = Signal()
    title = "Site"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self._seat = seat
        self._theme = theme
        self.assistant: ImportAssistant | None = None
        self._folder = Path()
        self._later: Callable[[], None] | None = None
        self._in_place = False
        self.start = SiteStart(theme)
        self.view = SiteView(seat, theme)
        self._stack = QStackedWidget()
        self._reading, self._arrays = LatestCall("open site", self), LatestCall("site arrays", self)
        self._checking, self._listing = LatestCall("check site", self), LatestCall("known sites", self)
        for widget in (self.start, self.view):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._connect()

    def _connect(self) -> None:
        self.start.folder_wanted.connect(self._choose)
        self.start.import_wanted.connect(self.import_files)
        self.start.simulated_wanted.connect(self.try_simulated)
        self.start.known_wanted.connect(lambda folder: self.open(Path(folder)))
        self.view.other_wanted.connect(self._back)
        self.view.train_wanted.connect(self.train_wanted)
        self.view.changed.connect(self._read_again)
        self._seat.taken.connect(self._catch_up)
        self.start.card.closed.connect(self._checking.forget)
        self._reading.answered.connect(self._show)
        self._reading.refused.connect(self._refuse)
        self._arrays.answered.connect(self._show_arrays)
        self._arrays.refused.connect(lambda problem: self.view.overview.chart.say_why_empty(in_words(problem).message))
        self._checking.answered.connect(self._show_faults)
        self._checking.refused.connect(in_words)
        self._listing.answered.connect(self._show_known)
        self._listing.refused.connect(in_words)

    def refresh(self) -> None:
        """Ask for the sites that were opened before."""
        if self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            self._listing.ask(lambda: known_sites(session, station=station))

    def open(self, folder: Path) -> None:
        """Read a site; the answer is a view of it or the list of its faults. A locked window reads it once unlocked."""
        if self._must_wait(lambda: self.open(folder)):
            return
        self._begin(folder, "Reading the site …")
        session, station = self._seat.session, self._seat.station
        self._reading.ask(lambda: open_site(session, station=station, folder=folder))

    def try_simulated(self) -> None:
        """Open the simulated site, which is written into the home folder the first time."""
        if self._must_wait(self.try_simulated):
            return
        folder = self._seat.station.home / "sites" / SIMULATED
        self._begin(folder, "Writing the simulated site …")
        session, station = self._seat.session, self._seat.station

        def make_and_open() -> SiteSummary:
            if not (folder / "site.toml").exists():
                simulate_site(folder)
            return open_site(session, station=station, folder=folder)

        self._reading.ask(make_and_open)

    def _begin(self, folder: Path, words: str) -> None:
        self._folder, self._in_place = folder, False
        self._checking.forget()
        self.start.forget_faults()
        self.start.set_busy(words)

    def _must_wait(self, call: Callable[[], None]) -> bool:
        """Whether the window is locked; then the newest call is made when somebody has signed in."""
        self._later = None if self._seat.occupied else call
        return self._later is not None

    def _catch_up(self) -> None:
        if self._later is not None:
            self._later()

    def _read_again(self) -> None:
        """Read the site that is shown anew, and leave the person where she is."""
        if self._must_wait(self._read_again) or (self._reading.busy and not self._in_place):
            return
        self._in_place = True
        folder, session, station = self._folder, self._seat.session, self._seat.station
        self._reading.ask(lambda: open_site(session, station=station, folder=folder))

    def import_files(self) -> None:
        """Open the import assistant, which is made when it is first wanted."""
        if self.assistant is None:
            self.assistant = ImportAssistant(self._seat, self._theme)
            self.assistant.left.connect(self._back)
            self.assistant.written.connect(self._open_written)
            self._stack.addWidget(self.assistant)
        self.assistant.start()
        self._stack.setCurrentWidget(self.assistant)

    def _open_written(self, folder: object) -> None:
        if isinstance(folder, Path):
            self._back()
            self.open(folder)

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Open a site folder")
        dialog.setObjectName("site_folder_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self.open(Path(folder)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show(self, summary: object) -> None:
        self.start.set_busy("")
        if isinstance(summary, SiteSummary):
            self.view.show_site(summary)
            if not self._in_place:
                self._stack.setCurrentWidget(self.view)
            folder, station = Path(summary.folder), self._seat.station
            self._arrays.ask(lambda: read_site_arrays(folder, station=station))
            self.opened.emit(summary)
            self.refresh()

    def _show_arrays(self, arrays: object) -> None:
        if isinstance(arrays, SiteArrays):
            self.view.show_arrays(arrays)

    def _refuse(self, problem: object) -> None:
        self.start.set_busy("")
        if not self._in_place or self._stack.currentWidget() is self.view:
            self._stack.setCurrentWidget(self.start)
        self.start.show_error(in_words(problem))
        if isinstance(problem, WrongInput):
            folder = self._folder
            self._checking.ask(lambda: check_site(folder))

    def _show_faults(self, faults: object) -> None:
        if isinstance(faults, tuple):
            self.start.show_faults(faults)

    def _show_known(self, sites: object) -> None:
        if isinstance(sites, tuple):
            self.start.offer(sites)
            self.known.emit(sites)

    def _back(self) -> None:
        self._stack.setCurrentWidget(self.start)
