"""The two truths of a simulated pit, written beside the site and never read with it.

Axes: n pair (zone, step), z zone, t time (steps).
"""

import io

import numpy as np
import polars as pl

from rockfall_desktop.domain.simulated_pit import SimulatedPit
from rockfall_desktop.sites.simulated.calendar import Calendar
from rockfall_desktop.sites.simulated.futures import Pairs, forecast_truth
from rockfall_desktop.sites.simulated.judged import HORIZON_STEPS, PAIRS, WINDOW_STEPS, judged_steps, pair_count
from rockfall_desktop.sites.simulated.memory import Floats
from rockfall_desktop.sites.simulated.record import Record

FUTURES = 200

_RATE = """\
SIMULATED, AND NO INPUT

What only the maker of a simulated pit can know. The program never reads this folder; name none of its files in
site.toml.

simulated_rate.parquet
    oracle_rate_per_day: the rate of falls in each zone and step. It knows the rain and the shaking of that very step,
    which nobody can know before: an oracle, for pictures only. No forecast is to be judged against it.
"""
_FORECASTS = """
simulated_forecast_truth.csv
    probability: of a rock falling in the zone in the next horizon_steps steps, averaged over {futures} simulated
    futures of rain and shaking from exactly the state at the end of the step. What a perfect forecast would say.
    standard_error: of that average. happened: whether a rock fell. {pairs:,} different pairs of zone and step, drawn
    evenly from the {cells:,} of the test block with the default window of {window} steps: steps {first} to {last},
    counted from 0. With a longer window, or without the longest horizon, the test block begins later: leave the
    pairs before it out.
"""


def readme(pit: SimulatedPit) -> str:
    """What the files beside it hold, with how many pairs there are and from which steps."""
    block = judged_steps(pit.steps, pit.step_h)
    told = _FORECASTS.format(
        futures=FUTURES, pairs=pair_count(pit), cells=pit.zones * len(block), window=WINDOW_STEPS, first=block.start,
        last=block.stop - 1,
    )  # fmt: skip
    return _RATE + told * pit.futures


def draw_pairs(random: np.random.Generator, record: Record, count: int = PAIRS) -> Pairs:
    """Different zones and steps of the test block, in the order of step and zone; all of it when it has fewer."""
    block, zones = judged_steps(record.steps, record.wall.step_h), record.wall.per_day.size
    cells = len(block) * zones
    cell = np.sort(random.choice(cells, min(count, cells), replace=False))
    return Pairs(cell % zones, block.start + cell // zones)


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
            "simulated": np.ones(rate.size, bool),
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
    found = forecast_truth(random, record, pairs, horizons, futures)
    times = pl.Series(calendar.times()).gather(pairs.step)
    zones = [f"Z{zone + 1}" for zone in pairs.zone.tolist()]
    frames = [
        pl.DataFrame(
            {
                "step": pairs.step, calendar.column: times, "zone": zones,
                "horizon_steps": np.full(pairs.step.size, horizon),
                "probability": pl.Series(found.probability[:, column]).round_sig_figs(6),
                "standard_error": pl.Series(found.standard_error[:, column]).round_sig_figs(3),
                "futures": np.full(pairs.step.size, futures),
                "happened": happened(record, pairs, horizon).astype(np.int8),
                "simulated": np.ones(pairs.step.size, bool),
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
