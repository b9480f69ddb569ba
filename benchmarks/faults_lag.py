"""How late the window answers while an office of three members loses its primary, then its majority.

The reference is the same window at the same work with the whole office, measured before and after, in the same run:
curves are drawn, the events of jobs are written and models are decided on in threads beside, and the program's own
sync sends it all.
"""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from benchmarks.figures import verdict
from benchmarks.hanging_server import PHRASE, SHARES, Drawing, measure
from benchmarks.window_session import Gaps
from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.operations.office_settings import save_office
from rockfall_desktop.operations.station import Station
from rockfall_desktop.remote.connecting import connect
from rockfall_desktop.remote.shape import prepare
from rockfall_desktop.ui.window import Shell
from tests.clicks import Play, Script, close, quiet, set_up
from tests.faults.desk import OWN, SHARED, Desk
from tests.mongod_three import ThreeMembers, running_three
from tests.stations import now

WHOLE, LOST, NO_MAJORITY, WHOLE_AGAIN = "whole", "primary killed", "majority killed", "whole again"


def run() -> None:
    """Measure with the whole office, with a new primary, without any, and with the whole office again."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    found: dict[str, Gaps] = {}
    with tempfile.TemporaryDirectory() as folder, running_three() as three:
        station = Station.at(Path(folder) / "home", now=now)
        shell = Shell(station)
        Play(_script(shell, three, found), timeout_s=300).run(application)
        station.close()
    for name, gaps in found.items():
        shares = ", ".join(f"{words} {gaps.share(share):.1f} ms" for words, share in SHARES)
        print(f"{name}: {len(gaps.late_ms)} ticks, {shares}, longest {gaps.share(1.0):.1f} ms")
    p99, p999 = (max(found[name].share(share) for name in (LOST, NO_MAJORITY)) for _, share in SHARES)
    without = max(found[name].share(0.99) for name in (WHOLE, WHOLE_AGAIN))
    figure = f"p99 {p99:.1f} ms, p99.9 {p999:.1f} ms, p99 {p99 / without:.2f} x that of the whole office"
    met = p99 <= 16 and p999 <= 50 and p99 <= 1.25 * without
    verdict("faults_lag", figure, "p99 <= 16 ms, p99.9 <= 50 ms, ratio <= 1.25", met=met)


def _script(shell: Shell, three: ThreeMembers, found: dict[str, Gaps]) -> Script:
    shell.start()
    yield from set_up("ana", PHRASE)
    yield quiet
    assert shell.main is not None
    main, seat, address = shell.main, shell.seat, three.address("rockfall")
    with connect(address, None) as connection:
        prepare(connection)
    save_office(seat.session, station=seat.station, address=address)
    main.syncing.nudge()
    yield lambda: main.syncing.state.condition is SyncCondition.SYNCED
    drawing = Drawing(main)
    with Desk(seat.station, seat.session, (SHARED, *OWN)).working():
        yield from measure(found, WHOLE)
        three.primary.kill()
        yield from measure(found, LOST)
        three.primary.kill()
        yield lambda: main.syncing.state.condition is SyncCondition.OFFLINE
        yield from measure(found, NO_MAJORITY)
        three.start()
        main.syncing.nudge()
        yield lambda: main.syncing.state.condition is not SyncCondition.OFFLINE
        yield from measure(found, WHOLE_AGAIN)
    drawing.end()
    yield from close(shell)


if __name__ == "__main__":
    run()
