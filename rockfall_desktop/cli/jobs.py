"""Looking at jobs and ending them."""

from typing import Annotated

import typer

from rockfall_desktop.cli.entering import Terminal, signed_in
from rockfall_desktop.cli.office_jobs import (
    found_elsewhere,
    not_from_here,
    say_office_jobs,
    say_office_report,
    say_office_status,
)
from rockfall_desktop.cli.printing import marked, say, say_json, say_table
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.network_name import network_name
from rockfall_desktop.domain.report import PerformanceReport, Scores
from rockfall_desktop.operations import jobs as operations
from rockfall_desktop.operations.syncing.office_jobs import office_jobs

_Job = Annotated[str, typer.Argument(help="Id of the job.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def jobs(
    context: typer.Context,
    *,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="With --json: an object, with the jobs of other stations too.")
    ] = False,
    json: _Json = False,
) -> None:
    """List the jobs, newest first; those of other stations, which are read only, behind them."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        found = operations.list_jobs(session, station=terminal.station)
        if json and not everywhere:
            say_json(found)
            return
        elsewhere = office_jobs(session, station=terminal.station, whole=False)
        if json:
            here = [one.model_dump(mode="json") for one in found]
            told = elsewhere.model_dump(mode="json")
            say_json({"here": here, "elsewhere": told["jobs"], "unread": told["unread"]})
            return
        rows = [_row(one) for one in found]
        heads = ["job", "created (UTC)", "site", "network", "status", "epochs", "PR-AUC"]
        say_table(heads, rows, "No jobs yet. Start one: rockfall-desktop train SITE")
        say_office_jobs(elsewhere)


def _row(job: TrainingJob) -> list[object]:
    return [
        job.job_id,
        f"{job.created_at:%Y-%m-%d %H:%M}",
        marked(job.site_name, simulated=job.simulated),
        network_name(job.config, job.config.members),
        job.status.value,
        f"{job.current_epoch}/{job.total_epochs}",
        (job.performance_summary or {}).get("pr_auc"),
    ]


def status(context: typer.Context, job: _Job, *, json: _Json = False) -> None:
    """Say where a job stands."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        if elsewhere := found_elsewhere(session, terminal.station, job):
            say_office_status(elsewhere, json=json)
            return
        found = operations.training_status(session, station=terminal.station, job_id=job)
        if json:
            say_json(found)
            return
        of = f"member {found.member}/{found.members}  " if found.members > 1 else ""
        say(f"{found.status}  {found.progress:.0f} %  {of}epoch {found.current_epoch}/{found.total_epochs}")
        if found.failure:
            say(f"{found.failure.title}: {found.failure.message} {found.failure.hint}")
        for line in found.logs:
            say(line)


def cancel(context: typer.Context, job: _Job, *, json: _Json = False) -> None:
    """Ask a running job, here or in a window, to end without a result."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        if elsewhere := found_elsewhere(session, terminal.station, job):
            raise not_from_here(elsewhere)
        found = operations.cancel_training(session, station=terminal.station, job_id=job)
        if json:
            say_json({"job_id": found.job_id, "status": found.status.value, "requested": found.requested.value})
        else:
            say(f"Asked job {found.job_id} to cancel.")


def report(context: typer.Context, job: _Job, *, json: _Json = False) -> None:
    """Print the report of a completed job."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        if elsewhere := found_elsewhere(session, terminal.station, job):
            say_office_report(elsewhere, json=json)
            return
        found = operations.performance_report(session, station=terminal.station, job_id=job)
        if json:
            say_json(found)
        else:
            _print_report(found)


def _score_row(scores: Scores) -> list[object]:
    return [
        scores.model, scores.horizon_steps, scores.base_rate, scores.pr_auc, scores.roc_auc, scores.brier,
        scores.brier_skill, scores.log_loss, scores.ece, scores.calibration_slope, scores.observed_expected,
        scores.accuracy, scores.accuracy_of_never,
    ]  # fmt: skip


def _print_report(report: PerformanceReport) -> None:
    say(f"{report.site_name}{' - SIMULATED records' if report.simulated else ''}")
    say(report.verdict)
    for sentence in (*report.given_up, *report.remarks):
        say(sentence)
    for block in report.blocks:
        say(f"{block.name}: {block.days}, {block.samples} samples, {block.incidents} incidents")
    heads = ["model", "horizon", "base rate", "PR-AUC", "ROC-AUC", "Brier", "skill", "log loss", "ECE", "slope",
             "obs/exp", "accuracy", "never"]  # fmt: skip
    rows = [_score_row(scores) for scores in report.scores]
    if report.few_incidents:
        say("Few incidents: the scores below say next to nothing.")
    say_table(heads, rows, "No scores.")
