from datetime import timedelta

import pytest

from rockfall_desktop.domain.control import Request
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.events import (
    JobCancelled,
    JobEvent,
    JobInterrupted,
    JobResumed,
    Phase,
    StopRequested,
    Tick,
)
from rockfall_desktop.domain.job import ImpossibleEvent, Status, TrainingJob
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.history import History
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.store.outbox import Outbox
from tests.unit.store.job_samples import (
    START,
    USER,
    completed,
    created,
    epoch,
    log_line,
    new_id,
    started,
    up_to_fitting,
)


def fitting_job(jobs: Jobs) -> str:
    job_id = jobs.create(created()).job_id
    for event in up_to_fitting():
        jobs.append(job_id, event)
    return job_id


def test_that_a_stored_job_is_the_fold_of_its_stored_events(jobs: Jobs, store: Store) -> None:
    first = created()
    job = jobs.create(first)
    events: list[JobEvent] = [*up_to_fitting(), log_line(), epoch(1), started(Phase.EVALUATING), completed(job.job_id)]
    for event in events:
        job = job.apply(event)
        assert jobs.append(job.job_id, event) == job
    assert jobs.read(job.job_id) == job
    assert [numbered.event for numbered in History(store).events(job.job_id)] == [first, *events]
    fold = TrainingJob.created(first)
    for numbered in History(store).events(job.job_id)[1:]:
        fold = fold.apply(numbered.event)
    assert fold == jobs.read(job.job_id)
    assert job.status is Status.COMPLETED


def test_that_an_impossible_event_leaves_no_trace(jobs: Jobs, store: Store) -> None:
    job_id = fitting_job(jobs)
    before = (jobs.read(job_id), History(store).events(job_id), Outbox(store).waiting())
    with pytest.raises(ImpossibleEvent):
        jobs.append(job_id, epoch(7))
    assert (jobs.read(job_id), History(store).events(job_id), Outbox(store).waiting()) == before
    jobs.append(job_id, epoch(1))


def test_that_a_job_that_cannot_be_queued_for_the_office_is_not_saved(
    jobs: Jobs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("no outbox")

    monkeypatch.setattr("rockfall_desktop.store.jobs.put_in_outbox", fail)
    with pytest.raises(RuntimeError, match="no outbox"):
        jobs.create(created())
    assert jobs.list(None) == ()
    assert store.rows("select count(*) from job_events") == [(0,)]


def test_that_a_tick_is_refused_by_the_store(jobs: Jobs) -> None:
    job_id = fitting_job(jobs)
    with pytest.raises(ValueError, match="tick is never stored"):
        jobs.append(job_id, Tick(at=START))


def test_that_a_log_line_moves_the_revision_and_not_the_job(jobs: Jobs, store: Store) -> None:
    job_id = fitting_job(jobs)
    before = store.rows("select projection, revision from jobs")[0]
    jobs.append(job_id, log_line())
    assert store.rows("select projection, revision from jobs")[0] == (before[0], before[1] + 1)


def test_that_an_unknown_job_is_said_to_be_unknown(jobs: Jobs) -> None:
    missing = new_id()
    for call in (
        lambda: jobs.read(missing),
        lambda: jobs.append(missing, log_line()),
        lambda: jobs.requested(missing),
        lambda: jobs.request(missing, Request.CANCEL, USER),
    ):
        with pytest.raises(WrongInput, match=f"There is no job {missing}"):
            call()


def test_that_jobs_are_listed_newest_first_and_by_user(jobs: Jobs) -> None:
    other = new_id()
    ids = [
        jobs.create(created(user_id=other if i % 3 == 0 else USER, at=START + timedelta(minutes=i))).job_id
        for i in range(7)
    ]
    assert [job.job_id for job in jobs.list(None)] == ids[::-1]
    assert [job.job_id for job in jobs.list(other)] == [ids[6], ids[3], ids[0]]
    assert [job.job_id for job in jobs.list(USER, limit=2)] == [ids[5], ids[4]]
    assert jobs.list(new_id()) == ()


def test_that_a_request_is_seen_by_the_runner_and_stays_in_the_history(jobs: Jobs, store: Store) -> None:
    job_id = fitting_job(jobs)
    assert jobs.requested(job_id) is Request.GO_ON
    jobs.request(job_id, Request.STOP_EARLY, USER)
    assert jobs.requested(job_id) is Request.STOP_EARLY
    assert jobs.request(job_id, Request.CANCEL, USER).requested is Request.CANCEL
    assert jobs.requested(job_id) is Request.CANCEL
    stops = [n.event for n in History(store).events(job_id) if isinstance(n.event, StopRequested)]
    assert [(stop.request, stop.user_id) for stop in stops] == [(Request.STOP_EARLY, USER), (Request.CANCEL, USER)]


def test_that_asking_again_or_asking_for_less_changes_nothing(jobs: Jobs, store: Store) -> None:
    job_id = fitting_job(jobs)
    jobs.request(job_id, Request.CANCEL, USER)
    count = len(History(store).events(job_id))
    for request in (Request.CANCEL, Request.STOP_EARLY):
        assert jobs.request(job_id, request, USER).requested is Request.CANCEL
    assert len(History(store).events(job_id)) == count
    with pytest.raises(ValueError, match="never taken back"):
        jobs.request(job_id, Request.GO_ON, USER)


def test_that_a_request_to_a_job_that_is_over_changes_nothing(jobs: Jobs) -> None:
    job_id = fitting_job(jobs)
    over = jobs.append(job_id, JobCancelled(at=START))
    assert jobs.request(job_id, Request.CANCEL, USER) == over


def test_that_a_job_of_an_unknown_form_is_said_in_a_sentence(jobs: Jobs, store: Store) -> None:
    job_id = fitting_job(jobs)
    with store.writing() as connection:
        connection.execute("update jobs set projection = json_set(projection, '$.status', 'melted')")
        connection.execute("update job_events set body = '{}' where sequence = 1")
    with pytest.raises(StoreFault, match="newest version"):
        jobs.read(job_id)
    with pytest.raises(StoreFault, match="newest version"):
        History(store).events(job_id)


def test_that_replay_holds_every_resuming_however_many_lines_came_since(jobs: Jobs, store: Store) -> None:
    job_id = fitting_job(jobs)
    resumed = JobResumed(at=START, member=1, epoch=1)
    jobs.append(job_id, epoch(1), epoch(2), JobInterrupted(at=START), resumed, *[log_line()] * 600)
    events = [numbered.event for numbered in History(store).events(job_id)]
    assert events[0].kind == "job_created", "it says what was trained, and whether it is simulated"
    assert events[1:4] == [epoch(1), epoch(2), resumed]
    assert len(events) == 504
    assert jobs.read(job_id).current_epoch == 1


def test_that_replay_holds_every_epoch_and_the_last_500_others(jobs: Jobs, store: Store) -> None:
    job_id = fitting_job(jobs)
    for number in range(1, 6):
        jobs.append(job_id, epoch(number))
        for _ in range(200):
            jobs.append(job_id, log_line(f"after epoch {number}"))
    history = History(store)
    found = history.events(job_id)
    numbers = [numbered.sequence for numbered in found]
    assert numbers == sorted(numbers)
    assert [n.event.kind for n in found].count("epoch_finished") == 5
    assert len(found) == 506
    everything = history.newer_events(job_id, 0, 10_000)
    assert [n.sequence for n in everything] == list(range(1, 5 + 5 * 201 + 1))
    assert history.newer_events(job_id, everything[-1].sequence) == ()
    assert [line.text for line in history.latest_log_lines(job_id, 201)][:2] == ["after epoch 4", "after epoch 5"]


def test_that_the_lines_before_a_line_come_piece_by_piece_to_the_first(jobs: Jobs, store: Store) -> None:
    job_id, other = fitting_job(jobs), fitting_job(jobs)
    jobs.append(job_id, *(log_line(f"line {n}") for n in range(7)), epoch(1), log_line("line 7"))
    jobs.append(other, log_line("of another job"), log_line("line 7"))
    history = History(store)
    read, oldest = [], history.latest_log_lines(job_id, 1)[0]
    while piece := history.lines_before(job_id, oldest, 3):
        read, oldest = [*piece, *read], piece[0]
    assert [line.text for line in read] == [f"line {n}" for n in range(7)]
    assert history.lines_before(job_id, log_line("of another job"), 3) == ()


def test_that_the_report_of_a_completed_job_is_found_and_of_another_is_not(jobs: Jobs, store: Store) -> None:
    job_id = fitting_job(jobs)
    assert History(store).report(job_id) is None
    jobs.append(job_id, epoch(1))
    jobs.append(job_id, started(Phase.EVALUATING))
    event = completed(job_id)
    jobs.append(job_id, event)
    assert History(store).report(job_id) == event.report


def test_that_a_job_waits_for_the_office_once_however_often_it_changed(jobs: Jobs, store: Store) -> None:
    outbox = Outbox(store)
    first, second = fitting_job(jobs), fitting_job(jobs)
    waiting = outbox.waiting()
    assert [(w.kind, w.id, w.revision) for w in waiting] == [("training_job", first, 5), ("training_job", second, 5)]
    jobs.append(first, log_line())
    outbox.arrived(waiting[0])
    assert [(w.id, w.revision) for w in outbox.waiting()] == [(second, 5), (first, 6)]
    assert outbox.waiting()[1].waiting_since > waiting[0].waiting_since  # what the office knew waits no longer
    outbox.arrived(outbox.waiting()[1])
    assert [w.id for w in outbox.waiting()] == [second]


def test_that_events_given_together_are_saved_together_or_not_at_all(jobs: Jobs, store: Store) -> None:
    job_id = jobs.create(created()).job_id
    jobs.append(job_id, *up_to_fitting(), log_line(), epoch(1))
    before = (jobs.read(job_id), History(store).events(job_id), Outbox(store).waiting())
    assert [numbered.sequence for numbered in before[1]] == list(range(1, 8))
    with pytest.raises(ImpossibleEvent):
        jobs.append(job_id, log_line(), epoch(2), epoch(9))
    assert (jobs.read(job_id), History(store).events(job_id), Outbox(store).waiting()) == before
    assert jobs.append(job_id, log_line(), epoch(2)).current_epoch == 2
