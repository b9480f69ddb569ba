"""What is newer at the office: looked at piece by piece, and taken only where a signature says whose it is.

Keys, facts and jobs are taken first, each harmless when it is taken again; the number up to which the office was read
is saved last, together with the jobs. What a crash leaves half taken is pulled once more.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from rockfall_desktop import __version__
from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.deployment import signed_content
from rockfall_desktop.domain.errors import OfficeRefused, StoreFault, WrongInput
from rockfall_desktop.domain.office_exchange import Document, Office, Pulled, PulledJob
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.station_key import KeyState, StationKey
from rockfall_desktop.operations.identity import KnownKeys
from rockfall_desktop.operations.key_claims import see_claim
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.documents import to_milliseconds
from rockfall_desktop.operations.syncing.reading import JobHeader, NumberedFact, fact_of, header_of
from rockfall_desktop.operations.syncing.resending import begin_with_everything
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.store.office_mirror import MirroredJob, OfficeMirror, ReadTo, UnreadThing
from rockfall_desktop.store.outbox import Outbox
from rockfall_desktop.store.station_identity import StationIdentity
from rockfall_desktop.store.station_keys import StationKeys

PAGE = 1000
_OFTEN = 3
OTHER_FORM = "of another version, or damaged"
UNKNOWN_KEY = "the signature is wrong, or its key is not known here"
CONTRADICTED = "the office numbers it otherwise than before"
ANOTHER_CONTENT = "another one is known here under its id"
PUT_BACK = "The office was put back from a backup: what it lacks is sent again."
COUNTS = frozenset({KeyState.OWN, KeyState.TRUSTED})


class _Lacking(NamedTuple):
    """An own job of which the office has an older state, or something that this station did not write."""

    job_id: str


class Pulling:
    """Reads the office on from where it was read the last time."""

    def __init__(self, station: Station, office_name: str) -> None:
        self._station, self._office_name = station, office_name
        self._mirror = OfficeMirror(station.store)
        self._jobs, self._deployments = Jobs(station.store), Deployments(station.store)
        self._outbox = Outbox(station.store)
        self._news: list[str] = []

    def run(self, office: Office) -> None:
        """Pull until nothing is more; an office that lacks what it had acknowledged gets everything once more.

        Raises:
            OfficeUnreachable, OfficeRefused: what was pulled before stays.
        """
        read_to, begun_by_others, anew = self._begin(), 0, False
        while True:
            pulled = office.pull(read_to.sequence, PAGE)
            if not anew and _was_put_back(pulled, read_to):
                read_to, anew = self._begin_anew(office, pulled, read_to), True  # once: not whatever an office says
                continue
            read_to = self._living(read_to, pulled.life)
            if pulled.sequence == read_to.sequence or self._take(read_to, pulled):
                read_to = read_to._replace(sequence=pulled.sequence)
                if not pulled.more:
                    return
            else:  # another program of this home has read on; or it began anew, maybe with another office
                before, read_to = read_to, self._begin()
                begun_by_others += read_to.sequence <= before.sequence
                if begun_by_others > _OFTEN:
                    raise _another_program()

    def look_at(self, office: Office, job_ids: Sequence[str]) -> None:
        """See what the office holds of own jobs, before they are sent without everything newer having been read.

        Raises:
            OfficeUnreachable, OfficeRefused: nothing was noted.
        """
        found = list(self._read_jobs(office.read_jobs(job_ids), KnownKeys(self._station)))
        self._mirror.put_jobs([job for job in found if isinstance(job, MirroredJob)])

    def take_news(self) -> list[str]:
        """What people must know since the last time, whatever became of the turn."""
        news, self._news = self._news, []
        return news

    def _begin(self) -> ReadTo:
        """From where to read: from the beginning with other trusted keys or another office.

        With another version of this program as well, where the one before could not read everything.
        """
        before = self._mirror.read_to()
        now = before._replace(office=self._office_name, keys=self._trusted(), program=__version__)
        if now == before:
            return before
        if now == before._replace(program=now.program) and not self._mirror.unread():
            return self._mirror.go_on_as(before, now)
        now = now._replace(sequence=0)
        if before.office and before.office != now.office:
            now = now._replace(life=None)
            begin_with_everything(self._station, now)
        else:
            self._mirror.begin_anew(now)
        return now

    def _begin_anew(self, office: Office, pulled: Pulled, before: ReadTo) -> ReadTo:
        """Let everybody know that the office was put back, and give it all that is own; from where to read now."""
        if pulled.life == (before.life or ""):
            with suppress(OfficeRefused):  # what is own goes all the same
                office.begin_new_life(pulled.life)
        now = before._replace(sequence=0, life=None)
        begin_with_everything(self._station, now)
        self._news.append(PUT_BACK)
        return now

    def _living(self, read_to: ReadTo, life: str) -> ReadTo:
        """The same with the office's life, where it was still to be seen."""
        now = read_to._replace(life=life)
        return now if read_to.life is None and self._mirror.go_on_as(read_to, now) == now else read_to

    def _trusted(self) -> str:
        keys = StationKeys(self._station.store).list()
        trusted = sorted(key.fingerprint for key in keys if key.state is KeyState.TRUSTED)
        return hashlib.sha256(" ".join(trusted).encode()).hexdigest() if trusted else ""

    def _take(self, before: ReadTo, pulled: Pulled) -> bool:
        """Whether it was saved: not when another program of this home moved the number meanwhile."""
        unread = [UnreadThing(kind, shown(thing_id)[:100], OTHER_FORM) for kind, thing_id in pulled.damaged]
        unread += [thing for document in pulled.keys if (thing := self._take_key(document))]
        keys = KnownKeys(self._station)
        unread += [thing for document in pulled.deployments if (thing := self._take_fact(document, keys))]
        jobs, again = [], []
        for found in self._read_jobs(pulled.jobs, keys):
            if isinstance(found, MirroredJob):
                jobs.append(found)
            elif isinstance(found, UnreadThing):
                unread.append(found)
            else:
                again.append(found.job_id)
        self._outbox.put_again(again)
        return self._mirror.take(before, pulled.sequence, jobs, pulled.pointers, unread)

    def _take_key(self, document: Document) -> UnreadThing | None:
        try:
            see_claim(self._station, document)
        except WrongInput as error:
            return UnreadThing("station_key", _id(document, "fingerprint"), error.message)
        return None

    def _take_fact(self, document: Document, keys: KnownKeys) -> UnreadThing | None:
        found = fact_of(document)
        if found is None:
            return UnreadThing("deployment", _id(document, "deployment_id"), OTHER_FORM)
        fact = found.fact
        key = keys.signing(
            key_id=fact.key_id,
            station_id=fact.station_id,
            content=canonical_json(signed_content(fact)),
            signature=fact.signature,
        )
        reason = why_not(key) or self._note_fact(found)
        return UnreadThing("deployment", fact.deployment_id, reason) if reason else None

    def _note_fact(self, found: NumberedFact) -> str:
        try:
            self._deployments.take(found.fact)
        except WrongInput:
            return ANOTHER_CONTENT
        try:
            self._deployments.numbered(found.fact.deployment_id, found.version, accepted=found.accepted)
        except WrongInput as error:
            self._news.append(f"{error.message} {error.hint}")
            return CONTRADICTED
        return ""

    def _read_jobs(self, jobs: Sequence[PulledJob], keys: KnownKeys) -> Iterable[MirroredJob | UnreadThing | _Lacking]:
        identity = StationIdentity(self._station.store).find()
        own_id, own_jobs = identity.station_id if identity else "", self._jobs.known([job.job_id for job in jobs])
        for job in jobs:
            header = header_of(job.said)
            found: MirroredJob | UnreadThing
            if header is None or header.job_id != job.job_id:
                found = UnreadThing("training_job", shown(job.job_id)[:100], OTHER_FORM)
            else:
                found = _verified(job, header, keys)
            if job.job_id not in own_jobs:
                yield found
            elif header is None or isinstance(found, UnreadThing) or header.station_id != own_id:
                yield self._written_over(job.job_id)
            elif self._is_news(header):
                yield found
            elif header.revision < self._jobs.numbered(job.job_id).revision:
                yield _Lacking(job.job_id)

    def _written_over(self, job_id: str) -> _Lacking:
        job = self._jobs.read(job_id)
        self._news.append(
            f"The office's copy of the job on {job.site_name} from {job.created_at:%Y-%m-%d %H:%M} UTC is not what this"
            " station wrote: somebody wrote over it. It is sent again."
        )
        return _Lacking(job_id)

    def _is_news(self, header: JobHeader) -> bool:
        """Whether the office holds a state of an own job that this station does not: both are kept, and it is told."""
        job, revision = self._jobs.numbered(header.job_id)
        # By the office's revision, not the newest: this station went on since, maybe from an old home.
        updated_at = self._jobs.updated_at(header.job_id, header.revision)
        if header.revision <= revision and updated_at == to_milliseconds(header.updated_at):
            return False
        self._news.append(
            f"The office holds another state of the job on {job.site_name} from {job.created_at:%Y-%m-%d %H:%M} UTC"
            " than this station: its home was put back from a backup, or is used on two computers. Both are kept."
        )
        return True


def _was_put_back(pulled: Pulled, read_to: ReadTo) -> bool:
    """Whether it lacks what it had: its numbers went back, or somebody who saw that gave it a new life."""
    return pulled.sequence < read_to.sequence or read_to.life not in {None, pulled.life}


def _verified(job: PulledJob, header: JobHeader, keys: KnownKeys) -> MirroredJob | UnreadThing:
    key = keys.signing(
        key_id=header.key_id, station_id=header.station_id, content=job.content, signature=header.signature
    )
    if reason := why_not(key):
        return UnreadThing("training_job", header.job_id, reason)
    return MirroredJob(
        header.job_id, header.user_id, header.station_id, header.revision, header.created_at, header.key_id, job.content
    )


def why_not(key: StationKey | None) -> str:
    """Why what a key signed does not count; empty when it does."""
    if key is None:
        return UNKNOWN_KEY
    if key.state in COUNTS:
        return ""
    return f"the key of {key.station_name} {'was revoked' if key.state is KeyState.REVOKED else 'is not trusted'}"


def _another_program() -> StoreFault:
    return StoreFault(
        "The office is read twice",
        "Another program with this home begins to read the office again and again, maybe with other settings.",
        "Close one of the two.",
    )


def _id(document: Document, name: str) -> str:
    """What something that cannot be read says of its id, for counting it once."""
    return shown(str(document.get(name)))[:100]
