"""How firmly a job's process was told to end stands beside the buttons that asked for it."""

import pytest

from rockfall_desktop.domain.events import Level, LogLine, Rung, StopClimbed
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.monitor import Monitor
from rockfall_desktop.ui.train.stop_buttons import RUNGS
from tests.ui import values
from tests.ui.conftest import Keep


@pytest.fixture
def monitor(seat: Seat, light: Theme, keep: Keep) -> Monitor:
    made = Monitor(seat, light)
    keep(made)
    made.resize(880, 680)
    made.show()
    return made


def climb(monitor: Monitor, rung: Rung) -> None:
    monitor.take(LogLine(at=values.NOW, level=Level.WARNING, text=f"told: {rung}"))
    monitor.take(StopClimbed(at=values.NOW, rung=rung))
    monitor.draw_everything()


@pytest.mark.parametrize("rung", list(Rung))
def test_that_every_rung_is_seen_beside_the_buttons_and_in_the_log(monitor: Monitor, rung: Rung) -> None:
    for event in values.course(2):
        monitor.take(event)
    assert not monitor.buttons.rung.isVisible()
    climb(monitor, rung)
    assert monitor.buttons.rung.isVisible()
    assert monitor.buttons.rung.text() == RUNGS[rung]
    assert f"told: {rung}" in monitor.log.model.as_text()
    assert not monitor.buttons.cancel.isEnabled()
    assert not monitor.buttons.stop.isEnabled()


def test_that_a_rung_is_forgotten_with_its_job(monitor: Monitor) -> None:
    for event in values.course(2):
        monitor.take(event)
    climb(monitor, Rung.KILLED)
    monitor.take(values.failed()[-1])
    assert not monitor.buttons.rung.isVisible()
    for event in values.course(1):
        monitor.take(event)
    assert not monitor.buttons.rung.isVisible()
    assert monitor.buttons.cancel.isEnabled()
