"""What was said of a start that was refused goes as soon as the form says something else."""

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.presets import PRESETS
from rockfall_desktop.ui.running_job import RunningJob
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.train_page import TrainPage
from tests.ui.conftest import Keep


@pytest.fixture
def page(seat: Seat, light: Theme, keep: Keep) -> TrainPage:
    made = TrainPage(seat, RunningJob(seat), light)
    keep(made)
    made.show()
    return made


@pytest.mark.parametrize("how", ["typed", "chosen", "preset"])
def test_that_an_edit_takes_the_card_of_a_refused_start_away(how: str, page: TrainPage, qtbot: QtBot) -> None:
    page._running.refused.emit(WrongInput("No such job", "There is no job x.", "Choose another."))
    assert page.card.isVisible()
    if how == "preset":
        page.form.take_preset(PRESETS[0])
    else:
        control = page.form.rows["window_steps" if how == "typed" else "view"].editor.control
        if isinstance(control, QLineEdit):
            qtbot.keyClicks(control, "1")
        elif isinstance(control, QComboBox):
            control.activated.emit(0)
    assert not page.card.isVisible()
