"""How a process is told to end that may not listen, and how it is noticed that it says nothing."""

from collections.abc import Callable

from rockfall_desktop.domain.events import Rung

PATIENCE_S = 15.0
SILENCE_S = 30.0
_LONGEST_LOOK_S = 1.0


class StopLadder:
    """Asked, then ended by a signal, then killed, 15 s apart."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._rungs = list(Rung)
        self._next_at: float | None = None

    @property
    def begun(self) -> bool:
        """Whether the process was told to end."""
        return self._next_at is not None

    def begin(self) -> None:
        """Step onto the first rung at once; a second call changes nothing."""
        if self._next_at is None:
            self._next_at = self._seconds()

    def due(self) -> Rung | None:
        """The rung that is to be stepped onto now, each once; None when it is not time."""
        if self._next_at is None or not self._rungs or self._seconds() < self._next_at:
            return None
        self._next_at = self._seconds() + PATIENCE_S
        return self._rungs.pop(0)


class Silence:
    """How long nothing was heard, in seconds that were listened through: a laptop's sleep does not count."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._looked_at = seconds()
        self._silent_s = 0.0

    def heard(self) -> None:
        """Something was said."""
        self._looked_at = self._seconds()
        self._silent_s = 0.0

    def too_long(self) -> bool:
        """Whether 30 s passed without a word. To be asked several times a second."""
        now = self._seconds()
        self._silent_s += min(now - self._looked_at, _LONGEST_LOOK_S)
        self._looked_at = now
        return self._silent_s >= SILENCE_S
