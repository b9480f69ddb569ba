import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.store import connection as connection_module
from rockfall_desktop.store.database import Store, open_store
from rockfall_desktop.store.history import History
from rockfall_desktop.store.home import Home
from rockfall_desktop.store.jobs import Jobs
from tests.unit.store.job_samples import KEY, Clock, created, log_line, up_to_fitting

ROOT = Path(__file__).parents[3]
WRITER = """
import sys
from pathlib import Path
from rockfall_desktop.store.database import open_store
from rockfall_desktop.store.jobs import Jobs
from tests.unit.store.job_samples import KEY, Clock, log_line
store = open_store(Path(sys.argv[1]), KEY, now=Clock())
jobs = Jobs(store)
for number in range(60):
    jobs.append(sys.argv[2], log_line(f"{sys.argv[3]} {number}"))
store.close()
"""


def test_that_two_programs_write_at_once_and_nothing_is_lost(store: Store, jobs: Jobs, home: Home) -> None:
    job_id = jobs.create(created()).job_id
    programs = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(home.database), job_id, name], cwd=ROOT)
        for name in ("terminal", "cluster")
    ]
    for number in range(60):
        jobs.append(job_id, log_line(f"window {number}"))
    assert [program.wait(30) for program in programs] == [0, 0]
    found = History(store).events(job_id)
    assert [numbered.sequence for numbered in found] == list(range(1, 182))
    lines = [line.text.split() for line in History(store).latest_log_lines(job_id, 1000)]
    for name in ("window", "terminal", "cluster"):
        assert [number for who, number in lines if who == name] == [str(number) for number in range(60)]


def test_that_many_threads_read_and_write_at_once(store: Store, jobs: Jobs) -> None:
    job_ids = [jobs.create(created()).job_id for _ in range(4)]

    def write(job_id: str) -> None:
        for event in (*up_to_fitting(), *(log_line(str(number)) for number in range(25))):
            jobs.append(job_id, event)

    def read(_: int) -> None:
        for _ in range(50):
            for job in jobs.list(None):
                found = [numbered.sequence for numbered in History(store).events(job.job_id)]
                assert found == list(range(1, len(found) + 1))

    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(write, job_id) for job_id in job_ids] + [pool.submit(read, i) for i in range(2)]
        for task in waiting:
            task.result(30)
    assert all(len(History(store).events(job_id)) == 30 for job_id in job_ids)


def test_that_each_thread_has_a_connection_and_it_closes_with_the_thread(store: Store) -> None:
    mine: list[int] = []

    def look() -> None:
        with store.reading() as connection:
            mine.append(id(connection))

    look()
    look()
    assert len(set(mine)) == 1
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert len(store._lanes) == 1


def test_that_a_reader_is_not_stopped_by_a_writer(store: Store, jobs: Jobs) -> None:
    jobs.create(created())
    with ThreadPoolExecutor(1) as pool, store.writing() as connection:
        connection.execute("delete from outbox")
        assert pool.submit(lambda: store.rows("select count(*) from outbox")).result(5) == [(1,)]
    assert store.rows("select count(*) from outbox") == [(0,)]


def test_that_closing_waits_for_the_writer_and_then_refuses_everybody(store: Store, jobs: Jobs) -> None:
    inside, closed = threading.Event(), threading.Event()

    def write() -> None:
        with store.writing() as connection:
            inside.set()
            assert not closed.wait(0.05)
            connection.execute("delete from outbox")

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        inside.wait(5)
        store.close()
        closed.set()
        writing.result(5)
        for call in (lambda: jobs.list(None), lambda: jobs.create(created())):
            with pytest.raises(StoreFault, match="was closed"):
                call()
            with pytest.raises(StoreFault, match="was closed"):
                pool.submit(call).result(5)
    store.close()


def test_that_closing_closes_the_connections_of_other_threads(store: Store, home: Home) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: store.rows("select 1"), range(8)))
        store.close()
        assert sorted(path.name for path in home.path.glob("rockfall.db*")) == ["rockfall.db"]


def test_that_a_write_that_waits_too_long_is_told_in_a_sentence(
    store: Store, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "BUSY_MS", 20)
    other = open_store(home.database, KEY, now=Clock())
    with store.writing(), pytest.raises(StoreFault, match="busy"):
        Jobs(other).create(created())
    Jobs(other).create(created())
    other.close()


def test_that_a_transaction_within_a_transaction_is_a_fault_of_the_program(store: Store, jobs: Jobs) -> None:
    with pytest.raises(apsw.SQLError), store.writing():
        jobs.create(created())
    assert jobs.list(None) == ()
    jobs.create(created())
