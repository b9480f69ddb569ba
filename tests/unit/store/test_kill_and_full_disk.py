import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.store.crashed import interrupt_abandoned
from rockfall_desktop.store.database import Store, open_store
from rockfall_desktop.store.history import History
from rockfall_desktop.store.home import Home
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.store.outbox import Outbox
from tests.unit.store.job_samples import KEY, Clock, created, log_line, up_to_fitting

ROOT = Path(__file__).parents[3]
KILLS = 10
WRITER = """
import sys
from pathlib import Path
from rockfall_desktop.store.database import open_store
from rockfall_desktop.store.home import Home
from rockfall_desktop.store.job_lock import take_job
from rockfall_desktop.store.jobs import Jobs
from tests.unit.store.job_samples import KEY, Clock, created, log_line, new_id, up_to_fitting
home = Home(Path(sys.argv[1]))
jobs = Jobs(open_store(home.database, KEY, now=Clock()))
while True:
    job_id = new_id()
    lock = take_job(home, job_id)
    jobs.create(created(job_id))
    print(job_id, 1, flush=True)
    for sequence, event in enumerate([*up_to_fitting(), *[log_line("x" * 500)] * 20], 2):
        jobs.append(job_id, event)
        print(job_id, sequence, flush=True)
"""


def fold(store: Store, job: TrainingJob) -> int:
    """See to it that a job is the fold of its events and waits for the office; the count of events."""
    events = History(store).events(job.job_id)
    again = TrainingJob.created(events[0].event)  # type: ignore[arg-type]
    for _, event in events[1:]:
        again = again.apply(event)
    assert again == job
    assert [numbered.sequence for numbered in events] == list(range(1, len(events) + 1))
    assert (job.job_id, len(events)) in {(waiting.id, waiting.revision) for waiting in Outbox(store).waiting()}
    return len(events)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a thing of POSIX")
def test_that_killing_the_program_anywhere_loses_nothing_that_was_acknowledged(home: Home) -> None:
    open_store(home.database, KEY, now=Clock(), make=True).close()
    saved: dict[str, int] = {}
    for kill in range(KILLS):
        program = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home.path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert program.stdout is not None
        for _ in range(3 + 7 * kill):
            job_id, sequence = program.stdout.readline().split()
            saved[job_id] = int(sequence)
        program.send_signal(signal.SIGKILL)
        for line in program.communicate()[0].splitlines(keepends=True):
            if line.endswith("\n"):
                job_id, sequence = line.split()
                saved[job_id] = int(sequence)
        store = open_store(home.database, KEY, now=Clock())
        store.check()
        interrupt_abandoned(store, home)
        found = {job.job_id: job for job in Jobs(store).list(None)}
        assert saved.keys() <= found.keys()
        assert not any(job.status.active for job in found.values())
        assert all(fold(store, job) >= saved.get(job_id, 1) for job_id, job in found.items())
        store.close()


def fill_up(store: Store) -> int:
    """Append log lines until the store says that it cannot; how many it took."""
    jobs = Jobs(store)
    job_id = jobs.create(created()).job_id
    for event in up_to_fitting():
        jobs.append(job_id, event)
    sizes: list[int] = []

    def append_on() -> None:
        for _ in range(100_000):
            jobs.append(job_id, log_line("x" * 3000))
            sizes.append(1)

    with pytest.raises(StoreFault, match="disk is full") as caught:
        append_on()
    assert "Free some space" in caught.value.hint
    return len(sizes)


def create_many(jobs: Jobs) -> None:
    for _ in range(20):
        jobs.create(created())


def test_that_a_full_database_saves_nothing_by_halves_and_can_be_read(store: Store, jobs: Jobs) -> None:
    with store.reading() as connection:
        connection.pragma("max_page_count", int(connection.pragma("page_count")) + 40)
    count = fill_up(store)
    (job,) = jobs.list(None)
    assert fold(store, job) == 5 + count
    with pytest.raises(StoreFault, match="full"):
        create_many(jobs)
    for job in jobs.list(None):
        fold(store, job)
    store.check()
    with store.reading() as connection:
        connection.pragma("max_page_count", 1_000_000)
    jobs.append(job.job_id, log_line())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("this machine does not let root mount a tmpfs")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_that_a_full_disk_saves_nothing_by_halves_and_room_heals_it(small_disk: Path) -> None:
    home = Home(small_disk / "home")
    store = open_store(home.database, KEY, now=Clock(), make=True)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * 600_000)
    count = fill_up(store)
    assert count > 10
    (job,) = Jobs(store).list(None)
    assert fold(store, job) == 5 + count
    with pytest.raises(StoreFault, match="full"):
        create_many(Jobs(store))
    store.close()
    try:
        again = open_store(home.database, KEY, now=Clock())
    except StoreFault as fault:
        assert "disk is full" in str(fault)  # noqa: PT017
        ballast.unlink()
        again = open_store(home.database, KEY, now=Clock())
    ballast.unlink(missing_ok=True)
    again.check()
    found = {job.job_id: job for job in Jobs(again).list(None)}
    assert fold(again, found[job.job_id]) == 5 + count
    Jobs(again).append(job.job_id, log_line())
    again.close()
