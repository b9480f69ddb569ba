"""Putting models to work: deploy, roll back, and bundles by file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from rockfall_desktop.cli.entering import Terminal, signed_in
from rockfall_desktop.cli.printing import marked, say, say_json, say_table
from rockfall_desktop.domain.deployment import Deployment, DeploymentRequest
from rockfall_desktop.domain.duration import horizon_words
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.gate import GateJudgement
from rockfall_desktop.operations import deployments as operations
from rockfall_desktop.operations.gate import judge_for_deployment
from rockfall_desktop.operations.keys import own_key
from rockfall_desktop.operations.lost_deployments import LostDeployment, leave_lost, undecided_deployments
from rockfall_desktop.operations.revoked_models import list_revoked
from rockfall_desktop.operations.syncing import queue

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Job = Annotated[str, typer.Argument(help="Id of the job.")]
_Deployment = Annotated[str, typer.Argument(help="Id of the deployment.")]
_Reason = Annotated[str, typer.Option(help="Why; at least ten characters.")]


def deploy(
    context: typer.Context,
    job: _Job,
    reason: Annotated[str, typer.Option(help="Why, when the report does not carry it; at least ten characters.")] = "",
    site: Annotated[str, typer.Option(help="Id of the site, of a job on several; the first by default.")] = "",
    *,
    yes_not_better: Annotated[
        bool, typer.Option("--yes-not-better", help="Deploy it though it was not shown to be better than a baseline.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Only say what the report shows.")] = False,
    json: _Json = False,
) -> None:
    """Make a completed job's model the active one for its site."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        if check:
            _say_judgement(judge_for_deployment(session, station=terminal.station, job_id=job), json=json)
            return
        request = _request(job, reason, site, not_better_accepted=yes_not_better)
        _say_active(operations.deploy_model(session, station=terminal.station, request=request), json=json)


def deployments(
    context: typer.Context,
    site: Annotated[str, typer.Option(help="Id of a site; all by default.")] = "",
    *,
    json: _Json = False,
) -> None:
    """List what was deployed; what this station learned of last comes first."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        found = operations.list_deployments(session, station=terminal.station, site_id=site or None)
        if json:
            say_json(found)
            return
        heads = ["deployment", "site", "version", "state", "deed", "job", "by", "at (UTC)", "reason"]
        own = own_key(session, station=terminal.station).station_id
        revoked = list_revoked(session, station=terminal.station)
        rows = (_row(one, own, revoked=one.deployment_id in revoked) for one in found)
        say_table(heads, rows, "Nothing is deployed yet.")
        lost = undecided_deployments(session, station=terminal.station)
        say_lost(one for one in lost if not site or one.deployment.site_id == site)


def rollback(context: typer.Context, deployment: _Deployment, reason: _Reason = "", *, json: _Json = False) -> None:
    """Make an earlier deployment's model the active one again; where its report spoke against it an administrator."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        made = operations.roll_back(session, station=terminal.station, deployment_id=deployment, reason=reason)
        _say_active(made, json=json)


def deploy_again(context: typer.Context, deployment: _Deployment, reason: _Reason = "", *, json: _Json = False) -> None:
    """Decide again for a deployment that lost to one of another station."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        made = operations.deploy_again(session, station=terminal.station, deployment_id=deployment, reason=reason)
        _say_active(made, json=json)


def leave(context: typer.Context, deployment: _Deployment, *, json: _Json = False) -> None:
    """Leave a deployment that lost to one of another station as it is, and be reminded of it no more."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        leave_lost(session, station=terminal.station, deployment_id=deployment)
        if json:
            say_json({"deployment_id": deployment, "left": True})
        else:
            say(f"Deployment {deployment} stays in the history and is not decided again.")


def give_up(context: typer.Context, deployment: _Deployment, reason: _Reason = "", *, json: _Json = False) -> None:
    """Give up a deployment that the office refuses: what was deployed after it can take its place then."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        queue.give_up(session, station=terminal.station, deployment_id=deployment, reason=reason)
        if json:
            say_json({"deployment_id": deployment, "given_up": True})
        else:
            say(f"Deployment {deployment} stays in the history and never goes to the office.")


def export(
    context: typer.Context,
    deployment: _Deployment,
    file: Annotated[Path, typer.Argument(help="Where to write the bundle, e.g. on a stick.")],
    *,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    json: _Json = False,
) -> None:
    """Write a deployment's signed bundle to a file."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        path = operations.export_bundle(
            session, station=terminal.station, deployment_id=deployment, path=file, overwrite=overwrite
        )
        if json:
            say_json({"deployment_id": deployment, "file": str(path)})
        else:
            say(f"{path} holds deployment {deployment}.")


def take_in(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The bundle, e.g. on a stick.")],
    reason: Annotated[str, typer.Option(help="Why it is carried in.")] = "",
    *,
    check: Annotated[bool, typer.Option("--check", help="Only verify it and say what it holds.")] = False,
    json: _Json = False,
) -> None:
    """Take a signed bundle from a file and make it the active one for its site."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        if check:
            sight = operations.inspect_bundle(session, station=terminal.station, path=file)
            _say_sight(sight, json=json)
            return
        made = operations.import_bundle(session, station=terminal.station, path=file, reason=reason)
        _say_active(made, json=json, own=False)


def say_lost(lost: Iterable[LostDeployment]) -> None:
    """What lost to another station's deployment and waits for a decision, and the two commands for it."""
    for one in lost:
        say(f"To decide: {one.sentence}")
        say(f"  rockfall-desktop deploy-again {one.deployment.deployment_id} --reason TEXT")
        say(f"  rockfall-desktop leave {one.deployment.deployment_id}")


def _request(job: str, reason: str, site: str, *, not_better_accepted: bool) -> DeploymentRequest:
    try:
        return DeploymentRequest(job_id=job, reason=reason, site_id=site, not_better_accepted=not_better_accepted)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        words = f"{first['loc'][0]}: {first['msg']}."
        raise WrongInput("It cannot be deployed", words, "Give a shorter reason, in plain text.") from error


def _say_active(made: Deployment, *, json: bool, own: bool = True) -> None:
    if json:
        say_json(made)
        return
    site = marked(made.site_name, simulated=made.simulated)
    say(f"Deployment {made.deployment_id} of job {made.job_id} is the active one for {site}.")
    if own:
        say("It is active on this station only, until the next sync: the office numbers it then, if nobody was faster.")
    for sentence in made.against:
        say(f"Against it: {sentence}")


def _say_judgement(judgement: GateJudgement, *, json: bool) -> None:
    if json:
        say_json(judgement)
        return
    say_table(
        ["demand", "shown", ""],
        ([one.title, one.shown.value, one.sentence] for one in judgement.clauses),
        "No demands.",
    )
    for sentence in judgement.given_up:
        say(sentence)
    several = judgement.jobs_on_test_block > 1
    jobs = f"{judgement.jobs_on_test_block} completed jobs were" if several else "1 completed job was"
    say(f"{jobs} judged on this test block, this one included.")
    for rule in judgement.levels:
        within = horizon_words(rule.horizon_steps, 0)
        say(f"within {within}: yellow from {rule.yellow:.3g}, orange from {rule.orange:.3g}, red from {rule.red:.3g}")


def _say_sight(sight: operations.BundleSight, *, json: bool) -> None:
    fact, made = sight.manifest.deployment, sight.manifest.provenance
    if json:
        say_json({"key": sight.key_state.value, "manifest": sight.manifest.model_dump(mode="json")})
        return
    say(f"{marked(fact.site_name, simulated=fact.simulated)}, epoch {fact.epoch}, job {fact.job_id}")
    say(f"Deployed by {fact.deployed_by_name} at {fact.deployed_at:%Y-%m-%d %H:%M} UTC. {fact.reason}")
    say(f"Signed by {made.station_name}, key {sight.manifest.key_id}: {sight.key_state.value}")
    for sentence in fact.against:
        say(f"Against it: {sentence}")


def _row(one: Deployment, own_station_id: str, *, revoked: bool) -> list[object]:
    own = one.station_id in {"", own_station_id}
    none = "not numbered yet" if own else "not known here"
    return [
        one.deployment_id,
        marked(one.site_name, simulated=one.simulated),
        none if one.version is None else one.version,
        _state(one, own=own) if not revoked else "active, key revoked" if one.active else "key revoked",
        one.deed.value.replace("_", " "),
        one.job_id,
        one.deployed_by_name,
        f"{one.deployed_at:%Y-%m-%d %H:%M}",
        one.reason,
    ]


def _state(one: Deployment, *, own: bool) -> str:
    if one.active and one.accepted is False:
        return "active here, lost at the office"
    if one.active and one.version is None:
        return "active here only" if own else "active, by file"
    if one.active:
        return "active"
    if one.accepted is False and one.version is None:
        return "given up"
    return "lost to another station" if one.accepted is False else ""
