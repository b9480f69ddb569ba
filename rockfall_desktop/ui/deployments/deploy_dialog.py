"""Asks whether a judged network is to be put to work: what the report shows of it, from where levels hold, and why."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rockfall_desktop.domain.deployment import DeploymentRequest
from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.gate import GateJudgement
from rockfall_desktop.domain.site import KnownSite
from rockfall_desktop.ui.buttons import asked_twice, push_button
from rockfall_desktop.ui.card import FaultCard
from rockfall_desktop.ui.deployments.busy_line import BusyLine
from rockfall_desktop.ui.deployments.clause_rows import ClauseRows
from rockfall_desktop.ui.deployments.levels_form import LevelsForm
from rockfall_desktop.ui.deployments.reason_field import ReasonField
from rockfall_desktop.ui.plain import set_role, text_label
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.words import count, site_titles

SIZE = (780, 680)
LOOKING = "Holding the report against what is demanded …"
MAKING = "Making the graphs and comparing them with the network on 256 samples …"
ONLY_ADMINISTRATOR = (
    "Not everything is shown, so only an administrator may deploy this network, with a reason. "
    "Ask one, or train a network whose report shows it."
)
WITH_REASON = "Reason (needed: not everything is shown; it goes with the model)"


class DeployDialog(QDialog):
    """Two pages: the demands with levels and reason, and a second question where the model was not shown to be better.

    It may be closed at any time: what was begun goes on and is told where it was asked for.

    Signals:
        wanted: what is to be deployed, as a DeploymentRequest.
    """

    wanted = Signal(object)

    def __init__(self, name: str, theme: Theme, parent: QWidget, *, may_decide: bool) -> None:
        super().__init__(parent)
        self.setObjectName("deploy_dialog")
        self.setWindowTitle("Deploy this network")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self._may_decide = may_decide
        self.judgement: GateJudgement | None = None
        self._request: DeploymentRequest | None = None
        self.card, self.busy = FaultCard("deploy_card"), BusyLine("deploy_busy")
        self.clauses, self.levels = ClauseRows(theme), LevelsForm(theme)
        self.judged = text_label(wrap=True, name="deploy_judged")
        self.verdict = text_label(role="field", wrap=True, name="deploy_verdict")
        self.given_up = text_label(role="warning", wrap=True, name="deploy_given_up")
        self.site = QComboBox()
        self.site_title = text_label("Deploy for", role="field")
        self.reason = ReasonField("Reason (may be left out)", "deploy_reason")
        self.leave = push_button("Leave it", "deploy_leave")
        self.deploy = push_button("Deploy", "deploy_confirm", "main")
        self.back = push_button("Back", "deploy_back")
        self.all_the_same = push_button("Deploy all the same", "deploy_all_the_same", "danger")
        self.again = text_label(wrap=True, name="deploy_again_words")
        self._pages = QStackedWidget()
        self._arrange(name)
        self._connect()
        self._let(judged=False)

    def _arrange(self, name: str) -> None:
        self.site.setObjectName("deploy_site")
        self.site_title.setBuddy(self.site)
        self._pages.addWidget(self._asking())
        self._pages.addWidget(self._asking_again())
        for button in (self.back, self.all_the_same):
            button.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(text_label(f"Deploy {name}", role="section", wrap=True, name="deploy_title"))
        column.addWidget(self.card)
        column.addWidget(self._pages, 1)
        column.addWidget(self.busy)
        column.addLayout(asked_twice(self.all_the_same, self.leave, self.back, self.deploy))

    def _asking(self) -> QWidget:
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        site = QHBoxLayout()
        site.addWidget(self.site_title)
        site.addWidget(self.site, 1)
        column.addWidget(self.verdict)
        column.addWidget(self.given_up)
        column.addWidget(self.clauses)
        column.addWidget(self.judged)
        column.addSpacing(4)
        column.addLayout(site)
        column.addWidget(text_label("Levels", role="field"))
        column.addWidget(self.levels)
        column.addSpacing(4)
        column.addWidget(self.reason)
        column.addStretch()
        area = QScrollArea()
        area.setObjectName("deploy_scroll")
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        return area

    def _asking_again(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(text_label("It was not shown to be better than what there is", role="section", wrap=True))
        column.addWidget(self.again)
        column.addStretch()
        return page

    def _connect(self) -> None:
        self.deploy.clicked.connect(self._go_on)
        self.all_the_same.clicked.connect(self._go_on_all_the_same)
        self.back.clicked.connect(lambda: self._turn(again=False))
        self.leave.clicked.connect(self.reject)

    def wait_for_judgement(self) -> None:
        """Say that the report is looked at."""
        self.busy.begin(LOOKING)

    def show_judgement(self, judgement: GateJudgement, sites: Sequence[KnownSite] = ()) -> None:
        """Show what is demanded and what is proposed; sites: where a job on several sites leaves a choice."""
        self.judgement = judgement
        self.busy.end()
        self.clauses.show_clauses(judgement.clauses)
        self.levels.show_rules(judgement.levels)
        self.given_up.setText("\n".join(judgement.given_up))
        self.given_up.setVisible(bool(judgement.given_up))
        self.judged.setText(judged_words(judgement.jobs_on_test_block))
        set_role(self.judged, "muted" if judgement.jobs_on_test_block == 1 else "warning")
        for site, words in zip(sites, site_titles(sites), strict=True):
            self.site.addItem(words, site.site_id)
        for widget in (self.site, self.site_title):
            widget.setVisible(len(sites) > 1)
        self._say_verdict(judgement)
        self._let(judged=True)

    def is_of(self, job_id: str) -> bool:
        """Whether it asks about that job."""
        return self.judgement is not None and self.judgement.job_id == job_id

    def _say_verdict(self, judgement: GateJudgement) -> None:
        left = len(judgement.open_clauses)
        barred = not judgement.passed and not self._may_decide
        words = "Everything that is demanded is shown."
        if left:
            words = f"{left} of {len(judgement.clauses)} demands are not met or not shown."
        self.verdict.setText(f"{words} {ONLY_ADMINISTRATOR}" if barred else words)
        set_role(self.verdict, "danger" if barred else "field")
        if not judgement.passed:
            self.reason.set_title(WITH_REASON)

    def _let(self, *, judged: bool) -> None:
        """Let the person go on once there is a judgement, and only one who may."""
        may = judged and self.judgement is not None and (self.judgement.passed or self._may_decide)
        self.deploy.setEnabled(may)
        self._pages.setVisible(judged)
        self.site.setVisible(judged and self.site.count() > 1)

    def _go_on(self) -> None:
        if self.judgement is None:
            return
        self.card.hide()
        rules, reason = self.levels.rules(), self.reason.reason(needed=not self.judgement.passed)
        if rules is None or reason is None:
            return
        self._request = DeploymentRequest(
            job_id=self.judgement.job_id,
            reason=reason,
            site_id=str(self.site.currentData() or ""),
            levels=() if rules == self.judgement.levels else rules,
        )
        if self.judgement.asks_again:
            self._turn(again=True)
        else:
            self._send()

    def _go_on_all_the_same(self) -> None:
        if self._request is not None:
            self._request = self._request.model_copy(update={"not_better_accepted": True})
            self._send()

    def _turn(self, *, again: bool) -> None:
        """Between the demands and the second question."""
        if self.judgement is not None and again:
            sentences = "\n".join(f"\N{BULLET} {clause.sentence}" for clause in self.judgement.open_clauses)
            self.again.setText(f"{sentences}\n\nPeople will act on its levels. Deploy it all the same?")
        self.card.hide()
        self._pages.setCurrentIndex(int(again))
        for button in (self.back, self.all_the_same):
            button.setVisible(again)
        self.deploy.setVisible(not again)
        (self.back if again else self.deploy).setFocus()

    def _send(self) -> None:
        for widget in (self._pages, self.deploy, self.back, self.all_the_same):
            widget.setEnabled(False)
        self.leave.setText("Close; it goes on")
        self.busy.begin(MAKING)
        self.wanted.emit(self._request)

    def show_error(self, error: RockfallError) -> None:
        """Say why it cannot be; what was typed stays."""
        self.busy.end()
        self.leave.setText("Leave it")
        for widget in (self._pages, self.deploy, self.back, self.all_the_same):
            widget.setEnabled(True)
        self._let(judged=self.judgement is not None)
        self.card.show_error(error)


def judged_words(jobs: int) -> str:
    """How often this test block was looked at: the best of many looks flatters."""
    if jobs == 1:
        return "This is the only completed job that was judged on this test block."
    return (
        f"{count(jobs)} completed jobs were judged on this test block, this one included: "
        "the best of several looks better than it is."
    )
