"""A shutdown signals a job's process and the program that reads it; in either order the checkpoint is written first."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from rockfall_desktop.domain.control import Control
from rockfall_desktop.operations import child_run


@pytest.fixture(autouse=True)
def own_handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_that_the_end_of_the_input_makes_no_first_kill_final(monkeypatch: pytest.MonkeyPatch) -> None:
    died: list[bool] = []
    monkeypatch.setattr(child_run, "_die", lambda: died.append(True))
    control, asked = Control(), threading.Event()
    killed = child_run._heed_kill(control, asked)
    child_run_listens = iter([])
    monkeypatch.setattr(child_run.faulthandler, "dump_traceback_later", lambda *_, **__: None)
    monkeypatch.setattr(child_run.threading.Event, "wait", lambda *_: True)
    child_run._listen(child_run_listens, control, asked)
    assert control.cancelled
    os.kill(os.getpid(), signal.SIGTERM)
    assert killed.is_set()
    assert not died
    os.kill(os.getpid(), signal.SIGTERM)
    assert died == [True]


def test_that_a_kill_after_a_cancel_is_final(monkeypatch: pytest.MonkeyPatch) -> None:
    died: list[bool] = []
    monkeypatch.setattr(child_run, "_die", lambda: died.append(True))
    monkeypatch.setattr(child_run.faulthandler, "dump_traceback_later", lambda *_, **__: None)
    monkeypatch.setattr(child_run.threading.Event, "wait", lambda *_: True)
    control, asked = Control(), threading.Event()
    child_run._heed_kill(control, asked)
    child_run._listen(iter([b"cancel"]), control, asked)
    os.kill(os.getpid(), signal.SIGTERM)
    assert died == [True]
