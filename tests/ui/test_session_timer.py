"""Thirty minutes without real input end a session; sleep and a clock that was set extend nothing."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from rockfall_desktop.ui.clocks import awake_and_asleep_s
from rockfall_desktop.ui.session_timer import IDLE_S, WHOLE_S, Deadline, SessionTimer
from rockfall_desktop.ui.top_bar import TopBar


class Hands:
    """Two clocks that the test sets."""

    def __init__(self) -> None:
        self.boot = 1000.0
        self.wall = 1_700_000_000.0

    def pass_by(self, seconds: float) -> None:
        self.boot += seconds
        self.wall += seconds

    def deadline(self) -> Deadline:
        return Deadline((lambda: self.boot, lambda: self.wall))


def a_line(qtbot: QtBot) -> QLineEdit:
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    return line


def test_that_a_session_ends_after_thirty_minutes_without_input(qtbot: QtBot) -> None:
    hands = Hands()
    timer = SessionTimer(hands.deadline())
    timer.begin()
    hands.pass_by(IDLE_S - 1)
    timer.look()
    assert timer.running
    hands.pass_by(1)
    with qtbot.waitSignal(timer.expired, timeout=100):
        timer.look()
    assert not timer.running


def test_that_real_input_moves_the_deadline(qtbot: QtBot) -> None:
    hands = Hands()
    timer = SessionTimer(hands.deadline())
    line = a_line(qtbot)
    timer.begin()
    hands.pass_by(IDLE_S - 10)
    QTest.keyClick(line, Qt.Key.Key_A)
    hands.pass_by(IDLE_S - 10)
    timer.look()
    assert timer.running
    timer.end()


def test_that_input_made_by_a_program_moves_nothing(qtbot: QtBot) -> None:
    hands = Hands()
    timer = SessionTimer(hands.deadline())
    line = a_line(qtbot)
    timer.begin()
    hands.pass_by(IDLE_S - 10)
    QApplication.sendEvent(line, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a"))
    left = Qt.MouseButton.LeftButton
    QApplication.sendEvent(
        line,
        QMouseEvent(QEvent.Type.MouseMove, QPointF(1, 1), QPointF(1, 1), left, left, Qt.KeyboardModifier.NoModifier),
    )
    hands.pass_by(10)
    timer.look()
    assert not timer.running


def test_that_the_first_key_after_the_deadline_is_swallowed_and_locks(qtbot: QtBot) -> None:
    hands = Hands()
    timer = SessionTimer(hands.deadline())
    line = a_line(qtbot)
    timer.begin()
    hands.pass_by(8 * 3600)
    with qtbot.waitSignal(timer.expired, timeout=100):
        QTest.keyClick(line, Qt.Key.Key_A)
    assert line.text() == ""


def test_that_twelve_hours_end_a_session_whatever_is_typed() -> None:
    hands = Hands()
    deadline = hands.deadline()
    for _ in range(int(WHOLE_S // 600)):
        assert deadline.remaining_s() > 0
        deadline.touch()
        hands.pass_by(600)
    assert deadline.remaining_s() <= 0


def test_that_either_clock_alone_ends_the_session() -> None:
    hands = Hands()
    deadline = hands.deadline()
    hands.boot += IDLE_S
    assert deadline.remaining_s() <= 0
    hands = Hands()
    deadline = hands.deadline()
    hands.wall += IDLE_S
    assert deadline.remaining_s() <= 0


@given(
    st.lists(
        st.tuples(st.sampled_from(["input", "wait", "set wall"]), st.floats(-1e6, 1e6, allow_nan=False)), max_size=40
    )
)
def test_that_an_open_session_was_touched_within_thirty_minutes(steps: list[tuple[str, float]]) -> None:
    hands = Hands()
    deadline = hands.deadline()
    touched = hands.boot
    for kind, amount in steps:
        if kind == "set wall":
            hands.wall += amount
        elif kind == "wait":
            hands.pass_by(abs(amount) % 4000)
        elif deadline.remaining_s() > 0:
            deadline.touch()
            touched = hands.boot
        if deadline.remaining_s() > 0:
            assert hands.boot - touched < IDLE_S


def test_that_the_last_two_minutes_are_warned_of(qtbot: QtBot) -> None:
    bar = TopBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.show_left(121)
    assert bar.countdown.text() == "02:01"
    assert bar.countdown.property("role") == "muted"
    assert not bar.stay.isVisible()
    bar.show_left(120)
    assert bar.countdown.property("role") == "warning"
    assert bar.stay.isVisible()


def test_that_staying_counts_as_input() -> None:
    hands = Hands()
    timer = SessionTimer(hands.deadline())
    timer.begin()
    hands.pass_by(IDLE_S - 60)
    timer.stay()
    hands.pass_by(IDLE_S - 60)
    timer.look()
    assert timer.running
    timer.end()


def test_that_the_clock_that_counts_sleep_moves_forward() -> None:
    assert 0 < awake_and_asleep_s() <= awake_and_asleep_s()
