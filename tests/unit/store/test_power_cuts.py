"""The real store on a file system that loses, tears and reorders what was not synced when the power is cut."""

import contextlib
import importlib.util
import io
import random
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import apsw
import pytest

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.events import JobEvent
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.store import connection as connection_module
from rockfall_desktop.store.database import Store, open_store
from rockfall_desktop.store.history import History
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.store.outbox import Outbox
from tests.unit.store.job_samples import KEY, Clock, created, epoch, log_line, up_to_fitting

KIT = Path(__file__).parents[3].parent / "shared" / "kit" / "crashvfs.py"
ON_THE_CUT_DISK = (("locking_mode", "exclusive"), ("cache_size", 20), ("wal_autocheckpoint", 20))

pytestmark = pytest.mark.skipif(not KIT.exists(), reason="the file system that loses power lies beside the checkout")


@pytest.fixture(scope="module")
def kit() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("crashvfs", KIT)
    assert spec is not None
    assert spec.loader is not None
    kit = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(kit)

    class CutDisk(kit.V):  # type: ignore[name-defined,misc]
        """The kit's file system below the encryption: what it tears is the encrypted file."""

        def __init__(self) -> None:
            apsw.VFS.__init__(self, "cutdisk", "unix")

        def xOpen(self, name: Any, flags: Any) -> Any:  # noqa: N802
            return kit.F("unix", name, flags)

    kit.open = lambda name, _: io.BytesIO(Path(name).read_bytes())  # type: ignore[attr-defined]
    kit.cut_disk = CutDisk()
    yield kit
    kit.cut_disk.unregister()


def work(store: Store, saved: list[tuple[str, int]], draw: random.Random) -> None:
    """Make jobs and append to them until the power goes; note each (job, revision) once it is acknowledged."""
    jobs = Jobs(store)
    while True:
        job_id = jobs.create(created()).job_id
        saved.append((job_id, 1))
        events: list[JobEvent] = [*up_to_fitting()]
        for number in range(1, draw.randint(2, 8)):
            events += [log_line("x" * draw.randint(1, 3000)), epoch(number)]
        sequence = 1
        while events:
            together = draw.randint(1, 4)
            jobs.append(job_id, *events[:together])
            sequence += len(events[:together])
            saved.append((job_id, sequence))
            del events[:together]


def cut(kit: ModuleType, seed: int, folder: Path, *, synchronous: str = "full") -> tuple[int, str]:
    """Work until a random write, cut the power there, look at what is left: acknowledged changes, what is wrong."""
    draw = random.Random(seed)
    random.seed(seed)
    kit.ST = kit.State()
    path, left = folder / "cut" / "rockfall.db", folder / "left"
    path.parent.mkdir(parents=True)
    left.mkdir()
    store = open_store(path, KEY, now=Clock(), make=True, vfs="multipleciphers-cutdisk")
    saved: list[tuple[str, int]] = []
    with store.reading() as connection:
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
        connection.pragma("synchronous", synchronous)
    kit.ST.budget = draw.randint(1, 400)
    with pytest.raises((kit.Cut, apsw.Error, StoreFault)):
        work(store, saved, draw)
    keep_what_is_left(kit, left, draw)
    wrong = what_is_wrong(left / "rockfall.db", saved)
    kit.ST.budget = 10**9
    store.close()
    return len(saved), wrong


def keep_what_is_left(kit: ModuleType, left: Path, draw: random.Random) -> None:
    for name, image in kit.ST.durable.items():
        if Path(name).exists() or name in kit.ST.deleted:
            content = kit.crash_image(image, kit.ST.pending.get(name, []), draw)
            (left / Path(name).name).write_bytes(content)


def what_is_wrong(path: Path, saved: list[tuple[str, int]]) -> str:
    try:
        store = open_store(path, KEY, now=Clock())
        store.check()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the user would meet
        return f"unreadable: {error}"
    try:
        return _first_wrong(store, dict(saved))
    finally:
        store.close()


def _first_wrong(store: Store, saved: dict[str, int]) -> str:
    found = {job.job_id: job for job in Jobs(store).list(None)}
    waiting = {waiting.id: waiting.revision for waiting in Outbox(store).waiting()}
    if missing := saved.keys() - found.keys():
        return f"lost {len(missing)} acknowledged jobs"
    if waiting.keys() != found.keys():
        return "a job without a row in the outbox, or the other way round"
    for job_id, job in found.items():
        events = History(store).events(job_id, last_others=10_000)
        fold = TrainingJob.created(events[0].event)  # type: ignore[arg-type]
        for _, event in events[1:]:
            fold = fold.apply(event)
        if len(events) < saved.get(job_id, 1):
            return f"lost {saved[job_id] - len(events)} acknowledged events"
        if fold != job or waiting[job_id] != len(events) or events[-1].sequence != len(events):
            return "a job that is not the fold of its events"
    return ""


def test_that_a_power_cut_loses_nothing_that_was_acknowledged(
    kit: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert campaign(kit, tmp_path, monkeypatch, range(300)) > 2000


@pytest.mark.campaign
@pytest.mark.skipif("not config.getoption('-m')", reason="thousands of cuts: pytest -m campaign")
def test_that_thousands_of_power_cuts_lose_nothing_that_was_acknowledged(
    kit: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert campaign(kit, tmp_path, monkeypatch, range(1000, 6000)) > 30_000


def campaign(kit: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, seeds: range) -> int:
    monkeypatch.setattr(connection_module, "BEFORE_WAL", (*connection_module.BEFORE_WAL, *ON_THE_CUT_DISK))
    acknowledged = 0
    for seed in seeds:
        count, wrong = cut(kit, seed, folder / str(seed))
        assert not wrong, f"cut {seed}: {wrong}"
        acknowledged += count
    return acknowledged


def test_that_a_power_cut_in_the_set_up_does_not_stand_in_its_way(
    kit: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "BEFORE_WAL", (*connection_module.BEFORE_WAL, *ON_THE_CUT_DISK))
    for seed in range(60):
        draw = random.Random(seed)
        kit.ST = kit.State()
        cut_at, left = tmp_path / f"cut-{seed}", tmp_path / f"left-{seed}"
        cut_at.mkdir()
        left.mkdir()
        kit.ST.budget = draw.randint(0, 70)
        with contextlib.suppress(kit.Cut, apsw.Error, StoreFault):
            open_store(cut_at / "rockfall.db", KEY, now=Clock(), make=True, vfs="multipleciphers-cutdisk").close()
        keep_what_is_left(kit, left, draw)
        store = open_store(left / "rockfall.db", KEY, now=Clock(), make=True)
        Jobs(store).create(created())
        store.close()


def test_that_the_cuts_would_find_a_store_that_does_not_sync(
    kit: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "BEFORE_WAL", (*connection_module.BEFORE_WAL, *ON_THE_CUT_DISK))
    wrong = [cut(kit, seed, tmp_path / str(seed), synchronous="normal")[1] for seed in range(25)]
    assert any("lost" in sentence for sentence in wrong)
