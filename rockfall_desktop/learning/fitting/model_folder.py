"""The files of a model, each held against the SHA-256 that was noted when it was written: read so, or not at all.

The notes lie in the store with the report: other weights, an edited calibration or one flipped bit would make another
model, and the report would still be the good one.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.files import write_file

NOT_WHOLE = "The model is not whole"
TRAIN_AGAIN = "Put the file back from a backup, or train again."


class ModelFolder(NamedTuple):
    """A folder with the files of a model.

    Attributes:
        path: where it is.
        sha256: what was noted of each of its files, by name, as hexadecimal digits.
    """

    path: Path
    sha256: Mapping[str, str]

    def read(self, name: str) -> bytes:
        """A file as it was when it was noted.

        Raises:
            StoreFault: when it cannot be read, or is another one.
        """
        path = self.path / name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise StoreFault(NOT_WHOLE, f"{path} cannot be read: {error.strerror}.", TRAIN_AGAIN) from error
        if hashlib.sha256(content).hexdigest() != self.sha256.get(name):
            words = f"{path} is not the file that was written when the job was trained and judged."
            raise StoreFault("The model is another one", words, TRAIN_AGAIN)
        return content


def write_part(folder: Path, name: str, content: bytes) -> dict[str, str]:
    """Write a file of a model; its name and SHA-256, to be noted.

    Raises:
        StoreFault: when the disk is full.
    """
    write_file(folder / name, content)
    return {name: hashlib.sha256(content).hexdigest()}
