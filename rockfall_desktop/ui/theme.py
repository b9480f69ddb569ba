"""Colours and measures of the window, light and dark, and the object that applies them."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from rockfall_desktop.packed import resource

SPACES = (4, 8, 12, 16, 24)


@dataclass(frozen=True)
class Tokens:
    """One set of colours, each as #RRGGBB.

    Attributes:
        ground, panel, line: behind everything, behind groups, between them.
        edge: outline of what can be typed into; 3 : 1 against the panel.
        text, muted, accent, on_accent: words, side remarks, links and main buttons, words on main buttons.
        hover, selected: grounds of what the pointer is over and of what is chosen.
        good, warning, danger: words that carry a state (never colour alone).
        series: six lines of a chart, after Okabe and Ito (2008).
    """

    name: str
    ground: str
    panel: str
    line: str
    edge: str
    text: str
    muted: str
    accent: str
    on_accent: str
    hover: str
    selected: str
    good: str
    warning: str
    danger: str
    series: tuple[str, ...]


LIGHT = Tokens(
    name="light", ground="#F7F8FA", panel="#FFFFFF", line="#D9DEE5", edge="#838E9C", text="#1B2330", muted="#5B6675",
    accent="#1F5FBF", on_accent="#FFFFFF", hover="#EEF1F5", selected="#E3ECFA", good="#00694B", warning="#8F5200",
    danger="#B3261E", series=("#0072B2", "#B87A00", "#00795A", "#A8528A", "#2A8CC4", "#C24E00"),
)  # fmt: skip
DARK = Tokens(
    name="dark", ground="#14181F", panel="#1C222B", line="#303844", edge="#6E7A8A", text="#E6EAF0", muted="#9AA5B4",
    accent="#6EA8FF", on_accent="#0B1526", hover="#262E39", selected="#22324A", good="#2FC79A", warning="#F0B03A",
    danger="#FF8A80", series=("#56B4E9", "#E69F00", "#2FC79A", "#CC79A7", "#8CCBF2", "#FF8A3D"),
)  # fmt: skip

LEVELS = {"green": "#009E73", "yellow": "#F0C808", "orange": "#E07A1F", "red": "#C1121F", "grey": "#8A93A0"}


class Choice(StrEnum):
    """Which set of colours is wanted."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


def style_sheet(tokens: Tokens) -> str:
    """The style of the window with its tokens filled in."""
    template = Template(resource("style", "rockfall.qss").read_text(encoding="utf-8"))
    icons = resource("icons").as_posix()
    return template.substitute({key: value for key, value in asdict(tokens).items() if key != "series"}, icons=icons)


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for key, colour in {
        role.Window: tokens.ground, role.WindowText: tokens.text, role.Base: tokens.panel,
        role.AlternateBase: tokens.hover, role.Text: tokens.text, role.Button: tokens.panel,
        role.ButtonText: tokens.text, role.ToolTipBase: tokens.panel, role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.muted, role.Highlight: tokens.accent, role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent, role.Mid: tokens.line, role.Dark: tokens.edge, role.Light: tokens.panel,
    }.items():  # fmt: skip
        palette.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(tokens.muted))
    return palette


class Theme(QObject):
    """Follows the system's choice of light or dark, or holds the one that the person made.

    Signals:
        changed: the tokens are other ones; what draws itself draws anew.
    """

    changed = Signal()

    def __init__(self, choice: Choice = Choice.SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._tokens = LIGHT
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._look_again)
        self._tokens = self._wanted()

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return self._tokens

    def choose(self, choice: Choice) -> None:
        """Take light, dark, or what the system says."""
        self._choice = choice
        self._look_again()

    def apply(self) -> None:
        """Dress the application in the tokens."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            sheet = style_sheet(self._tokens)
            if application.styleSheet() == sheet:
                return
            if application.style().name() != "fusion":
                application.setStyle("Fusion")
            application.setPalette(_palette(self._tokens))
            application.setStyleSheet(sheet)

    def _wanted(self) -> Tokens:
        if self._choice is not Choice.SYSTEM:
            return DARK if self._choice is Choice.DARK else LIGHT
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT

    def _look_again(self) -> None:
        wanted = self._wanted()
        if wanted is not self._tokens:
            self._tokens = wanted
            self.apply()
            self.changed.emit()
