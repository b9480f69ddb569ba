"""A question is answered the harmless way unless somebody chooses otherwise."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from rockfall_desktop.ui.closing import ANSWERS, ClosingPlan
from rockfall_desktop.ui.going_on import Discarding
from rockfall_desktop.ui.question import Answer, Question
from rockfall_desktop.ui.running_job import RunningJob
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.stop_buttons import StopButtons
from tests.ui.conftest import Keep

Ask = Callable[[Seat, QWidget], None]


def ask_to_cancel(_seat: Seat, window: QWidget) -> None:
    buttons = StopButtons()
    buttons.setParent(window)
    buttons.begin()
    buttons._confirm_cancel()


def ask_to_discard(seat: Seat, window: QWidget) -> None:
    Discarding(seat, window).ask("a job", "North wall")


def ask_to_close(seat: Seat, window: QWidget) -> None:
    ClosingPlan(RunningJob(seat, window), window)._ask()


@pytest.fixture
def window(light: Theme, keep: Keep) -> QWidget:
    made = QWidget()
    keep(made)
    made.show()
    return made


def asked(window: QWidget, qtbot: QtBot) -> tuple[Question, list[str]]:
    question = window.findChild(Question)
    assert isinstance(question, Question)
    qtbot.waitExposed(question)
    answers: list[str] = []
    question.answered.connect(answers.append)
    return question, answers


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape])
@pytest.mark.parametrize(
    ("ask", "harmless"),
    [(ask_to_cancel, "no"), (ask_to_discard, "no"), (ask_to_close, "stay")],
    ids=["cancel", "discard", "close"],
)
def test_that_a_key_alone_destroys_nothing(
    ask: Ask, harmless: str, key: Qt.Key, seat: Seat, window: QWidget, qtbot: QtBot
) -> None:
    ask(seat, window)
    question, answers = asked(window, qtbot)
    focused = question.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.property("role") != "danger"
    qtbot.keyClick(focused, key)
    assert answers == ["" if key is Qt.Key.Key_Escape else harmless]


def test_that_a_question_for_a_reason_begins_there_and_still_offers_the_harmless_answer(
    window: QWidget, qtbot: QtBot
) -> None:
    answers = (Answer("back", "Keep it"), Answer("go", "Revoke", "danger"))
    Question("Revoke?", "Nothing is sent.", answers, "ask", window, safe="back", reason="Why").open()
    question, _ = asked(window, qtbot)
    assert question.focusWidget() is question.reason
    button = question.findChild(QPushButton, "ask_back")
    assert isinstance(button, QPushButton)
    assert button.isDefault()


def test_that_no_question_may_call_a_destructive_answer_harmless(window: QWidget) -> None:
    with pytest.raises(ValueError, match="harmless"):
        Question("Close?", "A training runs.", ANSWERS, "ask", window, safe="cancel")


def test_that_the_focus_falls_on_no_other_button_when_one_was_pressed(window: QWidget, qtbot: QtBot) -> None:
    buttons = StopButtons()
    buttons.setParent(window)
    buttons.show()
    buttons.begin()
    buttons.stop.setFocus()
    qtbot.keyClick(buttons.stop, Qt.Key.Key_Space)
    assert window.focusWidget() not in {buttons.stop, buttons.cancel}
    buttons.cancel.setFocus()
    buttons.ended()
    assert window.focusWidget() is not buttons.cancel
