"""A file is written whole or not at all; a long call lets the generator live."""

import errno
import os
import threading
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.files import write_file
from rockfall_desktop.threads import ASIDE, abandoned

Result = TypeVar("Result")


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def test_that_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.json"
    write_file(path, b"old")
    written = []

    def short_write(handle: int, content: memoryview) -> int:
        if written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(1)
        return len(content) // 2

    monkeypatch.setattr(os, "write", short_write)
    with pytest.raises(StoreFault, match="No space left"):
        write_file(path, b"new and longer")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"x")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def drain(generator: Generator[Tick, None, Result]) -> tuple[int, Result]:
    ticks = 0
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return ticks, end.value
        ticks += 1


def test_that_a_long_call_gives_its_result_and_ticks_on_the_way() -> None:
    gate = threading.Event()
    generator = run_aside(lambda: gate.wait(5) and "done", Control(), now)
    assert isinstance(next(generator), Tick)
    gate.set()
    assert drain(generator)[1] == "done"


def test_that_the_error_of_a_long_call_comes_through() -> None:
    def fails() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        drain(run_aside(fails, Control(), now))


def test_that_a_cancel_does_not_wait_for_the_long_call() -> None:
    gate, control = threading.Event(), Control()
    generator = run_aside(lambda: gate.wait(5), control, now)
    next(generator)
    control.cancel()
    with pytest.raises(Cancelled):
        next(generator)
    gate.set()


def test_that_a_call_nobody_waits_for_is_known_until_it_ends() -> None:
    gate, control = threading.Event(), Control()
    generator = run_aside(lambda: gate.wait(5), control, now)
    next(generator)
    control.cancel()
    with pytest.raises(Cancelled):
        next(generator)
    assert abandoned()
    (left,) = [thread for thread in threading.enumerate() if thread.name == ASIDE]
    gate.set()
    left.join(5)
    assert not abandoned()
