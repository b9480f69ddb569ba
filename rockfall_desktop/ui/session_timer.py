"""Ends a session that nobody touches: a deadline that real input moves, checked before it is moved."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

from rockfall_desktop.ui.clocks import CLOCKS, Clock

IDLE_S = 30 * 60.0
WARNING_S = 2 * 60.0
WHOLE_S = 12 * 3600.0
LOOK_MS = 500

_INPUT = frozenset(
    kind.value
    for kind in (
        QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick, QEvent.Type.Wheel, QEvent.Type.KeyPress, QEvent.Type.KeyRelease,
        QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd, QEvent.Type.TabletMove,
        QEvent.Type.TabletPress,
    )
)  # fmt: skip


class Deadline:
    """How long a session still lasts, by several clocks at once: the strictest counts.

    A clock that was set back gives nothing away: the others go on, and this one starts anew from where it was set.
    """

    def __init__(self, clocks: Sequence[Clock] = CLOCKS, idle_s: float = IDLE_S, whole_s: float = WHOLE_S) -> None:
        self._clocks = tuple(clocks)
        self._idle_s = idle_s
        self._whole_s = whole_s
        self._touched: list[float] = []
        self._began: list[float] = []
        self.begin()

    def begin(self) -> None:
        """Somebody signed in just now."""
        self._touched = [clock() for clock in self._clocks]
        self._began = list(self._touched)

    def touch(self) -> None:
        """Somebody is at the keyboard; only meaningful while not expired."""
        for place, clock in enumerate(self._clocks):
            self._touched[place] = clock()

    def remaining_s(self) -> float:
        """Seconds until the session ends; zero or less once it has."""
        left = []
        for place, clock in enumerate(self._clocks):
            now = clock()
            self._touched[place] = min(self._touched[place], now)
            self._began[place] = min(self._began[place], now)
            left.append(self._idle_s - (now - self._touched[place]))
            left.append(self._whole_s - (now - self._began[place]))
        return min(left)


class SessionTimer(QObject):
    """Watches the whole application for real input and tells when the session is over.

    Signals:
        ticked: seconds that are left, about twice a second.
        expired: once, when nothing is left.
    """

    ticked = Signal(float)
    expired = Signal()

    def __init__(self, deadline: Deadline, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._deadline = deadline
        self._running = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def running(self) -> bool:
        """Whether a session is being watched."""
        return self._running

    def begin(self) -> None:
        """Watch a session that begins now."""
        self._deadline.begin()
        self._running = True
        self._timer.start()
        application = QCoreApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        self.look()

    def end(self) -> None:
        """Watch no longer."""
        self._running = False
        self._timer.stop()
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def stay(self) -> None:
        """The person says that they are still there."""
        if not self._over():
            self._deadline.touch()
            self.ticked.emit(self._deadline.remaining_s())

    def look(self) -> None:
        """Tell how much is left, and end the session when it is nothing."""
        if not self._over():
            self.ticked.emit(self._deadline.remaining_s())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Let real input move the deadline; swallow the input that comes after it."""
        if event.type().value not in _INPUT or not event.spontaneous() or not self._running:
            return False
        if self._over():
            return True
        self._deadline.touch()
        return False

    def _over(self) -> bool:
        if not self._running:
            return True
        if self._deadline.remaining_s() > 0:
            return False
        self.end()
        self.expired.emit()
        return True
