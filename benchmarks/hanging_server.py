"""How late the window answers while the office's server hangs: its curves are drawn, its sync asks without a pause.

The reference is the same window with the same curves and no server, measured first, in the same run. The server is
stopped (SIGSTOP), then, where this is allowed, its packets are dropped (iptables). The loop here asks anew as soon as
it was refused: harder than the program's own, which waits longer each time.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.figures import verdict
from benchmarks.window_session import Gaps, Ticker
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable
from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.operations.office_settings import connect_office, save_office
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.main_window import TRAIN, MainWindow
from rockfall_desktop.ui.syncing import Syncing
from rockfall_desktop.ui.window import Shell
from tests.clicks import Play, Script, close, quiet, set_up
from tests.mongod import Mongod, running_mongod
from tests.stations import now
from tests.ui import values

PHASE_S, EVENT_MS, EPOCHS = 20.0, 100, 400
PHRASE = "seven grey stones rolling"


def run() -> None:
    """Measure without a server, with one that answers, with one that hangs, with one whose packets are dropped."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    found: dict[str, Gaps] = {}
    with tempfile.TemporaryDirectory() as folder, running_mongod() as server:
        station = Station.at(Path(folder) / "home", now=now)
        shell = Shell(station)
        Play(_script(shell, server, found), timeout_s=300).run(application)
        station.close()
    for name, gaps in found.items():
        shares = ", ".join(f"{words} {gaps.share(share):.1f} ms" for words, share in SHARES)
        print(f"{name}: {len(gaps.late_ms)} ticks, {shares}, longest {gaps.share(1.0):.1f} ms")
    hanging = [gaps for name, gaps in found.items() if name in ("stopped", "dropped")]
    p99, p999 = (max(gaps.share(share) for gaps in hanging) for _, share in SHARES)
    reference = found["no server"].share(0.99)
    figure = f"p99 {p99:.1f} ms, p99.9 {p999:.1f} ms ({reference:.1f} ms p99 without a server)"
    verdict("hanging_server", figure, "p99 <= 16 ms, p99.9 <= 50 ms", met=p99 <= 16 and p999 <= 50)


SHARES = (("p99", 0.99), ("p99.9", 0.999))


def _script(shell: Shell, server: Mongod, found: dict[str, Gaps]) -> Script:
    shell.start()
    yield from set_up("ana", PHRASE)
    yield quiet
    assert shell.main is not None
    main, station = shell.main, shell.seat.station
    drawing = Drawing(main)
    yield from measure(found, "no server")
    asked = Syncing(station, main, loop=_ask_without_pause)
    save_office(shell.seat.session, station=station, address=server.address())
    asked.moved.connect(main.status.show_sync)
    asked.begin()
    yield lambda: asked.state.condition is SyncCondition.SYNCED
    yield from measure(found, "server answers")
    for name, hang in (("stopped", _stopped), ("dropped", _dropped)):
        with hang(server) as hangs:
            if hangs:
                yield lambda: asked.state.condition is SyncCondition.OFFLINE
                yield from measure(found, name)
        yield lambda: asked.state.condition is SyncCondition.SYNCED
    asked.end()
    drawing.end()
    yield from close(shell)


def measure(found: dict[str, Gaps], name: str) -> Script:
    """Note for a while how late the window's thread is."""
    ticker, gaps = Ticker(), Gaps()
    ticker.begin(gaps)
    until = time.monotonic() + PHASE_S
    yield lambda: time.monotonic() > until
    ticker.end()
    found[name] = gaps


class Drawing:
    """The curves of a training, an epoch every tenth of a second."""

    def __init__(self, main: MainWindow) -> None:
        self._main = main
        self._events = iter(())
        self._timer = QTimer(main)
        self._timer.setInterval(EVENT_MS)
        self._timer.timeout.connect(self._next)
        main.turn_to(TRAIN)
        self._begin()
        self._timer.start()

    def _begin(self) -> None:
        events = values.course(EPOCHS)
        self._main.running.job = values.fold(events[:1])
        self._main.running.began.emit(self._main.running.job)
        self._events = iter(events)

    def _next(self) -> None:
        event = next(self._events, None)
        self._begin() if event is None else self._main.train.take(event)

    def end(self) -> None:
        """Draw no more."""
        self._timer.stop()
        self._main.running.job = None


def _ask_without_pause(station: Station, control: Control, nudge: threading.Event) -> Iterator[SyncState]:
    """Connect, pull, hang up, as fast as the office lets; says how it stands."""
    while not control.cancelled:
        try:
            office = connect_office(station)
            assert office is not None
            with closing(office), suppress(OfficeRefused):  # an unprepared office answers just as well
                office.pull(0, 100)
            yield SyncState(condition=SyncCondition.SYNCED, last_contact=now())
        except OfficeUnreachable as fault:
            yield SyncState(condition=SyncCondition.OFFLINE, since=now(), waiting=3, sentence=fault.message)
        nudge.wait(0.02)


@contextmanager
def _stopped(server: Mongod) -> Iterator[bool]:
    assert server.process is not None
    pid = server.process.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield True
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def _dropped(server: Mongod) -> Iterator[bool]:
    tables = shutil.which("iptables")
    if tables is None or os.geteuid() != 0:
        print("dropped: skipped, it needs root and iptables")
        yield False
        return
    rule = ["INPUT", "-i", "lo", "-p", "tcp", "--dport", str(server.port), "-j", "DROP"]
    subprocess.run([tables, "-w", "-I", *rule], check=True)
    try:
        yield True
    finally:
        subprocess.run([tables, "-w", "-D", *rule], check=True)


if __name__ == "__main__":
    run()
