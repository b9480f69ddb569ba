"""The whole made-up past of a pit: sky, pore pressure, creep and falls.

Axes: t time (steps), z zone. Before the record lies a lead, in which memories fill; it is kept for the futures.
"""

from dataclasses import dataclass

import numpy as np

from rockfall_desktop.sites.simulated import creep, pore_pressure
from rockfall_desktop.sites.simulated.course import Course, Paths, follow
from rockfall_desktop.sites.simulated.draws import SkyDraws, WallDraws, draw_sky, draw_wall
from rockfall_desktop.sites.simulated.memory import Floats, respond
from rockfall_desktop.sites.simulated.sky import Sky, past_sky
from rockfall_desktop.sites.simulated.wall import Wall

LEAD_D = 120


@dataclass(frozen=True, eq=False)
class Record:
    """A past with its lead.

    Attributes:
        wall: the zones.
        lead: steps before the record.
        sky: weather and earthquakes, (1, lead + t).
        risen_kpa: (z, lead + t), pore pressure above the base at the end of the step.
        peak_mm_s: (lead + t,), shaking by earthquakes and blasts.
        blast_mm_s: (lead + t,), that by blasts, which are known ahead.
        course: creep and falls, (z, lead + t).
        sky_draws, wall_draws: what it was made from.
    """

    wall: Wall
    lead: int
    sky: Sky
    risen_kpa: Floats
    peak_mm_s: Floats
    blast_mm_s: Floats
    course: Course
    sky_draws: SkyDraws
    wall_draws: WallDraws

    @property
    def steps(self) -> int:
        """Steps of the record without its lead."""
        return int(self.risen_kpa.shape[1]) - self.lead


def lead_steps(step_h: int) -> int:
    """Steps before the record in which memories fill: 120 days."""
    return LEAD_D * 24 // step_h


def make_record(random: np.random.Generator, wall: Wall, blast_mm_s: Floats) -> Record:
    """Make up a past; blast_mm_s (t,) is the plan of the blasts in the record's steps."""
    steps = blast_mm_s.size
    lead, zones = lead_steps(wall.step_h), wall.per_day.size
    sky_draws = draw_sky(random, 1, lead + steps, wall.climate.shape)
    wall_draws = draw_wall(random, zones, lead + steps)
    begin = creep.REST_MM_D / random.uniform(0.03, 1.0, zones)
    sky = past_sky(wall.climate, sky_draws, -lead, wall.step_h)
    risen = respond(wall.kernel_kpa, sky.rain_mm[0])
    wet = pore_pressure.drive(risen, wall.mean_kpa[:, None])
    blasts = np.concatenate((np.zeros(lead), blast_mm_s))
    peak = np.maximum(sky.peak_mm_s[0], blasts)
    course = follow(Paths(wall.per_day, wall.rest_to_failure_d, wet, peak[None, :], wall.step_d), begin, wall_draws)
    return Record(wall, lead, sky, risen, peak, blasts, course, sky_draws, wall_draws)
