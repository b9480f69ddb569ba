"""The Quality tab: what is marked, over time, in numbers, and the record at a click."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.quality import Mark, MarkCount
from rockfall_desktop.ui.charts.heat_header import LABEL
from rockfall_desktop.ui.charts.heat_map import ROW
from rockfall_desktop.ui.charts.heat_picture import bar_lines
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.quality_tab import QualityTab
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.words import NOTHING
from tests.small_site import incidents, site_of
from tests.ui import values
from tests.ui.conftest import Keep, Photograph

STEPS, ZONES = 2400, 12


def arrays(zones: int = ZONES) -> SiteArrays:
    random = np.random.default_rng(3)
    rain = random.gamma(0.4, 6, STEPS).astype(np.float32)
    rain_quality = np.zeros(STEPS, np.uint8)
    rain_quality[900:960], rain[900:960] = Mark.GAP, np.nan
    rain_quality[1500], rain[1500] = Mark.OUT_OF_RANGE, np.nan
    level = np.cumsum(random.normal(size=(zones, STEPS)), axis=1).astype(np.float32)
    level_quality = np.where(random.random(level.shape) < 0.02, Mark.SPIKE, 0).astype(np.uint8)
    level_quality[3, 400:1400] = Mark.FLAT
    level_quality[5, 2000:], level[5, 2000:] = Mark.GAP | Mark.STALE, np.nan
    level_quality[:, 1200:1260] |= Mark.DUPLICATE.value
    marks = (MarkCount(mark="spike", steps=560, masked=False), MarkCount(mark="gap", steps=400, masked=True))
    channels = (
        ChannelArray(
            "rain", "rainfall", "mm", False, rain, rain_quality, (MarkCount(mark="gap", steps=60, masked=True),)
        ),
        ChannelArray("pore pressure", "pore_pressure", "kPa", True, level, level_quality, marks),
        ChannelArray("blasts", "blast", "1", False, np.zeros(STEPS, np.float32)),
    )
    return site_of(channels, zones, STEPS, incidents([0, 3], [200, 1800]))


@pytest.fixture
def tab(theme: Theme, seat: Seat, keep: Keep) -> QualityTab:
    made = QualityTab(seat, theme)
    keep(made)
    made.resize(1160, 600)
    made.show_site(values.summary())
    return made


def shown(tab: QualityTab, qtbot: QtBot, site: SiteArrays | None = None) -> QualityTab:
    tab.show_arrays(site or arrays())
    tab.show()
    qtbot.waitUntil(lambda: tab._found is not None)
    return tab


def test_that_each_channel_and_its_zones_have_a_row(tab: QualityTab, qtbot: QtBot, photograph: Photograph) -> None:
    shown(tab, qtbot)
    tab.map.rows.chosen.emit(0, 90)
    photograph(tab, "site-quality")
    labels = [row.label for row in tab.map.rows.rows]
    assert labels[:4] == ["rain", f"pore pressure, {ZONES} zones", "Z3", "Z5"]
    assert tab.map.rows.rows[-1].note == "not judged"
    assert tab.map.rows.rows[-1].shares is None


def test_that_nothing_is_counted_before_the_tab_is_looked_at(tab: QualityTab, qtbot: QtBot) -> None:
    tab.show_arrays(arrays())
    assert not tab._counting.busy
    tab.show()
    qtbot.waitUntil(lambda: tab._found is not None)


def test_that_the_table_says_mark_steps_and_mask(tab: QualityTab, qtbot: QtBot) -> None:
    shown(tab, qtbot)
    rows = [[tab.marks.text(row, column) for column in range(5)] for row in range(tab.marks.rows.rowCount())]
    assert rows[0] == ["rain", "gap", "60", NOTHING, "yes"]
    assert rows[1][:3] == ["pore pressure", "spike", "560"]
    assert rows[3][:2] == ["blasts", "not judged"]


def test_that_hovering_says_the_counts(tab: QualityTab, qtbot: QtBot) -> None:
    shown(tab, qtbot)
    tab.map.rows.hovered.emit(0, 150)
    assert "1 out of range, of 10 steps; 1 masked" in tab.about.text()
    tab.map.rows.hovered.emit(tab.map.rows.rows.index(tab.map.rows.rows[-1]), 4)
    assert tab.about.text().endswith("not judged")
    tab.map.rows.hovered.emit(-1, -1)
    assert "click" in tab.about.text()


def test_that_a_click_shows_the_record_at_that_time(tab: QualityTab, qtbot: QtBot) -> None:
    shown(tab, qtbot)
    field = tab.map.rows._field()
    QTest.mouseClick(tab.map.rows, Qt.MouseButton.LeftButton, pos=QPoint(LABEL + field.width() // 2, 2 * ROW + 9))
    assert tab.chart.title.text() == "pore pressure, Z3"
    begin, end = tab.chart.view.viewRange()[0]
    site = arrays()
    assert begin < site.start_s[STEPS // 2] < end
    assert end - begin < (site.start_s[-1] - site.start_s[0]) / 4


def test_that_the_map_is_used_with_the_keyboard(tab: QualityTab, qtbot: QtBot) -> None:
    shown(tab, qtbot)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(tab.map.rows, key)
    assert tab.chart.title.text().startswith("pore pressure")


def test_that_many_zones_say_how_many_have_no_row(tab: QualityTab, qtbot: QtBot) -> None:
    shown(tab, qtbot, arrays(200))
    assert tab._found is not None
    assert f"{tab._found.left_out} rows of zones with fewer marks are not shown" in tab.about.text()


def test_that_a_site_without_channels_says_so(tab: QualityTab, qtbot: QtBot) -> None:
    shown(tab, qtbot, site_of((), 1, 0, incidents([], [])))
    assert "no channel" in tab.empty.text()


def test_that_a_single_bad_step_among_thousands_is_seen() -> None:
    lines = bar_lines(np.array([[0.0005], [0.9995]]), 18)
    assert (lines == 0).sum() == 3
    assert (lines == 1).sum() == 15
    assert (bar_lines(np.zeros((2, 1)), 18) == -1).all()


def test_that_nothing_is_to_be_clicked_where_there_is_no_bar(tab: QualityTab, qtbot: QtBot) -> None:
    shown(tab, qtbot, site_of((), 1, 0, incidents([], [])))
    assert "Click" not in tab.chart.empty.text()
