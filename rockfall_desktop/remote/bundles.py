"""Bundles at the office: GridFS bucket `bundles`, `_id` = SHA-256."""

from pathlib import Path

from rockfall_desktop.domain.errors import OfficeRefused, StoreFault
from rockfall_desktop.domain.office_exchange import Document
from rockfall_desktop.remote.office_files import OfficeFile, content_of, damaged, fetch, is_there, upload
from rockfall_desktop.remote.pace import Pace
from rockfall_desktop.remote.transactions import OfficeDatabase

BUCKET = "bundles"


def bundle_of(document: Document) -> OfficeFile:
    """The file that a deployment names.

    Raises:
        OfficeRefused: when it names none that can be.
    """
    size, sha256 = document["bundle_bytes"], document["bundle_sha256"]
    if not isinstance(sha256, str) or len(sha256) != 64 or isinstance(size, bool) or not isinstance(size, int):
        raise OfficeRefused("There is no bundle", "The deployment names no file.", "Deploy the model again.")
    return OfficeFile(BUCKET, sha256, size, sha256)


def push_bundle(office: OfficeDatabase, document: Document, path: Path | None, pace: Pace) -> None:
    """See that the office has a deployment's bundle, whole, before the deployment is told.

    Raises:
        OfficeRefused: when the office has not got it and there is none to send, or the file is not that bundle.
        StoreFault: when the file cannot be read.
    """
    file = bundle_of(document)
    if is_there(office, file):
        return
    if path is None:
        raise OfficeRefused(
            "The office lacks the bundle", "The deployment's bundle is neither there nor here.", "Deploy it again."
        )
    try:
        with path.open("rb") as stream:
            if content_of(stream) != (file.size, file.sha256):
                raise OfficeRefused(
                    "The bundle is damaged", f"{path.name} is not what the deployment names.", "Put the file back."
                )
            stream.seek(0)
            upload(office, file, stream, pace)
    except OSError as error:
        raise StoreFault(
            "The bundle cannot be read", f"{path.name}: {error.strerror or error}.", "Deploy the model again."
        ) from error


def fetch_bundle(office: OfficeDatabase, document: Document, path: Path, pace: Pace) -> None:
    """Write a deployment's bundle to a file, whole or not at all; one that broke off goes on where it stood.

    Raises:
        OfficeRefused: when the office has not got it, or what it has is another content.
        StoreFault: when the disk is full or the folder cannot be written.
    """
    file = bundle_of(document)
    if not is_there(office, file):
        raise damaged("it is not there, or not whole yet")
    fetch(office, file, path, pace)
