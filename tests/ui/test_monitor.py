"""Live and stored events come the same way and give the same picture."""

import threading
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.control import Request
from rockfall_desktop.domain.events import JobEvent, Level, LogLine, StepProgress, StopRequested
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.log_model import MOST_LINES, LogModel
from rockfall_desktop.ui.train.log_view import LogView
from rockfall_desktop.ui.train.monitor import Monitor
from rockfall_desktop.ui.train.older_lines import OlderLines
from tests.ui import values
from tests.ui.conftest import Keep


@pytest.fixture
def monitor(seat: Seat, light: Theme, keep: Keep) -> Monitor:
    made = Monitor(seat, light)
    keep(made)
    made.resize(880, 680)
    made.show()
    return made


def take_all(monitor: Monitor, events: list[JobEvent]) -> None:
    for event in events:
        monitor.take(event)
    monitor.draw_everything()


def seen(monitor: Monitor) -> dict[str, object]:
    facts: dict[str, object] = {key: label.text() for key, label in monitor.header.facts.items()}
    facts["loss"] = monitor.loss.series["validation"].y.tolist()
    facts["log"] = monitor.log.model.as_text()
    facts["note"] = monitor._note.text()
    facts["phase"] = monitor.header.phase.text()
    return facts


@pytest.mark.parametrize("events", [values.course(), values.completed(), values.failed(), values.cancelled()])
def test_that_replay_shows_what_was_seen_live(
    seat: Seat, events: list[JobEvent], light: Theme, monitor: Monitor, qtbot: QtBot, keep: Keep
) -> None:
    take_all(monitor, events)
    replayed = Monitor(seat, light, "replay")
    keep(replayed)
    replayed.replay(events)
    qtbot.waitUntil(lambda: not replayed.replaying)
    assert seen(replayed) == seen(monitor)


def test_that_the_next_job_starts_with_an_empty_page(monitor: Monitor) -> None:
    take_all(monitor, values.failed())
    assert monitor.card.isVisible()
    take_all(monitor, [values.created("Other site")])
    assert not monitor.card.isVisible()
    assert len(monitor.loss.series["train"]) == 0
    assert monitor.loss.is_empty
    assert monitor.header.title.text().startswith("Other site")


def test_that_many_steps_a_second_are_drawn_as_one(monitor: Monitor, qtbot: QtBot) -> None:
    take_all(monitor, values.course(1))
    drawn = []
    show = monitor.header.show_progress
    monitor.header.show_progress = lambda share: (drawn.append(share), show(share))[1]  # type: ignore[method-assign]
    for step in range(5000):
        monitor.take(StepProgress(at=values.NOW, epoch=2, step=step, steps=5000, samples_per_second=900))
    assert drawn == []
    qtbot.waitUntil(lambda: len(drawn) == 1, timeout=1000)
    assert monitor.header.facts["pace"].text() == "900"


def test_that_the_timer_rests_when_nothing_happens(monitor: Monitor, qtbot: QtBot) -> None:
    take_all(monitor, values.course(2))
    qtbot.waitUntil(lambda: not monitor._timer.isActive(), timeout=1000)


def test_that_the_eta_is_the_mean_pace_times_the_epochs_left(monitor: Monitor) -> None:
    take_all(monitor, values.course(10))
    assert monitor.eta_s == pytest.approx(30 * 4.1)


def test_that_a_request_is_asked_for_once(monitor: Monitor, qtbot: QtBot) -> None:
    take_all(monitor, values.course(3))
    with qtbot.waitSignal(monitor.stop_wanted):
        qtbot.mouseClick(monitor.buttons.stop, Qt.MouseButton.LeftButton)
    assert not monitor.buttons.stop.isEnabled()
    take_all(monitor, [StopRequested(at=values.NOW, request=Request.STOP_EARLY, user_id="u")])
    assert "keeping the best" in monitor.header.phase.text()
    assert monitor.buttons.cancel.isEnabled()


@pytest.mark.parametrize(("answer", "asked"), [("yes", 1), ("no", 0)])
def test_that_a_cancel_is_confirmed(answer: str, asked: int, monitor: Monitor, qtbot: QtBot) -> None:
    take_all(monitor, values.course(3))
    wanted: list[bool] = []
    monitor.cancel_wanted.connect(lambda: wanted.append(True))
    qtbot.mouseClick(monitor.buttons.cancel, Qt.MouseButton.LeftButton)
    dialog = monitor.findChild(QDialog, "confirm_cancel")
    qtbot.mouseClick(dialog.findChild(QPushButton, f"confirm_cancel_{answer}"), Qt.MouseButton.LeftButton)
    assert len(wanted) == asked


def test_that_a_completed_job_leads_to_its_report(monitor: Monitor, qtbot: QtBot) -> None:
    take_all(monitor, values.completed())
    assert monitor.buttons.report.isVisible()
    assert not monitor.buttons.stop.isVisible()
    with qtbot.waitSignal(monitor.report_wanted):
        qtbot.mouseClick(monitor.buttons.report, Qt.MouseButton.LeftButton)


def test_that_a_job_whose_network_diverged_is_a_card_beside_its_verdict(monitor: Monitor) -> None:
    for networks, said in ((1, values.DIVERGED), (2, "2 of 3 networks diverged and end with epochs of before")):
        take_all(monitor, values.diverged(networks))
        assert monitor.card.isVisible()
        monitor.card.copy()
        assert QGuiApplication.clipboard().text().startswith(f"The training diverged\n{said}")
        assert monitor.buttons.report.isVisible()
    take_all(monitor, values.completed())
    assert not monitor.card.isVisible()


def lines(number: int, level: Level = Level.INFO) -> list[LogLine]:
    return [LogLine(at=values.NOW + timedelta(seconds=n), level=level, text=f"line {n}") for n in range(number)]


def test_that_the_log_is_filtered_by_level_and_word(light: Theme) -> None:
    model = LogModel(light)
    model.add([*lines(3), *lines(2, Level.WARNING), *lines(1, Level.DEBUG)])
    assert model.rowCount() == 5
    model.set_filter(Level.WARNING, "")
    assert model.rowCount() == 2
    model.set_filter(Level.DEBUG, "LINE 0")
    assert model.rowCount() == 3
    model.add(lines(1))
    assert model.rowCount() == 4


def wait_for_older(monitor: Monitor, reading: OlderLines, qtbot: QtBot) -> str:
    """Scroll to the top as a person does; what stands there after older lines came."""
    table = monitor.log._table
    table.verticalScrollBar().setValue(1)
    with qtbot.waitSignal(reading.reading.answered):
        table.verticalScrollBar().setValue(0)
    return monitor.log.model.as_text([table.verticalScrollBar().value()])


def test_that_the_end_of_the_log_stays_in_sight_when_something_takes_of_its_room(
    light: Theme, keep: Keep, qtbot: QtBot
) -> None:
    log = LogView(light)
    keep(log)
    log.resize(600, 600)
    log.show()
    qtbot.waitExposed(log)
    log.add(lines(12))
    bar = log._table.verticalScrollBar()
    log.resize(600, 240)
    assert bar.maximum() > 2
    assert bar.value() == bar.maximum()
    bar.setValue(1)
    log.resize(600, 200)
    assert bar.value() == 1


def test_that_scrolling_up_brings_older_lines_and_keeps_the_place(
    seat: Seat, monitor: Monitor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    every, asked = lines(1200), list[str]()

    def older(session: object, *, station: object, job_id: str, before: LogLine) -> tuple[LogLine, ...]:
        asked.append(job_id)
        place = every.index(before)
        return tuple(every[max(0, place - 500) : place])

    monkeypatch.setattr("rockfall_desktop.ui.train.older_lines.older_lines", older)
    reading = OlderLines(seat, monitor.log, lambda: "j", monitor)
    monitor.log.add(every[1000:])
    model = monitor.log.model
    assert wait_for_older(monitor, reading, qtbot).endswith("line 1000")
    assert (model.rowCount(), model.as_text([0]).endswith("line 500")) == (700, True)
    assert wait_for_older(monitor, reading, qtbot).endswith("line 500")
    assert wait_for_older(monitor, reading, qtbot).endswith("line 0")
    assert (model.as_text().count("\n"), asked) == (1199, ["j"] * 3)
    monitor.log.add(lines(1))
    assert model.rowCount() == 1201, "what was read back stays while new lines come"
    seat.leave()
    monitor.log.older_wanted.emit()
    assert asked == ["j"] * 3


def test_that_older_lines_which_the_filter_hides_are_passed_over(
    seat: Seat, monitor: Monitor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = [tuple(lines(3, Level.ERROR)), tuple(lines(3, Level.DEBUG)), tuple(lines(3, Level.DEBUG))]
    monkeypatch.setattr("rockfall_desktop.ui.train.older_lines.older_lines", lambda *_, **__: pieces.pop())
    OlderLines(seat, monitor.log, lambda: "j", monitor)
    monitor.log.add(lines(100))
    monitor.log.older_wanted.emit()
    qtbot.waitUntil(lambda: monitor.log.model.rowCount() == 103)
    assert not pieces


def test_that_older_lines_of_a_log_that_was_left_meanwhile_are_not_shown(
    seat: Seat, monitor: Monitor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    def older(*_: object, **__: object) -> tuple[LogLine, ...]:
        goes_on.wait(5)
        return tuple(lines(3))

    monkeypatch.setattr("rockfall_desktop.ui.train.older_lines.older_lines", older)
    reading = OlderLines(seat, monitor.log, lambda: "j", monitor)
    monitor.log.add(lines(100))
    monitor.log.older_wanted.emit()
    monitor.log.clear()
    monitor.log.add(lines(50))
    with qtbot.waitSignal(reading.reading.answered):
        goes_on.set()
    assert monitor.log.model.rowCount() == 50


def test_that_the_log_keeps_the_last_lines_only(light: Theme) -> None:
    model = LogModel(light)
    model.add(lines(MOST_LINES))
    model.add([LogLine(at=values.NOW, level=Level.INFO, text="newest")])
    assert model.rowCount() == MOST_LINES
    assert model.as_text([0]).endswith("line 1")
    assert model.as_text([MOST_LINES - 1]).endswith("newest")
