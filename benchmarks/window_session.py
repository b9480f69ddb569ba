"""A real session at the window for benchmarks: set up, open the simulated site, train, read the report."""

import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from rockfall_desktop.domain.events import EpochFinished, JobEvent
from rockfall_desktop.operations.sites import simulate_site
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.train.form import TrainingForm
from rockfall_desktop.ui.window import Shell
from tests.clicks import Play, Script, click, close, find, quiet, set_up, there
from tests.stations import now

_PHRASE = "seven grey stones rolling"
_TICK_MS = 10


@dataclass
class Gaps:
    """How late a 10 ms precise timer on the window's thread was, in milliseconds."""

    late_ms: list[float] = field(default_factory=list)

    def share(self, quantile: float) -> float:
        """The value that this share of the ticks stays below."""
        ordered = sorted(self.late_ms)
        return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))] if ordered else 0.0


class Ticker:
    """A 10 ms precise timer on the window's thread that notes how late it was."""

    def __init__(self, *, measure_gaps: bool = True) -> None:
        self._wanted = measure_gaps
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._into = Gaps()
        self._before = 0.0

    def begin(self, into: Gaps) -> None:
        """Note from now on."""
        self._into, self._before = into, time.perf_counter()
        if self._wanted:
            self._timer.start(_TICK_MS)

    def end(self) -> None:
        """Note no more."""
        self._timer.stop()

    def _tick(self) -> None:
        clock = time.perf_counter()
        self._into.late_ms.append(max(0.0, (clock - self._before) * 1000 - _TICK_MS))
        self._before = clock


@dataclass
class Session:
    """What a session at the window showed.

    Attributes:
        loading: gaps from the unlock until everything was loaded.
        training: gaps from the click on Start until the report stood there.
        samples_per_second: of each epoch.
    """

    loading: Gaps = field(default_factory=Gaps)
    training: Gaps = field(default_factory=Gaps)
    samples_per_second: list[float] = field(default_factory=list)


def play_session(*, place: str = "thread", measure_gaps: bool = True) -> Session:
    """Play the session once, in this process, with the defaults of the form; the timer of the gaps costs a little.

    Args:
        place: where the job runs, "thread" or "process".
        measure_gaps: whether gaps are noted at all.

    """
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    found, ticker = Session(), Ticker(measure_gaps=measure_gaps)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        simulate_site(site)
        station = Station.at(Path(folder) / "home", now=now)
        shell = Shell(station, site)
        Play(_script(shell, place, ticker, found), timeout_s=280).run(application)
        station.close()
    return found


def _script(shell: Shell, place: str, ticker: Ticker, found: Session) -> Script:
    def note(event: JobEvent) -> None:
        if isinstance(event, EpochFinished):
            found.samples_per_second.append(event.metrics.samples_per_second)

    shell.start()
    yield from set_up("ana", _PHRASE)
    ticker.begin(found.loading)
    yield quiet
    ticker.end()
    assert shell.main is not None
    shell.main.running.happened.connect(note)
    click("rail_train")
    yield quiet
    form = find("training_form")
    assert isinstance(form, TrainingForm)
    form.rows["place"].editor.set_value(place)
    click("start_training")
    ticker.begin(found.training)
    assert shell.main is not None
    running = shell.main.running
    yield lambda: running.job is not None and not running.active  # looks at one attribute, not through the window
    assert running.job is not None
    assert running.job.config.place == place
    yield lambda: there("read_report")
    click("read_report")
    yield lambda: there("report_view")
    ticker.end()
    find("report_view")
    yield from close(shell)
