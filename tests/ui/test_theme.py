"""Colours can be told apart and read, light and dark; measured, not believed (WCAG 2.2, 1.4.3 and 1.4.11)."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.levels import Level as DomainLevel
from rockfall_desktop.packed import resource
from rockfall_desktop.ui import icons
from rockfall_desktop.ui.theme import DARK, LEVELS, LIGHT, Choice, Theme, Tokens, style_sheet

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    parts = [QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_that_the_measure_of_contrast_is_right() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21, abs=0.01)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@BOTH
@pytest.mark.parametrize("word", ["text", "muted", "accent", "good", "warning", "danger"])
@pytest.mark.parametrize("ground", ["ground", "panel", "hover", "selected"])
def test_that_words_can_be_read_on_every_ground(tokens: Tokens, word: str, ground: str) -> None:
    assert contrast(getattr(tokens, word), getattr(tokens, ground)) >= 4.5


@BOTH
def test_that_words_on_main_buttons_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5


@BOTH
def test_that_every_series_stands_out_from_its_panel(tokens: Tokens) -> None:
    assert all(contrast(colour, tokens.panel) >= 3 for colour in tokens.series)


@BOTH
def test_that_the_outline_of_what_can_be_typed_into_is_seen(tokens: Tokens) -> None:
    assert contrast(tokens.edge, tokens.panel) >= 3


@BOTH
@pytest.mark.parametrize("level", LEVELS)
def test_that_a_level_stands_out_by_its_fill_or_by_its_outline(tokens: Tokens, level: str) -> None:
    assert max(contrast(LEVELS[level], tokens.panel), contrast(tokens.text, tokens.panel)) >= 3


@pytest.mark.parametrize("level", LEVELS)
def test_that_a_level_is_drawn_in_its_colour_with_an_outline_in_the_colour_of_the_text(level: str) -> None:
    drawing = resource("icons", f"level-{level}.svg").read_text(encoding="utf-8")
    assert f'fill="{LEVELS[level]}" stroke="currentColor" stroke-width="1"' in drawing


def test_that_every_level_has_a_shape_of_its_own() -> None:
    shapes = set()
    for level, colour in LEVELS.items():
        drawing = resource("icons", f"level-{level}.svg").read_text(encoding="utf-8").replace(colour, "#000000")
        shapes.add(drawing)
    assert len(shapes) == len(LEVELS) == len(DomainLevel)


@pytest.mark.parametrize("level", LEVELS)
def test_that_a_level_keeps_its_colour_where_its_row_is_chosen(qapp: QApplication, level: str) -> None:
    icon = icons.icon(f"level-{level}", "#1B2330", 16)
    chosen = icon.pixmap(QSize(16, 16), 1.0, QIcon.Mode.Selected).toImage()
    assert chosen.pixelColor(8, 8).name().upper() == LEVELS[level]


@BOTH
def test_that_the_style_sheet_has_no_token_left_open(tokens: Tokens) -> None:
    assert "$" not in style_sheet(tokens).replace("$name stands", "")


def test_that_the_person_may_choose_and_everybody_is_told(qapp: QApplication) -> None:
    theme = Theme(Choice.LIGHT)
    told: list[str] = []
    theme.changed.connect(lambda: told.append(theme.tokens.name))
    theme.choose(Choice.DARK)
    theme.choose(Choice.DARK)
    assert told == ["dark"]


def test_that_the_window_follows_the_system(qapp: QApplication) -> None:
    theme = Theme()
    scheme = QGuiApplication.styleHints().colorScheme()
    assert theme.tokens is (DARK if scheme.name == "Dark" else LIGHT)


def test_that_every_icon_draws_something(qapp: QApplication) -> None:
    names = [path.stem for path in resource("icons").glob("*.svg")]
    assert set(names) >= set(icons.NAMES)
    for name in names:
        picture = icons.pixmap(name, "#1B2330", 24, 2.0).toImage()
        assert picture.width() == 48
        drawn = any(picture.pixelColor(x, y).alpha() for x in range(48) for y in range(48))
        assert drawn, f"{name} is empty"


@BOTH
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
def test_that_what_a_field_asks_for_can_be_read(
    kind: type[QLineEdit | QPlainTextEdit], tokens: Tokens, qapp: QApplication
) -> None:
    Theme(Choice.LIGHT if tokens is LIGHT else Choice.DARK).apply()
    field = kind()
    field.ensurePolished()
    seen = field.palette().placeholderText().color()
    assert seen.alpha() == 255
    assert contrast(seen.name(), tokens.panel) >= 4.5
    field.deleteLater()


@BOTH
def test_that_a_faulty_field_shows_the_focus_too(tokens: Tokens, qapp: QApplication, qtbot: QtBot) -> None:
    Theme(Choice.LIGHT if tokens is LIGHT else Choice.DARK).apply()
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    faulty, other = QLineEdit("abc"), QLineEdit("def")
    faulty.setProperty("faulty", True)
    for field in (faulty, other):
        column.addWidget(field)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    edges: list[set[str]] = []
    for field in (other, faulty):
        field.setFocus()
        picture = faulty.grab().toImage()
        middle = picture.height() // 2
        edges.append({picture.pixelColor(x, middle).name().upper() for x in (0, 1, picture.width() - 1)})
    assert edges[0] == {tokens.danger.upper()}
    assert edges[1] == {tokens.danger.upper(), tokens.accent.upper()}
