"""The record of a channel, with its incidents."""

import numpy as np

from rockfall_desktop.ui.charts.channel_chart import ChannelChart
from rockfall_desktop.ui.theme import Theme
from tests.small_site import DAY_S, FIRST_DAY, incidents, site_of, small_site


def test_that_an_incident_that_may_lie_before_the_record_stands_at_its_first_step(light: Theme) -> None:
    rain = small_site(steps=30).channels[0]
    chart = ChannelChart(light)
    chart.show_channel(site_of((rain,), 1, 30, incidents([0, 0], [-1, 4], [1, 4])), "rain")
    drawn, _ = chart._ticks.getData()
    assert np.unique(drawn).tolist() == [FIRST_DAY * DAY_S, (FIRST_DAY + 4) * DAY_S]
