"""The search beside the form: what is tried, live, and the button that takes the best over."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rockfall_desktop.domain.config_faults import titled
from rockfall_desktop.domain.errors import RockfallError, WrongInput
from rockfall_desktop.domain.search import End, Search
from rockfall_desktop.operations.search import latest_search
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import ElidedLabel, text_label
from rockfall_desktop.ui.search.history_chart import EMPTY, HistoryChart
from rockfall_desktop.ui.search.parallel_chart import ParallelChart
from rockfall_desktop.ui.search.running_search import RunningSearch
from rockfall_desktop.ui.search.search_options import SearchOptions
from rockfall_desktop.ui.search.trials_table import TrialsTable, left_out_words
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.form import TrainingForm
from rockfall_desktop.ui.words import marked

DRAW_MS = 50
TITLE = "Search for settings"
NOTE = "Trials are ranked by the validation block alone; the test block is not looked at. Train the best to judge it."
STARTING = "Starting \N{HORIZONTAL ELLIPSIS}"
SOMEBODY_ELSES = "Somebody else's search is running; one at a time."
ENDS = {
    None: "broken off; it can go on",
    End.TRIALS: "all trials are done",
    End.TIMEOUT: "its time is up",
    End.STOPPED: "stopped",
}


class SearchPanel(QWidget):
    """Starts, shows and stops a search for settings.

    Signals:
        use_wanted: settings that the form is to show, as a TrainingConfig.
        back_wanted: the training is to be seen again.
    """

    use_wanted = Signal(object)
    back_wanted = Signal()

    def __init__(self, seat: Seat, theme: Theme, form: TrainingForm) -> None:
        super().__init__()
        self.setObjectName("search_panel")
        self._seat, self._form = seat, form
        self.running = RunningSearch(seat, self)
        self.options = SearchOptions()
        self.history, self.parallel, self.table = (
            HistoryChart(seat, theme),
            ParallelChart(seat, theme),
            TrialsTable(theme),
        )
        self.title = ElidedLabel(TITLE, role="section", name="search_title")
        self.state = text_label(name="search_state")
        self.left_out = text_label(role="muted", wrap=True, name="search_left_out")
        self.card = FaultCard("search_card")
        self.start = push_button("Searc&h", "search_start", "main")
        self.resume = push_button("&Go on", "search_resume")
        self.stop = push_button("S&top the search", "search_stop")
        self.use = push_button("&Use this one", "search_use")
        self.back = push_button("&Back to the training", "search_back")
        self._latest = LatestCall("latest search", self)
        self._parts: deque[Callable[[Search], None]] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(DRAW_MS)
        self._arrange()
        self._connect()
        self._show_buttons()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.back)
        charts = QHBoxLayout()
        charts.setSpacing(12)
        for chart, share in ((self.history, 1), (self.parallel, 2)):
            panel = QFrame()
            panel.setProperty("role", "panel")
            inside = QVBoxLayout(panel)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addWidget(chart)
            charts.addWidget(panel, share)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.start, self.resume, self.stop, self.use):
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(text_label(NOTE, role="muted", wrap=True, name="search_note"))
        column.addWidget(self.card)
        column.addWidget(self.options)
        column.addWidget(self.state)
        column.addWidget(self.left_out)
        column.addLayout(charts, 3)
        column.addWidget(self.table, 2)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.start.clicked.connect(self._start)
        self.resume.clicked.connect(self._resume)
        self.stop.clicked.connect(self._stop)
        self.use.clicked.connect(self._use)
        self.back.clicked.connect(self.back_wanted)
        self.table.chosen.connect(lambda _: self._show_buttons())
        self.running.moved.connect(self._take)
        self.running.refused.connect(self._refuse)
        self.running.ended.connect(self._show_buttons)
        self._latest.answered.connect(self._recall)
        self._latest.refused.connect(lambda problem: self._refuse(in_words(problem)))
        self._timer.timeout.connect(self._draw_next)

    @property
    def search(self) -> Search | None:
        """The search that the one who is signed in may see."""
        return self.running.search if self.running.seen else None

    def fit(self) -> None:
        """The form was edited."""
        if self.isVisible():
            self.options.fit(self._form.config())

    def forget(self) -> None:
        """Show nothing of what only the one before may see; a search that runs goes on."""
        self._latest.forget()
        self._timer.stop()
        self.running.forget()
        self.card.hide()
        self.table.set_rows([])
        self.title.setText(TITLE)
        for chart in (self.history, self.parallel):
            chart.say_why_empty(EMPTY)
        self._show_buttons()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the form's fields, and the newest search of before when none is shown."""
        super().showEvent(event)
        self.fit()
        if self.search is not None:
            self._take(self.search)
        elif not self.running.active and self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            self._latest.ask(lambda: latest_search(session, station=station))
        self._show_buttons()

    def draw_everything(self) -> None:
        """Bring all of it up to date at once."""
        while self._parts:
            self._draw_next()

    def _start(self) -> None:
        config = self._form.demand()
        if config is None:
            return
        try:
            vary, (trials, timeout_s) = self.options.vary, self.options.limits
        except WrongInput as error:
            self.card.show_error(error)
            return
        self._begin(lambda: self.running.start(config, vary, trials, timeout_s))

    def _resume(self) -> None:
        search = self.search
        if search is None:
            return
        try:
            trials, timeout_s = self.options.limits
        except WrongInput as error:
            self.card.show_error(error)
            return
        self._begin(lambda: self.running.resume(search.plan.search_id, trials, timeout_s))

    def _begin(self, call: Callable[[], None]) -> None:
        self.card.hide()
        self._latest.forget()
        self.window().setFocus()  # a button that is switched off would hand the focus to the rail
        call()
        self._show_buttons()

    def _stop(self) -> None:
        self.running.stop()
        self._show_buttons()

    def _use(self) -> None:
        search, number = self.search, self.table.trial
        number = number if number is not None or search is None or search.best is None else search.best.number
        if search is None or number is None:
            return
        try:
            self.use_wanted.emit(search.config_of(number))
        except RockfallError as error:
            self.card.show_error(error)

    def _recall(self, search: object) -> None:
        if isinstance(search, Search):
            self.options.trials.setText(str(search.plan.trials))
            self.running.show(search)

    def _refuse(self, error: RockfallError) -> None:
        self.card.show_error(titled(error))
        self._show_buttons()

    def _take(self, _search: Search) -> None:
        """The search moved: one part after the other is drawn, each less than ten times a second."""
        if not self.running.seen:
            return
        for part in (self._show_state, self.history.show_search, self.parallel.show_search):
            if part not in self._parts:
                self._parts.append(part)
        if not self._timer.isActive():
            self._timer.start()

    def _draw_next(self) -> None:
        search = self.search
        if search is None or not self._parts:
            self._parts.clear()
            self._timer.stop()
            return
        self._parts.popleft()(search)

    def _show_state(self, search: Search) -> None:
        plan = search.plan
        self.title.setText(f"{TITLE} \N{EM DASH} {marked(plan.site_name, simulated=plan.simulated)}")
        self.state.setText(self._words(search))
        self._show_left_out(left_out_words(plan.left_out))
        self.table.show_search(search)
        self._show_buttons()

    def _show_left_out(self, words: str) -> None:
        self.left_out.setText(words)
        self.left_out.setVisible(bool(words))

    def _words(self, search: Search) -> str:
        plan, best = search.plan, search.best
        words = [f"{len(search.finished)} of {plan.trials} trials"]
        words += [] if best is None else [f"best {best.value:.4f} @{best.number}"]
        words += [] if self.running.active else [ENDS[search.ended]]
        return " \N{MIDDLE DOT} ".join(words)

    def _show_buttons(self) -> None:
        active, search = self.running.active, self.search
        self.start.setVisible(not active)
        self.stop.setVisible(active)
        self.stop.setEnabled(active and self.running.mine and not self.running.stopping)
        self.resume.setVisible(not active and search is not None)
        self.use.setEnabled(search is not None and (search.best is not None or self.table.trial is not None))
        self.options.setEnabled(not active)
        if search is None:
            self._show_left_out("")
            self.state.setText("" if not active else STARTING if self.running.mine else SOMEBODY_ELSES)
        elif not active:
            self.state.setText(self._words(search))
