"""Third step of the import: the site itself: folder, name, coordinates, clock, step, zones."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from rockfall_desktop.domain.import_questions import site_questions
from rockfall_desktop.domain.site_import import ImportProposal
from rockfall_desktop.domain.site_zone import Zone
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.site.import_form import ImportForm
from rockfall_desktop.ui.site.import_words import STEPS

FORM_WIDTH = 420
ZONES_TIP = (
    "One zone a line: its id, then easting, northing and radius in metres, e.g.  N1 = 512340, 5403210, 25. "
    "Empty: the whole site is one zone."
)
EXAMPLE = "N1 = 512340, 5403210, 25"
WHOLE = "The zones stand in a file."


class SiteStep(QWidget):
    """Signals: changed: an ImportProposal. folder_wanted: a Path that was named."""

    changed = Signal(object)
    folder_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._proposal: ImportProposal | None = None
        self.form = ImportForm("import_site")
        self.zones = QPlainTextEdit()
        self.zones.setObjectName("import_zones")
        self.zones.setAccessibleName("Zones one by one")
        self.zones.setTabChangesFocus(True)
        self.zones_note = text_label(role="danger", wrap=True, name="import_zones_note")
        self.other = text_label(role="danger", wrap=True, name="import_site_question")
        self._add_fields()
        self._arrange()
        self.form.edited.connect(self._on_edit)
        self.zones.textChanged.connect(self._on_zones)

    def _add_fields(self) -> None:
        self.form.add_text("folder", "Folder of the site; one that has a site.toml gets the files added")
        choose = push_button("Choose a folder …", "import_choose_folder")
        choose.clicked.connect(self._choose)
        self.form.add_widget(choose)
        self.form.add_text("name", "Name of the site")
        self.form.add_choice("timezone", "Time zone of its days", {}, open_end=True)
        self.form.add_choice("step", "Length of a time step", {step: step for step in STEPS}, open_end=True)
        self.form.add_text("crs", "Coordinate system of its coordinates", "EPSG:25832; empty: none")
        self.form.close_up()
        self.form.setFixedWidth(FORM_WIDTH)

    def _arrange(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(text_label("Zones", role="section"))
        right.addWidget(text_label(ZONES_TIP, role="muted", wrap=True))
        right.addWidget(self.zones, 1)
        right.addWidget(self.zones_note)
        right.addWidget(self.other)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addWidget(self.form)
        row.addLayout(right, 1)

    def offer_zones(self, names: Sequence[str]) -> None:
        """Offer the names of time zones."""
        self.form.offer("timezone", {name: name for name in names})
        self.form.put("timezone", self._proposal.timezone if self._proposal else "")

    def show_proposal(self, proposal: ImportProposal, *, asked: bool) -> None:
        """Show what is chosen; with `asked` also what must still be said."""
        if proposal is self._proposal and not asked:
            return  # zones that were typed here
        self._proposal = proposal
        for key in ("folder", "name", "timezone", "step", "crs"):
            self.form.put(key, str(getattr(proposal, key)))
        self.form.show_only(("folder",) if proposal.exists else ("folder", "name", "timezone", "step", "crs"))
        in_file = any(file.use == "zones" for file in proposal.files)
        self.zones.setEnabled(not in_file and not proposal.exists)
        self.zones.setPlaceholderText(WHOLE if in_file else self._example(proposal))
        questions = {one.field: one.text for one in reversed(site_questions(proposal))} if asked else {}
        self.form.show_questions(questions)
        self.zones_note.setText(questions.get("zones", ""))
        self.other.setText(questions.get("files", ""))
        for key in ("folder", "name", "timezone", "step"):
            if key in questions:
                self.form.focus(key)
                return

    def forget(self) -> None:
        """Begin anew: no zone is written yet."""
        self._proposal = None
        self.form.forget_typing()
        self.zones.clear()
        self.zones_note.setText("")

    @property
    def zones_are_right(self) -> bool:
        """Whether every line of the zones can be read."""
        try:
            read_zones(self.zones.toPlainText())
        except ValueError:
            return False
        return True

    def _example(self, proposal: ImportProposal) -> str:
        seen = [zone for file in proposal.files for zone in file.zones_seen]
        if proposal.exists:
            return "The site has its zones."
        return (
            "\n".join(f"{zone} = easting, northing, radius" for zone in dict.fromkeys(seen))
            or "N1 = 512340, 5403210, 25"
        )

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Folder of the site")
        dialog.setObjectName("import_folder_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.folder_wanted.emit(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_edit(self, key: str) -> None:
        if self._proposal is None or self.form.value(key) == getattr(self._proposal, key):
            return
        if key == "folder":
            self.folder_wanted.emit(Path(self.form.value(key)))
        else:
            self.changed.emit(self._proposal.model_copy(update={key: self.form.value(key)}))

    def _on_zones(self) -> None:
        if self._proposal is None:
            return
        try:
            zones = read_zones(self.zones.toPlainText())
        except ValueError as error:
            self.zones_note.setText(str(error))
            return
        self.zones_note.setText("")
        self._proposal = self._proposal.model_copy(update={"zones": zones})
        self.changed.emit(self._proposal)


def read_zones(text: str) -> tuple[Zone, ...]:
    """Zones as they were typed, one a line.

    Raises:
        ValueError: naming the line that cannot be read.
    """
    found: list[Zone] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, _, rest = line.partition("=")
        try:
            x, y, radius_m = (float(part) for part in rest.split(","))
            found.append(Zone(id=name.strip(), point=(x, y), radius_m=radius_m))
        except ValueError:
            raise ValueError(
                f"Line {number}: write id = easting, northing, radius, e.g. N1 = 512340, 5403210, 25."
            ) from None
    return tuple(found)
