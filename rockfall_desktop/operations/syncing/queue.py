"""What waits for the office, for people to look at, and letting a held thing go once more."""

from datetime import datetime

from rockfall_desktop.domain.errors import RockfallError, WrongInput
from rockfall_desktop.domain.office import WaitingThing
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.deciding import demand_reason
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import OUTBOX_KIND as DEPLOYMENT
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.given_up import GivenUpDeployments
from rockfall_desktop.store.jobs import OUTBOX_KIND as JOB
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.store.office_mirror import OfficeMirror
from rockfall_desktop.store.outbox import Outbox, Waiting

SOMEBODY = "A job of another user"


def waiting_things(session: Session, *, station: Station) -> tuple[WaitingThing, ...]:
    """Everything that waits, longest first; of other users' jobs only that there is one, unless for an administrator.

    Raises:
        AccessRefused: without a living session.
    """
    station.demand(session)
    return tuple(_thing(station, session, row) for row in Outbox(station.store).waiting())


def try_again(session: Session, *, station: Station, kind: str, id: str) -> None:  # noqa: A002 - the port's word
    """Let a thing that the office refused go with the next turn.

    A job of which the office holds another state goes over it: this is how a person decides for this station's.

    Raises:
        AccessRefused: without a living session.
        WrongInput: when no such thing is held, or it is another user's job: both say the same.
    """
    station.demand(session)
    if kind == JOB and id.isascii():
        _go_over(session, station, id)
    if not Outbox(station.store).again(kind, id):
        raise _nothing()


def give_up(session: Session, *, station: Station, deployment_id: str, reason: str) -> None:
    """Decide that a deployment that is held never goes to the office; it stays in the history as not accepted.

    Where it is active here, the one before it is again. What was deployed after it takes its place when it is deployed
    again.

    Args:
        session: its author, or an administrator.
        station: this station.
        deployment_id: which.
        reason: why.

    Raises:
        AccessRefused: without a living session.
        WrongInput: when no such deployment is held or it is another user's, or the reason is missing.
    """
    station.demand(session)
    try:
        fact = Deployments(station.store).read(deployment_id)
    except WrongInput as error:
        raise _nothing() from error
    if session.role is not Role.ADMIN and fact.deployed_by != session.user_id:
        raise _nothing()
    reason = demand_reason(reason, "Others must know why it never reached the office.")
    if not GivenUpDeployments(station.store).add(deployment_id, session.user_id, session.name, reason):
        raise _nothing()


def _go_over(session: Session, station: Station, job_id: str) -> None:
    jobs, mirror = Jobs(station.store), OfficeMirror(station.store)
    if session.role is not Role.ADMIN and all(one.job_id != job_id for one in jobs.list(session.user_id)):
        raise _nothing()
    held = {row.id for row in Outbox(station.store).waiting() if row.kind == JOB and row.held}
    other = mirror.revision(job_id)
    if other is not None and job_id in held:
        jobs.lift(job_id, other)
        mirror.forget_job(job_id)


def _thing(station: Station, session: Session, row: Waiting) -> WaitingThing:
    return WaitingThing(
        kind=row.kind,
        id=row.id,
        title=_title(station, session, row),
        revision=row.revision,
        waiting_since=datetime.fromisoformat(row.waiting_since),
        tries=row.tries,
        fault=row.fault,
        held=row.held,
    )


def _title(station: Station, session: Session, row: Waiting) -> str:
    try:
        if row.kind == DEPLOYMENT:
            fact = Deployments(station.store).read(row.id)
            return f"Deployment for {fact.site_name}{_simulated(fact.site_name, simulated=fact.simulated)}"
        job = Jobs(station.store).read(row.id)
    except RockfallError:
        return row.id
    if session.role is not Role.ADMIN and job.user_id != session.user_id:
        return SOMEBODY
    return f"Job on {job.site_name}{_simulated(job.site_name, simulated=job.simulated)}, {job.status.value}"


def _simulated(name: str, *, simulated: bool) -> str:
    return " (simulated)" if simulated and "simulated" not in name.casefold() else ""


def _nothing() -> WrongInput:
    return WrongInput("Nothing is held", "No such thing waits for a person.", "Look at the Sync page.")
