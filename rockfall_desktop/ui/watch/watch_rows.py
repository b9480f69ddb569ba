"""Zones as rows of a table, the worst level first. It touches no widget: it is done off the window's thread."""

import re
from typing import NamedTuple

from rockfall_desktop.domain.duration import horizon_words
from rockfall_desktop.domain.site_score import HorizonScore, SiteScore, ZoneScore
from rockfall_desktop.ui.value_table import Cell, Column
from rockfall_desktop.ui.watch.watch_words import ORDER, SPREAD_TIP, spread_words
from rockfall_desktop.ui.words import NOTHING, three_digits

LEVEL, PROBABILITY, SPREAD = 92, 88, 70
BEYOND = "beyond experience"
LATE = "A level rises at once and falls late: it may be higher than the probability of now."
_NUMBERS = re.compile(r"([0-9]{1,15})")


class Rows(NamedTuple):
    """Columns, cells and the zones' ids, in the order of the table."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[str, ...]


def rows_of(score: SiteScore) -> Rows:
    """Sorted by level, the worst first and grey above green, then by the highest probability, then by name."""
    steps = max((tuple(one.horizon_steps for one in zone.horizons) for zone in score.zones), key=len, default=())
    zones = sorted(score.zones, key=_place)
    return Rows(
        columns_of(steps, score.step_seconds),
        tuple(_row(zone, len(steps)) for zone in zones),
        tuple(zone.zone_id for zone in zones),
    )


def columns_of(horizon_steps: tuple[int, ...], step_seconds: int) -> tuple[Column, ...]:
    """Level and zone, a probability and its spread for each horizon, and what must be known of the zone."""
    columns = [Column("Level", LEVEL, tip=LATE), Column("Zone")]
    for steps in horizon_steps:
        words = horizon_words(steps, step_seconds)
        columns.append(
            Column(f"Within {words}", PROBABILITY, number=True, tip=f"Probability of a rockfall within {words}.")
        )
        columns.append(Column("\N{PLUS-MINUS SIGN}", SPREAD, number=True, tip=SPREAD_TIP))
    return (*columns, Column("Remarks"))


def _place(zone: ZoneScore) -> tuple[int, float, list[tuple[int, str]]]:
    highest = max((one.probability for one in zone.horizons), default=0.0)
    return ORDER.index(zone.level), -highest, _counted(zone.name)


def _counted(name: str) -> list[tuple[int, str]]:
    """A name as it is counted: Z2 before Z10."""
    parts = _NUMBERS.split(name.casefold())
    return [(int(part), "") if part.isascii() and part.isdigit() else (0, part) for part in parts]


def _row(zone: ZoneScore, horizons: int) -> tuple[Cell, ...]:
    cells = [Cell(zone.level.value, icon=f"level-{zone.level}", strong=True, tip=zone.reason), Cell(zone.name)]
    for one in zone.horizons:
        cells += _numbers(one)
    cells += [Cell(NOTHING, "muted")] * (2 * (horizons - len(zone.horizons)))
    return (*cells, _remark(zone))


def _numbers(one: HorizonScore) -> list[Cell]:
    return [
        Cell(three_digits(one.probability), tip=f"Level of this horizon: {one.level.value}."),
        Cell(spread_words(one.spread), "muted"),
    ]


def _remark(zone: ZoneScore) -> Cell:
    """Why it is grey; else that it is beyond experience; else what is missing."""
    missing = f"no value of {', '.join(zone.missing)} now" if zone.missing else ""
    if zone.reason:
        return Cell(
            zone.reason, "muted", tip="\n".join((zone.reason, *(one for one in zone.beyond if one not in zone.reason)))
        )
    if zone.beyond:
        words = f"{BEYOND}; {missing}" if missing else BEYOND
        return Cell(words, "warning", "not-shown", tip="\n".join(zone.beyond))
    return Cell(missing, "muted")
