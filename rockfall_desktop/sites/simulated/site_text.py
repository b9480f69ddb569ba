"""The texts of a simulated site: its site.toml and its README."""

from datetime import date, timedelta

from rockfall_desktop.domain.simulated_pit import SimulatedPit
from rockfall_desktop.sites.simulated.calendar import FIRST_DAY, LOGGERS_ZONE, TIME_ZONE, Calendar
from rockfall_desktop.sites.simulated.geology import UNITS
from rockfall_desktop.sites.simulated.layout import CRS

README = """\
SIMULATED

Every number in this folder is made up by a computer: rain, temperature, earthquakes, pore pressure, displacement,
rockfalls, and where there are layers the ground, the picture, the rocks and the scans of a pit that does not exist. It
is good for trying the program out and says nothing about any real slope.

How it is made, with formulas and sources, is in the manual: docs/simulated-site.md. In short: fractal ground cut by
benches; wet and dry steps as a Markov chain with gamma amounts (Richardson 1981); pore pressure by diffusion (Iverson
2000); creep by Voight's law (1988, 1989); main shocks and aftershocks by Gutenberg-Richter and Omori-Utsu; and
rockfalls as a Poisson process whose rate hangs on slope, rock, pore pressure, velocity and shaking.

The folder truth/ holds what only the maker can know. It is no input.
"""

FIRST_SURVEY = FIRST_DAY - timedelta(days=10)
SECOND_SURVEY_SHARE = 0.55
_LOGGED = '\ntimezone = "{zone}"'


def second_survey_step(calendar: Calendar) -> int:
    """The first step of the day on which the second scan is flown, after 55 % of the record: it shows falls before."""
    a_day = 24 // calendar.step_h
    return int(calendar.steps * SECOND_SURVEY_SHARE) // a_day * a_day


def site_toml(site_id: str, pit: SimulatedPit, calendar: Calendar) -> str:
    """The site.toml of a simulated site."""
    text = [
        "# SIMULATED: every number of this site is made up.",
        f'id = "{site_id}"\nname = "Grey Cut (simulated)"\ncrs = "{CRS}"\ntimezone = "{TIME_ZONE}"',
        f'step = "{pit.step}"\nsimulated = true\n\n[zones]\nfile = "simulated_zones.geojson"\nid_column = "id"',
        _channel(calendar, "rain", "rainfall", "mm", "simulated_weather.csv", "rain_mm"),
        _channel(calendar, "temperature", "temperature", "°C", "simulated_weather.csv", "temperature_c"),
        _channel(
            calendar, "pore pressure", "pore_pressure", "kPa", "simulated_pore_pressure.csv", "pressure_kpa", zoned=True
        ),
        _channel(
            calendar, "displacement", "displacement", "mm", "simulated_displacement.csv", "displacement_mm", zoned=True
        ),
        _channel(calendar, "velocity", "velocity", "mm/d", "simulated_displacement.csv", "velocity_mm_d", zoned=True),
        _channel(calendar, "shocks", "seismic", "events", "simulated_seismic.csv", "shocks"),
        _channel(calendar, "shaking", "seismic", "mm/s", "simulated_seismic.csv", "peak_mm_s"),
    ]
    text += [_blasts(calendar)] * pit.blasts + [_forecast(calendar)] * pit.rain_forecast
    text += [_layers(calendar)] * pit.layers
    return "\n\n".join([*text, _incidents(calendar)]) + "\n"


def _channel(
    calendar: Calendar, name: str, kind: str, unit: str, file: str, column: str, *, zoned: bool = False
) -> str:
    scope = '\nscope = "zone"\nzone_column = "zone"' if zoned else ""
    return (
        f'[[channel]]\nname = "{name}"\nkind = "{kind}"\nunit = "{unit}"\nfile = "{file}"\ncolumn = "{column}"\n'
        f"{_time(calendar)}{_stamp(calendar)}{scope}"
    )


def _time(calendar: Calendar, column: str = "") -> str:
    zone = "" if calendar.daily else _LOGGED.format(zone=LOGGERS_ZONE)
    return f'time = "{column or calendar.column}"\ntime_format = "{calendar.time_format}"{zone}'


def _stamp(calendar: Calendar) -> str:
    return "" if calendar.daily else '\nstamp = "end"'


def _blasts(calendar: Calendar) -> str:
    ahead = '"1d"' if calendar.daily else '"6h", "12h"'
    return (
        '[[channel]]\nname = "blasts"\nkind = "blast"\nunit = "1"\nfile = "simulated_blasts.csv"\ntime = "time"\n'
        f'time_format = "%Y-%m-%d %H:%M"{_LOGGED.format(zone=LOGGERS_ZONE)}\nissued = "announced"\nahead = [{ahead}]\n'
        'stamp = "end"'
    )


def _forecast(calendar: Calendar) -> str:
    ahead = '"1d", "2d"' if calendar.daily else '"6h", "12h"'
    return (
        '[[channel]]\nname = "rain forecast"\nkind = "rain_forecast"\nunit = "mm"\n'
        'file = "simulated_rain_forecast.csv"\ncolumn = "rain_mm"\n'
        f'{_time(calendar, "valid")}{_stamp(calendar)}\nissued = "issued"\nahead = [{ahead}]'
    )


def _layers(calendar: Calendar) -> str:
    legend = ", ".join(f'{unit.code} = "{unit.name}"' for unit in UNITS)
    second = calendar.day_of(second_survey_step(calendar))
    return "\n\n".join(
        [
            _layer("ground", "elevation", "elevation.tif", FIRST_SURVEY),
            _layer("drone image", "drone_imagery", "drone_image.tif", FIRST_SURVEY, 'bands = ["red", "green", "blue"]'),
            _layer("rock units", "geology", "rock_units.gpkg", None, f'column = "code"\nlegend = {{ {legend} }}'),
            _layer("faults", "geology", "faults.gpkg", None, 'what = "faults"'),
            _layer("scan before", "lidar", "scan_1.laz", FIRST_SURVEY),
            _layer("scan after", "lidar", "scan_2.laz", second),
        ]
    )


def _layer(name: str, kind: str, file: str, acquired: date | None, more: str = "") -> str:
    when = "timeless = true" if acquired is None else f"acquired = {acquired.isoformat()}"
    text = f'[[layer]]\nname = "{name}"\nkind = "{kind}"\nfile = "layers/{file}"\n{when}'
    return f"{text}\n{more}" if more else text


def _incidents(calendar: Calendar) -> str:
    precision = 'time_precision = "1d"\n' if calendar.daily else ""
    return (
        f'[incidents]\nfile = "simulated_incidents.csv"\n{_time(calendar)}\n{precision}zone_column = "zone"\n'
        'x_column = "easting_m"\ny_column = "northing_m"\n'
        'volume_column = "volume_m3"\ntype_column = "type"\ntypes = ["failure", "small fall"]\n'
        f"recorded_from = {FIRST_DAY.isoformat()}"
    )
