"""Planted faults of the sync and of the office: each breaks a promise, and the histories must find it."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from rockfall_desktop.domain.office_exchange import (
    DeploymentAnswer,
    Document,
    Office,
    PushedJob,
    Stands,
    Taken,
    any_stands,
)
from rockfall_desktop.operations.syncing import pushing_deployments
from rockfall_desktop.operations.syncing.pulling import Pulling
from rockfall_desktop.operations.syncing.pushing import PushingJobs
from rockfall_desktop.operations.syncing.pushing_deployments import PushingDeployments
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.office_mirror import OfficeMirror, ReadTo
from rockfall_desktop.store.outbox import put_everything
from tests.office_model import ModelServer, NumberedOutside, Trouble, stored

Plant = Callable[[pytest.MonkeyPatch], None]


def nothing(patch: pytest.MonkeyPatch) -> None:
    """The station is right."""


class Mutant(NamedTuple):
    """One planted fault, and the small world in which it shows soon: the smaller, the rarer the meetings it takes.

    Attributes:
        name: what it is.
        kind: whether jobs or deployments go wrong.
        server: the office that has it, or a right one.
        plant: puts it into the station.
        troubles: what must happen to a request for it to show.
        steps: where the program must be killed.
        clocks: whether it takes a clock that is set.
        moves: whether it takes another office.
        calls: to which the troubles happen; sending by default.
    """

    name: str
    kind: str
    server: type[ModelServer] = ModelServer
    plant: Plant = nothing
    troubles: tuple[Trouble, ...] = (Trouble.LOST_REQUEST, Trouble.LOST_ANSWER)
    steps: tuple[tuple[type, str], ...] = ()
    clocks: bool = False
    moves: bool = False
    calls: tuple[str, ...] = ()


class LastWriterWins(ModelServer):
    """Whole documents, whatever their revision."""

    def write_job(self, document: Document, stands: Stands = any_stands) -> PushedJob:
        self.jobs[document["job_id"]] = {**stored(document), "sequence": self.number()}
        return PushedJob(document["job_id"], Taken.TAKEN)


class JobsWithoutAKey(ModelServer):
    """A job that is sent again gets an id of its own."""

    def write_job(self, document: Document, stands: Stands = any_stands) -> PushedJob:
        answer = super().write_job(document, stands)
        if answer.taken is Taken.KNOWN:
            self.jobs[f"{document['job_id']}-again"] = {**stored(document), "sequence": self.number()}
        return answer


class DeploymentsWithoutAKey(ModelServer):
    """A deployment that is sent again is another one."""

    def write_deployment(self, document: Document, *, lost: bool = False) -> DeploymentAnswer:
        known = document["deployment_id"]
        while known in self.deployments:
            known += "-again"
        return super().write_deployment(document | {"deployment_id": known}, lost=lost)


class LocalNumbers(ModelServer):
    """The next version is what the station says: one more than the highest that it knows of."""

    def write_deployment(self, document: Document, *, lost: bool = False) -> DeploymentAnswer:
        self.versions[document["site_id"]] = document.pop("version", 1) - 1
        return super().write_deployment(document, lost=lost)


class PointerWithoutCompare(ModelServer):
    """The pointer moves to whatever comes."""

    def may_move(self, document: Document) -> bool:
        return True


def clear_before_the_answer(patch: pytest.MonkeyPatch) -> None:
    whole = PushingJobs._send

    def send(self: PushingJobs, office: Office, ready: list[Any]) -> None:
        self._outbox.arrived(*(one.row for one in ready))
        whole(self, office, ready)

    patch.setattr(PushingJobs, "_send", send)


def clear_deployments_before_the_answer(patch: pytest.MonkeyPatch) -> None:
    whole = PushingDeployments._send

    def send(self: PushingDeployments, office: Office, row: Any, fact: Any, news: list[str]) -> bool | None:
        self._outbox.arrived(row)
        return whole(self, office, row, fact, news)

    patch.setattr(PushingDeployments, "_send", send)


def forget_what_came_meanwhile(patch: pytest.MonkeyPatch) -> None:
    """The row goes whatever its revision is by now; here a step comes between the sending and the answer."""

    whole = PushingJobs._send

    def send(self: PushingJobs, office: Office, ready: list[Any]) -> None:
        whole(self, office, ready)
        for one in ready:
            self._jobs.lift(one.row.id, one.row.revision)
            self._outbox.arrived(one.row._replace(revision=2**40))

    patch.setattr(PushingJobs, "_send", send)


def note_the_number_first(patch: pytest.MonkeyPatch) -> None:
    """How far the office was read is saved before what was read."""
    whole = Pulling._take

    def take(self: Pulling, before: Any, pulled: Any) -> None:
        self._mirror.take(before, pulled.sequence)
        whole(self, before, pulled)

    patch.setattr(Pulling, "_take", take)


def number_here(patch: pytest.MonkeyPatch) -> None:
    whole, document = PushingDeployments.run, pushing_deployments.deployment_document

    def run(self: PushingDeployments, office: Office) -> Any:
        highest = max((fact.version or 0 for fact in self._deployments.list()), default=0)
        patch.setattr(
            pushing_deployments, "deployment_document", lambda fact: document(fact) | {"version": highest + 1}
        )
        return whole(self, office)

    patch.setattr(PushingDeployments, "run", run)


def send_in_the_clocks_order(patch: pytest.MonkeyPatch) -> None:
    whole = PushingDeployments._in_order

    def in_order(self: PushingDeployments) -> list[Any]:
        return sorted(whole(self), key=lambda one: one.row.waiting_since if one.row else one.fact.deployed_at)

    patch.setattr(PushingDeployments, "_in_order", in_order)
    patch.setattr(PushingDeployments, "_comes_later", lambda *_: False)


def number_without_waiting(patch: pytest.MonkeyPatch) -> None:
    """The answer to a deployment is not noted."""
    patch.setattr(Deployments, "numbered", lambda *_, **__: None)


def remember_by_heart(patch: pytest.MonkeyPatch) -> None:
    """That the office lacks everything is in no store until the first pull is over."""
    lacks: list[Sequence[str]] = []
    whole = Pulling.run

    def begin(self: OfficeMirror, read_to: ReadTo, own_deployments: Sequence[str]) -> None:
        self.begin_anew(read_to)
        lacks.append(own_deployments)

    def run(self: Pulling, office: Office) -> None:
        lacks.clear()
        whole(self, office)
        for own_deployments in lacks:
            with self._station.store.writing() as connection:
                put_everything(connection, own_deployments, self._station.now())

    patch.setattr(OfficeMirror, "begin_with_everything", begin)
    patch.setattr(Pulling, "run", run)


JOB, DEPLOYMENT, LATE = "job", "deployment", (Trouble.LATE,)
MUTANTS = (
    Mutant("the outbox is cleared before the answer", JOB, plant=clear_before_the_answer),
    Mutant("a deployment leaves the outbox before the answer", DEPLOYMENT, plant=clear_deployments_before_the_answer),
    Mutant("what came meanwhile is forgotten", JOB, plant=forget_what_came_meanwhile),
    Mutant("whole documents, the last writer wins", JOB, server=LastWriterWins, troubles=LATE),
    Mutant("jobs without an idempotency key", JOB, server=JobsWithoutAKey),
    Mutant("deployments without an idempotency key", DEPLOYMENT, server=DeploymentsWithoutAKey),
    Mutant("version numbers of the station", DEPLOYMENT, server=LocalNumbers, plant=number_here, troubles=LATE),
    Mutant("numbers taken outside the transaction", JOB, server=NumberedOutside, troubles=LATE),
    Mutant("the pointer moves without compare", DEPLOYMENT, server=PointerWithoutCompare),
    Mutant(
        "the number is saved before what was read", DEPLOYMENT, plant=note_the_number_first,
        steps=((Deployments, "take"),),
    ),
    Mutant("deployments go in the clock's order", DEPLOYMENT, plant=send_in_the_clocks_order, clocks=True),
    Mutant("answers are not noted", DEPLOYMENT, plant=number_without_waiting),
    Mutant("what an office lacks is known by heart", JOB, plant=remember_by_heart, moves=True, calls=("pull",)),
)  # fmt: skip
