"""What it costs to pull 10,000 jobs to a new station: in pieces, every signature verified, all of it into the store.

The reference is a bare `find` of the same documents as a list, by the same driver from the same server, in the same
run and in turns.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import verdict
from benchmarks.office_jobs import documents, office_line
from rockfall_desktop.domain.office_exchange import Document
from rockfall_desktop.store.database import open_store

JOBS, LOG_LINES, ROUNDS, PIECE = 10_000, 100, 3, 500
GOAL = 3.0
_OUTSIDE = {"signature", "sequence"}


def run() -> None:
    """Pull all jobs in turns with bare finds; print both, their ratio, and what of it the signatures are."""
    from rockfall_desktop.access.signing import new_key, public_key
    from rockfall_desktop.remote.office import MongoOffice

    private = new_key()
    pulled, bare, verified = [], [], []
    with office_line() as line:
        office = MongoOffice(line)
        size = _fill(office, private)
        for number in range(ROUNDS + 1):
            bare.append(_seconds(lambda: list(line.database.training_jobs.find())))
            with tempfile.TemporaryDirectory() as folder:
                mirror = _Mirror(Path(folder), public_key(private))
                pulled.append(_seconds(lambda mirror=mirror: mirror.pull_all(office)))  # type: ignore[misc]
                verified.append(mirror.verifying_s)
            print(f"round {number}: pulled {pulled[-1]:.2f} s, bare find {bare[-1]:.2f} s, {size / 1024:.0f} KiB a job")
        office.close()
    ratio = statistics.median(pulled[1:]) / statistics.median(bare[1:])
    print(f"signatures: {statistics.median(verified[1:]):.2f} s of it, canonical text included")
    verdict("pull_jobs", f"{ratio:.2f} x a bare find", f"<= {GOAL:g} x, {JOBS:,} jobs", met=ratio <= GOAL)


class _Mirror:
    """A new station's store that takes over what is signed rightly."""

    def __init__(self, folder: Path, public: bytes) -> None:
        self._store = open_store(folder / "rockfall.db", bytes(range(32)), now=lambda: datetime.now(UTC), make=True)
        self._public = public
        self.verifying_s = 0.0

    def pull_all(self, office: Any) -> None:
        """Everything from the first number on; each piece in one transaction."""
        from rockfall_desktop.access.signing import is_signed

        after, more, count = 0, True, 0
        while more:
            pulled = office.pull(after, PIECE)
            rows = []
            for document in pulled.jobs:
                began = time.perf_counter()
                content = _content(document)
                if not is_signed(self._public, content, bytes.fromhex(document["signature"])):
                    raise RuntimeError("a signature is wrong")
                self.verifying_s += time.perf_counter() - began
                rows.append((document["job_id"], document["user_id"], document["station_id"], document["revision"],
                             document["created_at"].isoformat(), content.decode()))  # fmt: skip
            with self._store.writing() as connection:
                connection.executemany("insert into office_jobs values (?, ?, ?, ?, ?, ?)", rows)
            after, more, count = pulled.sequence, pulled.more, count + len(rows)
        if count != JOBS:
            raise RuntimeError(f"{count} jobs arrived")
        self._store.close()


def _fill(office: Any, private: bytes) -> float:
    """Push signed jobs; bytes of one as canonical text."""
    from rockfall_desktop.access.signing import sign

    jobs = documents(JOBS, 1, LOG_LINES)
    for one in jobs:
        content = _content(one)
        one["signature"] = sign(private, content).hex()
    for first in range(0, JOBS, PIECE):
        office.push_jobs(jobs[first : first + PIECE])
    return len(content)


def _content(document: Document) -> bytes:
    """The canonical text (domain.canonical), times as ISO text."""
    return _ENCODER.encode({name: value for name, value in document.items() if name not in _OUTSIDE}).encode()


def _iso(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError(type(value))
    return value.isoformat(timespec="milliseconds")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False, default=_iso)


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    kept = call()
    seconds = time.perf_counter() - began
    del kept
    return seconds
