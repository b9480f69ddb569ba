"""How long the window's thread draws one frame while a channel of a million points is panned and zoomed.

Beside it pyqtgraph's own downsampling of the same points, in the same run.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.figures import verdict
from rockfall_desktop.domain.arrays import ChannelArray, IncidentArray, SiteArrays
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.charts.channel_chart import ChannelChart
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Choice, Theme

POINTS, FRAMES, FALLS = 1_000_000, 400, 20_000
STEP_S = 60


def run() -> None:
    """Pan and zoom through the whole record and print the share of slow frames."""
    application = QApplication.instance() or QApplication([])
    arrays = _site()
    with TemporaryDirectory() as home:
        seat = Seat(Station.at(Path(home), now=lambda: datetime.now(UTC)))
    chart = ChannelChart(seat, Theme(Choice.LIGHT))
    chart.resize(1180, 420)
    chart.show()
    begun = time.perf_counter()
    chart.show_channel(arrays, "level")
    asked_ms = (time.perf_counter() - begun) * 1000
    while chart.is_empty:
        QTest.qWait(5)
    QTest.qWait(50)
    ours = _frames(chart.plot, chart.view)
    theirs = _frames(*_plain(arrays))
    print(f"{POINTS:,} points, {FALLS:,} incidents, {FRAMES} frames; the click takes the window {asked_ms:.1f} ms")
    print(f"ours:      {_words(ours)}")
    print(f"pyqtgraph: {_words(theirs)} (its own peak downsampling, without incidents and marks)")
    p99 = float(np.percentile(ours, 99))
    figure = f"p99 {p99:.1f} ms a frame, {p99 / float(np.percentile(theirs, 99)):.2f} x pyqtgraph's own"
    verdict("channel_pan", figure, "p99 < 16 ms", met=p99 < 16)
    chart.close()
    application.processEvents()


def _site() -> SiteArrays:
    random = np.random.default_rng(4)
    values = np.cumsum(random.normal(size=POINTS)).astype(np.float32)
    values[random.random(POINTS) < 0.02] = np.nan
    quality = np.where(random.random(POINTS) < 0.05, 4, 0).astype(np.uint8)
    step = np.sort(random.integers(0, POINTS, FALLS))
    falls = IncidentArray(np.zeros(FALLS, np.int32), step, step, np.full(FALLS, 3.0, np.float32))
    start = 1_500_000_000 + STEP_S * np.arange(POINTS, dtype=np.int64)
    return SiteArrays(
        site_id="s", name="made up (simulated)", simulated=True, step_s=STEP_S, start_s=start,
        day_of_year=np.zeros(POINTS, np.float32), local_date=(start // 86_400).astype(np.int32), zone_ids=("A",),
        channels=(ChannelArray("level", "water_level", "m", zoned=False, values=values, quality=quality),),
        incidents=falls,
        recorded=np.ones(POINTS, np.bool_), notes=(), fingerprint="0",
    )  # fmt: skip


def _plain(arrays: SiteArrays) -> tuple[pg.PlotWidget, pg.PlotItem]:
    plot = pg.PlotWidget()
    plot.resize(1180, 420)
    view = plot.getPlotItem()
    view.setDownsampling(auto=True, mode="peak")
    view.setClipToView(True)
    curve = pg.PlotDataItem(connect="finite", skipFiniteCheck=False)
    view.addItem(curve)
    curve.setData(arrays.start_s.astype(np.float64), arrays.channels[0].values.astype(np.float64))
    plot.show()
    QTest.qWait(50)
    return plot, view


def _frames(plot: pg.PlotWidget, view: pg.PlotItem) -> list[float]:
    """Milliseconds from a new range to the painted picture: a slow zoom in and out while panning."""
    whole = POINTS * STEP_S
    taken = []
    for frame in range(FRAMES):
        width = whole * 10 ** (-4.5 * abs(np.sin(np.pi * frame / FRAMES)))
        left = 1_500_000_000 + (whole - width) * frame / FRAMES
        taken.append(_timed(lambda left=left, width=width: _turn(plot, view, left, left + width)))
    return taken


def _turn(plot: pg.PlotWidget, view: pg.PlotItem, left: float, right: float) -> None:
    view.setXRange(left, right, padding=0)
    plot.viewport().repaint()


def _timed(call: Callable[[], None]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def _words(taken: list[float]) -> str:
    p50, p99, most = np.percentile(taken, (50, 99, 100))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {most:.1f} ms"
