"""The office as a station uses it: the port of `domain.office_exchange`, fulfilled by a MongoDB."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rockfall_desktop.domain.office_exchange import (
    DeploymentAnswer,
    Document,
    LogFile,
    Pulled,
    PulledJob,
    PushedJob,
    Readable,
    Stands,
    any_stands,
)
from rockfall_desktop.remote import bundles, deployments, job_logs, jobs, keys, pulling
from rockfall_desktop.remote.faults import spoken_office
from rockfall_desktop.remote.pace import Pace
from rockfall_desktop.remote.sequence import begin_new_life
from rockfall_desktop.remote.transactions import OfficeDatabase, Transactions

# A step begins at what a line of 1 Mbit a second carries well within the limit of a socket (5 s); a quick line doubles
# it at once, and 4 MB a transaction were the quickest: 1, 8, 16 and 32 MB were slower.
_FIRST_BYTES, _MOST_BYTES = 256 * 1024, 4 * 1024 * 1024
_FIRST_DOCUMENTS, _MOST_DOCUMENTS = 8, 2000
_FIRST_PIECES, _MOST_PIECES = 2, 32


class OpenOffice(Protocol):
    """A connection as `connecting.connect` gives it: by majority, journalled, times with their zone."""

    @property
    def database(self) -> OfficeDatabase:
        """The office's database."""

    def close(self) -> None:
        """Give the connection back; what hangs is not waited for."""


class MongoOffice:
    """One station's way to its office. Not for two threads at once; close it when done.

    Every call raises OfficeUnreachable (again later) or OfficeRefused (never like this), and repeats nothing harmful
    when it is made again after either.
    """

    def __init__(self, connection: OpenOffice) -> None:
        self._connection = connection
        self._office = connection.database
        self._transactions = Transactions(connection.database)
        self._pushing = Pace(1, _MOST_BYTES, first=_FIRST_BYTES)
        self._pulling = Pace(1, _MOST_DOCUMENTS, first=_FIRST_DOCUMENTS)
        self._looking = Pace(1, _MOST_DOCUMENTS, first=1)
        self._sending = Pace(1, _MOST_PIECES, first=_FIRST_PIECES)
        self._fetching = Pace(1, _MOST_PIECES, first=_FIRST_PIECES)

    def pull(self, after: int, limit: int) -> Pulled:
        """What is newer, at most `limit` documents; one round trip when nothing is. See `pulling.pull`."""
        with spoken_office():
            return pulling.pull(self._office, after, limit, self._pulling)

    def begin_new_life(self, life: str) -> None:
        """Let every station see that the office was put back. See `sequence.begin_new_life`."""
        with spoken_office():
            self._transactions.run(lambda session: begin_new_life(self._office, session, life))

    def push_jobs(self, documents: Sequence[Document], stands: Stands = any_stands) -> tuple[PushedJob, ...]:
        """Write jobs of this station, each guarded by its revision. See `jobs.push_jobs`."""
        with spoken_office():
            return jobs.push_jobs(self._transactions, documents, self._pushing, stands)

    def push_deployment(self, document: Document, bundle: Path | None, *, lost: bool = False) -> DeploymentAnswer:
        """Write a bundle and then its fact, number it, and move the site's pointer if it still stands.

        Facts of old name no bundle. What is told to have lost moves no pointer, wherever it stands.
        """
        with spoken_office():
            if (known := deployments.answer_of(self._office, document)) is not None:
                return known
            if document["bundle_sha256"]:
                bundles.push_bundle(self._office, document, bundle, self._sending)
            return deployments.push_fact(self._transactions, document, lost=lost)

    def push_log(self, log: LogFile, content: Readable) -> None:
        """Keep the whole log of a job that ended; one that broke off goes on where it stood."""
        with spoken_office():
            job_logs.push_log(self._office, log, content, self._sending)

    def push_key(self, document: Document) -> None:
        """Publish this station's public key."""
        with spoken_office():
            keys.push_key(self._transactions, document)

    def read_jobs(self, job_ids: Sequence[str]) -> tuple[PulledJob, ...]:
        """What is held of some jobs, whatever their numbers."""
        found: list[PulledJob] = []
        while job_ids:
            amount = self._looking.amount
            with spoken_office(), self._looking.step():
                found += pulling.read_jobs(self._office, job_ids[:amount])
            job_ids = job_ids[amount:]
        return tuple(found)

    def fetch_bundle(self, document: Document, path: Path) -> None:
        """Write a deployment's bundle to a file, whole or not at all, its size and SHA-256 checked."""
        with spoken_office():
            bundles.fetch_bundle(self._office, document, path, self._fetching)

    def fetch_log(self, log: LogFile, path: Path) -> bool:
        """Write exactly this log to a file, whole or not at all; False where the office has not got it."""
        with spoken_office():
            return job_logs.fetch_log(self._office, log, path, self._fetching)

    def close(self) -> None:
        """Give the connection back; what hangs is not waited for."""
        self._transactions.close()
        self._connection.close()
