"""The texts of a simulated site: its site.toml and its README."""

from datetime import date

README = """\
SIMULATED

Every number in this folder is made up by a computer: rain, pore pressure, displacement and rockfalls of a slope that
does not exist. It is good for trying the program out and says nothing about any real slope.

How it is made: wet and dry days as a Markov chain with gamma amounts (Richardson 1981), pore pressure as linear
reservoirs (Nash 1957), creep by Voight's law towards failure (Voight 1988, 1989) driven by the pore pressure, failures
where it ends, and smaller falls whose rate grows with pore pressure and velocity.
"""

_HEAD = """\
# SIMULATED: every number of this site is made up.
id = "{site_id}"
name = "Grey Cut (simulated)"
crs = "EPSG:2056"
timezone = "Europe/Zurich"
step = "1d"
simulated = true

[[channel]]
name = "rain"
kind = "rainfall"
unit = "mm"
file = "rain.csv"
column = "rain_mm"
time = "date"
time_format = "%Y-%m-%d"

[[channel]]
name = "pore pressure"
kind = "pore_pressure"
unit = "kPa"
file = "pore_pressure.csv"
column = "pressure_kpa"
time = "date"
time_format = "%Y-%m-%d"
scope = "zone"
zone_column = "zone"

[[channel]]
name = "displacement"
kind = "displacement"
unit = "mm"
file = "displacement.csv"
column = "displacement_mm"
time = "date"
time_format = "%Y-%m-%d"
scope = "zone"
zone_column = "zone"

[[channel]]
name = "velocity"
kind = "velocity"
unit = "mm/d"
file = "displacement.csv"
column = "velocity_mm_d"
time = "date"
time_format = "%Y-%m-%d"
scope = "zone"
zone_column = "zone"

[incidents]
file = "incidents.csv"
time = "date"
time_format = "%Y-%m-%d"
time_precision = "1d"
zone_column = "zone"
volume_column = "volume_m3"
type_column = "type"
types = ["failure", "small fall"]
recorded_from = {first_day}
recorded_until = {last_day}
"""

_ZONE = """
[[zone]]
id = "Z{number}"
name = "Bench {number}"
point = [{easting}.0, 1178000.0]
radius_m = 30.0
"""


def site_toml(site_id: str, zones: int, first_day: date, last_day: date) -> str:
    """The site.toml of a simulated site: zones side by side, 60 m apart."""
    head = _HEAD.format(site_id=site_id, first_day=first_day.isoformat(), last_day=last_day.isoformat())
    return head + "".join(_ZONE.format(number=n + 1, easting=2_642_000 + 60 * n) for n in range(zones))
