"""Writes small site folders for tests."""

from pathlib import Path

SITE_ID = "01890a5d-ac96-774b-bcce-b302099a8057"

CHANNEL = """
[[channel]]
name = "rain"
kind = "rainfall"
unit = "mm"
file = "rain.csv"
column = "mm"
time = "time"
time_format = "%Y-%m-%d %H:%M"
"""

INCIDENTS = """
[incidents]
file = "incidents.csv"
time = "date"
time_format = "%Y-%m-%d"
zone_column = "zone"
recorded_from = 2024-01-01
"""

ZONES = """
[[zone]]
id = "A"
point = [0.0, 0.0]
radius_m = 10.0

[[zone]]
id = "B"
polygon = [[20.0, 0.0], [40.0, 0.0], [40.0, 20.0], [20.0, 20.0]]
"""

RAIN = "time,mm\n2024-01-01 00:00,1\n2024-01-01 12:00,2\n2024-01-02 00:00,4\n2024-01-03 00:00,8\n"
FALLS = "date,zone\n2024-01-02,A\n2024-01-03,B\n"


def write_site(
    folder: Path,
    *,
    channel: str = CHANNEL,
    zones: str = ZONES,
    incidents: str = INCIDENTS,
    step: str = "1d",
    timezone: str = "Etc/UTC",
    head: str = "",
    **files: str | bytes,
) -> Path:
    """Write site.toml and the files: rain_csv="..." writes rain.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = f'id = "{SITE_ID}"\nname = "Test"\ntimezone = "{timezone}"\nstep = "{step}"\n{head}'
    (folder / "site.toml").write_text(manifest + channel + incidents + zones, encoding="utf-8")
    for name, content in ({"rain_csv": RAIN, "incidents_csv": FALLS} | files).items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name.replace("_", ".")).write_bytes(data)
    return folder


def channel(changes: str = "", **keys: str) -> str:
    """The rain channel with other keys: TOML text of each value."""
    lines = dict(line.split(" = ", 1) for line in CHANNEL.strip().splitlines()[1:])
    return "\n[[channel]]\n" + "".join(f"{key} = {value}\n" for key, value in (lines | keys).items()) + changes
