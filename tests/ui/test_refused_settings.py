"""Settings that hold together and do not fit the site: named by the form's title, marked on the form's row."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.plan import TrainingPlan
from rockfall_desktop.ui.running_job import RunningJob
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Choice, Theme
from rockfall_desktop.ui.train.train_page import TrainPage
from tests.ui import values
from tests.ui.conftest import Photograph, QuietStation

LARGE = "60,000 samples make a batch, and the training block has 420."
TOLD = f"{LARGE} Give 420 or less."


class Judge:
    """In the place of the operations: no batch above 420 and no layer fits, and a device may be missing."""

    def __init__(self) -> None:
        self.asked: list[TrainingConfig] = []
        self.broken = False

    def judge(self, *_: object, config: TrainingConfig, **__: object) -> TrainingPlan:
        self.asked.append(config)
        if self.broken:
            raise StoreFault("Not read", "The disk is gone.", "Put it back.")
        if config.batch_size > 420:
            raise WrongInput("The batch is larger than the training block", f"batch_size: {LARGE}", "Give 420 or less.")
        if config.device == "cuda":
            raise WrongInput("The device is not there", "device: PyTorch finds no CUDA graphics card.", "Choose cpu.")
        return values.PLAN


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    made, ui = Judge(), "rockfall_desktop.ui"
    with pytest.MonkeyPatch.context() as patch:
        for asks in ("train.plan_line.plan_training", "running_job.start_training"):
            patch.setattr(f"{ui}.{asks}", made.judge)
        patch.setattr(f"{ui}.search.running_search.start_search", made.judge)
        yield made


@pytest.fixture(scope="module")
def only_page(judge: Judge, qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrainPage]:
    """One page for all: making it takes longer than filling it."""
    theme = Theme(Choice.LIGHT)
    theme.apply()
    seat = Seat(QuietStation(tmp_path_factory.mktemp("home")))  # type: ignore[arg-type]
    seat.take(values.SESSION)
    made = TrainPage(seat, RunningJob(seat), theme)
    made.plan._pause.setInterval(0)
    made.form.offer_sites([("/sites/a", "A")])
    made.form.take_site("/sites/a", ["rain"], ["elevation"])
    made.resize(1280, 800)
    made.show()
    yield made
    made.hide()
    made.deleteLater()


@pytest.fixture
def page(only_page: TrainPage, judge: Judge, qtbot: QtBot) -> TrainPage:
    judge.broken = False
    only_page.card.hide()
    only_page.form.take_settings(TrainingConfig(sites=("/sites/a",)))
    qtbot.waitUntil(lambda: "samples" in only_page.plan.line.text())
    assert marked(only_page) == {}
    return only_page


def retype(page: TrainPage, name: str, words: str, qtbot: QtBot) -> None:
    control = page.form.rows[name].editor.control
    assert isinstance(control, QLineEdit)
    control.selectAll()
    qtbot.keyClicks(control, words)


def marked(page: TrainPage) -> dict[str, str]:
    return {name: row.fault for name, row in page.form.rows.items() if row.fault}


def test_that_a_plan_s_refusal_names_the_field_by_its_title_and_marks_its_row(
    page: TrainPage, qtbot: QtBot, photograph: Photograph
) -> None:
    retype(page, "batch_size", "60000", qtbot)
    qtbot.waitUntil(lambda: marked(page) != {})
    assert page.plan.line.text() == f"Batch: {TOLD}"
    assert page.plan.line.property("role") == "danger"
    assert marked(page) == {"batch_size": TOLD}
    row = page.form.rows["batch_size"]
    assert row.editor.control.property("faulty") is True
    assert row.note.text() == TOLD
    page.form.lead_to("batch_size")
    photograph(page, "train-refused")


def test_that_the_mark_goes_as_soon_as_settings_change_and_comes_back_while_they_do_not_fit(
    page: TrainPage, qtbot: QtBot
) -> None:
    retype(page, "batch_size", "60000", qtbot)
    qtbot.waitUntil(lambda: marked(page) != {})
    retype(page, "epochs", "9", qtbot)
    assert marked(page) == {}
    qtbot.waitUntil(lambda: marked(page) == {"batch_size": TOLD})
    retype(page, "batch_size", "64", qtbot)
    assert marked(page) == {}
    qtbot.waitUntil(lambda: "samples" in page.plan.line.text())
    assert marked(page) == {}


def test_that_a_field_s_own_fault_is_told_in_the_place_of_a_refusal(page: TrainPage, qtbot: QtBot) -> None:
    retype(page, "batch_size", "60000", qtbot)
    qtbot.waitUntil(lambda: marked(page) != {})
    retype(page, "batch_size", "many", qtbot)
    assert marked(page) == {"batch_size": "Give a whole number."}
    assert page.plan.line.text() == "Batch: Give a whole number."


def test_that_a_refusal_that_names_no_field_marks_none(page: TrainPage, judge: Judge, qtbot: QtBot) -> None:
    judge.broken = True
    retype(page, "epochs", "9", qtbot)
    qtbot.waitUntil(lambda: page.plan.line.text() == "The disk is gone. Put it back.")
    assert marked(page) == {}


def test_that_a_refused_start_leads_to_the_field_and_its_card_says_the_title(page: TrainPage, qtbot: QtBot) -> None:
    row = page.form.rows["device"]
    page.form.take_settings(TrainingConfig(sites=("/sites/a",), device="cuda"))
    assert not row.isVisible(), "in a part that is folded"
    with qtbot.waitSignal(page._running.refused, timeout=5000):
        qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    words = "PyTorch finds no CUDA graphics card."
    assert (page.card._message.text(), page.card._hint.text()) == (f"Device: {words}", "Choose cpu.")
    assert marked(page) == {"device": f"{words} Choose cpu."}
    qtbot.waitUntil(row.note.isVisible)
    assert page.start.isEnabled()


def test_that_what_refuses_another_job_marks_nothing_in_the_form(page: TrainPage) -> None:
    page._wait_for_start("Resuming")
    page._running.refused.emit(WrongInput("Not there", "device: PyTorch finds no CUDA graphics card.", "Choose cpu."))
    assert page.card._message.text() == "Device: PyTorch finds no CUDA graphics card."
    assert marked(page) == {}


def test_that_a_refused_search_says_the_title(page: TrainPage, qtbot: QtBot) -> None:
    retype(page, "batch_size", "60000", qtbot)
    with qtbot.waitSignal(page.search.running.refused, timeout=5000):
        page.search._start()
    assert page.search.card._message.text() == f"Batch: {LARGE}"
