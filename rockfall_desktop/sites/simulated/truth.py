"""The two truths of a simulated pit, written beside the site and never read with it.

Axes: n pair (zone, step), z zone, t time (steps).
"""

import io

import numpy as np
import polars as pl

from rockfall_desktop.sites.simulated.calendar import Calendar
from rockfall_desktop.sites.simulated.futures import Pairs, forecast_truth
from rockfall_desktop.sites.simulated.memory import Floats
from rockfall_desktop.sites.simulated.record import Record

HORIZON_STEPS = {24: (1,), 1: (6, 12)}
"""By hours of a step: the horizons for which the forecast truth is made, and 1 to 5 % of samples are a yes."""
PAIRS, FUTURES, TEST_FROM = 2_000, 200, 0.8

README = """\
SIMULATED, AND NO INPUT

What only the maker of a simulated pit can know. The program never reads this folder; name none of its files in
site.toml.

rate.parquet
    oracle_rate_per_day: the rate of falls in each zone and step. It knows the rain and the shaking of that very step,
    which nobody can know before: an oracle, for pictures only. No forecast is to be judged against it.

forecast_truth.csv (when futures were asked for)
    probability: the share of simulated futures, from exactly the state at the end of the step, in which a rock falls
    in the zone in the next horizon_steps steps. What a perfect forecast would say. standard_error: of that share.
    happened: whether it did. The pairs of zone and step are drawn evenly from the last fifth of the record.
"""


def draw_pairs(random: np.random.Generator, record: Record, count: int = PAIRS) -> Pairs:
    """Zones and steps in the test block, the last fifth of the record, whose longest horizon lies in the record."""
    longest = max(HORIZON_STEPS[record.wall.step_h])
    first = min(int(record.steps * TEST_FROM), record.steps - 1 - longest)
    step = random.integers(first, record.steps - longest, count)
    return Pairs(random.integers(0, record.wall.per_day.size, count), step)


def rate_table(record: Record, calendar: Calendar) -> bytes:
    """The oracle's rate for each zone and step, as Parquet."""
    rate = record.course.expected[:, record.lead :] / record.wall.step_d
    zones, steps = rate.shape
    names = pl.Series([f"Z{zone + 1}" for zone in range(zones)])
    frame = pl.DataFrame(
        {
            calendar.column: pl.Series(calendar.times()).gather(np.tile(np.arange(steps), zones)),
            "step": np.tile(np.arange(steps, dtype=np.int32), zones),
            "zone": names.gather(np.repeat(np.arange(zones), steps)),
            "oracle_rate_per_day": rate.ravel().astype(np.float32),
        }
    )
    memory = io.BytesIO()
    frame.write_parquet(memory, compression="zstd")
    return memory.getvalue()


def truth_table(
    random: np.random.Generator, record: Record, calendar: Calendar, pairs: Pairs, futures: int = FUTURES
) -> bytes:
    """The forecast truth of the pairs for each horizon, as CSV."""
    horizons = HORIZON_STEPS[record.wall.step_h]
    chance = forecast_truth(random, record, pairs, horizons, futures)
    times = pl.Series(calendar.times()).gather(pairs.step)
    zones = [f"Z{zone + 1}" for zone in pairs.zone.tolist()]
    frames = [
        pl.DataFrame(
            {
                "step": pairs.step, calendar.column: times, "zone": zones,
                "horizon_steps": np.full(pairs.step.size, horizon),
                "probability": chance[:, column].round(4),
                "standard_error": np.sqrt(chance[:, column] * (1 - chance[:, column]) / futures).round(4),
                "futures": np.full(pairs.step.size, futures),
                "happened": happened(record, pairs, horizon).astype(np.int8),
            }
        )
        for column, horizon in enumerate(horizons)
    ]  # fmt: skip
    memory = io.BytesIO()
    pl.concat(frames).write_csv(memory)
    return memory.getvalue()


def happened(record: Record, pairs: Pairs, horizon: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether something fell in the pairs' zones in (t, t + horizon] of the record; bool (n,)."""
    ahead = pairs.step[:, None] + record.lead + 1 + np.arange(horizon)
    return np.asarray(record.course.happened[pairs.zone[:, None], ahead].any(axis=1))


def oracle(record: Record, pairs: Pairs, horizon: int) -> Floats:
    """The chance of a fall in (t, t + horizon] for one who knows the rain, shaking and creep to come; (n,)."""
    ahead = pairs.step[:, None] + record.lead + 1 + np.arange(horizon)
    return np.asarray(1.0 - np.exp(-record.course.expected[pairs.zone[:, None], ahead].sum(axis=1)), np.float64)
