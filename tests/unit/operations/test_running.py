"""A job in operation: saved before shown, stopped when asked, never lost."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.deployment import DeploymentRequest
from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.domain.events import (
    EpochFinished,
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    Phase,
    PhaseStarted,
)
from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations import jobs, sign_in
from rockfall_desktop.operations.deployments import deploy_model
from rockfall_desktop.operations.job_work import JobWork
from rockfall_desktop.operations.plan import plan_training
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.store.jobs import Jobs
from tests.stations import NAME, PHRASE, open_station, quick_config


def begin(session: Session, station: Station, site: Path, **changes: Any) -> TrainingJob:
    return start_training(session, station=station, config=quick_config(site, **changes))


def run(session: Session, station: Station, job: TrainingJob, control: Control | None = None) -> list[JobEvent]:
    return list(run_job(session, station=station, job_id=job.job_id, control=control or Control()))


def test_that_a_job_runs_to_its_report(station: Station, session: Session, site: Path) -> None:
    job = begin(session, station, site)
    assert jobs.list_jobs(session, station=station)[0].status is Status.QUEUED
    events = run(session, station, job)
    assert isinstance(events[-1], JobCompleted)
    status = jobs.training_status(session, station=station, job_id=job.job_id)
    assert (status.status, status.progress, status.current_epoch) == (Status.COMPLETED, 100, 3)
    report = jobs.performance_report(session, station=station, job_id=job.job_id)
    assert report == events[-1].report
    written = json.loads((station.files.job_folder(job.job_id) / "report.json").read_text())
    assert written["pr_auc"] == report.pr_auc
    assert written["simulated"] is True
    names = {path.name for path in station.files.job_folder(job.job_id).iterdir()}
    assert names == {"owner.lock", "report.json", "model.json", "answers.json", "best.safetensors", "last.pt"}


def test_that_every_event_is_saved_before_it_is_shown(station: Station, session: Session, site: Path) -> None:
    job = begin(session, station, site)
    for event in run_job(session, station=station, job_id=job.job_id, control=Control()):
        stored = jobs.job_events(session, station=station, job_id=job.job_id)
        assert event in stored or event.kind in {"tick", "step_progress"}
        if isinstance(event, EpochFinished):
            assert Jobs(station.store).read(job.job_id).current_epoch >= event.metrics.epoch


def test_that_replaying_the_stored_events_gives_the_stored_job(station: Station, session: Session, site: Path) -> None:
    job = begin(session, station, site)
    run(session, station, job)
    created, *rest = jobs.job_events(session, station=station, job_id=job.job_id)
    folded = TrainingJob.created(created)  # type: ignore[arg-type]
    for event in rest:
        folded = folded.apply(event)
    assert folded == Jobs(station.store).read(job.job_id)


def when(kind: type, phase: str = "") -> Callable[[JobEvent], bool]:
    return lambda event: isinstance(event, kind) and getattr(event, "phase", "") == phase


@pytest.mark.parametrize(
    "moment",
    [
        when(PhaseStarted, "reading"),
        when(PhaseStarted, "samples"),
        when(EpochFinished),
        when(PhaseStarted, "evaluating"),
    ],
    ids=["reading", "samples", "fitting", "evaluating"],
)
def test_that_a_cancel_is_obeyed_in_every_phase(
    station: Station, session: Session, site: Path, moment: Callable[[JobEvent], bool]
) -> None:
    job, control = begin(session, station, site), Control()
    events = []
    for event in run_job(session, station=station, job_id=job.job_id, control=control):
        events.append(event)
        if moment(event):
            control.cancel()
    assert isinstance(events[-1], JobCancelled)
    assert Jobs(station.store).read(job.job_id).status is Status.CANCELLED


def test_that_another_program_can_cancel_or_stop_what_runs_here(station: Station, session: Session, site: Path) -> None:
    for ask, end in ((jobs.cancel_training, JobCancelled), (jobs.stop_training_early, JobCompleted)):
        job = begin(session, station, site, epochs=5000, patience=1000)
        last, asked = None, False
        for last in run_job(session, station=station, job_id=job.job_id, control=Control()):
            if isinstance(last, EpochFinished) and not asked:
                asked = True
                with open_station(station.home) as (beside, its_session):
                    ask(its_session, station=beside, job_id=job.job_id)
        assert isinstance(last, end)
        assert Jobs(station.store).read(job.job_id).current_epoch < 5000


def test_that_a_program_starting_beside_does_not_interrupt_a_running_or_waiting_job(
    station: Station, session: Session, site: Path
) -> None:
    waiting = begin(session, station, site)
    running = run_job(session, station=station, job_id=begin(session, station, site).job_id, control=Control())
    next(running)
    with open_station(station.home) as (beside, its_session):
        found = jobs.list_jobs(its_session, station=beside)
        assert {job.status for job in found} == {Status.QUEUED, Status.PREPARING}
    running.close()
    assert Jobs(station.store).read(waiting.job_id).status is Status.QUEUED


def test_that_a_closed_run_writes_its_last_event_itself(station: Station, session: Session, site: Path) -> None:
    job = begin(session, station, site)
    running = run_job(session, station=station, job_id=job.job_id, control=Control())
    next(running)
    running.close()
    assert Jobs(station.store).read(job.job_id).status is Status.INTERRUPTED
    assert station.computing.acquire(blocking=False)


def test_that_locking_the_window_stops_no_job(station: Station, session: Session, site: Path) -> None:
    job = begin(session, station, site)
    running = run_job(session, station=station, job_id=job.job_id, control=Control())
    next(running)
    sign_in.lock(session, station=station)
    assert isinstance(list(running)[-1], JobCompleted)
    with pytest.raises(AccessRefused):
        jobs.list_jobs(session, station=station)
    again = sign_in.sign_in(station=station, name=NAME, pass_phrase=PHRASE)
    assert jobs.list_jobs(again, station=station)[0].status is Status.COMPLETED


def test_that_a_lock_between_starting_and_running_stops_no_job(station: Station, session: Session, site: Path) -> None:
    job = begin(session, station, site)
    sign_in.lock(session, station=station)
    assert isinstance(run(session, station, job)[-1], JobCompleted)


def test_that_a_started_job_is_run_by_nobody_else_and_still_by_its_own_user(
    station: Station, session: Session, site: Path
) -> None:
    job = begin(session, station, site, epochs=1)
    other = station.admit(session.model_copy(update={"user_id": "other", "role": Role.ENGINEER, "token": "t2"}))
    with pytest.raises(WrongInput, match="no job"):
        run(other, station, job)
    with pytest.raises(AccessRefused):
        run(session.model_copy(update={"user_id": "somebody"}), station, job)
    assert isinstance(run(session, station, job)[-1], JobCompleted)
    with pytest.raises(WrongInput, match="not started here"):
        run(session, station, job)


def test_that_a_job_that_cannot_be_read_when_it_is_to_run_does_not_stay_queued(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(session, station, site)
    with monkeypatch.context() as patched:
        patched.setattr(Jobs, "read", broken_store)
        with pytest.raises(StoreFault):
            run(session, station, job)
    again = sign_in.sign_in(station=station, name=NAME, pass_phrase=PHRASE)
    assert jobs.list_jobs(again, station=station)[0].status is Status.INTERRUPTED


def broken_store(*_: object) -> None:
    raise StoreFault("Not saved", "The disk is full.", "Free some space.")


def test_that_a_run_closed_at_its_last_event_stays_as_it_ended(station: Station, session: Session, site: Path) -> None:
    job = begin(session, station, site, epochs=1)
    running = run_job(session, station=station, job_id=job.job_id, control=Control())
    for event in running:
        if isinstance(event, JobCompleted):
            running.close()
    assert Jobs(station.store).read(job.job_id).status is Status.COMPLETED


def fail_once(monkeypatch: pytest.MonkeyPatch, kind: type) -> None:
    """The first save that holds such an event fails, later ones work."""
    append, failed = Jobs.append, []

    def one_fault(self: Jobs, job_id: str, *events: JobEvent) -> TrainingJob:
        if not failed and any(isinstance(event, kind) for event in events):
            failed.append(True)
            broken_store()
        return append(self, job_id, *events)

    monkeypatch.setattr(Jobs, "append", one_fault)


def test_that_an_epoch_whose_save_failed_is_saved_with_the_end(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_once(monkeypatch, EpochFinished)
    job = begin(session, station, site)
    shown = run(session, station, job)
    assert isinstance(shown[-1], JobFailed)
    assert sum(isinstance(event, EpochFinished) for event in shown) >= 1
    after = Jobs(station.store).read(job.job_id)
    assert (after.status, after.current_epoch >= 1) == (Status.FAILED, True)


def test_that_a_report_whose_save_failed_once_still_completes_the_job(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_once(monkeypatch, JobCompleted)
    job = begin(session, station, site)
    assert isinstance(run(session, station, job)[-1], JobCompleted)
    assert Jobs(station.store).read(job.job_id).status is Status.COMPLETED


def test_that_an_impossible_event_ends_the_job_with_a_card(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = PhaseStarted(at=station.now(), phase=Phase.READING)
    monkeypatch.setattr(JobWork, "events", lambda _: (one for one in (twice, twice)))
    last = run(session, station, begin(session, station, site))[-1]
    assert isinstance(last, JobFailed)
    assert "ImpossibleEvent" in last.failure.message


def test_that_nobody_computes_after_a_broken_save_even_while_its_error_is_held(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(session, station, site)
    monkeypatch.setattr(Jobs, "append", broken_store)
    with pytest.raises(StoreFault) as held:
        run(session, station, job)
    assert station.computing.acquire(blocking=False)
    assert held.value.title == "Not saved"


def test_that_two_jobs_do_not_compute_at_once_and_so_give_the_losses_of_one(
    station: Station, session: Session, site: Path
) -> None:
    def losses(events: list[JobEvent]) -> list[float]:
        return [event.metrics.train_loss for event in events if isinstance(event, EpochFinished)]

    alone = losses(run(session, station, begin(session, station, site)))
    found: list[list[float]] = []
    both = [begin(session, station, site) for _ in range(2)]
    threads = [
        threading.Thread(target=lambda job=job: found.append(losses(run(session, station, job)))) for job in both
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone, alone]


def test_that_a_fault_of_the_site_becomes_a_failure_card(station: Station, session: Session, tmp_path: Path) -> None:
    from tests.stations import write_small_site

    own = write_small_site(tmp_path / "own")
    job = begin(session, station, own)
    (own / "site.toml").write_text("name = 1")
    last = run(session, station, job)[-1]
    assert isinstance(last, JobFailed)
    assert last.failure.where == "reading"
    assert "site.toml" in last.failure.message
    assert last.failure.detail == ""
    assert Jobs(station.store).read(job.job_id).failure == last.failure


def test_that_a_fault_of_ours_becomes_a_card_with_its_traceback(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rockfall_desktop.learning.fitting.member import MemberFit

    job = begin(session, station, site)

    def broken(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(MemberFit, "_finish_step", broken)
    last = run(session, station, job)[-1]
    assert isinstance(last, JobFailed)
    assert "KeyError" in last.failure.message
    assert "Traceback" in last.failure.detail
    assert last.failure.where == "fitting"


def test_that_a_lack_of_memory_is_a_sentence(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rockfall_desktop.learning.fitting.window_way import WindowWay

    def hungry(*_: object) -> None:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(WindowWay, "pieces", hungry)
    last = run(session, station, begin(session, station, site))[-1]
    assert isinstance(last, JobFailed)
    assert "smaller batch" in last.failure.hint


def test_that_a_store_that_cannot_be_written_ends_the_run_and_the_job_is_found_interrupted(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(session, station, site)

    with monkeypatch.context() as patched:
        patched.setattr(Jobs, "append", broken_store)
        with pytest.raises(StoreFault, match="disk is full"):
            run(session, station, job)
    sign_in.lock(session, station=station)
    again = sign_in.sign_in(station=station, name=NAME, pass_phrase=PHRASE)
    assert jobs.list_jobs(again, station=station)[0].status is Status.INTERRUPTED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"temporal_features": ("snow",)}, "snow"),
        ({"window_steps": 4000}, "window_steps"),
        ({"train_until": "1990-01-01", "validation_until": "1991-01-01"}, "train_until"),
    ],
)
def test_that_settings_that_do_not_fit_are_refused_before_a_job_exists(
    station: Station, session: Session, site: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(WrongInput, match=words):
        begin(session, station, site, **changes)
    assert jobs.list_jobs(session, station=station) == ()
    assert list(station.files.jobs.iterdir()) == []


def test_that_a_user_neither_sees_nor_touches_the_jobs_of_others(
    station: Station, session: Session, site: Path
) -> None:
    job = begin(session, station, site)
    other = station.admit(session.model_copy(update={"user_id": "other", "role": Role.ENGINEER, "token": "t2"}))
    assert jobs.list_jobs(other, station=station) == ()
    for touch in (jobs.training_status, jobs.cancel_training, jobs.performance_report, jobs.job_events):
        with pytest.raises(WrongInput, match="no job"):
            touch(other, station=station, job_id=job.job_id)  # type: ignore[operator]


def test_that_the_plan_tells_what_the_job_then_does(station: Station, session: Session, site: Path) -> None:
    plan = plan_training(session, station=station, config=quick_config(site))
    assert plan.seconds_per_epoch is not None
    assert plan.seconds_per_epoch > 0
    events = run(session, station, begin(session, station, site))
    built = next(event for event in events if event.kind == "samples_built")
    assert built.blocks == plan.blocks  # type: ignore[union-attr]
    assert built.parameters == plan.parameters  # type: ignore[union-attr]
    (folder,) = station.files.jobs.iterdir()
    lies_there = sum(file.stat().st_size for file in folder.rglob("*") if file.suffix in {".pt", ".safetensors"})
    assert 0 < lies_there <= plan.disk_mb * 1e6


def test_that_planning_beside_a_training_measures_nothing_and_changes_no_loss(
    station: Station, session: Session, site: Path
) -> None:
    plain = run(session, station, begin(session, station, site))
    expected = [event.metrics.train_loss for event in plain if isinstance(event, EpochFinished)]
    assert losses_with_plans(station, session, site) == expected


def losses_with_plans(station: Station, session: Session, site: Path) -> list[float]:
    found = []
    job = begin(session, station, site)
    for event in run_job(session, station=station, job_id=job.job_id, control=Control()):
        if isinstance(event, EpochFinished):
            plan = plan_training(session, station=station, config=quick_config(site))
            assert plan.seconds_per_epoch is None
            found.append(event.metrics.train_loss)
    return found


def test_that_only_a_completed_job_is_deployed(station: Station, session: Session, site: Path) -> None:
    job = begin(session, station, site)
    with pytest.raises(WrongInput, match="queued"):
        deploy_model(session, station=station, request=DeploymentRequest(job_id=job.job_id, reason="a trial"))
