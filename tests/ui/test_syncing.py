"""The sync beside the window: begun once, told in words, ended with the program."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.status_line import StatusLine
from rockfall_desktop.ui.sync_words import LONGEST, headline, short_words, tone
from rockfall_desktop.ui.syncing import STOPPED, Syncing
from rockfall_desktop.ui.theme import Theme
from tests.ui.conftest import Keep
from tests.ui.values import BOMB

NOW = datetime(2026, 3, 2, 12, 30).astimezone()
SINCE = NOW.replace(hour=9, minute=12)


def state(condition: str, **more: object) -> SyncState:
    return SyncState.model_validate({"condition": condition} | more)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (state("off"), "sync: off"),
        (state("synced"), "sync: synced"),
        (state("waiting", waiting=3), "sync: 3 waiting"),
        (state("waiting"), "sync: waiting"),
        (state("waiting", waiting=1203, held=2), "sync: 1,201 waiting, 2 held"),
        (state("synced", waiting=1, held=1), "sync: 1 held"),
        (state("synced", undecided=2), "sync: synced, 2 to decide"),
        (state("offline", since=SINCE), "sync: offline since 09:12"),
        (state("offline", since=SINCE.astimezone(UTC), waiting=3), "sync: offline since 09:12, 3 waiting"),
        (state("offline", since=SINCE - timedelta(days=20)), "sync: offline since 2026-02-10 09:12"),
        (state("refused", sentence="User or password are wrong."), "sync: refused: User or password are wrong."),
    ],
    ids=lambda told: told if isinstance(told, str) else told.condition.value,
)
def test_that_the_state_is_said_in_words(told: SyncState, words: str) -> None:
    assert short_words(told, NOW) == words


def test_that_a_long_refusal_is_cut_and_stands_whole_in_the_tooltip(light: Theme, keep: Keep) -> None:
    line = StatusLine()
    keep(line)
    line.show_sync(state("refused", sentence="<b>no</b> & never " * 40))
    assert len(line.sync.text().replace("&&", "&")) <= LONGEST
    assert line.sync.text().endswith("\N{HORIZONTAL ELLIPSIS}")
    assert "<b>no" not in line.sync.toolTip()
    assert line.sync.property("role") == "danger"


def test_that_markup_in_a_refusal_is_shown_as_it_stands(light: Theme, keep: Keep) -> None:
    line = StatusLine()
    keep(line)
    line.show_sync(state("refused", sentence=BOMB))
    line.resize(1280, 28)
    line.show()
    line.grab()
    assert "<table>" in line.sync.text()


@pytest.mark.parametrize("condition", list(SyncCondition))
def test_that_every_state_has_a_sentence_and_what_needs_a_person_is_never_muted(condition: SyncCondition) -> None:
    assert headline(state(condition), NOW).endswith(".")
    assert tone(state(condition, waiting=1, held=1)) != ""


class Told:
    """A loop that tells what a test says, until it is cancelled."""

    def __init__(self, *states: SyncState) -> None:
        self.states = list(states)
        self.begun = 0
        self.nudged = threading.Semaphore(0)
        self.problem: Exception | None = None

    def __call__(self, station: object, control: Control, nudge: threading.Event) -> Iterator[SyncState]:
        self.begun += 1
        yield from self.states
        while not control.cancelled:
            if not nudge.wait(5):
                continue
            nudge.clear()
            self.nudged.release()
            if self.problem is not None:
                raise self.problem
            if not control.cancelled:
                yield state("synced")


@pytest.fixture
def ending() -> Iterator[list[Syncing]]:
    begun: list[Syncing] = []
    yield begun
    for one in begun:
        one.end()


def over() -> bool:
    return not BackgroundRun.all_running(lasting=True)


def test_that_the_loop_is_begun_once_and_nobody_waits_for_it(seat: Seat, qtbot: QtBot, ending: list[Syncing]) -> None:
    loop = Told(state("waiting", waiting=3))
    syncing = Syncing(seat.station, loop=loop)
    ending.append(syncing)
    with qtbot.waitSignal(syncing.moved) as moved:
        syncing.begin()
        syncing.begin()
    assert moved.args == [state("waiting", waiting=3)]
    assert BackgroundRun.all_running() == ()
    assert len(BackgroundRun.all_running(lasting=True)) == 1
    with qtbot.waitSignal(syncing.moved):
        syncing.nudge()
    assert syncing.state == state("synced")
    syncing.end()
    qtbot.waitUntil(over)
    syncing.nudge()
    syncing.begin()
    assert over()
    assert loop.begun == 1


def test_that_news_stay_until_they_are_put_away_and_come_once(seat: Seat, qtbot: QtBot, ending: list[Syncing]) -> None:
    first, second = "Deployment 4 lost.", "Deployment 5 lost."
    syncing = Syncing(seat.station, loop=Told(
        state("synced", told=(first,)), state("synced"), state("synced", told=(first, second))))  # fmt: skip
    ending.append(syncing)
    told: list[tuple[str, ...]] = []
    syncing.news.connect(told.append)
    syncing.begin()
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == [(first,), (first, second)]
    assert syncing.unread == (first, second)
    syncing.put_away()
    assert syncing.unread == ()


def test_that_a_loop_that_breaks_is_told_and_begins_anew_when_a_person_wants_it(
    seat: Seat, qtbot: QtBot, ending: list[Syncing], monkeypatch: pytest.MonkeyPatch
) -> None:
    hooked: list[object] = []
    monkeypatch.setattr("sys.excepthook", lambda *parts: hooked.append(parts[1]))
    loop = Told(state("synced"))
    loop.problem = KeyError("ours")
    syncing = Syncing(seat.station, loop=loop)
    ending.append(syncing)
    syncing.begin()
    syncing.nudge()
    qtbot.waitUntil(lambda: syncing.state.condition is SyncCondition.REFUSED)
    assert syncing.state.sentence == STOPPED
    assert hooked == [loop.problem]
    qtbot.waitUntil(over)
    loop.problem = None
    syncing.nudge()
    qtbot.waitUntil(lambda: loop.begun == 2)


def test_that_a_decision_that_waits_is_said_where_to_take_and_never_muted() -> None:
    told = state("synced", undecided=1)
    assert headline(told, NOW).endswith("A deployment lost to another station's: decide on the Deployments page.")
    assert tone(told) == "warning"
