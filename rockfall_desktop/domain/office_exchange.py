"""What passes between a station and the office: the port that the sync is written against.

Documents are plain: text, whole and finite numbers, true, false, null, aware datetimes, lists and mappings of them.
`remote` talks to a MongoDB in this shape; a model of a server in the tests does the same.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple, Protocol

Document = dict[str, Any]
LARGEST_LOG_BYTES = 64 * 1024 * 1024  # what is longer is cut by its station, which says so in it
OUTSIDE_THE_SIGNATURE = frozenset({"_id", "signature", "sequence"})  # of a job: every other field is signed


class Taken(StrEnum):
    """What the office did with a document."""

    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"


class PushedJob(NamedTuple):
    """The office's answer to one job.

    Attributes:
        job_id: which.
        taken: taken; known: it has this revision or a newer one; refused: it never will.
        reason: why it was refused, one sentence.
    """

    job_id: str
    taken: Taken
    reason: str = ""


class LogFile(NamedTuple):
    """The whole log of a job that ended, as the job's signed document names it.

    Attributes:
        job_id: whose.
        revision: of the job at its end.
        size: bytes, at most `LARGEST_LOG_BYTES`.
        sha256: hexadecimal.
    """

    job_id: str
    revision: int
    size: int
    sha256: str


class Readable(Protocol):
    """Bytes that are read bit by bit, as from a file."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, exactly so many until the last ones; none at the end."""


class DeploymentAnswer(NamedTuple):
    """The office's answer to one deployment; the same however often it is asked.

    Attributes:
        version: the site's next number.
        accepted: whether the pointer moved to it.
    """

    version: int
    accepted: bool


class Pointer(NamedTuple):
    """The active deployment of a site, as the office has it."""

    site_id: str
    epoch: int
    deployment_id: str


class Damaged(NamedTuple):
    """Something at the office that is not what its collection holds, for counting it.

    Attributes:
        kind: deployment, station_key or pointer.
        id: as it is called there.
    """

    kind: str
    id: str


class PulledJob(NamedTuple):
    """A job as the office keeps it; nothing of it was verified.

    Attributes:
        sequence: number of its last write.
        job_id: as it is called at the office, for counting it.
        said: its fields that are texts, whole numbers or times; None stands for any other. Empty when the document is
            not laid out as stations lay it out.
        content: bytes that the signature is over, read by `remote.encoding.decode`.
    """

    sequence: int
    job_id: str
    said: Document
    content: bytes


Stands = Callable[[PulledJob], bool]


def any_stands(_: PulledJob) -> bool:
    """What the office says is taken for true."""
    return True


class Pulled(NamedTuple):
    """What is newer than a sequence number.

    Attributes:
        sequence: the number up to which nothing is missing; ask from it the next time.
        more: whether there is more already.
        jobs: in the order of their numbers, as bytes.
        deployments, keys: documents in the order of their numbers.
        pointers: those that moved.
        damaged: what came with them and holds a value that cannot be, or lacks what it is found by.
        life: which life of the office that is; another one after a backup of it was put back.
    """

    sequence: int
    more: bool
    jobs: tuple[PulledJob, ...] = ()
    deployments: tuple[Document, ...] = ()
    keys: tuple[Document, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    damaged: tuple[Damaged, ...] = ()
    life: str = ""


class Office(Protocol):
    """An office. Every call may take seconds and raises OfficeUnreachable (try again later) or OfficeRefused."""

    def pull(self, after: int, limit: int) -> Pulled:
        """What is newer, at most `limit` documents; when nothing is, this is one round trip."""

    def begin_new_life(self, life: str) -> None:
        """Let every station see that the office was put back, so that it gets all that it lacks from everybody.

        Args:
            life: that it has; where it has another one by now, nothing is done.
        """

    def push_jobs(self, documents: Sequence[Document], stands: Stands = any_stands) -> tuple[PushedJob, ...]:
        """Write jobs of this station, each guarded by its revision; acknowledged by a majority and journalled.

        What stands in the way of one, as another station's or as a newer revision, is replaced unless `stands` says
        that it is what this station wrote.
        """

    def push_deployment(self, document: Document, bundle: Path | None, *, lost: bool = False) -> DeploymentAnswer:
        """Write a fact and its bundle, number it, and move the site's pointer if it still stands where the fact says.

        Whole or not at all; asked again it answers the same.

        Args:
            document: the fact.
            bundle: may be None when the office has the file already.
            lost: it lost at an office before, which does not know it any more: it is kept and never accepted.
        """

    def push_log(self, log: LogFile, content: Readable) -> None:
        """Keep the whole log of a job that ended; one that broke off goes on where it stood."""

    def push_key(self, document: Document) -> None:
        """Publish this station's public key."""

    def read_jobs(self, job_ids: Sequence[str]) -> tuple[PulledJob, ...]:
        """What is held of some jobs, whatever their numbers; nothing for those that are not there."""

    def fetch_bundle(self, document: Document, path: Path) -> None:
        """Write a deployment's bundle to a file, whole or not at all, its size and SHA-256 checked."""

    def fetch_log(self, log: LogFile, path: Path) -> bool:
        """Write exactly this log to a file, whole or not at all; False where the office has not got it."""

    def close(self) -> None:
        """Give the connection back."""
