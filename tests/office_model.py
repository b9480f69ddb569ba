"""An office in memory that keeps the promises of the real one: for tests of the sync, with its troubles at will."""

import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable
from rockfall_desktop.domain.office_exchange import (
    DeploymentAnswer,
    Document,
    LogFile,
    Pointer,
    Pulled,
    PulledJob,
    PushedJob,
    Readable,
    Stands,
    Taken,
    any_stands,
)
from rockfall_desktop.files import write_file
from rockfall_desktop.remote.encoding import encode_signed
from rockfall_desktop.remote.job_layout import laid_out, read_job

Answer = TypeVar("Answer")


class Trouble(StrEnum):
    """What happens to a call."""

    NONE = "none"
    LOST_REQUEST = "lost request"
    LOST_ANSWER = "lost answer"
    LATE = "late"  # nobody answers, and the request is carried out when the server settles
    REFUSED = "refused"


class ModelServer:
    """What the office holds. Every write takes the next number in the moment in which it becomes visible."""

    def __init__(self) -> None:
        self.sequence = 0
        self.life = ""
        self.jobs: dict[str, Document] = {}
        self.deployments: dict[str, Document] = {}
        self.keys: dict[str, Document] = {}
        self.pointers: dict[str, tuple[int, Pointer]] = {}
        self.versions: dict[str, int] = {}
        self.bundles: dict[str, bytes] = {}
        self.logs: dict[LogFile, bytes] = {}
        self.late: list[Callable[[], object]] = []

    def number(self) -> int:
        """The next number."""
        self.sequence += 1
        return self.sequence

    def postpone(self, request: Callable[[], object]) -> None:
        """Keep a request on the way until the server settles."""
        self.late.append(request)

    def settle(self) -> None:
        """Carry out what was on the way."""
        late, self.late = self.late, []
        for request in late:
            with suppress(OfficeRefused):  # nobody is there any more to be told
                request()

    def write_job(self, document: Document, stands: Stands = any_stands) -> PushedJob:
        """One job, guarded by its station and its revision; what does not stand is replaced."""
        job_id = document["job_id"]
        known = self.jobs.get(job_id)
        if known is not None and self._in_the_way(known, document, stands):
            if known["station_id"] != document["station_id"]:
                return PushedJob(job_id, Taken.REFUSED, "Another station made this job.")
            return PushedJob(job_id, Taken.KNOWN)
        self.jobs[job_id] = {**stored(document), "sequence": self.number()}
        return PushedJob(job_id, Taken.TAKEN)

    def decided(self, documents: Sequence[Document], stands: Stands) -> Stands:
        """What a station says of the jobs as they are at this moment; what comes late meets no other ones."""
        known = [found for one in documents if (found := self.jobs.get(one["job_id"])) and _is_doubted(found, one)]
        fallen = {found.content for one in known if not stands(found := pulled_job(one))}
        return lambda found: found.content not in fallen

    @staticmethod
    def _in_the_way(known: Document, document: Document, stands: Stands) -> bool:
        if known["station_id"] == document["station_id"] and known["revision"] < document["revision"]:
            return False
        return not _is_doubted(known, document) or stands(pulled_job(known))

    def write_deployment(self, document: Document, *, lost: bool = False) -> DeploymentAnswer:
        """A fact, its version, and the pointer where it still stands as the fact says; what lost before moves none."""
        known = self.deployments.get(document["deployment_id"])
        if known is not None:
            if known["signature"] != document["signature"]:
                raise _refused("Another deployment has this id.")
            return DeploymentAnswer(known["version"], known["accepted"])
        sha256 = document["bundle_sha256"]
        if sha256 and sha256 not in self.bundles:
            raise _refused("The office does not hold its bundle.")
        site_id = document["site_id"]
        self.versions[site_id] = version = self.versions.get(site_id, 0) + 1
        accepted = not lost and self.may_move(document)
        given = {"version": version, "accepted": accepted, "sequence": self.number()}
        self.deployments[document["deployment_id"]] = {**stored(document), **given}
        number = self.number()
        if accepted:
            self.pointers[site_id] = number, Pointer(site_id, document["epoch"], document["deployment_id"])
        return DeploymentAnswer(version, accepted)

    def may_move(self, document: Document) -> bool:
        """Whether the pointer still stands where the fact says."""
        _, pointer = self.pointers.get(document["site_id"], (0, Pointer(document["site_id"], 0, "")))
        return (pointer.epoch, pointer.deployment_id) == (document["epoch"] - 1, document["follows"])


class NumberedOutside(ModelServer):
    """A mutant: a request that is on the way has its numbers already, so that a reader may go past them."""

    def __init__(self) -> None:
        super().__init__()
        self._early: list[int] = []

    def number(self) -> int:
        """A number that was taken before, or the next."""
        return self._early.pop(0) if self._early else super().number()

    def postpone(self, request: Callable[[], object]) -> None:
        """Take ten numbers now and write under them later."""
        early = [super(NumberedOutside, self).number() for _ in range(10)]

        def later() -> None:
            self._early = early
            request()
            self._early = []

        super().postpone(later)


class ModelOffice:
    """One station's way to a `ModelServer`.

    Attributes:
        troubles: what happens to the next calls, in order; after them all goes well.
        calls: names of the calls that were made.
    """

    def __init__(self, server: ModelServer) -> None:
        self.server = server
        self.troubles: deque[Trouble] = deque()
        self.calls: list[str] = []

    def pull(self, after: int, limit: int) -> Pulled:
        """What is newer."""
        return self._call("pull", lambda: self._pull(after, limit))

    def begin_new_life(self, life: str) -> None:
        """Let every station see that the office was put back."""

        def begin() -> None:
            if self.server.life == life:
                self.server.life = str(uuid4())

        self._call("begin_new_life", begin)

    def push_jobs(self, documents: Sequence[Document], stands: Stands = any_stands) -> tuple[PushedJob, ...]:
        """Write jobs."""
        decided = self.server.decided(documents, stands)
        return self._call("push_jobs", lambda: tuple(self.server.write_job(one, decided) for one in documents))

    def push_deployment(self, document: Document, bundle: Path | None, *, lost: bool = False) -> DeploymentAnswer:
        """Write a fact and its bundle."""
        content = bundle.read_bytes() if bundle else None

        def write() -> DeploymentAnswer:
            if content is not None:
                _check(content, document)
                self.server.bundles.setdefault(document["bundle_sha256"], content)
            return self.server.write_deployment(document, lost=lost)

        return self._call("push_deployment", write)

    def push_log(self, log: LogFile, content: Readable) -> None:
        """Keep a log."""
        whole = content.read(log.size + 1)
        self._call("push_log", lambda: self._push_log(log, whole))

    def push_key(self, document: Document) -> None:
        """Publish a key."""
        self._call("push_key", lambda: self._push_key(document))

    def read_jobs(self, job_ids: Sequence[str]) -> tuple[PulledJob, ...]:
        """Some jobs."""
        held = self.server.jobs
        return self._call("read_jobs", lambda: tuple(pulled_job(held[one]) for one in job_ids if one in held))

    def fetch_bundle(self, document: Document, path: Path) -> None:
        """Write a bundle to a file."""
        content = self._call("fetch_bundle", lambda: self.server.bundles.get(document["bundle_sha256"]))
        if content is None:
            raise _refused("The office does not hold this bundle.")
        _check(content, document)
        write_file(path, content)

    def fetch_log(self, log: LogFile, path: Path) -> bool:
        """Write exactly this log to a file."""
        content = self._call("fetch_log", lambda: self.server.logs.get(log))
        if content is not None:
            _check_log(content, log)
            write_file(path, content)
        return content is not None

    def close(self) -> None:
        """Nothing to give back."""

    def _call(self, name: str, work: Callable[[], Answer]) -> Answer:
        self.calls.append(name)
        trouble = self.troubles.popleft() if self.troubles else Trouble.NONE
        if trouble is Trouble.REFUSED:
            raise _refused("It is a test.")
        if trouble is Trouble.LATE:
            self.server.postpone(work)
        if trouble is Trouble.LOST_ANSWER:
            work()
        if trouble is not Trouble.NONE:
            raise OfficeUnreachable("The office does not answer", f"The connection broke ({trouble}).")
        return work()

    def _push_log(self, log: LogFile, content: bytes) -> None:
        _check_log(content, log)
        self.server.logs.setdefault(log, content)

    def _push_key(self, document: Document) -> None:
        known = self.server.keys.get(document["fingerprint"])
        if known is None:
            self.server.keys[document["fingerprint"]] = {**stored(document), "sequence": self.server.number()}
        elif (known["station_id"], known["public_key"]) != (document["station_id"], document["public_key"]):
            raise _refused("Another station has published this key.")

    def _pull(self, after: int, limit: int) -> Pulled:
        server = self.server
        found: list[tuple[int, str, Any]] = [
            (document["sequence"], kind, document)
            for kind, held in (("jobs", server.jobs), ("deployments", server.deployments), ("keys", server.keys))
            for document in held.values()
        ]
        found += [(number, "pointers", pointer) for number, pointer in server.pointers.values()]
        newer = sorted((thing for thing in found if thing[0] > after), key=lambda thing: thing[0])
        part, more = newer[:limit], len(newer) > limit
        kinds: dict[str, list[Any]] = {"jobs": [], "deployments": [], "keys": [], "pointers": []}
        for _, kind, thing in part:
            kinds[kind].append(_sent(kind, thing))
        upto, listed = part[-1][0] if more else server.sequence, {kind: tuple(kinds[kind]) for kind in kinds}
        return Pulled(upto, more, **listed, life=server.life)


def _is_doubted(known: Document, document: Document) -> bool:
    newer = known["station_id"] == document["station_id"] and known["revision"] < document["revision"]
    return not newer and {**known, "sequence": 0} != {**stored(document), "sequence": 0}


def stored(value: Any) -> Any:
    """A copy as BSON would keep it: times in UTC, cut to milliseconds."""
    match value:
        case dict():
            return {key: stored(inner) for key, inner in value.items()}
        case list() | tuple():
            return [stored(inner) for inner in value]
        case datetime():
            in_utc = value.astimezone(UTC)
            return in_utc.replace(microsecond=in_utc.microsecond // 1000 * 1000)
    return value


def _sent(kind: str, thing: Any) -> Any:
    if kind == "jobs":
        return pulled_job(thing)
    return stored(thing) if isinstance(thing, dict) else thing


def pulled_job(document: Document) -> PulledJob:
    """A job in the bytes that the real office would keep of it."""
    number = document["sequence"]
    try:
        raw = laid_out(document["job_id"], encode_signed(document), document["signature"], number)
    except (OfficeRefused, KeyError, AttributeError):
        return PulledJob(number, str(document.get("job_id")), {}, b"")
    return read_job(raw, number, number)


def _check(content: bytes, document: Document) -> None:
    if (len(content), hashlib.sha256(content).hexdigest()) != (document["bundle_bytes"], document["bundle_sha256"]):
        raise _refused("The bundle is not the one that the deployment names.")


def _check_log(content: bytes, log: LogFile) -> None:
    if (len(content), hashlib.sha256(content).hexdigest()) != (log.size, log.sha256):
        raise _refused("The log is not the one that the job names.")


def _refused(reason: str) -> OfficeRefused:
    return OfficeRefused("The office refuses this", reason, "Look at the Sync page.")
