"""Where the incidents that count stand on the map.

Axes: r row of the list after all edits, i incident that is placed.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.site_incidents import Incidents
from rockfall_desktop.domain.site_map import PlacedIncidents
from rockfall_desktop.sites.falls.incidents import read_all_rows
from rockfall_desktop.sites.falls.rows import read_rows
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.tables.convert import read_numbers
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zones import Zones

Floats = NDArray[np.float64]


def place_incidents(
    incidents: Incidents,
    folder: SiteFolder,
    reader: TableReader,
    zones: Zones,
    centres: Floats,
    time_zone: str,
    faults: Faults,
) -> PlacedIncidents:
    """The incidents that count by type, cause, volume and edits, at their own coordinates or the centre of their zone.

    One whose zone was corrected by hand stands at the centre of the new zone: its coordinates are those of the old.

    Args:
        incidents: how site.toml describes the list.
        folder: the site.
        reader: reads its tables.
        zones: the site's zones.
        centres: float64 (z, 2), a point of each zone; NaN where a zone is the whole site.
        time_zone: IANA name of the site's.
        faults: where what is wrong is told.

    Raises:
        Unreadable: when the list cannot be read.
    """
    every = read_all_rows(incidents, folder, reader, zones, time_zone, faults, [], named=False)
    rows = every.edited.rows
    x, y = _own(incidents, reader, zones, rows.zone, time_zone, faults)
    estimated = np.isnan(x) | np.isnan(y)
    has_zone = rows.zone >= 0
    stand_in = np.full((rows.zone.size, 2), np.nan)
    stand_in[has_zone] = centres[rows.zone[has_zone]]
    x, y = np.where(estimated, stand_in[:, 0], x), np.where(estimated, stand_in[:, 1], y)
    counts = every.why == ""
    placed = np.flatnonzero(counts & np.isfinite(x) & np.isfinite(y))
    return PlacedIncidents(
        x=x[placed],
        y=y[placed],
        estimated=estimated[placed],
        zone=rows.zone[placed],
        start_s=rows.times.start_s()[placed],
        precision_s=incidents.precision_s,
        volume_m3=rows.volume_m3[placed].astype(np.float32),
        unplaced=int(counts.sum()) - placed.size,
    )


def no_incidents() -> PlacedIncidents:
    """Of a site that names no list."""
    none = np.zeros(0)
    whole = none.astype(np.int64)
    return PlacedIncidents(
        none, none, none.astype(bool), whole.astype(np.int32), whole, 1, none.astype(np.float32), unplaced=0
    )


def _own(
    incidents: Incidents,
    reader: TableReader,
    zones: Zones,
    zone: NDArray[np.int32],
    time_zone: str,
    faults: Faults,
) -> tuple[Floats, Floats]:
    """The coordinates that the file gives, (r,); NaN where it gives none or the zone is another one by now."""
    x, y = np.full(zone.size, np.nan), np.full(zone.size, np.nan)
    if incidents.x_column is None or incidents.y_column is None:
        return x, y
    table = reader.table(incidents)
    given = table.rows.size
    x[:given] = read_numbers(table, incidents.x_column, incidents, faults, [])
    y[:given] = read_numbers(table, incidents.y_column, incidents, faults, [])
    written = read_rows(incidents, table, zones, time_zone, faults, []).zone
    moved = np.flatnonzero(written != zone[:given])
    x[moved], y[moved] = np.nan, np.nan
    return x, y
