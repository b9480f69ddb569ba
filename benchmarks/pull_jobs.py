"""What it costs to pull 10,000 jobs to a new station: in pieces, every signature verified, all of it into the store.

It is the very sync of a station that trusts the key of the one that made the jobs. The reference is a bare `find` of
the same documents as a list, by the same driver from the same server, in the same run and in turns.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import cost_of, median_cost, verdict
from benchmarks.office_jobs import documents, office_line
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.documents import signed_bytes
from rockfall_desktop.operations.syncing.office_jobs import office_jobs
from rockfall_desktop.operations.syncing.pulling import Pulling
from rockfall_desktop.store.database import open_store
from rockfall_desktop.store.station_keys import StationKeys
from tests.office_documents import STATION, USER

JOBS, LOG_LINES, ROUNDS, PIECE = 10_000, 100, 3, 500
GOAL = 3.0


def run() -> None:
    """Pull all jobs in turns with bare finds; print both and their ratio, and what reading the list of them takes."""
    from rockfall_desktop.access.signing import new_key, public_key
    from rockfall_desktop.remote.office import MongoOffice

    private = new_key()
    pulled, bare, listed = [], [], []
    with office_line() as line:
        office = MongoOffice(line)
        size = _fill(office, private)
        for number in range(ROUNDS + 1):
            bare.append(cost_of(lambda: list(line.database.training_jobs.find())))
            with tempfile.TemporaryDirectory() as folder:
                station = _station(Path(folder), public_key(private).hex())
                pulling = Pulling(station, "office")
                pulled.append(cost_of(lambda pulling=pulling: pulling.run(office)))  # type: ignore[misc]
                listed.append(cost_of(lambda station=station: _demand_all(station)))  # type: ignore[misc]
                station.close()
            print(f"round {number}: pulled {pulled[-1]}, bare find {bare[-1]}, {size / 1024:.0f} KiB a job")
        office.close()
    whole, plain = median_cost(pulled[1:]), median_cost(bare[1:])
    print(f"processor time of this program: {whole.processor_s / plain.processor_s:.2f} x a bare find's")
    print(f"the short list of them, read afterwards: {median_cost(listed[1:])}")
    ratio = whole.wall_s / plain.wall_s
    verdict("pull_jobs", f"{ratio:.2f} x a bare find", f"<= {GOAL:g} x, {JOBS:,} jobs", met=ratio <= GOAL)


def _station(folder: Path, public_key: str) -> Station:
    """A new station whose administrator has trusted the key of the one that made the jobs."""
    station = Station.at(folder, now=lambda: datetime.now(UTC))
    store = open_store(station.files.database, bytes(range(32)), now=lambda: datetime.now(UTC), make=True)
    station.keep_open(store)
    keys, name = StationKeys(store), _fingerprint(public_key)
    keys.see(fingerprint=name, public_key=public_key, station_id=STATION, station_name="Office")
    keys.trust(name, by_name="benchmark")
    return station


def _demand_all(station: Station) -> None:
    """All of them can be read."""
    session = Session(token="t", user_id=USER, name="b", role=Role.ADMIN, signed_in_at=datetime.now(UTC))
    found = office_jobs(station.admit(session), station=station, whole=False)
    if len(found.jobs) != JOBS or found.unread:
        raise RuntimeError(f"{len(found.jobs)} jobs can be read, {found.unread}")


def _fill(office: Any, private: bytes) -> int:
    """Push signed jobs; bytes of one."""
    from rockfall_desktop.access.signing import public_key, sign

    key_id = _fingerprint(public_key(private).hex())
    jobs = [one | {"key_id": key_id} for one in documents(JOBS, 1, LOG_LINES)]
    for one in jobs:
        one["signature"] = sign(private, signed_bytes(one)).hex()
    for first in range(0, JOBS, PIECE):
        office.push_jobs(jobs[first : first + PIECE])
    return len(signed_bytes(jobs[0]))


def _fingerprint(public_key: str) -> str:
    from rockfall_desktop.access.signing import fingerprint

    return fingerprint(bytes.fromhex(public_key))
