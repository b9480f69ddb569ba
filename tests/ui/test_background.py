"""A thread that iterates a generator tells every thing in order and exactly one outcome."""

import threading
from collections.abc import Generator, Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.control import Cancelled
from rockfall_desktop.ui.background import BackgroundCall, BackgroundRun, LatestCall


class Heard:
    """Everything that a run told, with the thread in which it was told."""

    def __init__(self, run: BackgroundRun) -> None:
        self.things: list[object] = []
        self.outcomes: list[tuple[str, object]] = []
        self.threads: set[QThread] = set()
        self.ended = 0
        self.was_over = False
        self._run = run
        run.happened.connect(self._hear)
        run.succeeded.connect(lambda value: self.outcomes.append(("succeeded", value)))
        run.cancelled.connect(lambda: self.outcomes.append(("cancelled", None)))
        run.failed.connect(lambda problem: self.outcomes.append(("failed", problem)))
        run.ended.connect(self._end)

    def _hear(self, thing: object) -> None:
        self.things.append(thing)
        self.threads.add(QThread.currentThread())

    def _end(self) -> None:
        self.ended += 1
        self.was_over = self._run.isFinished()


def run_to_the_end(run: BackgroundRun, qtbot: QtBot) -> Heard:
    heard = Heard(run)
    run.begin()
    qtbot.waitUntil(lambda: heard.ended == 1, timeout=5000)
    assert heard.was_over
    return heard


def three() -> Generator[int, None, str]:
    yield 1
    yield 2
    yield 3
    return "done"


def test_that_a_run_tells_everything_in_order_and_then_its_result(qtbot: QtBot) -> None:
    heard = run_to_the_end(BackgroundRun(three, "three"), qtbot)
    assert heard.things == [1, 2, 3]
    assert heard.outcomes == [("succeeded", "done")]
    assert heard.threads == {QThread.currentThread()}


def test_that_the_generator_runs_in_another_thread(qtbot: QtBot) -> None:
    def where() -> Iterator[int]:
        yield threading.get_ident()

    heard = run_to_the_end(BackgroundRun(where, "where"), qtbot)
    assert heard.things != [threading.get_ident()]


def test_that_a_cancelled_generator_is_told_as_cancelled_only(qtbot: QtBot) -> None:
    def cancelled() -> Iterator[int]:
        yield 1
        raise Cancelled

    heard = run_to_the_end(BackgroundRun(cancelled, "cancelled"), qtbot)
    assert heard.outcomes == [("cancelled", None)]


@pytest.mark.parametrize("problem", [ValueError("no"), KeyboardInterrupt(), MemoryError()])
def test_that_any_other_exception_is_told_as_failed_only(problem: BaseException, qtbot: QtBot) -> None:
    def fails() -> Iterator[int]:
        yield 1
        raise problem

    heard = run_to_the_end(BackgroundRun(fails, "fails"), qtbot)
    assert heard.things == [1]
    assert heard.outcomes == [("failed", problem)]


def test_that_an_iterator_that_cannot_even_be_made_fails(qtbot: QtBot) -> None:
    def broken() -> Iterator[int]:
        raise OSError("no file")

    heard = run_to_the_end(BackgroundRun(broken, "broken"), qtbot)
    assert [kind for kind, _ in heard.outcomes] == ["failed"]


def test_that_stopping_closes_the_generator_in_its_own_thread(qtbot: QtBot) -> None:
    closed_in: list[int] = []
    began_in: list[int] = []

    def endless() -> Iterator[int]:
        began_in.append(threading.get_ident())
        try:
            while True:
                yield 1
                QThread.msleep(1)
        finally:
            closed_in.append(threading.get_ident())

    run = BackgroundRun(endless, "endless")
    heard = Heard(run)
    run.begin()
    qtbot.waitUntil(lambda: bool(heard.things))
    run.stop()
    qtbot.waitUntil(lambda: heard.ended == 1)
    assert heard.outcomes == [("cancelled", None)]
    assert closed_in == began_in


def test_that_a_run_nobody_holds_still_comes_to_its_end(qtbot: QtBot) -> None:
    ends: list[object] = []

    def begin() -> None:
        run = BackgroundRun(three, "nobody's")
        run.succeeded.connect(ends.append)
        run.begin()

    begin()
    qtbot.waitUntil(lambda: ends == ["done"])
    assert not BackgroundRun.all_running()


def test_that_a_call_gives_its_value(qtbot: QtBot) -> None:
    heard = run_to_the_end(BackgroundCall(lambda: 42, "call"), qtbot)
    assert heard.outcomes == [("succeeded", 42)]
    assert heard.things == []


def test_that_only_the_newest_question_is_answered(qtbot: QtBot) -> None:
    gate = threading.Event()
    latest = LatestCall("latest")
    answers: list[object] = []
    latest.answered.connect(answers.append)

    def slow() -> str:
        gate.wait(5)
        return "old"

    latest.ask(slow)
    latest.ask(lambda: "skipped")
    latest.ask(lambda: "new")
    gate.set()
    qtbot.waitUntil(lambda: bool(answers) and not latest.busy)
    qtbot.waitUntil(lambda: not BackgroundRun.all_running())
    assert answers == ["new"]


def test_that_a_forgotten_question_is_not_answered(qtbot: QtBot) -> None:
    latest = LatestCall("latest")
    answers: list[object] = []
    latest.answered.connect(answers.append)
    latest.refused.connect(answers.append)
    latest.ask(lambda: "old")
    latest.forget()
    qtbot.waitUntil(lambda: not BackgroundRun.all_running())
    assert answers == []
