"""The form under a hand: nothing moves from under the pointer, and nothing is asked for that changes nothing."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.config import Group
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.form import TrainingForm


@pytest.fixture
def form(light: Theme, qtbot: QtBot) -> TrainingForm:
    made = TrainingForm()
    qtbot.addWidget(made)
    made.resize(380, 640)
    made.offer_sites([("/sites/a", "A"), ("/sites/b", "B")])
    made.take_site("/sites/a", ["rain"], ["elevation"])
    made.show()
    made.activateWindow()
    return made


def choose(form: TrainingForm, name: str, value: str) -> None:
    control = form.rows[name].editor.control
    assert isinstance(control, QComboBox)
    control.setCurrentIndex(control.findData(value))
    control.activated.emit(control.currentIndex())


def where(form: TrainingForm, name: str) -> int:
    return form.rows[name].mapTo(form, QPoint(0, 0)).y()


def test_that_no_row_moves_while_a_mouse_button_is_down(
    form: TrainingForm, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    form.rows["window_steps"].editor.control.setFocus()
    qtbot.waitUntil(form.rows["window_steps"].note.isVisible)
    monkeypatch.setattr(QApplication, "mouseButtons", staticmethod(lambda: Qt.MouseButton.LeftButton))
    before = where(form, "train_until")
    form.rows["train_until"].editor.control.setFocus()
    qtbot.wait(60)
    assert where(form, "train_until") == before
    assert form.rows["window_steps"].note.isVisible()
    monkeypatch.setattr(QApplication, "mouseButtons", staticmethod(lambda: Qt.MouseButton.NoButton))
    qtbot.waitUntil(form.rows["train_until"].note.isVisible)
    assert not form.rows["window_steps"].note.isVisible()


def test_that_a_field_stays_where_it_was_seen_when_a_help_above_it_goes(form: TrainingForm, qtbot: QtBot) -> None:
    for section in form.sections.values():
        section.open()
    form._area.verticalScrollBar().setValue(300)
    form.rows["learning_rate"].editor.control.setFocus()
    form._area.ensureWidgetVisible(form.rows["epochs"])
    qtbot.waitUntil(form.rows["learning_rate"].note.isVisible)
    qtbot.wait(20)
    before = where(form, "epochs")
    form.rows["epochs"].editor.control.setFocus()
    qtbot.waitUntil(form.rows["epochs"].note.isVisible)
    qtbot.wait(20)
    assert where(form, "epochs") == before


def test_that_a_passing_wheel_takes_no_focus_and_changes_nothing(form: TrainingForm, qtbot: QtBot) -> None:
    control = form.rows["view"].editor.control
    assert isinstance(control, QComboBox)
    form.rows["window_steps"].editor.control.setFocus()
    middle = QPointF(control.rect().center())
    event = QWheelEvent(
        middle, control.mapToGlobal(middle), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(control, event)
    assert control.currentData() == "time"
    assert control.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_that_a_field_that_changes_nothing_is_not_asked_for(form: TrainingForm) -> None:
    form.sections[Group.NETWORKS].open()
    assert not form.rows["zone_folds"].isVisible()
    assert not form.rows["fusion"].isVisible()
    choose(form, "view", "zones")
    assert form.rows["zone_folds"].isVisible()
    choose(form, "raster_network", "cnn")
    assert form.rows["fusion"].isVisible()


def test_that_the_first_fault_is_said_with_its_field_s_title(form: TrainingForm) -> None:
    assert form.first_fault() == ""
    choose(form, "raster_network", "cnn")
    assert form.first_fault().startswith(("Layers: ", "Raster network: "))


@pytest.mark.parametrize("name", ["temporal_network", "device", "schedule"])
def test_that_an_open_list_shows_every_entry_and_its_field_stays_under_it(
    name: str, form: TrainingForm, qtbot: QtBot
) -> None:
    for section in form.sections.values():
        section.open()
    control = form.rows[name].editor.control
    assert isinstance(control, QComboBox)
    form.rows["window_steps"].editor.control.setFocus()
    qtbot.waitUntil(form.rows["window_steps"].note.isVisible)
    form._area.ensureWidgetVisible(control)
    qtbot.wait(60)
    before = where(form, name)
    qtbot.mouseClick(control, Qt.MouseButton.LeftButton)
    listed = control.view()
    qtbot.waitUntil(listed.isVisible)
    qtbot.wait(60)
    assert where(form, name) == before
    assert not form.rows[name].note.isVisible()
    last = listed.visualRect(listed.model().index(control.count() - 1, 0))
    assert last.bottom() < listed.viewport().height()
    control.hidePopup()
    qtbot.waitUntil(form.rows[name].note.isVisible)
