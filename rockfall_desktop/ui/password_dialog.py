"""The first window: nothing of the station is seen or loaded before it has been answered."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
)

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.operations.sign_in import check_factory_password, set_up, sign_in, user_names
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui import icons
from rockfall_desktop.ui.background import BackgroundCall
from rockfall_desktop.ui.crash import OUR_FAULT, in_words
from rockfall_desktop.ui.password_account_step import AccountStep
from rockfall_desktop.ui.password_steps import FactoryStep, SetUpStep, SignInStep, Step
from rockfall_desktop.ui.plain import set_role, text_label
from rockfall_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from rockfall_desktop.domain.user import Session

PROGRAM = "Rockfall Desktop"
WIDTH = 420


class PasswordDialog(QDialog):
    """Asks who is there. Argon2 works in a thread of its own, so the dialog stays alive while it does.

    Signals:
        opened: the session of the one who signed in.
        given_up: the dialog was closed without an answer.
    """

    opened = Signal(object)
    given_up = Signal()

    def __init__(self, station: Station, theme: Theme) -> None:
        super().__init__()
        self._station = station
        self._call: BackgroundCall | None = None
        self._factory_password = ""
        self.factory, self.setup, self.account = FactoryStep(theme), SetUpStep(theme), AccountStep(theme)
        self.sign_in = SignInStep(theme)
        self._every: tuple[Step, ...] = (self.factory, self.setup, self.account, self.sign_in)
        self._steps = QStackedWidget()
        self._heading = text_label(role="muted", wrap=True, name="password_heading")
        self._message = text_label(role="danger", wrap=True, name="password_message")
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._confirm = QPushButton()
        self.setObjectName("password_dialog")
        self.setWindowTitle(PROGRAM)
        self.setWindowIcon(icons.program_icon())
        self._arrange()
        self.ask_again()

    @property
    def busy(self) -> bool:
        """Whether a try is being checked."""
        return self._call is not None

    def ask_again(self, note: str = "") -> None:
        """Forget what was typed and ask from the beginning."""
        for step in self._every:
            step.forget()
        self._factory_password = ""
        try:
            fresh = self._station.is_fresh
        except StoreFault as fault:
            self._turn_to(self.sign_in)
            self._tell(f"{note} {fault.message} {fault.hint}".strip())
            return
        self._turn_to(self.factory if fresh else self.sign_in)
        self._tell(note, "muted")
        if not fresh:
            self._fill_in_name()

    def tell_crash(self) -> None:
        """Say that something of ours went wrong; the story itself may hold what only a signed-in person may read."""
        self._tell(f"{OUR_FAULT}. The log holds the whole story; what was saved is safe.")

    def reject(self) -> None:
        """Closing the dialog gives up; Escape alone does not."""
        super().reject()
        self.given_up.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape clears what was typed instead of closing the program."""
        if event.key() == Qt.Key.Key_Escape:
            self._step().forget()
            self._tell("")
            return
        super().keyPressEvent(event)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addLayout(self._head())
        column.addWidget(self._heading)
        column.addSpacing(8)
        for step in self._every:
            self._steps.addWidget(step)
            step.submitted.connect(self.submit)
            step.edited.connect(self._edited)
        self.setup.other_wanted.connect(lambda: self._turn_from(self.setup, self.account))
        self.account.other_wanted.connect(lambda: self._turn_from(self.account, self.setup))
        column.addWidget(self._steps, 1)
        column.addWidget(self._message)
        column.addWidget(self._busy)
        self._confirm.setObjectName("password_confirm")
        self._confirm.setProperty("role", "main")
        self._confirm.setDefault(False)
        self._confirm.setAutoDefault(False)
        self._confirm.clicked.connect(self.submit)
        column.addWidget(self._confirm)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        mark = QLabel()
        mark.setPixmap(icons.pixmap("rockfall", "#1F5FBF", 40, self.devicePixelRatioF()))
        row.addWidget(mark)
        row.addSpacing(8)
        row.addWidget(text_label(PROGRAM, role="title"))
        row.addStretch()
        return row

    def _step(self) -> Step:
        step = self._steps.currentWidget()
        assert isinstance(step, Step)  # noqa: S101 - tells mypy; nothing else is added
        return step

    def _turn_to(self, step: Step) -> None:
        for other in self._every:
            policy = QSizePolicy.Policy.Preferred if other is step else QSizePolicy.Policy.Ignored
            other.setSizePolicy(policy, policy)
        self._steps.setCurrentWidget(step)
        self._heading.setText(step.heading)
        self._confirm.setText(step.action)
        self._set_busy(None)
        step.begin()
        self._fit()

    def _turn_from(self, step: Step, other: Step) -> None:
        """To the other way in; what was typed for this one is forgotten."""
        step.forget()
        self._tell("")
        self._turn_to(other)

    def submit(self) -> None:
        """Check what was typed: first its form, here; then the secret, in a thread of its own."""
        if self.busy:
            return
        step = self._step()
        missing = step.missing()
        if missing:
            self._tell(missing)
            return
        self._tell("")
        self._run(self._check_of(step))

    def _check_of(self, step: Step) -> Callable[[], object]:
        """What checks the secret of a step."""
        station = self._station
        if isinstance(step, FactoryStep):
            self._factory_password = typed = step.password.text()
            return lambda: check_factory_password(station=station, factory_password=typed)
        factory = self._factory_password
        if isinstance(step, AccountStep):
            path, phrase = step.path, step.phrase.text()
            return lambda: _set_up_from_account(station, factory, path, phrase)
        name, phrase = self._named(step)
        if isinstance(step, SetUpStep):
            return lambda: set_up(station=station, factory_password=factory, name=name, pass_phrase=phrase)
        return lambda: sign_in(station=station, name=name, pass_phrase=phrase)

    @staticmethod
    def _named(step: Step) -> tuple[str, str]:
        assert isinstance(step, SetUpStep | SignInStep)  # noqa: S101 - tells mypy; the others have no name
        return step.name.text().strip(), step.phrase.text()

    def _run(self, call: Callable[[], object]) -> None:
        run = BackgroundCall(call, "password check")
        run.succeeded.connect(self._passed)
        run.failed.connect(self._refused)
        self._set_busy(run)
        run.begin()

    def _set_busy(self, run: BackgroundCall | None) -> None:
        self._call = run
        self._busy.setVisible(run is not None)
        self._steps.setEnabled(run is None)
        self._confirm.setEnabled(run is None)

    def _passed(self, result: object) -> None:
        if result is None:  # the factory password was right; everything else answers with a session
            self._turn_to(self.setup)
            return
        self._set_busy(None)
        self._factory_password = ""
        for step in self._every:
            step.forget()
        self.opened.emit(result)

    def _refused(self, problem: object) -> None:
        self._set_busy(None)
        error = in_words(problem)
        if self._step() is not self.sign_in and self._is_set_up():
            self.ask_again()
        self._step().forget()
        self._step().begin()
        self._tell(f"{error.message} {error.hint}".strip())

    def _is_set_up(self) -> bool:
        """Whether a set-up that broke off, or another program, left somebody who can sign in."""
        try:
            return not self._station.is_fresh
        except StoreFault:
            return False

    def _edited(self) -> None:
        if self._message.text():
            self._tell("")

    def _tell(self, words: str, role: str = "danger") -> None:
        self._message.setText(words)
        set_role(self._message, role)
        self._message.setVisible(bool(words))
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its words need, now that their face is known."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
            self.setFixedSize(WIDTH, layout.totalHeightForWidth(WIDTH))

    def _fill_in_name(self) -> None:
        station = self._station
        run = BackgroundCall(lambda: user_names(station=station), "names")
        run.succeeded.connect(self._offer)
        run.failed.connect(self._refused)
        run.begin()

    def _offer(self, names: object) -> None:
        if isinstance(names, tuple):
            self.sign_in.offer_names(names)


def _set_up_from_account(station: Station, factory_password: str, path: Path, pass_phrase: str) -> "Session":
    from rockfall_desktop.operations.accounts import set_up_from_account  # noqa: PLC0415 - the dialog stands without it

    return set_up_from_account(station=station, factory_password=factory_password, path=path, pass_phrase=pass_phrase)
