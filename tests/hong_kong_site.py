"""Writes a site folder around the real incidents and rain of Hong Kong, for tests and benchmarks only."""

import shutil
from pathlib import Path

SITE_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
FILES = ("daily_rainfall_hko.csv", "events.csv")

_HEAD = f"""\
id = "{SITE_ID}"
name = "Hong Kong rock cuts"
crs = "EPSG:2326"
timezone = "Asia/Hong_Kong"
step = "1d"

[[channel]]
name = "rain"
kind = "rainfall"
unit = "mm"
file = "daily_rainfall_hko.csv"
skip_lines = 2
column = "數值/Value"
time = ["年/Year", "月/Month", "日/Day"]
time_format = "%Y %m %d"
stamp = "start"
footnotes = ["***", "#", "微量", "C "]
missing = ["***"]
values = {{ Trace = 0.025 }}
keep = {{ column = "數據完整性/data Completeness", values = ["C"] }}

[incidents]
file = "events.csv"
time = "date"
time_format = "%Y-%m-%d"
time_precision = "1d"
zone_column = "zone_10km"
volume_column = "volume_m3"
type_column = "feature_type"
types = ["rock cut", "soil/rock cut"]
recorded_from = 1984-01-01
recorded_until = 2009-12-31
"""

_WHOLE = """
[[zone]]
id = "region"
name = "Whole region"
whole = true
"""

_CELLS = """
[zone_grid]
cell_m = 10000
west = 800000
south = 800000
east = 860000
north = 850000
name = "E{x}N{y}"
only = ["E80N80", "E80N81", "E80N82", "E80N83", "E81N80", "E81N81", "E81N82", "E81N83", "E82N80", "E82N81", "E82N82",
    "E82N83", "E82N84", "E83N80", "E83N81", "E83N82", "E83N83", "E83N84", "E84N80", "E84N81", "E84N82", "E84N83",
    "E84N84", "E85N82", "E85N83"]
"""


def write_hong_kong_site(folder: Path, data: Path, *, whole: bool = False) -> Path:
    """Make the site in a temporary folder: site.toml and copies of the two files. Gives the folder back."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(_HEAD + (_WHOLE if whole else _CELLS), encoding="utf-8")
    for name in FILES:
        shutil.copyfile(data / name, folder / name)
    return folder
