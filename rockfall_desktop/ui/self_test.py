"""Builds every page in light and dark and looks at the pictures: is the window of this installation whole?"""

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from rockfall_desktop.domain.key_slot import KeyCost
from rockfall_desktop.operations.sign_in import set_up
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui import icons
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.crash import CrashHooks
from rockfall_desktop.ui.main_window import PAGES, MainWindow
from rockfall_desktop.ui.password_dialog import PasswordDialog
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import DARK, LIGHT, Choice, Theme, style_sheet
from rockfall_desktop.ui.window import make_application

FEWEST_COLOURS = 4
LOOK_EVERY_PX = 3
QUIET_S = 10.0
COSTS = (KeyCost(memory_kib=1024, passes=1, lanes=1),)
PHRASE = "only for this self test"
_FILE = re.compile(r"url\(\"?([^)\"]+)\"?\)")


def show_every_page() -> int:
    """Show every page of a station of its own; the caller chooses Qt's platform.

    Returns:
        0 when everything is there and drawn; 1 after a sentence for each fault on standard error.
    """
    make_application()
    crashes: list[str] = []
    hooks = CrashHooks(lambda text: None if text.startswith("Qt: ") else crashes.append(text))
    hooks.install()
    try:
        with tempfile.TemporaryDirectory(prefix="rockfall-self-test-") as folder:
            faults = [*_missing(), *_unseen(Path(folder) / "home"), *crashes]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test is for
        faults = [f"The window cannot be built: {type(error).__name__}: {error}"]
    finally:
        hooks.remove()
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


def _missing() -> Iterator[str]:
    """Icons that cannot be drawn, and files that the style names and that are not there."""
    for name in icons.NAMES:
        try:
            if is_blank(icons.pixmap(name, LIGHT.text, 32), fewest=2):
                yield f"The icon {name} draws nothing."
        except FileNotFoundError as error:
            yield f"The icon {name} is missing: {error}."
    for tokens in (LIGHT, DARK):
        for path in _FILE.findall(style_sheet(tokens)):
            if not Path(path).is_file():
                yield f"The style names {path}, which is not there."


def _unseen(home: Path) -> Iterator[str]:
    """Windows and pages whose picture is blank."""
    station = Station.at(home, now=lambda: datetime.now(UTC), costs=COSTS)
    theme = Theme(Choice.LIGHT)
    theme.apply()
    try:
        dialog = PasswordDialog(station, theme)
        session = set_up(station=station, factory_password="admintime", name="tester", pass_phrase=PHRASE)  # noqa: S106
        seat = Seat(station)
        seat.take(session)
        main = MainWindow(seat, theme)
        main.begin(None)
        for choice in (Choice.LIGHT, Choice.DARK):
            theme.choose(choice)
            yield from (f"{name} is blank ({choice})." for name, widget in _shown(dialog, main) if _blank(widget))
        _leave(dialog, main)
    finally:
        station.close()


def _shown(dialog: PasswordDialog, main: MainWindow) -> Iterator[tuple[str, QWidget]]:
    yield "The password dialog", dialog
    for number, (_, word) in enumerate(PAGES):
        main.turn_to(number)
        yield f"The page {word}", main


def _blank(widget: QWidget) -> bool:
    widget.show()
    _wait_until_quiet()
    return is_blank(widget.grab())


def is_blank(picture: QPixmap, fewest: int = FEWEST_COLOURS) -> bool:
    """Whether a picture has fewer colours than anything that was drawn."""
    image = picture.toImage()
    places = ((x, y) for y in range(0, image.height(), LOOK_EVERY_PX) for x in range(0, image.width(), LOOK_EVERY_PX))
    colours: set[int] = set()
    for x, y in places:
        colours.add(image.pixel(x, y))
        if len(colours) >= fewest:
            return False
    return True


def _leave(dialog: PasswordDialog, main: MainWindow) -> None:
    """Close as a person would; whatever is at work then must end by itself."""
    dialog.hide()
    main.close()
    _wait_until_quiet()
    for window in (dialog, main):
        window.deleteLater()


def _wait_until_quiet() -> None:
    until = time.monotonic() + QUIET_S
    QTest.qWait(1)
    while BackgroundRun.all_running():
        if time.monotonic() > until:
            raise TimeoutError(f"{BackgroundRun.all_running()[0].objectName()} does not end")
        QTest.qWait(5)
