"""How long a frame takes on the window's thread while a map of 10,000 x 10,000 cells is moved, and a picture behind it.

The orthophoto is made up. A frame is: another part in view, painted at once; pictures arrive from the background
meanwhile, as they do under a hand.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import rasterio
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from rasterio.enums import Resampling

from benchmarks.figures import verdict
from rockfall_desktop.operations.site_map import map_picture, prepare_picture
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.map_tab import MapTab
from rockfall_desktop.ui.theme import Choice, Theme
from tests.ui.values import SESSION, summary

SIDE, CELL_M, STRIP = 10_000, 0.1, 500
FRAMES, FRAME_MS, GOAL_MS = 600, 16, 16.0
WEST, NORTH = 500_000.0, 5_501_000.0
HEAD = """\
id = "01890a5d-ac96-774b-bcce-b302099a8057"
name = "Made-up slope (simulated)"
crs = "EPSG:25832"
timezone = "Europe/Berlin"
step = "1d"
simulated = true

[zone_grid]
cell_m = 70
west = 500000
south = 5500000
east = 501000
north = 5501000

[incidents]
file = "falls.csv"
time = "date"
time_format = "%Y-%m-%d"
x_column = "x"
y_column = "y"
volume_column = "volume"
"""
LAYER = """
[[layer]]
name = "{name}"
kind = "drone_imagery"
file = "{name}.tif"
acquired = 2024-05-01
"""


def run() -> None:
    """Time pictures in the background and frames in the window."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        station = cast("Station", SimpleNamespace(home=place / "home"))
        worst = 0.0
        for name in ("plain", "with-overviews"):
            site = _write_site(place / name, name)
            _time_pictures(site, name, station)
            worst = max(worst, _move(site, name, station))
    verdict("map_pan", f"p99 of a frame {worst:.1f} ms", f"< {GOAL_MS:.0f} ms", met=worst < GOAL_MS)


def _write_site(folder: Path, name: str) -> Path:
    folder.mkdir()
    random = np.random.default_rng(7)
    (folder / "site.toml").write_text(HEAD + LAYER.format(name=name), encoding="utf-8")
    rows = [
        f"2024-{month}-{day:02d},{x:.1f},{y:.1f},{volume:.1f}"
        for month, day, x, y, volume in zip(
            random.integers(10, 13, 2000), random.integers(1, 28, 2000), WEST + 1000 * random.random(2000),
            NORTH - 1000 * random.random(2000), random.pareto(1.0, 2000) + 0.1, strict=True,
        )
    ]  # fmt: skip
    (folder / "falls.csv").write_text("date,x,y,volume\n" + "\n".join(rows), encoding="utf-8")
    profile = {"driver": "GTiff", "width": SIDE, "height": SIDE, "count": 3, "dtype": "uint8", "photometric": "rgb"}
    profile |= {"tiled": True, "blockxsize": 512, "blockysize": 512, "crs": "EPSG:25832"}
    path = folder / f"{name}.tif"
    with rasterio.open(path, "w", transform=rasterio.Affine(CELL_M, 0, WEST, 0, -CELL_M, NORTH), **profile) as file:
        for row in range(0, SIDE, STRIP):
            colours = random.integers(0, 255, (3, STRIP // 10, SIDE // 10), np.uint8)
            part = rasterio.windows.Window(0, row, SIDE, STRIP)
            file.write(colours.repeat(10, axis=1).repeat(10, axis=2), window=part)
    if name == "with-overviews":
        with rasterio.open(path, "r+") as file:
            file.build_overviews([2, 4, 8, 16], Resampling.average)
    return folder


def _time_pictures(site: Path, name: str, station: Station) -> None:
    began = time.perf_counter()
    if name == "plain":
        shares = list(prepare_picture(site, name, station=station))
        print(f"{name}: overview made once in {time.perf_counter() - began:.1f} s, told in {len(shares)} steps")
    for words, side_m in (("the whole", 1000.0), ("a quarter", 250.0), ("one cell a pixel", 128.0)):
        spent = []
        for place in range(5):
            west, south = WEST + 10.0 * place, NORTH - 1000.0 + 10.0 * place
            began = time.perf_counter()
            bounds = (west, south, west + side_m, south + side_m * 0.625)
            map_picture(site, name, bounds, 1920, 1200, station=station)
            spent.append(1000 * (time.perf_counter() - began))
        print(
            f"{name}: picture of {words}, 1,920 x 1,200: median {sorted(spent)[2]:.0f} ms, longest {max(spent):.0f} ms"
        )


def _move(site: Path, name: str, station: Station) -> float:
    seat = Seat(station)
    seat.take(SESSION)
    tab = MapTab(seat, Theme(Choice.LIGHT))
    tab.resize(1204, 640)
    tab.show()
    tab.show_site(summary().model_copy(update={"folder": str(site)}))
    while not tab.view.image.shown or BackgroundRun.all_running():
        QTest.qWait(20)
    frames, late = _play(tab)
    while BackgroundRun.all_running():
        QTest.qWait(20)
    for item in (tab.view.image, tab.view.zones, tab.view.incidents):
        item.hide()
    tab.view.moved.disconnect()
    bare, _ = _play(tab)
    tab.hide()
    tab.deleteLater()
    figures = (("frame", frames), ("a 10 ms timer was late by", late), ("frame of an empty map, for reference", bare))
    for words, spent in figures:
        ordered = np.sort(spent)
        shares = ", ".join(f"p{100 * q:g} {np.quantile(ordered, q):.1f} ms" for q in (0.5, 0.99, 0.999))
        print(f"{name}: {words} {shares}, longest {ordered[-1]:.1f} ms ({len(spent):,})")
    return float(np.quantile(frames, 0.99))


def _play(tab: MapTab) -> tuple[list[float], list[float]]:
    """Zoom in, move about, zoom out; how long each frame took, and how late a timer beside it was, in ms."""
    frames: list[float] = []
    late: list[float] = []
    loop, steps, before = QEventLoop(), _steps(), time.perf_counter()

    def frame() -> None:
        step = next(steps, None)
        if step is None:
            loop.quit()
            return
        began = time.perf_counter()
        zoom, across, down = step
        wide = tab.view.seen[2] - tab.view.seen[0]
        tab.view.box.scaleBy((zoom, zoom))
        tab.view.box.translateBy(x=across * wide, y=down * wide)
        tab.view.canvas.viewport().repaint()
        frames.append(1000 * (time.perf_counter() - began))

    def tick() -> None:
        nonlocal before
        clock = time.perf_counter()
        late.append(max(0.0, 1000 * (clock - before) - 10))
        before = clock

    timers = [QTimer(), QTimer()]
    for timer, call, every in zip(timers, (frame, tick), (FRAME_MS, 10), strict=True):
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(call)
        timer.start(every)
    loop.exec()
    for timer in timers:
        timer.stop()
    return frames, late


def _steps() -> Iterator[tuple[float, float, float]]:
    for number in range(FRAMES):
        zoom = 0.98 if number < FRAMES // 3 else 1.0 if number < 2 * FRAMES // 3 else 1 / 0.98
        moving = 0.01 if number >= FRAMES // 3 else 0.0
        turn = 2 * np.pi * number / 120
        rests = number % 60 > 48  # the hand rests, so that a picture is asked for
        yield (1.0, 0.0, 0.0) if rests else (zoom, moving * float(np.cos(turn)), moving * float(np.sin(turn)))
