"""One turn after the other, with an office in memory: what goes, what waits, what is taken."""

import shutil
from collections.abc import Callable

import pytest

from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.events import EpochFinished, JobResumed
from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.domain.office_exchange import Document, Pointer, PushedJob, Stands, Taken
from rockfall_desktop.domain.user import Role
from rockfall_desktop.operations.syncing.documents import signed_bytes
from rockfall_desktop.operations.syncing.office_jobs import office_job, office_job_log, office_jobs, office_jobs_mark
from rockfall_desktop.operations.syncing.pushing_deployments import HELD_FIRST
from rockfall_desktop.operations.syncing.queue import SOMEBODY, try_again, waiting_things
from rockfall_desktop.operations.syncing.resending import send_everything
from rockfall_desktop.remote.encoding import decode
from rockfall_desktop.store.station_keys import StationKeys
from tests.office_model import ModelServer, Trouble
from tests.unit.operations.syncing.bench import SITE_ID, Bench
from tests.unit.store.job_samples import USER, epoch, log_line, new_id

Pair = tuple[Bench, Bench]
Make = Callable[[str], Bench]


def test_that_with_nothing_to_do_a_turn_is_one_round_trip(pit: Bench) -> None:
    pit.sync()
    pit.office.calls.clear()
    assert pit.sync().condition is SyncCondition.SYNCED
    assert pit.office.calls == ["pull"]


def test_that_a_job_goes_as_one_document_and_leaves_the_outbox_after_the_answer(
    pit: Bench, server: ModelServer
) -> None:
    job_id = pit.running_job()
    pit.sync()
    pit.jobs.append(job_id, epoch(1))
    pit.time.pass_by(3)
    pit.office.troubles.extend([Trouble.NONE, Trouble.LOST_ANSWER])
    state = pit.sync()
    assert (state.condition, state.waiting) == (SyncCondition.OFFLINE, 1)
    assert pit.waiting()[0].tries == 1
    assert "connection broke" in pit.waiting()[0].fault
    assert pit.sync().condition is SyncCondition.SYNCED
    assert pit.waiting() == ()
    (document,) = server.jobs.values()
    assert (document["job_id"], document["revision"], document["status"]) == (job_id, 6, "training")
    assert [one["epoch"] for one in document["metrics"]] == [1]
    assert document["site"]["simulated"] is True


def test_that_a_running_job_goes_every_two_seconds_at_most_and_its_end_at_once(pit: Bench, server: ModelServer) -> None:
    job_id = pit.running_job()
    pit.sync()
    pit.jobs.append(job_id, epoch(1))
    state = pit.sync()
    assert server.jobs[job_id]["current_epoch"] == 0
    assert (state.condition, state.waiting) == (SyncCondition.SYNCED, 0)
    pit.time.pass_by(2)
    pit.sync()
    assert server.jobs[job_id]["current_epoch"] == 1
    pit.jobs.append(job_id, log_line("last words"))
    pit.fail(job_id)
    assert pit.syncing.is_new()
    pit.sync()
    assert server.jobs[job_id]["status"] == "failed"
    ((log, content),) = server.logs.items()
    assert (log.job_id, log.revision) == (job_id, server.jobs[job_id]["revision"])
    assert b"last words" in content


def test_that_epochs_that_were_done_again_after_a_resume_are_sent_once(pit: Bench, server: ModelServer) -> None:
    job_id = pit.running_job()
    pit.jobs.append(job_id, epoch(1), epoch(2))
    pit.fail(job_id)
    pit.jobs.append(job_id, JobResumed(at=pit.time.now(), member=1, epoch=1))
    pit.sync()
    assert [one["epoch"] for one in server.jobs[job_id]["metrics"]] == [1]
    assert isinstance(epoch(1), EpochFinished)


def test_that_what_the_office_refuses_is_held_with_its_reason_and_blocks_nobody(
    pit: Bench, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, good = pit.running_job(), pit.running_job()
    write = server.write_job

    def refuse_poison(document: Document, stands: Stands) -> PushedJob:
        job_id = document["job_id"]
        return PushedJob(job_id, Taken.REFUSED, "Too large.") if job_id == poison else write(document, stands)

    monkeypatch.setattr(server, "write_job", refuse_poison)
    state = pit.sync()
    assert (state.condition, state.waiting, state.held) == (SyncCondition.WAITING, 1, 1)
    assert good in server.jobs
    session = pit.session()
    (thing,) = waiting_things(session, station=pit.station)
    assert (thing.id, thing.held, thing.fault) == (poison, True, "Too large.")
    assert "training" in thing.title
    monkeypatch.undo()
    try_again(session, station=pit.station, kind=thing.kind, id=thing.id)
    assert pit.sync().waiting == 0


def test_that_another_users_job_is_counted_and_not_named(pit: Bench) -> None:
    pit.new_job(user_id=new_id())
    other = pit.session(Role.ENGINEER)
    assert [one.title for one in waiting_things(other, station=pit.station)] == [SOMEBODY]
    with pytest.raises(WrongInput, match="Nothing is held"):
        try_again(other, station=pit.station, kind="training_job", id=pit.waiting()[0].id)


def test_that_nothing_is_shown_without_a_session(pit: Bench) -> None:
    session = pit.session()
    pit.station.dismiss(session)
    with pytest.raises(AccessRefused):
        waiting_things(session, station=pit.station)
    with pytest.raises(AccessRefused):
        office_jobs(session, station=pit.station)


def test_that_another_stations_job_is_shown_when_its_key_is_trusted_and_counted_before(make: Make) -> None:
    office_desk, pit = make("desk"), make("pit")
    job_id = pit.running_job()
    pit.jobs.append(job_id, epoch(1), log_line("<b>bold</b>"))
    pit.fail(job_id)
    pit.sync()
    session = office_desk.session()
    state = office_desk.sync()
    assert "not trusted" in state.sentence
    assert office_jobs(session, station=office_desk.station).jobs == ()
    assert sum(office_jobs(session, station=office_desk.station).unread.values()) == 1
    office_desk.trust(pit)
    assert office_desk.sync().sentence == ""
    (shown,) = office_jobs(session, station=office_desk.station).jobs
    assert (shown.job.job_id, shown.job.status, shown.job.current_epoch) == (job_id, "failed", 1)
    assert shown.job.simulated
    assert shown.job.model_copy(update={"finished_at": None}).config == pit.jobs.read(job_id).config
    assert [line.text for line in shown.lines] == ["<b>bold</b>", "the end"]
    log = office_job_log(session, station=office_desk.station, office=office_desk.office, job_id=job_id)
    assert [line.text for line in log] == ["<b>bold</b>", "the end"]


def test_that_a_users_own_jobs_of_other_stations_are_shown_and_no_others(two: Pair) -> None:
    first, second = two
    mine, other = first.new_job(), first.new_job(user_id=new_id())
    first.sync()
    second.sync()
    session = second.session(Role.ENGINEER, USER)
    assert [one.job.job_id for one in office_jobs(session, station=second.station).jobs] == [mine]
    everybody = office_jobs(second.session(), station=second.station).jobs
    assert {one.job.job_id for one in everybody} == {mine, other}
    with pytest.raises(WrongInput, match="No such job"):
        office_job_log(session, station=second.station, office=second.office, job_id=other)


def test_that_the_short_list_is_the_long_one_without_lines_and_with_the_last_epoch_alone(two: Pair) -> None:
    first, second = two
    job_id = first.running_job()
    first.new_job()
    first.jobs.append(job_id, epoch(1), epoch(2), log_line("one"))
    first.sync()
    second.sync()
    session, station = second.session(), second.station
    long, short = (office_jobs(session, station=station, whole=whole) for whole in (True, False))
    assert [one.job for one in short.jobs] == [one.job for one in long.jobs]
    assert [len(one.metrics) for one in short.jobs] == [0, 1]
    assert all(one.lines == () for one in short.jobs)
    assert office_job(session, station=station, job_id=job_id) == long.jobs[1]


def test_that_the_mark_of_the_list_moves_with_what_it_shows_and_with_nothing_else(two: Pair) -> None:
    first, second = two
    session, marks = second.session(), list[str]()

    def mark() -> str:
        second.sync()
        marks.append(office_jobs_mark(session, station=second.station))
        return marks[-1]

    empty = mark()
    job_id = first.running_job()
    first.sync()
    there = mark()
    second.new_job()
    assert mark() == there
    first.fail(job_id)
    first.sync()
    mark()
    (key,) = StationKeys(second.station.store).list()
    StationKeys(second.station.store).revoke(key.fingerprint, by_name="ana", reason="stolen")
    revoked = office_jobs_mark(session, station=second.station)
    assert len({empty, there, marks[-1], revoked}) == len([empty, there, marks[-1], revoked])


def test_that_one_job_of_another_station_is_read_by_those_who_may_see_it(two: Pair) -> None:
    first, second = two
    mine, other = first.new_job(), first.new_job(user_id=new_id())
    first.sync()
    second.sync()
    session = second.session(Role.ENGINEER, USER)
    assert office_job(session, station=second.station, job_id=mine).job.job_id == mine
    for job_id in (other, new_id(), second.new_job(), "\ud800"):
        with pytest.raises(WrongInput, match=r"There is no job .* of another station"):
            office_job(session, station=second.station, job_id=job_id)
    (key,) = StationKeys(second.station.store).list()
    StationKeys(second.station.store).revoke(key.fingerprint, by_name="ana", reason="stolen")
    with pytest.raises(WrongInput):
        office_job(session, station=second.station, job_id=mine)


def test_that_a_revoked_keys_jobs_are_gone(two: Pair) -> None:
    first, second = two
    first.new_job()
    first.sync()
    second.sync()
    (key,) = StationKeys(second.station.store).list()
    StationKeys(second.station.store).revoke(key.fingerprint, by_name="ana", reason="stolen")
    assert office_jobs(second.session(), station=second.station).jobs == ()
    assert "was revoked" in second.sync().sentence


@pytest.mark.parametrize("name", ["status", "revision", "config", "logs", "station_id", "signature", "job_id"])
def test_that_a_changed_field_is_never_shown_and_never_a_crash(two: Pair, server: ModelServer, name: str) -> None:
    first, second = two
    job_id = first.new_job()
    first.jobs.append(job_id, log_line("one"))
    first.sync()
    good = server.jobs[job_id]
    for value in ("<img src=x>", None, 1e300, [], {"$gt": ""}, "\x00", 2**70, [{"at": 1}]):
        server.jobs[job_id] = good | {name: value, "sequence": server.number()}
        assert second.sync().condition is SyncCondition.SYNCED
        found = office_jobs(second.session(), station=second.station)
        assert found.jobs == ()
        assert sum(found.unread.values()) >= 1


def test_that_a_signature_is_over_the_very_document(pit: Bench, server: ModelServer) -> None:
    job_id = pit.running_job()
    pit.sync()
    document = server.jobs[job_id]
    assert signed_bytes(document | {"sequence": 7, "_id": "x", "signature": ""}) == signed_bytes(document)
    assert signed_bytes(document | {"progress": 99.0}) != signed_bytes(document)
    assert decode(signed_bytes(document))["created_at"] == document["created_at"]


def test_that_a_deployment_becomes_active_on_the_other_station_with_its_bundle(two: Pair) -> None:
    first, second = two
    fact = first.deploy()
    first.sync()
    assert first.deployments.read(fact.deployment_id).version == 1
    state = second.sync()
    assert second.active() == fact.deployment_id
    assert second.station.files.bundle_path(fact.deployment_id).is_file()
    assert ["active here now" in one for one in state.told] == [True]
    assert second.sync().told == ()
    assert second.waiting() == ()


def test_that_a_fact_is_not_followed_before_its_key_is_trusted(make: Make) -> None:
    first, second = make("first"), make("second")
    second.know_site()
    fact = first.deploy()
    first.sync()
    assert "key does not count" in second.sync().told[0]
    assert second.active() is None
    second.trust(first)
    second.sync()
    assert second.active() == fact.deployment_id


def test_that_a_site_nobody_opened_here_costs_no_download(make: Make) -> None:
    first, second = make("first"), make("second")
    second.trust(first)
    first.deploy()
    first.sync()
    second.sync()
    assert "fetch_bundle" not in second.office.calls
    second.know_site()
    second.sync()
    assert second.active() is not None


def test_that_of_two_deployments_one_loses_and_its_person_is_told_by_whom(two: Pair) -> None:
    first, second = two
    winner, loser = first.deploy(), second.deploy()
    first.sync()
    told = second.sync().told
    assert any("first" in one and "version 1" in one and "deploy it again" in one for one in told)
    assert second.active() == first.active() == winner.deployment_id
    lost = second.deployments.read(loser.deployment_id)
    assert (lost.version, lost.accepted) == (2, False)
    again = second.deploy()
    second.sync()
    first.sync()
    assert first.active() == again.deployment_id


def test_that_decisions_go_in_their_order_whatever_the_clock_did(pit: Bench, server: ModelServer) -> None:
    for _ in range(3):
        last = pit.deploy()
        pit.time.pass_by(-86_400)
    pit.sync()
    assert server.pointers[SITE_ID][1] == Pointer(SITE_ID, 3, last.deployment_id)
    assert [one["accepted"] for one in server.deployments.values()] == [True] * 3


def test_that_what_follows_a_held_deployment_waits_and_does_not_lose(pit: Bench, server: ModelServer) -> None:
    pit.deploy()
    last = pit.deploy()
    pit.office.troubles.extend([Trouble.NONE, Trouble.NONE, Trouble.REFUSED])  # the key, a pull, the first of them
    pit.sync()
    held, behind = sorted(pit.waiting(), key=lambda row: not row.held)
    assert (held.held, behind.held, behind.fault) == (True, False, HELD_FIRST)
    assert not pit.syncing.is_new()
    try_again(pit.session(), station=pit.station, kind=held.kind, id=held.id)
    pit.sync()
    assert server.pointers[SITE_ID][1].deployment_id == last.deployment_id


def test_that_a_damaged_or_foreign_bundle_moves_no_pointer(two: Pair, server: ModelServer) -> None:
    first, second = two
    fact = first.deploy()
    first.sync()
    other = first.deploy()
    server.bundles[fact.bundle_sha256] = first.station.files.bundle_path(other.deployment_id).read_bytes()
    told = second.sync().told
    assert any("not the one" in one for one in told)
    assert second.active() is None
    path = second.station.files.bundle_path(fact.deployment_id)
    assert not path.exists()
    server.bundles[fact.bundle_sha256] = first.station.files.bundle_path(fact.deployment_id).read_bytes()
    second.office.calls.clear()
    second.sync()
    assert "fetch_bundle" not in second.office.calls
    second.syncing.retry()
    second.sync()
    assert second.active() == fact.deployment_id


def test_that_an_own_chain_that_waits_stays_on_top_of_the_offices_pointer(two: Pair) -> None:
    first, second = two
    first.deploy()
    first.sync()
    second.sync()
    mine = second.deploy()
    second.office.troubles.extend([Trouble.NONE, Trouble.LOST_REQUEST])
    second.sync()
    assert second.active() == mine.deployment_id
    second.sync()
    first.sync()
    assert first.active() == mine.deployment_id


def test_that_a_pointer_of_a_lower_epoch_is_never_followed(two: Pair, server: ModelServer) -> None:
    first, second = two
    old = first.deploy()
    first.sync()
    new = first.deploy()
    first.sync()
    second.sync()
    server.pointers[SITE_ID] = (server.number(), Pointer(SITE_ID, 1, old.deployment_id))
    told = second.sync().told
    assert second.active() == new.deployment_id
    assert any("epoch 1" in one for one in told)


def test_that_a_pointer_to_a_place_its_fact_was_not_made_for_is_not_followed(two: Pair, server: ModelServer) -> None:
    first, second = two
    fact = first.deploy()
    first.sync()
    server.pointers[SITE_ID] = (server.number(), Pointer(SITE_ID, 9, fact.deployment_id))
    assert any("was not made for that" in one for one in second.sync().told)
    assert second.active() is None


def test_that_an_office_that_was_put_back_gets_everything_again(two: Pair, server: ModelServer) -> None:
    first, second = two
    facts = []
    for bench in (first, second, first):
        bench.sync()
        facts.append(bench.deploy())
        bench.new_job()
        bench.sync()
    second.sync()
    last = facts[-1].deployment_id
    for held in (server.jobs, server.deployments, server.pointers, server.versions, server.keys, server.bundles):
        held.clear()
    server.sequence = 3
    for bench in (first, second, first, second, first, second):
        bench.crash()
        bench.sync()
    assert server.pointers[SITE_ID][1] == Pointer(SITE_ID, 3, last)
    assert len(server.jobs) == 3
    assert first.active() == second.active() == last
    assert first.waiting() == second.waiting() == ()


def test_that_a_station_put_back_from_a_backup_neither_loses_nor_overwrites_the_newer_state(
    make: Make, server: ModelServer
) -> None:
    pit = make("pit")
    job_id = pit.running_job()
    pit.sync()
    pit.close()
    shutil.copytree(pit.home, pit.home.with_name("backup"))
    pit.start()
    pit.jobs.append(job_id, epoch(1), epoch(2))
    pit.time.pass_by(3)
    pit.sync()
    pit.close()
    shutil.rmtree(pit.home)
    shutil.copytree(pit.home.with_name("backup"), pit.home)
    pit.start()
    pit.fail(job_id)
    state = pit.sync()
    assert any("another state" in one for one in state.told)
    assert server.jobs[job_id]["current_epoch"] == 2
    session = pit.session()
    (kept,) = office_jobs(session, station=pit.station).jobs
    assert kept.job.current_epoch == 2
    (held,) = waiting_things(session, station=pit.station)
    assert held.held
    try_again(session, station=pit.station, kind=held.kind, id=held.id)
    pit.sync()
    assert (server.jobs[job_id]["status"], server.jobs[job_id]["current_epoch"]) == ("failed", 0)
    assert office_jobs(session, station=pit.station).jobs == ()
    assert pit.waiting() == ()


def test_that_another_office_gets_everything(pit: Bench, server: ModelServer) -> None:
    pit.new_job()
    pit.sync()
    server.jobs.clear()
    pit.time.pass_by(2)
    send_everything(pit.station)
    pit.sync()
    assert len(server.jobs) == 1
