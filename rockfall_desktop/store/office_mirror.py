"""What the office told: jobs of other stations, where its pointers stand, how far it was read, what could not be."""

import json
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import apsw

from rockfall_desktop.domain.office_exchange import Pointer
from rockfall_desktop.store.connection import rows
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.outbox import put_everything

ANOTHER_STATION = "another station says that it is its own"
_READ_TO = "office_read_to"
_PAGE = 20  # of jobs that are held packed at once
_FORGOTTEN = (
    "select deployments.deployment_id from deployments"
    " join deployment_numbers on deployment_numbers.deployment_id = deployments.deployment_id"
    " join office_epochs on office_epochs.site_id = deployments.site_id"
    " left join office_pointers on office_pointers.site_id = deployments.site_id"
    " where accepted = 1 and office_epochs.epoch > coalesce(office_pointers.epoch, 0)"
    " and json_extract(body, '$.epoch') > coalesce(office_pointers.epoch, 0)"
    " and json_extract(body, '$.station_id') != ?"
)


class ReadTo(NamedTuple):
    """How far the office was read.

    Attributes:
        sequence: number up to which everything was read.
        office: which office that was; another one is read from its beginning.
        keys: which keys counted then; when others do, everything is read once more.
        program: version of the program that read it; another one may read what this one could not.
        life: which life of the office that was; None when it is still to be seen.
    """

    sequence: int = 0
    office: str = ""
    keys: str = ""
    program: str = ""
    life: str | None = None


class MirroredJob(NamedTuple):
    """A job of the office, its signature verified.

    Attributes:
        job_id: which.
        user_id: whose it is.
        station_id: station that runs it.
        revision: its state.
        created_at: when it was asked for.
        key_id: key that signed it.
        content: the bytes that were signed.
    """

    job_id: str
    user_id: str
    station_id: str
    revision: int
    created_at: datetime
    key_id: str
    content: bytes


class KeptJob(NamedTuple):
    """A job of the office as it is kept here.

    Attributes:
        key_id: key that signed it.
        content: the bytes that were signed.
    """

    key_id: str
    content: bytes


class UnreadThing(NamedTuple):
    """Something that the office holds and that was not read.

    Attributes:
        kind: training_job, deployment, station_key or pointer.
        id: which one, as it says itself.
        reason: why, a few words.
    """

    kind: str
    id: str
    reason: str


class OfficeMirror:
    """The station's picture of its office."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read_to(self) -> ReadTo:
        """How far the office was read."""
        with self._store.reading() as connection:
            return _read_to(connection)

    def go_on_as(self, before: ReadTo, now: ReadTo) -> ReadTo:
        """Go on under another program from where the office was read; where it is read from."""
        with self._store.writing() as connection:
            if _read_to(connection) != before:
                return _read_to(connection)
            _save_read_to(connection, now)
            return now

    def begin_anew(self, read_to: ReadTo) -> None:
        """Read the office from its beginning; jobs whose key counts no more are forgotten."""
        with self._store.writing() as connection:
            _begin_anew(connection, read_to)

    def begin_with_everything(self, read_to: ReadTo, own_deployments: Sequence[str]) -> None:
        """Read another office, or one that was put back, from its beginning, and let all that is own wait once more.

        One transaction: the new number without the waiting things would say that the office has what it has not.

        Args:
            read_to: which office it is now.
            own_deployments: ids of those that this station made.
        """
        with self._store.writing() as connection:
            put_everything(connection, own_deployments, self._store.now())
            connection.execute("delete from office_pointers")
            _begin_anew(connection, read_to)

    def take(
        self,
        before: ReadTo,
        sequence: int,
        jobs: Sequence[MirroredJob] = (),
        pointers: Sequence[Pointer] = (),
        unread: Sequence[UnreadThing] = (),
    ) -> bool:
        """Save what was pulled and how far that goes, in one transaction.

        Args:
            before: from where it was asked.
            sequence: number up to which nothing is missing.
            jobs: an older state never replaces a newer one.
            pointers: where they stand now.
            unread: what was not read, and why.

        Returns:
            False, and nothing is saved, when another program has read on or begun anew meanwhile: what it took may be
            newer than this.
        """
        with self._store.writing() as connection:
            if _read_to(connection) != before:
                return False
            theirs = [thing for job in jobs if (thing := _put_job(connection, job))]
            for pointer in pointers:
                connection.execute(
                    "insert into office_pointers (site_id, epoch, deployment_id) values (?1, ?2, ?3)"
                    " on conflict (site_id) do update set epoch = ?2, deployment_id = ?3",
                    tuple(pointer),
                )
                connection.execute("delete from office_unread where kind = 'pointer' and id = ?", (pointer.site_id,))
            for thing in (*unread, *theirs):
                connection.execute(
                    "insert into office_unread (kind, id, reason) values (?1, ?2, ?3)"
                    " on conflict (kind, id) do update set reason = ?3",
                    tuple(thing),
                )
            _save_read_to(connection, before._replace(sequence=sequence))
            return True

    def put_jobs(self, jobs: Sequence[MirroredJob]) -> None:
        """Keep jobs that were looked at out of their turn; how far the office was read stays."""
        with self._store.writing() as connection:
            for job in jobs:
                _put_job(connection, job)

    def pointers(self) -> tuple[Pointer, ...]:
        """Where the office's pointers stand."""
        found = self._store.rows("select site_id, epoch, deployment_id from office_pointers order by site_id")
        return tuple(Pointer(*row) for row in found)

    def forgotten(self, station_id: str) -> tuple[str, ...]:
        """Ids of deployments of other stations that the office had accepted, and that lie above where it stands now."""
        found = self._store.rows(_FORGOTTEN, (station_id,))
        return tuple(deployment_id for (deployment_id,) in found)

    def jobs(self, user_id: str | None) -> Iterator[KeptJob]:
        """The jobs of a user, of all users for None, newest first, each made whole when its turn comes."""
        ids = self._store.rows(
            "select job_id from office_jobs where ?1 is null or user_id = ?1 order by created_at desc, job_id desc",
            (user_id,),
        )
        for first in range(0, len(ids), _PAGE):
            found = self._store.rows(
                "select key_id, packed from office_jobs where job_id in (select value from json_each(?))"
                " order by created_at desc, job_id desc",
                (json.dumps([job_id for (job_id,) in ids[first : first + _PAGE]]),),
            )
            yield from (_kept(*row) for row in found)

    def jobs_mark(self) -> tuple[int, int]:
        """What is another one as soon as a job came, went on or went."""
        ((jobs, revisions),) = self._store.rows("select count(*), coalesce(sum(revision), 0) from office_jobs")
        return jobs, revisions

    def job(self, job_id: str) -> KeptJob | None:
        """One of them; None when there is none of that id."""
        found = self._store.rows("select key_id, packed from office_jobs where job_id = ?", (job_id,))
        return _kept(*found[0]) if found else None

    def revision(self, job_id: str) -> int | None:
        """Which state of a job the office told of; None when it told of none."""
        found = self._store.rows("select revision from office_jobs where job_id = ?", (job_id,))
        return found[0][0] if found else None

    def forget_job(self, job_id: str) -> None:
        """The station has a newer state of an own job than the office."""
        with self._store.writing() as connection:
            connection.execute("delete from office_jobs where job_id = ?", (job_id,))

    def unread(self, kind: str | None = None) -> dict[str, int]:
        """How many things were not read, by reason."""
        found = self._store.rows(
            "select reason, count(*) from office_unread where ?1 is null or kind = ?1 group by reason order by reason",
            (kind,),
        )
        return dict(found)

    def unread_things(self, kind: str) -> tuple[UnreadThing, ...]:
        """What was not read of a kind."""
        found = self._store.rows("select kind, id, reason from office_unread where kind = ? order by id", (kind,))
        return tuple(UnreadThing(*row) for row in found)


def _packed(content: bytes) -> bytes:
    """Log lines and epochs are much alike: packing them costs a tenth of encrypting and writing them as they are."""
    return zlib.compress(content, 1)


def _kept(key_id: str, packed: bytes) -> KeptJob:
    return KeptJob(key_id, zlib.decompress(packed))


def _put_job(connection: apsw.Connection, job: MirroredJob) -> UnreadThing | None:
    """Keep a job of the station that it was first seen of; why not, when another one says that it is its own."""
    known = rows(connection, "select station_id from office_jobs where job_id = ?", (job.job_id,))
    if known and known[0][0] != job.station_id:
        return UnreadThing("training_job", job.job_id, ANOTHER_STATION)
    created_at = job.created_at.astimezone(UTC).isoformat(timespec="microseconds")
    connection.execute(
        "insert into office_jobs (job_id, user_id, station_id, revision, created_at, key_id, packed)"
        " values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict (job_id) do update set user_id = ?2, station_id = ?3,"
        " revision = ?4, created_at = ?5, key_id = ?6, packed = ?7 where ?4 > revision",
        (job.job_id, job.user_id, job.station_id, job.revision, created_at, job.key_id, _packed(job.content)),
    )
    connection.execute("delete from office_unread where kind = 'training_job' and id = ?", (job.job_id,))
    return None


def _begin_anew(connection: apsw.Connection, read_to: ReadTo) -> None:
    _save_read_to(connection, read_to._replace(sequence=0))
    connection.execute("delete from office_unread")
    connection.execute(
        "delete from office_jobs where key_id not in"
        " (select fingerprint from station_keys where state = 'trusted')"
        " and station_id not in (select station_id from station)"
    )


def _read_to(connection: apsw.Connection) -> ReadTo:
    found = rows(connection, "select body from settings where name = ?", (_READ_TO,))
    return ReadTo(**json.loads(found[0][0])) if found else ReadTo()


def _save_read_to(connection: apsw.Connection, read_to: ReadTo) -> None:
    connection.execute(
        "insert into settings (name, body) values (?1, ?2) on conflict (name) do update set body = ?2",
        (_READ_TO, json.dumps(read_to._asdict())),
    )
