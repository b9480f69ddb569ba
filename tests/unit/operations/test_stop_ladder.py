"""When a process is told to end, how firmly, and when its silence is too long."""

from rockfall_desktop.domain.events import Rung
from rockfall_desktop.operations.stop_ladder import Silence, StopLadder


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.at_s = 100.0

    def __call__(self) -> float:
        return self.at_s


def test_that_nobody_is_told_to_end_before_the_ladder_begins() -> None:
    clock = Clock()
    ladder = StopLadder(clock)
    clock.at_s += 1000
    assert ladder.due() is None
    assert not ladder.begun


def test_that_each_rung_comes_once_and_fifteen_seconds_after_the_one_before() -> None:
    clock = Clock()
    ladder = StopLadder(clock)
    ladder.begin()
    found: list[tuple[float, Rung]] = []
    for _ in range(100):
        ladder.begin()
        if (rung := ladder.due()) is not None:
            found.append((clock.at_s - 100, rung))
        clock.at_s += 1
    assert found == [(0, Rung.ASKED), (15, Rung.TERMINATED), (30, Rung.KILLED)]


def test_that_thirty_seconds_without_a_word_are_too_long() -> None:
    clock = Clock()
    silence = Silence(clock)
    asked = 0
    while not silence.too_long():
        clock.at_s += 0.5
        asked += 1
    assert asked == 60
    silence.heard()
    assert not silence.too_long()


def test_that_the_sleep_of_a_laptop_is_no_silence() -> None:
    clock = Clock()
    silence = Silence(clock)
    clock.at_s += 8 * 3600
    assert not silence.too_long()
