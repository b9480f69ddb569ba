"""Making a judged model the active one for its site, and the history of what was."""

from rockfall_desktop.domain.deployment import Deployment, DeploymentRequest
from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.gate import GateJudgement
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.report import PerformanceReport
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.bundle_transfer import BundleSight, export_bundle, import_bundle, inspect_bundle
from rockfall_desktop.operations.deciding import decide, demand_reason
from rockfall_desktop.operations.gate import judge_for_deployment
from rockfall_desktop.operations.jobs import own_job, performance_report
from rockfall_desktop.operations.proposed_levels import less_cautious
from rockfall_desktop.operations.roll_back import deploy_again, roll_back
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import Deployments

__all__ = [
    "BundleSight", "deploy_again", "deploy_model", "export_bundle", "import_bundle", "inspect_bundle",
    "list_deployments", "roll_back",
]  # fmt: skip


def deploy_model(session: Session, *, station: Station, request: DeploymentRequest) -> Deployment:
    """Make a completed job's model the active one for its site: bundle, signed fact, pointer.

    Slow (graphs are made and compared): off the window's thread. The gate is asked first; what the report does not
    show, and what of the levels is less cautious than proposed, stands in the fact's `against`.

    Raises:
        AccessRefused: when the gate is not passed, or the levels are less cautious than proposed, and the session is no
            administrator's.
        WrongInput: when the job is not completed, its report speaks against it and no reason is given, "not shown to be
            better" was not accepted, the levels do not fit its horizons, its site cannot be read or is not as it was,
            something computes already, or something else became active meanwhile.
        NotAlike: when the graphs answer otherwise than the networks that were judged.
        StoreFault: when the disk is full, or a file of the model is missing or damaged.
    """
    from rockfall_desktop.operations.bundle_making import packed_job  # noqa: PLC0415 - numpy loads here

    job = own_job(session, station=station, job_id=request.job_id)
    report = performance_report(session, station=station, job_id=request.job_id)
    judgement = judge_for_deployment(session, station=station, job_id=request.job_id)
    levels = _levels(job, judgement, request)
    against = (
        *(clause.sentence for clause in judgement.open_clauses),
        *less_cautious(levels, judgement.levels),
    )
    reason = _demand_passed(session, judgement, request, against)
    _demand_time(job, report)
    place = Deployments(station.store).next_place(request.site_id or job.site_id)
    packed, site = packed_job(station, job, report, request.site_id, levels)
    draft = Deployment(
        deployment_id=station.new_id(),
        job_id=job.job_id,
        site_id=site.site_id,
        site_name=site.name,
        simulated=site.simulated or job.simulated,
        deployed_by=session.user_id,
        deployed_by_name=session.name,
        deployed_at=station.now(),
        reason=reason,
        against=against,
        epoch=place.epoch,
        follows=place.follows,
        active=False,
    )
    return decide(station, draft, packed, deed="deployed")


def list_deployments(session: Session, *, station: Station, site_id: str | None = None) -> tuple[Deployment, ...]:
    """The deployments of a site, of every site for None; what this station learned of last comes first."""
    station.demand(session)
    return Deployments(station.store).list(site_id)


def _demand_passed(
    session: Session, judgement: GateJudgement, request: DeploymentRequest, against: tuple[str, ...]
) -> str:
    """The reason, where the gate lets the request through."""
    if not against:
        return request.reason.strip()
    words = " ".join(against)
    if session.role is not Role.ADMIN:
        raise AccessRefused(
            "The report does not carry it", words, "Only an administrator may deploy it, with a reason."
        )
    reason = demand_reason(request.reason, words)
    if judgement.asks_again and not request.not_better_accepted:
        better = next(clause.sentence for clause in judgement.open_clauses if clause.name == "better")
        raise WrongInput("It was not shown to be better", better, "Accept that explicitly, or deploy another job.")
    return reason


def _levels(job: TrainingJob, judgement: GateJudgement, request: DeploymentRequest) -> tuple[LevelRule, ...]:
    levels, horizons = request.levels or judgement.levels, job.config.horizon_steps
    if tuple(rule.horizon_steps for rule in levels) != tuple(horizons):
        raise WrongInput(
            "The levels do not fit the model",
            f"levels: it answers for horizons of {', '.join(map(str, horizons))} steps, one rule is needed for each.",
            "Give them in this order.",
        )
    return levels


def _demand_time(job: TrainingJob, report: PerformanceReport) -> None:
    if any(block.start is None for block in report.blocks):
        raise WrongInput(
            "The model has no time",
            f"Job {job.job_id} learned from labels without time: it says where, never when, and cannot be watched.",
            "Deploy a job that learned from incidents in time.",
        )
