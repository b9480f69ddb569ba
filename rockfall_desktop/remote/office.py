"""The office as a station uses it: the port of `domain.office_exchange`, fulfilled by a MongoDB."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rockfall_desktop.domain.office_exchange import DeploymentAnswer, Document, Pulled, PushedJob
from rockfall_desktop.remote import bundles, deployments, job_logs, jobs, keys, pulling
from rockfall_desktop.remote.faults import spoken_office
from rockfall_desktop.remote.pace import Pace
from rockfall_desktop.remote.transactions import OfficeDatabase, Transactions

_LEAST_BYTES, _MOST_BYTES = 64 * 1024, 4 * 1024 * 1024  # 1, 8, 16 and 32 MB were slower
_MOST_DOCUMENTS = 2000


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
        self._pushing = Pace(_LEAST_BYTES, _MOST_BYTES)
        self._pulling = Pace(1, _MOST_DOCUMENTS)

    def pull(self, after: int, limit: int) -> Pulled:
        """What is newer, at most `limit` documents; one round trip when nothing is. See `pulling.pull`."""
        with spoken_office(), self._pulling.step():
            return pulling.pull(self._office, after, min(limit, self._pulling.amount))

    def push_jobs(self, documents: Sequence[Document]) -> tuple[PushedJob, ...]:
        """Write jobs of this station, each guarded by its revision."""
        with spoken_office():
            return jobs.push_jobs(self._transactions, documents, self._pushing)

    def push_deployment(self, document: Document, bundle: Path | None) -> DeploymentAnswer:
        """Write a bundle and then its fact, number it, and move the site's pointer if it still stands.

        Facts of old name no bundle.
        """
        with spoken_office():
            if (known := deployments.answer_of(self._office, document)) is not None:
                return known
            if document["bundle_sha256"]:
                bundles.push_bundle(self._office, document, bundle)
            return deployments.push_fact(self._transactions, document)

    def push_log(self, job_id: str, revision: int, content: bytes) -> None:
        """Keep the whole log of a job that ended."""
        with spoken_office():
            job_logs.push_log(self._office, job_id, revision, content)

    def push_key(self, document: Document) -> None:
        """Publish this station's public key."""
        with spoken_office():
            keys.push_key(self._transactions, document)

    def fetch_bundle(self, document: Document, path: Path) -> None:
        """Write a deployment's bundle to a file, whole or not at all, its size and SHA-256 checked."""
        with spoken_office():
            bundles.fetch_bundle(self._office, document, path)

    def fetch_log(self, job_id: str) -> bytes | None:
        """The whole log of a job, checked; None where the office has none."""
        with spoken_office():
            return job_logs.fetch_log(self._office, job_id)

    def close(self) -> None:
        """Give the connection back; what hangs is not waited for."""
        self._transactions.close()
        self._connection.close()
