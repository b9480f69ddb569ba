"""Every file of a simulated site, made one after the other; the same pit gives the same tables."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rockfall_desktop.domain.simulated_pit import SimulatedPit
from rockfall_desktop.sites.simulated import truth, writing_maps, writing_tables
from rockfall_desktop.sites.simulated.blasting import Blasts, plan_blasts
from rockfall_desktop.sites.simulated.calendar import Calendar
from rockfall_desktop.sites.simulated.geology import Geology, make_geology
from rockfall_desktop.sites.simulated.incidents import FallList, list_falls
from rockfall_desktop.sites.simulated.layout import make_layout
from rockfall_desktop.sites.simulated.memory import Floats
from rockfall_desktop.sites.simulated.places import place_falls
from rockfall_desktop.sites.simulated.rain_forecast import forecast_rain
from rockfall_desktop.sites.simulated.record import Record, make_record
from rockfall_desktop.sites.simulated.sensors import read_sensors
from rockfall_desktop.sites.simulated.site_text import FIRST_SURVEY, README, second_survey_step, site_toml
from rockfall_desktop.sites.simulated.terrain import Terrain, make_terrain
from rockfall_desktop.sites.simulated.wall import make_wall
from rockfall_desktop.sites.simulated.weather import mean_rain_mm

_STREAMS = (
    "ground",
    "wall",
    "record",
    "blasts",
    "falls",
    "sensors",
    "forecast",
    "picture",
    "scans",
    "futures",
    "places",
)
POINTS_M2, MOST_POINTS, SCAN_NOISE_M = 10.0, 3_000_000, 0.015


@dataclass(frozen=True, eq=False)
class MadePit:
    """A pit that is made up, before anything is written.

    Attributes:
        pit: what was asked for.
        calendar: its steps.
        terrain, geology: its ground.
        blasts: their plan.
        record: what happened.
        falls: the list of incidents.
        places_m: float64 (i, 2), easting and northing of each.
    """

    pit: SimulatedPit
    calendar: Calendar
    terrain: Terrain
    geology: Geology
    blasts: Blasts
    record: Record
    falls: FallList
    places_m: Floats


def stream(pit: SimulatedPit, name: str) -> np.random.Generator:
    """The random numbers of one part, so that one part more or less leaves the others as they are."""
    return np.random.default_rng([_STREAMS.index(name), pit.seed])


def make_pit(pit: SimulatedPit) -> MadePit:
    """Make the ground, and let it live."""
    calendar = Calendar(pit.step_h, pit.steps)
    ground = stream(pit, "ground")
    terrain = make_terrain(ground, make_layout(pit.zones))
    geology = make_geology(ground, terrain.layout)
    wall = make_wall(stream(pit, "wall"), terrain.zone_slope_deg, geology.zone_strength, pit.step_h)
    blasts = plan_blasts(stream(pit, "blasts"), pit.steps, pit.step_h, wanted=pit.blasts)
    record = make_record(stream(pit, "record"), wall, blasts.peak_mm_s)
    falls = list_falls(stream(pit, "falls"), record)
    places = place_falls(stream(pit, "places"), terrain, falls)
    return MadePit(pit, calendar, terrain, geology, blasts, record, falls, places)


def site_files(made: MadePit, site_id: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file, site.toml last: a folder without it is no site."""
    pit, calendar, record = made.pit, made.calendar, made.record
    yield "README.txt", README.encode()
    yield "simulated_zones.geojson", writing_maps.zones_geojson(made.terrain.layout).encode()
    yield from writing_tables.reading_tables(calendar, read_sensors(stream(pit, "sensors"), record)).items()
    yield "simulated_incidents.csv", writing_tables.incident_table(calendar, made.falls, made.places_m)
    if pit.blasts:
        yield "simulated_blasts.csv", writing_tables.blast_table(made.blasts)
    if pit.rain_forecast:
        rain, mean_mm = record.sky.rain_mm[0, record.lead :], mean_rain_mm(record.wall.climate)
        told = forecast_rain(stream(pit, "forecast"), rain, mean_mm, pit.step_h)
        yield "simulated_rain_forecast.csv", writing_tables.forecast_table(calendar, told)
    if pit.layers:
        yield from _layer_files(made)
    yield "truth/README.txt", truth.readme(pit).encode()
    yield "truth/simulated_rate.parquet", truth.rate_table(record, calendar)
    if pit.futures:
        futures = stream(pit, "futures")
        pairs = truth.draw_pairs(futures, record)
        yield "truth/simulated_forecast_truth.csv", truth.truth_table(futures, record, calendar, pairs)
    yield "site.toml", site_toml(site_id, pit, calendar).encode()


def _layer_files(made: MadePit) -> Iterator[tuple[str, bytes]]:
    from rockfall_desktop.sites.simulated import ground, picture, writing_cloud, writing_rasters  # noqa: PLC0415

    terrain, layout = made.terrain, made.terrain.layout
    yield "layers/elevation.tif", writing_rasters.elevation_tiff(layout, terrain.height_m)
    image = picture.drone_picture(stream(made.pit, "picture"), terrain, made.geology)
    yield "layers/drone_image.tif", writing_rasters.picture_tiff(layout, image)
    yield "layers/rock_units.gpkg", writing_maps.units_package(made.geology)
    yield "layers/faults.gpkg", writing_maps.faults_package(made.geology)
    random, step = stream(made.pit, "scans"), second_survey_step(made.calendar)
    later = ground.scarred(terrain, made.falls, made.places_m, step)
    surveys = ((terrain.height_m, FIRST_SURVEY), (later, made.calendar.day_of(step)))
    for number, (height, day) in enumerate(surveys, 1):
        places = ground.scan_places(random, layout, POINTS_M2, MOST_POINTS)
        up = ground.heights_at(layout, height, places) + random.normal(0.0, SCAN_NOISE_M, len(places))
        bright = ground.brightness(layout, image, places)
        yield f"layers/scan_{number}.laz", writing_cloud.scan_laz(np.column_stack((places, up)), bright, day)
