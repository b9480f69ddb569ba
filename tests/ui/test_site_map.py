"""The map and the time line: drawn in the background, with a reason where there is nothing to draw."""

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.layer_arrays import TIMELESS, RasterLayer, SiteLayers
from rockfall_desktop.domain.site_map import MapLayer, SiteMap
from rockfall_desktop.operations import site_map as operation
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.layer_tab import CUTTING, LayerTab
from rockfall_desktop.ui.site.map_incidents import LARGEST_PX, sizes_px, volume_words
from rockfall_desktop.ui.site.map_pictures import widened
from rockfall_desktop.ui.site.map_scale import length_words, round_length
from rockfall_desktop.ui.site.map_tab import MapTab
from rockfall_desktop.ui.site.time_line import bars
from rockfall_desktop.ui.theme import Theme
from tests.map_site import RAIN, write_map_site, write_terrain
from tests.ui import values
from tests.ui.conftest import Photograph

DAY_S = 86_400
UI = "rockfall_desktop.ui.site"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_map_site(tmp_path / "site")


@pytest.fixture
def tab(seat: Seat, theme: Theme, qtbot: QtBot) -> Iterator[MapTab]:
    made = MapTab(seat, theme)
    made.resize(1204, 640)
    made.show()
    yield made
    made.pictures.forget()
    made.hide()
    made.deleteLater()


def show(tab: MapTab | LayerTab, folder: Path) -> None:
    tab.show_site(values.summary().model_copy(update={"folder": str(folder)}))


def layer(tab: MapTab, row: int, *, on: bool) -> None:
    tab.layers.list.item(row).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)


def colour_at(tab: MapTab, x: float, y: float) -> tuple[int, ...]:
    point = tab.view.box.mapViewToScene(QPointF(x, y)).toPoint()
    found = tab.view.canvas.grab().toImage().pixelColor(point)
    return found.red(), found.green(), found.blue()


def test_that_a_map_shows_its_newest_picture_zones_and_incidents(
    tab: MapTab, site: Path, qtbot: QtBot, photograph: Photograph
) -> None:
    show(tab, site)
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)
    assert [one.name for one in tab.layers.wanted()] == ["flight"]
    west, east = colour_at(tab, 500_005, 5_500_100), colour_at(tab, 500_195, 5_500_100)
    assert east[0] > west[0] + 150
    north, south = colour_at(tab, 500_005, 5_500_195), colour_at(tab, 500_005, 5_500_005)
    assert south[1] > north[1] + 150
    layer(tab, 0, on=True)
    layer(tab, 1, on=False)
    layer(tab, 2, on=True)
    qtbot.waitUntil(lambda: tab.layers.legend.count() == 2, timeout=5000)
    qtbot.waitUntil(lambda: colour_at(tab, 500_005, 5_500_195)[0] > colour_at(tab, 500_005, 5_500_195)[2] + 60)
    south = colour_at(tab, 500_005, 5_500_050)
    assert south[2] > south[0] + 40  # limestone is orange, marl blue, both over the shaded terrain
    photograph(tab, "site-map")
    assert "diamond" in tab.layers.key.text()
    assert "hollow" in tab.layers.key.text()


def test_that_no_file_is_read_in_the_thread_of_the_window(
    tab: MapTab, site: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[bool] = []

    def told(call: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*arguments: Any, **named: Any) -> Any:
            threads.append(threading.current_thread() is threading.main_thread())
            return call(*arguments, **named)

        return asked

    monkeypatch.setattr(f"{UI}.map_tab.read_site_map", told(operation.read_site_map))
    monkeypatch.setattr(f"{UI}.map_pictures.map_picture", told(operation.map_picture))
    show(tab, site)
    qtbot.waitUntil(lambda: {"near", "whole"} <= set(tab.view.image.shown), timeout=20_000)
    assert len(threads) >= 3
    assert not any(threads)


def test_that_the_pointer_is_told_place_incident_and_zone(tab: MapTab, site: Path, qtbot: QtBot) -> None:
    show(tab, site)
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)
    tab.view._on_pointer(tab.view.box.mapViewToScene(QPointF(500_120, 5_500_040)))
    assert tab.pointed.text() == "2021-02-11, lower, 100 m³"
    assert tab.place.text() == "x 500,120.00   y 5,500,040.00   EPSG:25832"
    tab.view._on_pointer(tab.view.box.mapViewToScene(QPointF(500_100, 5_500_150)))
    assert tab.pointed.text() == "2022-01-15, upper, 25 m³, place within its zone unknown"
    tab.view._on_pointer(tab.view.box.mapViewToScene(QPointF(500_050, 5_500_150)))
    assert tab.pointed.text().startswith("2 incidents here, the newest: 2021-08-30, upper, volume unknown")
    at = tab.view.box.mapViewToScene(QPointF(500_100, 5_500_060))
    click = SimpleNamespace(button=lambda: Qt.MouseButton.LeftButton, double=lambda: False, scenePos=lambda: at)
    tab.view._on_click(click)
    assert tab.pointed.text() == "Zone lower"


def test_that_a_faulty_layer_is_a_sentence_and_the_rest_is_drawn(tab: MapTab, site: Path, qtbot: QtBot) -> None:
    (site / "terrain.tif").write_text("no raster")
    show(tab, site)
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)
    assert "Layer 'terrain': terrain.tif" in tab.told.text()
    assert "cannot be drawn" in tab.layers.list.item(0).text()
    assert [one.name for one in tab.layers.wanted()] == ["flight"]


def test_that_a_layer_that_breaks_while_it_is_shown_is_a_sentence(tab: MapTab, site: Path, qtbot: QtBot) -> None:
    show(tab, site)
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)
    (site / "flight.tif").write_bytes(b"II*\0 nothing more")
    tab.view.box.scaleBy((0.5, 0.5))
    qtbot.waitUntil(lambda: "Layer 'flight' cannot be drawn" in tab.told.text(), timeout=5000)
    assert tab.view.image.shown  # what was drawn before stays


def test_that_a_large_layer_is_made_ready_once_and_told(
    tab: MapTab, site: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_terrain(site / "flight.tif", 1200)
    monkeypatch.setattr("rockfall_desktop.sites.layers.picture.EASILY_DRAWN", 1_000_000)
    said: list[str] = []
    tab.pictures.preparing.connect(said.append)
    show(tab, site)
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)
    assert any("'flight' is made ready for the map, once: 100 %" in words for words in said)
    assert tab.told.text() == ""
    said.clear()
    show(tab, site)
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)
    assert not said or set(said) == {""}


def test_that_a_site_without_a_map_says_why(tab: MapTab, tmp_path: Path, qtbot: QtBot) -> None:
    site = write_map_site(tmp_path / "bare", layers=RAIN)
    show(tab, site)
    qtbot.waitUntil(lambda: tab.stack.currentWidget() is not tab.words, timeout=20_000)
    assert "names no layer" in tab.layers.none.text()
    (site / "site.toml").write_text("nothing = ", encoding="utf-8")
    show(tab, site)
    qtbot.waitUntil(lambda: "site.toml" in tab.words.text(), timeout=5000)
    assert tab.stack.currentWidget() is tab.words


def test_that_marks_grow_with_the_volume_by_area() -> None:
    sizes = sizes_px(np.array([1000, 250, 0.001, np.nan], np.float32))
    assert sizes[0] == LARGEST_PX
    assert sizes[1] == pytest.approx(LARGEST_PX / 2, abs=1.3)
    assert sizes[2] == 6.0
    assert sizes[3] == 9.0
    assert volume_words(13_980.0) == "14,000 m³"
    assert volume_words(0.05) == "0.05 m³"
    assert volume_words(float("nan")) == "volume unknown"


def test_that_the_scale_is_a_round_length() -> None:
    assert [round_length(one) for one in (140, 99, 0.7, 2000)] == [100, 50, 0.5, 2000]
    assert length_words(2000.0, "m") == "2 km"
    assert length_words(0.5, "m") == "0.5 m"


def test_that_a_picture_is_wider_than_the_view_and_bounded() -> None:
    bounds, size = widened((0, 0, 100, 50), (1000, 500))
    assert bounds == (-25, -12.5, 125, 62.5)
    assert size == (1500, 750)
    assert max(widened((0, 0, 100, 50), (7680, 4320))[1]) == 4096


def dated(name: str, kind: str, known_s: int | None) -> MapLayer:
    acquired = None if known_s is None else date.fromordinal(1 + known_s // DAY_S)
    return MapLayer(name, kind, f"{name}.tif", acquired, known_s, (0, 0, 1, 1), "", 1.0)


def test_that_an_epoch_lasts_until_the_next_of_its_kind_is_known() -> None:
    found, lanes = bars([
        dated("second", "elevation", 20 * DAY_S), dated("rocks", "geology", None), dated("first", "elevation", DAY_S),
        dated("flight", "drone_imagery", 5 * DAY_S),
    ])  # fmt: skip
    assert lanes == ("drone imagery", "elevation", "geology, timeless")
    spans = {bar.name: (bar.lane, bar.first_s / DAY_S, bar.last_s / DAY_S) for bar in found}
    endless = float("inf")
    assert spans == {
        "flight": (0, 5, endless), "first": (1, 1, 20), "second": (1, 20, endless), "rocks": (2, -endless, endless),
    }  # fmt: skip


def test_that_an_older_survey_that_arrives_late_has_no_time_of_its_own() -> None:
    late = MapLayer("late", "elevation", "late.tif", date(2020, 1, 1), 90 * DAY_S, (0, 0, 1, 1), "", 1.0)
    new = MapLayer("new", "elevation", "new.tif", date(2020, 2, 1), 60 * DAY_S, (0, 0, 1, 1), "", 1.0)
    found, _ = bars([late, new])
    spans = {bar.name: (bar.first_s / DAY_S, bar.last_s / DAY_S) for bar in found}
    assert spans == {"late": (90, 90), "new": (60, float("inf"))}


@pytest.fixture
def layers(seat: Seat, theme: Theme) -> Iterator[LayerTab]:
    made = LayerTab(seat, theme)
    made.resize(1204, 640)
    made.show()
    yield made
    made.hide()
    made.deleteLater()


def test_that_layers_are_told_with_the_share_of_zones_that_they_cover(
    layers: LayerTab, site: Path, qtbot: QtBot, photograph: Photograph, monkeypatch: pytest.MonkeyPatch
) -> None:
    chips = np.full((2, 1, 4, 4), np.nan, np.float32)
    chips[0, 0, 1, 1] = 3
    raster = RasterLayer("terrain", "elevation", ("elevation",), chips, (), 1.0, TIMELESS)
    cut = SiteLayers(("upper", "lower"), (raster,), (), ("Layer 'terrain': half of it is missing.",), "0")
    monkeypatch.setattr(f"{UI}.layer_tab.read_site_layers", values.always(cut))
    show(layers, site)
    qtbot.waitUntil(lambda: layers.table.rows.rowCount() == 3 and layers.table.text(0, 4) != "…", timeout=20_000)
    photograph(layers, "site-layers")
    assert [layers.table.text(0, column) for column in range(6)] == [
        "terrain", "elevation", "2020-03-01", "2020-03-02 00:00", "50.0 %", "Layer 'terrain': half of it is missing.",
    ]  # fmt: skip
    assert layers.table.text(1, 3) == "2021-06-05 00:00"  # three days of delay
    assert layers.table.text(2, 3) == "always"
    assert not layers.line.is_empty
    assert layers.line.describe(1_600_000_000) == "terrain, rocks"


def test_that_a_fault_of_the_layers_is_told_and_their_dates_stay(
    layers: LayerTab, site: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path, *, station: object) -> None:
        raise WrongInput("The site cannot be read", "flight.tif: is damaged.", "Copy it again.")

    monkeypatch.setattr(f"{UI}.layer_tab.read_site_layers", refuse)
    show(layers, site)
    qtbot.waitUntil(lambda: layers.told.text() not in {"", CUTTING}, timeout=20_000)
    assert layers.told.text() == "flight.tif: is damaged. Copy it again."
    assert [layers.table.text(row, 4) for row in range(3)] == ["not cut"] * 3
    assert layers.table.rows.rowCount() == 3


def test_that_a_site_without_layers_says_so(layers: LayerTab, tmp_path: Path, qtbot: QtBot) -> None:
    show(layers, write_map_site(tmp_path / "bare", layers=RAIN))
    qtbot.waitUntil(layers.empty.isVisible, timeout=20_000)
    assert not layers.panel.isVisible()


def test_that_nothing_is_read_before_a_tab_is_looked_at(
    seat: Seat, light: Theme, site: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def read(folder: Path, *, station: object) -> SiteMap:
        asked.append(folder)
        return operation.read_site_map(folder, station=station)  # type: ignore[arg-type]

    monkeypatch.setattr(f"{UI}.map_tab.read_site_map", read)
    tab = MapTab(seat, light)
    show(tab, site)
    assert not asked
    tab.show()
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)
    assert asked == [site]
    tab.hide()
    tab.deleteLater()
