"""What a GeoPackage or a Shapefile consists of, checked before any library opens it."""

from pathlib import Path

import numpy as np

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.geopackage import FeatureTable, HostileFile, feature_tables

EXPORT = "Export it again as a GeoPackage of its own."
_NEEDED = (".shx", ".dbf")
_PARTS = (*_NEEDED, ".prj", ".cpg", ".cst", ".qix", ".sbn", ".sbx", ".idm", ".ind")
"""All that GDAL may look for beside a .shp."""


def geopackage_table(path: Path, layer: Layer, ground: Ground) -> FeatureTable:
    """The table of a GeoPackage that a layer means.

    Raises:
        Unreadable: when the file is none, holds what would run, has unwritten changes or not exactly that table.
    """
    for ending in ("-wal", "-journal"):
        name = layer.file + ending
        if not ground.folder.absent(name) and ground.folder.path_of(name).stat().st_size:
            message = f"has changes that are not yet written ({path.name}{ending} lies beside it)"
            ground.faults.stop(layer.file, None, message, "Close it in the program in which it is open.")
    try:
        tables = feature_tables(path)
    except HostileFile as error:
        ground.faults.stop(layer.file, None, str(error), EXPORT)
    except (OSError, ValueError):
        ground.faults.stop(layer.file, None, "is no GeoPackage", EXPORT)
    named = [table for table in tables if table.name == layer.table or (not layer.table and len(tables) == 1)]
    if not named:
        told = ", ".join(table.name for table in tables[:8]) or "none"
        message = f"has no table '{layer.table}' with features" if layer.table else "has not exactly one table"
        remedy = f"Write table = '...' in the layer '{layer.name}'; it has {told}."
        ground.faults.stop(layer.file, None, message, remedy)
    return named[0]


def shapefile_rows(path: Path, layer: Layer, ground: Ground) -> int:
    """How many rows a Shapefile has, by its index; every part beside it is a file of the folder, or noted as absent.

    Raises:
        Unreadable: when a part is missing, there twice, leads out of the folder, or does not belong to the others.
    """
    index = _parts(path, layer, ground)[".shx"].read_bytes()[100:]
    records = np.frombuffer(index[: len(index) // 8 * 8], ">i4").reshape(-1, 2).astype(np.int64)
    with path.open("rb") as file:
        sound = file.read(4) == b"\x00\x00\x27\x0a" and bool((records > 0).all())
    if not sound or int((2 * records[:, 1] + 8).sum()) + 100 > path.stat().st_size:
        ground.faults.stop(layer.file, None, "is no Shapefile, or its .shx does not belong to it", EXPORT)
    return len(records)


def _parts(path: Path, layer: Layer, ground: Ground) -> dict[str, Path]:
    beside: dict[str, list[str]] = {}
    for found in path.parent.iterdir():
        if found.stem == path.stem:
            beside.setdefault(found.suffix.lower(), []).append(found.name)
    before = layer.file[: len(layer.file) - len(path.name)]
    for ending in _PARTS:
        if ending in _NEEDED and ending not in beside:
            message = f"lacks its part {path.stem}{ending}"
            ground.faults.stop(layer.file, None, message, "Put all parts of the Shapefile into the folder.")
        if len(twice := sorted(beside.get(ending, ()))) > 1:
            message = f"has a part twice, as {twice[0]} and {twice[1]}"
            ground.faults.stop(layer.file, None, message, "Remove the one that does not belong to it.")
        for spelled in {ending, ending.upper()} - {Path(name).suffix for name in beside.get(ending, ())}:
            ground.folder.absent(f"{before}{path.stem}{spelled}")
    return {ending: ground.folder.path_of(before + beside[ending][0]) for ending in _PARTS if ending in beside}
