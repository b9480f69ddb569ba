"""What the import assistant does with answers that come while the person goes on choosing."""

from PySide6.QtCore import QObject, Signal

from rockfall_desktop.domain.site_import import FileProposal, ImportProposal
from rockfall_desktop.operations.site_import import reread_file
from rockfall_desktop.ui.background import LatestCall


class TableReadings(QObject):
    """Reads tables anew in the background, each file apart.

    Signals:
        read: the FileProposal for which a table was read, and the one that was found.
        refused: the exception of a reading.
    """

    read = Signal(object, object)
    refused = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._calls: dict[str, LatestCall] = {}

    @property
    def busy(self) -> bool:
        """Whether any file is being read."""
        return any(call.busy for call in self._calls.values())

    def ask(self, file: FileProposal) -> None:
        """Read a table by its layout, in the place of what was asked of the same file before."""
        if file.path not in self._calls:
            call = self._calls[file.path] = LatestCall("read table anew", self)
            call.answered.connect(lambda both: self.read.emit(*both))
            call.refused.connect(self.refused)
        self._calls[file.path].ask(lambda: (file, reread_file(file, file.shape)))

    def forget(self) -> None:
        """Want no answer any more."""
        for call in self._calls.values():
            call.forget()


def with_fresh(now: ImportProposal | None, asked: ImportProposal | None, found: ImportProposal) -> ImportProposal:
    """What is chosen now with the files that were looked at; one that was left out meanwhile stays out."""
    if now is None or asked is None:
        return found
    known = {file.path for file in asked.files} | {file.path for file in now.files}
    fresh = tuple(file for file in found.files if file.path not in known)
    return with_answer(now, asked, found).model_copy(update={"files": (*now.files, *fresh)})


def with_answer(now: ImportProposal, asked: ImportProposal | None, found: ImportProposal) -> ImportProposal:
    """What is chosen now, with the facts of the site that an answer changed and nobody chose meanwhile.

    Args:
        now: what is chosen.
        asked: for what the question was put.
        found: the answer; of a site that is there already all its facts count.
    """
    facts = ("folder", "exists", "name", "crs", "timezone", "step")
    kept = () if found.exists or asked is None else [key for key in facts if getattr(now, key) != getattr(asked, key)]
    return now.model_copy(update={key: getattr(found, key) for key in facts if key not in kept})
