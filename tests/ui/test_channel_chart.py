"""The record of a channel, with its incidents and marks."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.quality import Mark
from rockfall_desktop.ui.charts.channel_chart import AT_ONCE, ChannelChart
from rockfall_desktop.ui.charts.channel_record import prepared
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from tests.small_site import DAY_S, FIRST_DAY, incidents, site_of, small_site
from tests.ui.conftest import Keep, Photograph

NONE = incidents([], [])


def site(values: np.ndarray, quality: np.ndarray | None = None, falls: object = NONE) -> SiteArrays:
    channel = ChannelArray("level", "water_level", "m", False, values.astype(np.float32), quality)
    return site_of((channel,), 1, values.size, falls)  # type: ignore[arg-type]


def wavy(steps: int) -> np.ndarray:
    return np.sin(np.arange(steps) / 900) + np.random.default_rng(1).normal(0, 0.1, steps)


def test_that_an_incident_that_may_lie_before_the_record_stands_at_its_first_step(seat: Seat, light: Theme) -> None:
    rain = small_site(steps=30).channels[0]
    chart = ChannelChart(seat, light)
    chart.show_channel(site_of((rain,), 1, 30, incidents([0, 0], [-1, 4], [1, 4])), "rain")
    drawn, _ = chart._ticks.getData()
    assert np.unique(drawn).tolist() == [FIRST_DAY * DAY_S, (FIRST_DAY + 4) * DAY_S]


@settings(max_examples=60, deadline=None)
@given(
    steps=st.integers(2, 700),
    columns=st.integers(4, 90),
    view=st.tuples(st.floats(-0.2, 1.2), st.floats(0.01, 1.0)),
    seed=st.integers(0, 99),
)
def test_that_no_peak_of_the_view_is_lost_and_no_more_is_drawn_than_fits(
    steps: int, columns: int, view: tuple[float, float], seed: int
) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(size=steps)
    values[random.random(steps) < 0.3] = np.nan
    happened = np.flatnonzero(random.random(steps) < 0.1)
    arrays = site(values, falls=incidents([0] * happened.size, happened))
    x, y = arrays.start_s.astype(float), arrays.channels[0].values
    first_s = x[0] + view[0] * (x[-1] - x[0])
    last_s = first_s + view[1] * (x[-1] - x[0])
    drawn = prepared(arrays, 0, 0).drawn(first_s, last_s, columns)
    inside = (x >= first_s) & (x <= last_s)
    if np.isfinite(y[inside]).any():
        assert np.nanmax(drawn.y) >= np.nanmax(y[inside])
        assert np.nanmin(drawn.y) <= np.nanmin(y[inside])
    assert drawn.x.size <= 4 * columns + 12
    assert (np.diff(drawn.x) >= 0).all()
    bin_s = DAY_S * max(1, -(-steps // columns))
    for moment in x[happened[inside[happened]]]:
        assert np.abs(drawn.fall_x - moment).min() <= 2 * bin_s


def test_that_a_gap_is_a_gap_and_a_lone_value_is_seen(seat: Seat, light: Theme) -> None:
    values = np.array([1.0, 2.0, np.nan, 3.0, np.nan, 4.0, 5.0])
    chart = ChannelChart(seat, light)
    chart.show_channel(site(values), "level")
    _, drawn = chart._curve.getData()
    assert np.isnan(drawn).sum() == 2
    _, lone = chart._lone.getData()
    assert lone.tolist() == [3.0, 3.0]


def test_that_marked_and_masked_steps_stand_in_a_band_below_the_line(
    seat: Seat, light: Theme, keep: Keep, photograph: Photograph
) -> None:
    values, quality = wavy(400), np.zeros(400, np.uint8)
    quality[50:90] = Mark.FLAT
    quality[200:230], values[200:230] = Mark.SPIKE, np.nan
    quality[300:320], values[300:320] = Mark.GAP, np.nan
    chart = ChannelChart(seat, light)
    keep(chart)
    chart.resize(900, 360)
    chart.show_channel(site(values, quality, incidents([0, 0], [70, 210])), "level")
    photograph(chart, "channel-marks")
    image = chart._band.image
    assert (image[0, :, 3] > 0).sum() == 70
    assert (image[1, :, 3] > 0).sum() == 30
    assert chart._legend.isVisible()
    moment = float(chart._record.x[60])  # type: ignore[union-attr]
    assert "marked: flat line" in chart.describe(moment)
    assert "masked: spike" in chart.describe(float(chart._record.x[210]))  # type: ignore[union-attr]
    assert "mask" not in chart.describe(float(chart._record.x[310]))  # type: ignore[union-attr]


def test_that_a_channel_that_was_not_judged_has_no_band(seat: Seat, light: Theme) -> None:
    chart = ChannelChart(seat, light)
    chart.show_channel(site(wavy(400)), "level")
    assert not chart._band.isVisible()
    assert not chart._legend.isVisibleTo(chart)


def test_that_a_long_record_is_made_ready_in_the_background(seat: Seat, light: Theme, qtbot: QtBot, keep: Keep) -> None:
    chart = ChannelChart(seat, light)
    keep(chart)
    chart.show_channel(site(wavy(AT_ONCE + 1)), "level")
    assert chart.is_empty
    assert "Drawing" in chart.empty.text()
    qtbot.waitUntil(lambda: not chart.is_empty)
    x, _ = chart._curve.getData()
    assert 0 < x.size < 10_000
    chart.show_channel(site(wavy(AT_ONCE + 1)), "level")
    chart.show_channel(site(wavy(300)), "level")
    qtbot.waitUntil(lambda: not chart._preparing.busy)
    assert chart._record is not None
    assert chart._record.x.size == 300


def test_that_hovering_says_value_and_volume(seat: Seat, light: Theme) -> None:
    falls = incidents([0], [7])
    falls = replace(falls, volume_m3=np.array([42.0], np.float32))
    chart = ChannelChart(seat, light)
    chart.show_channel(site(np.arange(30.0), falls=falls), "level")
    assert "incident, 42.0 m³" in chart.describe(float((FIRST_DAY + 7) * DAY_S))
    assert "incident" not in chart.describe(float((FIRST_DAY + 20) * DAY_S))


@pytest.mark.parametrize("values", [np.full(5, np.nan), np.zeros(0)])
def test_that_a_channel_without_a_value_says_so(seat: Seat, light: Theme, values: np.ndarray) -> None:
    chart = ChannelChart(seat, light)
    chart.show_channel(site(values), "level")
    assert chart.is_empty
    assert "no value" in chart.empty.text() or "no steps" in chart.empty.text()


def test_that_a_channel_that_does_not_exist_says_so(seat: Seat, light: Theme) -> None:
    chart = ChannelChart(seat, light)
    chart.show_channel(site(wavy(5)), "rain")
    assert "no channel named rain" in chart.empty.text()


def test_that_a_long_name_along_the_axis_leaves_room_for_its_unit() -> None:
    long = ChannelArray("n" * 64, "pore_pressure", "kPa", False, np.ones(5, np.float32))
    title = prepared(site_of((long,), 1, 5, NONE), 0, 0).y_title
    assert title.endswith("n… (kPa)")
    assert len(title) <= 32
