"""The import assistant: files, columns, the site, the result; one step after the other, back whenever wanted."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.import_preview import ImportPreview
from rockfall_desktop.domain.import_questions import file_questions, site_questions
from rockfall_desktop.domain.site_import import FileProposal, ImportProposal
from rockfall_desktop.operations.site_import import (
    add_files,
    preview_import,
    propose_import,
    time_zones,
    with_file,
    with_folder,
    without_file,
    write_import,
)  # fmt: skip
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import set_role, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.import_files import FilesStep
from rockfall_desktop.ui.site.import_preview import ResultStep
from rockfall_desktop.ui.site.import_readings import TableReadings, with_answer, with_fresh
from rockfall_desktop.ui.site.import_site import SiteStep
from rockfall_desktop.ui.site.import_table import TableStep
from rockfall_desktop.ui.theme import Theme

STEPS = ("Files", "Columns", "Site", "Result")
FILES, COLUMNS, SITE, RESULT = range(4)
NEXT = ("Go on to the columns", "Go on to the site", "Show the result", "Write the site")


class ImportAssistant(QWidget):
    """Signals: written: folder of the site that was written, as a Path. left: the person wants none of it."""

    written = Signal(object)
    left = Signal()

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("import_assistant")
        self.proposal: ImportProposal | None = None
        self._current = ""
        self._asked_of: ImportProposal | None = None
        self._ready = False
        self.files, self.table, self.site, self.result = (
            FilesStep(theme),
            TableStep(theme),
            SiteStep(),
            ResultStep(seat, theme),
        )
        self.card = FaultCard("import_card")
        self._stack = QStackedWidget()
        self._heads: list[QLabel] = []
        self._busy = text_label(role="muted", name="import_busy")
        self._cancel = push_button("Leave the import", "import_leave")
        self._back = push_button("Back", "import_back")
        self._next = push_button(NEXT[0], "import_next", "main")
        self._looking, self._rereading = LatestCall("look at files", self), TableReadings(self)
        self._wanted: list[Path] = []
        self._before: ImportProposal | None = None
        self._placing, self._reading = LatestCall("look at folder", self), LatestCall("preview import", self)
        self._writing, self._naming = LatestCall("write import", self), LatestCall("time zones", self)
        self._arrange()
        self._connect()
        self.go_to(FILES)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(24)
        for number, title in enumerate(STEPS, 1):
            self._heads.append(text_label(f"{number}  {title}", role="muted", name=f"import_step_{number}"))
            head.addWidget(self._heads[-1])
        head.addStretch()
        for widget in (self.files, self.table, self.site, self.result):
            self._stack.addWidget(widget)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._cancel)
        foot.addWidget(self._busy, 1)
        foot.addWidget(self._back)
        foot.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.card)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self._cancel.clicked.connect(self.left)
        self._back.clicked.connect(lambda: self.go_to(self._stack.currentIndex() - 1))
        self._next.clicked.connect(self._go_on)
        self.files.wanted.connect(self.take)
        self.files.removed.connect(self._leave_out)
        self.table.chosen.connect(self._choose_file)
        self.table.changed.connect(self._replace)
        self.table.reread.connect(self._reread)
        self.site.changed.connect(self._take_site)
        self.site.folder_wanted.connect(self._place)
        for call, answer in (
            (self._looking, self._show_files), (self._placing, self._placed), (self._reading, self._show_result),
            (self._writing, self._done),
        ):  # fmt: skip
            call.answered.connect(answer)
            call.refused.connect(self._refuse)
        self._rereading.read.connect(self._reread_done)
        self._rereading.refused.connect(self._refuse)
        self._naming.answered.connect(self._offer_zones)
        self._naming.refused.connect(in_words)

    def start(self, paths: Sequence[Path] = ()) -> None:
        """Begin anew, with files when some were picked already."""
        for call in (self._looking, self._rereading, self._placing, self._reading, self._writing):
            call.forget()
        self.proposal, self._before, self._current, self._wanted = None, None, "", []
        self.card.hide()
        self.site.forget()
        self._told()
        self.files.show_files(())
        self.go_to(FILES)
        self._naming.ask(time_zones)
        if paths:
            self.take(list(paths))

    def _offer_zones(self, names: object) -> None:
        if isinstance(names, tuple):
            self.table.options.offer_zones(names)
            self.site.offer_zones(names)

    def take(self, paths: object) -> None:
        """Look at more files, besides those that are being looked at."""
        if isinstance(paths, list):
            before = self._before = self.proposal
            wanted = self._wanted = [*(self._wanted if self._looking.busy else []), *paths]
            self._ask(
                self._looking, lambda: add_files(before, wanted) if before else propose_import(wanted), "Looking …"
            )

    def go_to(self, step: int) -> None:
        """Show a step; what was chosen in the others stays."""
        self._stack.setCurrentIndex(step)
        for place, label in enumerate(self._heads):
            set_role(label, "field" if place == step else "muted")
        self._back.setVisible(step > FILES)
        self._next.setText(NEXT[step])
        self._next_may()
        if self.proposal is not None and step == FILES:
            self.files.show_files(self.proposal.files)
        if self.proposal is not None and step == COLUMNS:
            self.table.show_files(self.proposal.files, self._current)
        if self.proposal is not None and step == SITE:
            self.site.show_proposal(self.proposal, asked=False)

    def _go_on(self) -> None:
        step = self._stack.currentIndex()
        if self.proposal is None:
            return
        self.card.hide()
        if step == COLUMNS and (question := self._first_open_file()):
            self._choose_file(question)
            return
        if step == SITE and (site_questions(self.proposal) or not self.site.zones_are_right):
            self.site.show_proposal(self.proposal, asked=True)
            return
        if step == RESULT:
            chosen = self.proposal
            self._ask(self._writing, lambda: write_import(chosen), "Copying files and writing site.toml …")
            return
        self.go_to(step + 1)
        if step + 1 == RESULT:
            self._read()

    def _first_open_file(self) -> str:
        files = self.proposal.files if self.proposal else ()
        return next((file.path for file in files if file_questions(file)), "")

    def _read(self) -> None:
        chosen = self.proposal
        if chosen is not None:
            self._ready = False
            self.result.say("Reading as it would be read …")
            self._ask(self._reading, lambda: preview_import(chosen), "Reading every file …")

    def _ask(self, call: LatestCall, question: Callable[[], object], words: str) -> None:
        self._busy.setText(words)
        call.ask(question)
        self._next_may()

    def _next_may(self) -> None:
        step, working = self._stack.currentIndex(), self._working
        enough = self.proposal is not None and bool(self.proposal.files)
        self._next.setEnabled(enough and not working and (step != RESULT or self._ready))
        self._back.setEnabled(not self._writing.busy)
        self._cancel.setEnabled(not self._writing.busy)

    @property
    def _working(self) -> bool:
        calls = (self._looking, self._rereading, self._placing, self._reading, self._writing)
        return any(call.busy for call in calls)

    def _show_files(self, proposal: object) -> None:
        if isinstance(proposal, ImportProposal):
            self._wanted = []
            self._keep(with_fresh(self.proposal, self._before, proposal))
            self._current = self._current or proposal.files[0].path
            self.files.show_files(proposal.files)

    def _leave_out(self, path: str) -> None:
        if self.proposal is not None:
            self._keep(without_file(self.proposal, path))
            self._current = self.proposal.files[0].path if self.proposal.files else ""
            self.files.show_files(self.proposal.files)

    def _choose_file(self, path: str) -> None:
        if self.proposal is not None:
            self._current = path
            self.table.show_files(self.proposal.files, path)

    def _replace(self, file: object) -> None:
        if isinstance(file, FileProposal) and self.proposal is not None:
            self._keep(with_file(self.proposal, file))
            self.table.show_files(self.proposal.files, self._current)

    def _reread(self, file: object) -> None:
        if isinstance(file, FileProposal):
            self._replace(file)
            self._busy.setText("Reading the table anew …")
            self._rereading.ask(file)
            self._next_may()

    def _reread_done(self, asked: FileProposal, found: FileProposal) -> None:
        """Take the table as it was read; with what was chosen meanwhile it is read once more."""
        files = self.proposal.files if self.proposal else ()
        now = next((file for file in files if file.path == asked.path), None)
        if now == asked:
            self._replace(found)
        elif now is not None:
            self._rereading.ask(now)
        self._told()

    def _take_site(self, proposal: object) -> None:
        if isinstance(proposal, ImportProposal):
            self._keep(proposal)
            self.site.show_proposal(proposal, asked=False)

    def _place(self, folder: object) -> None:
        chosen = self.proposal
        if isinstance(folder, Path) and chosen is not None:
            self._asked_of = chosen
            self._ask(self._placing, lambda: with_folder(chosen, folder=folder), "Looking at the folder …")

    def _placed(self, proposal: object) -> None:
        if isinstance(proposal, ImportProposal) and self.proposal is not None:
            self._take_site(with_answer(self.proposal, self._asked_of, proposal))

    def _show_result(self, preview: object) -> None:
        if isinstance(preview, ImportPreview):
            self._ready = not preview.faults
            self.result.show_preview(preview)
            self._told()

    def _done(self, folder: object) -> None:
        self._told()
        self.written.emit(folder)

    def _keep(self, proposal: ImportProposal) -> None:
        self.proposal = proposal
        self._told()

    def _told(self) -> None:
        if not self._working:
            self._busy.setText("")
        self._next_may()

    def _refuse(self, problem: object) -> None:
        error: RockfallError = in_words(problem)
        self.card.show_error(error)
        self._told()
        if self._stack.currentIndex() == RESULT and not self._ready:
            self.result.say("The result cannot be shown")
