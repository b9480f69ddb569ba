"""Labels of zones: 1 or 0 in a column of the zones' file, an answer without time."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import UNLABELLED
from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.domain.site_zone import ZoneFile
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zone_crs import zones_ground
from rockfall_desktop.sites.zone_map import ZonesFaults

_MEANING = {"1": 1, "1.0": 1, "true": 1, "0": 0, "0.0": 0, "false": 0}
_REMEDY = "Write 1 or 0 (true or false), or leave it empty where nobody knows."


def read_labels(
    manifest: SiteManifest, folder: SiteFolder, reader: TableReader, faults: Faults
) -> NDArray[np.int8] | None:
    """The label of each zone, int8 (z,), in the order of the file; None for a site without `label_column`.

    An empty field is `UNLABELLED`, which is counted in the notes. Call it once the zones were read without a fault.

    Raises:
        Unreadable: when there is no such column; a text that is no label is a fault.
    """
    zones = manifest.zones
    if zones is None or zones.label_column is None:
        return None
    if zones.is_geojson:
        texts, rows = _of_geojson(zones, zones.label_column, folder, faults), None
    elif zones.is_map:
        texts, rows = _of_map(zones, zones.label_column, manifest.crs, folder, faults), None
    else:
        table = reader.table(zones)
        texts, rows = table.column(zones.label_column, faults).to_list(), table.rows.tolist()
    labels = np.array([_label(text, zones) for text in texts], np.float64)
    _tell_wrong(labels, texts, rows, zones, faults)
    labels[np.isnan(labels)] = UNLABELLED
    _tell_counts(labels, zones, reader.notes)
    return labels.astype(np.int8)


def _label(text: str | None, zones: ZoneFile) -> float:
    """1, 0 or UNLABELLED; NaN for what is none of them."""
    if text is None or text == "" or text in zones.missing:
        return UNLABELLED
    number = zones.values.get(text, _MEANING.get(text.strip().lower()))
    return float("nan") if number is None or number not in (0, 1) else number


def _tell_wrong(
    labels: NDArray[np.float64], texts: Sequence[str | None], rows: list[int] | None, zones: ZoneFile, faults: Faults
) -> None:
    for place in np.flatnonzero(np.isnan(labels)).tolist():
        text = str(texts[place])[:40]
        where = "" if rows is not None else f"feature {place + 1} "
        message = f"{where}has '{text}' in {zones.label_column}, which is no label"
        faults.add(zones.file, rows[place] if rows is not None else None, message, _REMEDY)


def _tell_counts(labels: NDArray[np.float64], zones: ZoneFile, notes: list[str]) -> None:
    yes, no, open_ = (int((labels == value).sum()) for value in (1, 0, UNLABELLED))
    notes.append(f"Labels: {yes:,} zones have 1 and {no:,} have 0 in {zones.label_column}; they say nothing of when.")
    if open_:
        notes.append(f"Labels: {open_:,} zones have none in {zones.label_column} and are left out.")


def _of_geojson(zones: ZoneFile, column: str, folder: SiteFolder, faults: Faults) -> list[str | None]:
    features = json.loads(folder.read(zones.file))["features"]
    found: list[dict[str, Any]] = [feature.get("properties") or {} for feature in features]
    if not any(column in one for one in found):
        message = f"has no property '{column}'"
        faults.stop(zones.file, None, message, "Name the property with the labels as label_column in [zones].")
    return [None if one.get(column) is None else str(one[column]) for one in found]


def _of_map(zones: ZoneFile, column: str, crs: str, folder: SiteFolder, faults: Faults) -> list[str | None]:
    from rockfall_desktop.sites.layers.map_file import read_features  # noqa: PLC0415 - pyogrio loads here

    labelled = zones.model_copy(update={"id_column": column})
    told = ZonesFaults(faults, "label_column")
    return list(read_features(*zones_ground(labelled, crs, folder, told, [])).codes)
