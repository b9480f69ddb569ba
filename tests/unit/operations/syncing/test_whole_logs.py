"""Whole logs go to the office after their job, and none of them stands in the way of anything."""

import hashlib
import io
import json

import pytest

from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable
from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.domain.office_exchange import LogFile, Readable
from rockfall_desktop.operations.syncing import pushing
from rockfall_desktop.operations.syncing.office_jobs import office_job_log
from rockfall_desktop.operations.syncing.queue import try_again
from rockfall_desktop.store.whole_logs import WholeLog
from tests.unit.operations.syncing.bench import Bench
from tests.unit.store.job_samples import log_line

Pair = tuple[Bench, Bench]


def job_with_lines(bench: Bench, count: int, text: str = "x" * 200) -> str:
    job_id = bench.running_job()
    bench.jobs.append(job_id, *[log_line(f"{number} {text}") for number in range(count)])
    bench.fail(job_id)
    return job_id


def log_at_office(bench: Bench, job_id: str) -> list[str]:
    (content,) = (content for log, content in bench.server.logs.items() if log.job_id == job_id)
    return [json.loads(line)["text"] for line in content.splitlines()]


def test_that_a_log_that_is_too_long_is_cut_and_says_so_and_holds_up_nothing(
    two: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, _ = two
    monkeypatch.setattr(pushing, "LARGEST_LOG_BYTES", 100_000)
    long, short, fact = job_with_lines(bench, 1000), job_with_lines(bench, 1), bench.deploy()
    assert bench.sync().condition is SyncCondition.SYNCED
    first, *lines = log_at_office(bench, long)
    assert first.startswith(f"The first {1001 - len(lines)} lines are not here")
    assert lines == [f"{number} {'x' * 200}" for number in range(1001 - len(lines), 1000)] + ["the end"]
    (size,) = (log.size for log in bench.server.logs if log.job_id == long)
    assert 95_000 < size <= 100_000
    assert log_at_office(bench, short)[-1] == "the end"
    assert fact.deployment_id in bench.server.deployments


def test_that_a_log_that_the_office_refuses_is_held_and_nothing_behind_it_waits(
    two: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, _ = two
    bad, good, fact = job_with_lines(bench, 2), job_with_lines(bench, 2), bench.deploy()
    push_log = bench.office.push_log

    def refuse_one(log: LogFile, content: Readable) -> None:
        if log.job_id == bad:
            raise OfficeRefused("The office's file is damaged", "Its piece 1 of 1 is another one.", "Ask.")
        push_log(log, content)

    with monkeypatch.context() as context:
        context.setattr(bench.office, "push_log", refuse_one)
        state = bench.sync()
    assert (state.condition, state.waiting, state.held) == (SyncCondition.WAITING, 1, 1)
    (row,) = bench.waiting()
    assert (row.id, row.held) == (bad, True)
    assert "not its whole log" in row.fault
    assert {bad, good} == set(bench.server.jobs)
    assert log_at_office(bench, good)[-1] == "the end"
    assert fact.deployment_id in bench.server.deployments
    try_again(bench.session(), station=bench.station, kind=row.kind, id=bad)
    assert bench.sync().condition is SyncCondition.SYNCED
    assert log_at_office(bench, bad)[-1] == "the end"


def test_that_nobody_elses_lines_are_shown_as_a_jobs_log(two: Pair) -> None:
    first, second = two
    job_id = job_with_lines(first, 2, "genuine")
    first.sync()
    forged = b'{"at":"2026-01-01T00:00:00Z","kind":"log_line","level":"info","text":"forged"}\n'
    log = LogFile(job_id, 999_999_999_999, len(forged), hashlib.sha256(forged).hexdigest())
    second.office.push_log(log, io.BytesIO(forged))
    second.sync()
    found = office_job_log(second.session(), station=second.station, office=second.office, job_id=job_id)
    assert [line.text for line in found] == ["0 genuine", "1 genuine", "the end"]
    assert list(second.station.files.fetched.iterdir()) == []


def test_that_a_running_job_names_no_log_and_a_job_that_ended_names_what_was_sent(two: Pair) -> None:
    bench, _ = two
    job_id = bench.running_job()
    bench.sync()
    assert bench.server.jobs[job_id]["log"] is None
    bench.fail(job_id)
    bench.sync()
    ((log, content),) = bench.server.logs.items()
    assert bench.server.jobs[job_id]["log"] == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert log.revision == bench.server.jobs[job_id]["revision"]


def test_that_a_log_is_read_in_pieces_of_any_size_and_without_later_lines(two: Pair) -> None:
    bench, _ = two
    job_id = job_with_lines(bench, 1200, "größer")
    revision = bench.jobs.numbered(job_id).revision
    log = WholeLog(bench.station.store, job_id, revision, 10**9)
    bench.jobs.lift(job_id, revision)
    whole = b"".join(log.blocks())
    for size in (1, 7, 65_536, 10**9):
        reader, pieces = log.open(), []
        while piece := reader.read(size):
            pieces.append(piece)
        assert {len(piece) for piece in pieces[:-1]} <= {size}
        assert b"".join(pieces) == whole
    assert (log.size, log.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
    assert whole.count(b"\n") == 1201


def test_that_a_log_line_longer_than_the_room_leaves_the_note_alone(two: Pair) -> None:
    bench, _ = two
    job_id = job_with_lines(bench, 3, "x" * 3900)
    revision = bench.jobs.numbered(job_id).revision
    log = WholeLog(bench.station.store, job_id, revision, 1000)
    (line,) = b"".join(log.blocks()).splitlines()
    assert b"The first 4 lines" in line


def test_that_an_office_that_goes_away_between_job_and_log_gets_the_log_later(
    two: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, _ = two
    job_id = job_with_lines(bench, 1)

    def go_away(log: LogFile, content: Readable) -> None:
        raise OfficeUnreachable("Gone", "The line broke.")

    with monkeypatch.context() as context:
        context.setattr(bench.office, "push_log", go_away)
        assert bench.sync().condition is SyncCondition.OFFLINE
    assert (job_id in bench.server.jobs, bench.server.logs) == (True, {})
    assert bench.sync().condition is SyncCondition.SYNCED
    assert log_at_office(bench, job_id)[-1] == "the end"


def test_that_a_log_that_broke_off_leaves_nothing_behind(two: Pair) -> None:
    first, second = two
    job_id = job_with_lines(first, 1)
    first.sync()
    second.sync()
    (log,) = first.server.logs
    first.server.logs[log] = b"damaged"
    with pytest.raises(OfficeRefused):
        office_job_log(second.session(), station=second.station, office=second.office, job_id=job_id)
    assert list(second.station.files.fetched.iterdir()) == []
