"""Making a judged model the active one for its site."""

from rockfall_desktop.domain.deployment import Deployment, DeploymentRequest
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.report import PerformanceReport, best_rival
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.jobs import own_job, performance_report
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.audit import Audit
from rockfall_desktop.store.deployments import Deployments


def deploy_model(session: Session, *, station: Station, request: DeploymentRequest) -> Deployment:
    """Store the fact that a job's model is the active one for its site.

    Raises:
        WrongInput: when the job is not completed, or its report speaks against it and no reason is given.
    """
    job = own_job(session, station=station, job_id=request.job_id)
    report = performance_report(session, station=station, job_id=request.job_id)
    if (against := objection(report)) and not request.reason.strip():
        raise WrongInput("The report speaks against it", against, "Give a reason, or deploy another job.")
    deployment = Deployment(
        deployment_id=station.new_id(),
        job_id=job.job_id,
        site_id=job.site_id,
        site_name=job.site_name,
        deployed_by=session.user_id,
        deployed_by_name=session.name,
        deployed_at=station.now(),
        reason=request.reason.strip(),
        active=True,
    )
    stored = Deployments(station.store).add(deployment)
    Audit(station.store).add(session.user_id, "deployed", stored.deployment_id)
    return stored


def list_deployments(session: Session, *, station: Station) -> tuple[Deployment, ...]:
    """The deployments of every site, newest first."""
    station.demand(session)
    return Deployments(station.store).list()


def objection(report: PerformanceReport) -> str:
    """What speaks against deploying a judged model, one sentence; empty when nothing does."""
    if report.few_incidents or report.pr_auc is None:
        return f"Only {report.incidents_in_test} incidents fall into its test block: it was not shown to work."
    best = best_rival(report.scores)
    if best is not None and report.pr_auc <= (best.pr_auc or 0.0):
        return f"Its average precision {report.pr_auc:.3f} is not above {best.model} with {best.pr_auc:.3f}."
    return ""
