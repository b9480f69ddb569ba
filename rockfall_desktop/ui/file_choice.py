"""Asks for a file to read or to write, and leaves nothing behind."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_file(parent: QWidget, name: str, title: str, files: str, take: Callable[[Path], object]) -> None:
    """Ask for one file that is there.

    Args:
        parent: over which the dialog stands.
        name: the dialog's object name.
        title: what the file is.
        files: name filters, divided by ";;".
        take: gets what was chosen.
    """
    dialog = _dialog(parent, name, title, "", files, take)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()


def ask_for_target(
    parent: QWidget, name: str, title: str, files: str, take: Callable[[Path], object], *, suffix: str, first: str = ""
) -> None:
    """Ask where a file is to be written; one that is there is replaced after a question.

    Args:
        parent: over which the dialog stands.
        name: the dialog's object name.
        title: what the file is.
        files: name filters, divided by ";;".
        take: gets what was chosen.
        suffix: is put behind a name without one.
        first: name that stands there at first.
    """
    dialog = _dialog(parent, name, title, first, files, take)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix.removeprefix("."))
    dialog.open()


def _dialog(
    parent: QWidget, name: str, title: str, first: str, files: str, take: Callable[[Path], object]
) -> QFileDialog:
    dialog = QFileDialog(parent, title, first, files)
    dialog.setObjectName(name)
    dialog.fileSelected.connect(lambda path: take(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    return dialog
