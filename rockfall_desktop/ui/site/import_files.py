"""First step of the import: which files."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from rockfall_desktop.domain.site_import import FileProposal
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.site.import_words import USES, size_words
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable

FILES = (Column("File", 220), Column("Seems to be", 150), Column("Size", 90, number=True), Column("Noticed"))
WORDS = (
    "Pick files as the loggers and offices wrote them: tables (CSV, text, Parquet, XLSX), rasters (GeoTIFF), point "
    "clouds (LAS, LAZ), maps (GeoPackage, GeoJSON, Shapefile). They are read and copied, never changed."
)
PATTERNS = (
    "Data (*.csv *.txt *.tsv *.dat *.asc *.parquet *.xlsx *.tif *.tiff *.las *.laz *.gpkg *.geojson *.json *.shp)",
    "All files (*)",
)


class FilesStep(QWidget):
    """Signals: wanted: paths to be added, a list of Path. removed: path of the file to be left out."""

    wanted = Signal(object)
    removed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.table = ValueTable(FILES, theme, "import_files")
        self.table.setWordWrap(True)
        self._add = push_button("Add files …", "import_add")
        self._remove = push_button("Leave out", "import_remove")
        self._add.clicked.connect(self._choose)
        self._remove.clicked.connect(self._leave_out)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._add)
        row.addWidget(self._remove)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(text_label(WORDS, role="muted", wrap=True))
        column.addLayout(row)
        column.addWidget(self.table, 1)

    def show_files(self, files: Sequence[FileProposal]) -> None:
        """List the files and what they seem to be."""
        rows = [
            (
                Cell(Path(file.path).name, strong=True, tip=file.path),
                Cell(USES[file.use], "warning" if file.use == "skip" else ""),
                Cell(size_words(file.size)),
                Cell(" ".join(file.remarks) or _facts(file), "muted"),
            )
            for file in files
        ]
        self.table.set_rows(rows, [file.path for file in files])
        self.table.resizeRowsToContents()
        self._remove.setEnabled(bool(files))

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Files to import")
        dialog.setObjectName("import_file_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(PATTERNS)
        dialog.filesSelected.connect(lambda names: self.wanted.emit([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _leave_out(self) -> None:
        place = self.table.currentIndex().row()
        if place >= 0:
            self.removed.emit(self.table.rows.keys[place])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files from the desktop may be dropped here."""
        if event.mimeData().hasUrls():
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take dropped files; addresses of other machines are no files."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.wanted.emit(paths)


def _facts(file: FileProposal) -> str:
    if file.layer is not None:
        return f"{file.layer.facts}, {file.layer.own_crs or 'no coordinate system'}"
    times = f"times as {file.time_format}" if file.time_format else ""
    return f"{len(file.columns)} columns{', ' if times else ''}{times}"
