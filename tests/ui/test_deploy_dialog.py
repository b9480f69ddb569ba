"""Deploying asks: every demand with its mark, levels, a reason, and once more where nothing better was shown."""

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.deployment import DeploymentRequest
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.gate import Clause, GateJudgement, Shown
from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.site import KnownSite
from rockfall_desktop.domain.user import Role
from rockfall_desktop.ui.deployments.deploy_dialog import DeployDialog
from rockfall_desktop.ui.deployments.deploying import Deploying
from rockfall_desktop.ui.job_detail import JobDetail
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from tests.ui import values
from tests.ui.conftest import Keep, Photograph

WHY = "The pit opens on Monday and nothing else watches it."
Make = Callable[..., DeployDialog]


@pytest.fixture
def make(light: Theme, keep: Keep) -> Make:
    def made(judgement: GateJudgement | None = None, *, may_decide: bool = True, **more: object) -> DeployDialog:
        parent = QWidget()
        keep(parent)
        dialog = DeployDialog("LSTM for North wall", light, parent, may_decide=may_decide)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        dialog.open()
        if judgement is not None:
            dialog.show_judgement(judgement, **more)  # type: ignore[arg-type]
        return dialog

    return made


def asked(dialog: DeployDialog) -> list[DeploymentRequest]:
    found: list[DeploymentRequest] = []
    dialog.wanted.connect(found.append)
    return found


def press(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def says(dialog: DeployDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def write(dialog: DeployDialog, name: str, text: str) -> None:
    line = dialog.findChild(QLineEdit, name)
    assert isinstance(line, QLineEdit)
    line.setText(text)


def test_that_every_demand_has_its_mark_in_words_and_its_sentence(make: Make, photograph: Photograph) -> None:
    dialog = make(values.gate(values.OPEN))
    marks = {clause.name: says(dialog, f"clause_{clause.name}") for clause in values.OPEN}
    assert marks["better"] == marks["slope"] == "not shown"
    assert marks["brier_skill"] == "not met"
    assert marks["incidents"] == "met"
    assert says(dialog, "clause_slope_sentence") == values.OPEN[1].sentence
    photograph(dialog, "deploy-dialog")


def test_that_a_network_that_diverged_is_said_before_it_is_put_to_work(make: Make) -> None:
    judgement = values.gate().model_copy(update={"given_up": ("In epoch 4 it diverged.", "In epoch 7 too.")})
    assert says(make(judgement), "deploy_given_up") == "In epoch 4 it diverged.\nIn epoch 7 too."
    label = make(values.gate()).findChild(QLabel, "deploy_given_up")
    assert label is not None
    assert label.isHidden()


def test_that_the_number_of_looks_at_the_test_block_is_said(make: Make) -> None:
    assert says(make(values.gate()), "deploy_judged").startswith("This is the only completed job")
    assert says(make(values.gate(jobs=7)), "deploy_judged").startswith("7 completed jobs")


def test_that_a_model_whose_report_shows_everything_is_deployed_without_a_reason(make: Make) -> None:
    dialog = make(values.gate())
    found = asked(dialog)
    press(dialog.deploy)
    assert found == [DeploymentRequest(job_id=values.gate().job_id)]
    assert dialog.busy.isVisible()
    assert not dialog.deploy.isEnabled()


def test_that_what_is_not_shown_takes_a_reason_and_a_second_step(make: Make, photograph: Photograph) -> None:
    dialog = make(values.gate(values.OPEN))
    found = asked(dialog)
    press(dialog.deploy)
    assert "10 characters" in says(dialog, "deploy_reason_fault")
    dialog.reason.words.setPlainText(WHY)
    press(dialog.deploy)
    assert found == []
    assert values.OPEN[0].sentence in dialog.again.text()
    assert not dialog.deploy.isVisible()
    photograph(dialog, "deploy-again")
    press(dialog.all_the_same)
    assert [(one.reason, one.not_better_accepted) for one in found] == [(WHY, True)]


def test_that_the_second_step_leads_back_with_everything_kept(make: Make) -> None:
    dialog = make(values.gate(values.OPEN))
    found = asked(dialog)
    dialog.reason.words.setPlainText(WHY)
    press(dialog.deploy)
    press(dialog.back)
    assert dialog.reason.words.toPlainText() == WHY
    assert not dialog.all_the_same.isVisible()
    write(dialog, "level_red_1", "0.9")
    press(dialog.deploy)
    press(dialog.all_the_same)
    assert found[0].levels[0].red == 0.9


def test_that_a_double_click_or_enter_does_not_answer_the_second_question(make: Make) -> None:
    dialog = make(values.gate(values.OPEN))
    found = asked(dialog)
    dialog.reason.words.setPlainText(WHY)
    place = dialog.deploy.mapTo(dialog, dialog.deploy.rect().center())
    press(dialog.deploy)
    under = dialog.childAt(place)
    assert under is not dialog.all_the_same
    assert dialog.focusWidget() is dialog.back
    if isinstance(under, QPushButton):
        press(under)
    assert found == []


def test_that_an_engineer_sees_why_only_an_administrator_may(make: Make) -> None:
    dialog = make(values.gate(values.OPEN), may_decide=False)
    assert not dialog.deploy.isEnabled()
    assert "only an administrator" in dialog.verdict.text()
    assert make(values.gate(), may_decide=False).deploy.isEnabled()


def test_that_levels_are_checked_in_place_and_untouched_ones_keep_every_digit(make: Make) -> None:
    exact = LevelRule(horizon_steps=1, yellow=0.0836123, orange=0.209, red=0.418)
    dialog = make(values.gate(levels=(exact,)))
    found = asked(dialog)
    write(dialog, "level_yellow_1", "0.3")
    press(dialog.deploy)
    assert "must rise" in says(dialog, "level_fault_1")
    write(dialog, "level_yellow_1", "often")
    press(dialog.deploy)
    assert says(dialog, "level_fault_1").startswith("Yellow from:")
    assert found == []
    write(dialog, "level_yellow_1", "0.0836")
    write(dialog, "level_hold_steps_1", "5")
    press(dialog.deploy)
    assert found[0].levels == (exact.model_copy(update={"hold_steps": 5}),)


@pytest.mark.parametrize("text", ["nan", "inf", "0", "1", "-0.1", "1e400", "", "0.2.1"])
def test_that_no_threshold_is_outside_of_what_a_probability_can_be(make: Make, text: str) -> None:
    dialog = make(values.gate())
    found = asked(dialog)
    write(dialog, "level_red_1", text)
    press(dialog.deploy)
    assert found == []
    assert says(dialog, "level_fault_1")


def test_that_a_refusal_stands_in_the_dialog_and_nothing_typed_is_lost(make: Make) -> None:
    dialog = make(values.gate(values.OPEN))
    dialog.reason.words.setPlainText(WHY)
    write(dialog, "level_red_1", "0.9")
    press(dialog.deploy)
    press(dialog.deploy)
    dialog.show_error(WrongInput("A training is running", "A model is exported when it has ended.", "Try again then."))
    assert dialog.card.isVisible()
    assert dialog.deploy.isEnabled()
    assert not dialog.busy.isVisible()
    assert dialog.reason.words.toPlainText() == WHY


def test_that_a_job_on_several_sites_asks_for_which_it_is_deployed(make: Make) -> None:
    sites = tuple(KnownSite(site_id=one, name=one.upper(), folder=f"/{one}", simulated=False) for one in "ab")
    dialog = make(values.gate(), sites=sites)
    found = asked(dialog)
    dialog.site.setCurrentIndex(1)
    press(dialog.deploy)
    assert found[0].site_id == "b"
    assert not make(values.gate()).site.isVisible()


class SlowDeploy:
    """A deployment that takes as long as the test says."""

    def __init__(self) -> None:
        self.may_end, self.refusal = threading.Event(), None
        self.requests: list[DeploymentRequest] = []

    def __call__(self, session: object, *, station: object, request: DeploymentRequest) -> object:
        self.requests.append(request)
        self.may_end.wait(5)
        if self.refusal is not None:
            raise self.refusal
        return values.DEPLOYMENTS[0].model_copy(update={"job_id": request.job_id})


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowDeploy:
    made = SlowDeploy()
    ui = "rockfall_desktop.ui"
    monkeypatch.setattr(f"{ui}.deployments.deploying.deploy_model", made)
    monkeypatch.setattr(f"{ui}.deployments.deploying.judge_for_deployment", values.always(values.gate()))
    monkeypatch.setattr(f"{ui}.job_detail.numbered_events", values.always(values.numbered(values.completed())))
    monkeypatch.setattr(f"{ui}.job_detail.performance_report", values.always(values.report()))
    return made


@pytest.fixture
def detail(seat: Seat, light: Theme, keep: Keep, slow: SlowDeploy, qtbot: QtBot) -> JobDetail:
    made = JobDetail(seat, light)
    keep(made)
    made.resize(1200, 700)
    made.show()
    made.show_job(values.fold(values.completed()).model_copy(update={"job_id": values.gate().job_id}))
    return made


def opened(detail: JobDetail, qtbot: QtBot) -> DeployDialog:
    press(detail.deploy)
    dialog = detail.findChild(DeployDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.judgement is not None)
    return dialog


def test_that_the_dialog_stays_while_graphs_are_made_and_goes_when_they_are(
    detail: JobDetail, slow: SlowDeploy, qtbot: QtBot
) -> None:
    dialog = opened(detail, qtbot)
    press(dialog.deploy)
    assert detail.deploy.text() == "Deploying …"
    slow.may_end.set()
    with qtbot.waitSignal(detail.deployed):
        pass
    assert detail.deployed_note.isVisible()
    assert detail.deploy.isEnabled()


def test_that_escape_while_it_runs_loses_nothing(detail: JobDetail, slow: SlowDeploy, qtbot: QtBot) -> None:
    dialog = opened(detail, qtbot)
    press(dialog.deploy)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not detail.deploy.isEnabled()
    slow.may_end.set()
    with qtbot.waitSignal(detail.deployed):
        pass
    assert len(slow.requests) == 1
    assert detail.deployed_note.isVisible()


def test_that_a_refusal_after_escape_is_told_on_the_page(detail: JobDetail, slow: SlowDeploy, qtbot: QtBot) -> None:
    slow.refusal = WrongInput("The site is another one", "Its files changed.", "Put them back.")
    dialog = opened(detail, qtbot)
    press(dialog.deploy)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    slow.may_end.set()
    qtbot.waitUntil(detail.card.isVisible)
    assert detail.deploy.isEnabled()


def test_that_a_report_that_cannot_be_judged_is_told_in_the_dialog(
    detail: JobDetail, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> GateJudgement:
        raise WrongInput("No report", "Job x is failed.", "Only a completed job has a report.")

    monkeypatch.setattr("rockfall_desktop.ui.deployments.deploying.judge_for_deployment", refuse)
    press(detail.deploy)
    dialog = detail.findChild(DeployDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.card.isVisible)
    assert not dialog.deploy.isEnabled()


def test_that_nobody_may_decide_but_by_role(
    seat: Seat, light: Theme, keep: Keep, slow: SlowDeploy, qtbot: QtBot
) -> None:
    seat.leave()
    seat.take(values.SESSION.model_copy(update={"role": Role.ENGINEER}))
    window = JobDetail(seat, light)
    keep(window)
    deploying = Deploying(seat, light, window)
    deploying.ask(values.fold(values.completed()))
    dialog = window.findChild(DeployDialog)
    assert dialog is not None
    dialog.show_judgement(values.gate((Clause(name="better", title="t", shown=Shown.NO, sentence="s"),)))
    assert not dialog.deploy.isEnabled()
    dialog.reject()
