"""A forecast of rain, issued at each midnight, whose skill is lost with the lead.

Axes: d issue (days), h steps ahead.
"""

import numpy as np

from rockfall_desktop.sites.simulated.memory import Floats

DAYS_AHEAD = 3
MISSED, FALSE, SPREAD = 0.06, 0.05, 0.30


def forecast_rain(random: np.random.Generator, rain_mm: Floats, mean_mm: float, step_h: int) -> Floats:
    """Forecast amounts (d, h) for the three days from each midnight on; NaN behind the record's end.

    For each day of lead: amounts times a lognormal factor of spread 0.3 a day, 6 % more of the steps missed and 5 %
    more of dry ones given mean rain. The rain of the record is known to it: it is a forecast, no measurement.
    """
    a_day = 24 // step_h
    issues, ahead = rain_mm.size // a_day, DAYS_AHEAD * a_day
    valid = np.arange(issues)[:, None] * a_day + np.arange(ahead)
    truth = np.where(valid < rain_mm.size, rain_mm[np.minimum(valid, rain_mm.size - 1)], np.nan)
    lead = 1 + np.arange(ahead) // a_day
    factor = random.lognormal(0.0, SPREAD * lead, truth.shape)
    missed = random.random(truth.shape) < MISSED * lead
    added = (random.random(truth.shape) < FALSE * lead) * random.exponential(mean_mm, truth.shape)
    told = np.where(truth > 0, np.where(missed, 0.0, truth * factor), added)
    return np.asarray(np.where(np.isnan(truth), np.nan, told), np.float64)
