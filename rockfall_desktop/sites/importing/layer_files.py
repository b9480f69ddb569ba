"""Proposes what a spatial file shows, from its header alone."""

import re
import struct
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rockfall_desktop.domain.import_use import id_attribute, used_as
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site_import import FileProposal, LayerProposal
from rockfall_desktop.domain.site_layer import POINT_ENDINGS, RASTER_ENDINGS, Chips, CloudSets, Layer, LayerKind
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.importing.header_words import ZONE_FILE_WORDS
from rockfall_desktop.sites.importing.sample import Sample
from rockfall_desktop.sites.importing.text_file import nothing

_ELEVATION = re.compile(r"dem|dtm|dsm|dgm|elev|hoehe|height|terrain|relief|mnt")
_GEOLOGY = re.compile(r"geol|lith|unit|fault|stoer|struct|class|soil|boden")
_FAULTS = re.compile(r"fault|stoer|line|struct")
_JSON = (".geojson", ".json")


def propose_layer(path: Path, sample: Sample) -> FileProposal:
    """What a raster, a map or a point cloud seems to show."""
    from rockfall_desktop.sites.layers.gdal_limits import limited  # noqa: PLC0415 - rasterio loads here

    ending = path.suffix.lower()
    form, read = ("map", _map)
    if ending in RASTER_ENDINGS:
        form, read = "raster", _raster
    elif ending in POINT_ENDINGS:
        form, read = "points", _points
    faults = Faults()
    try:
        with limited():
            layer = read(path, faults)
    except Unreadable:
        first = faults.told()[0]
        return nothing(str(path), sample, f"{first.text}. {first.remedy}")
    except BaseException as error:  # lazrs panics are BaseException; GDAL raises what it likes
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        return nothing(str(path), sample, "Cannot be read as a spatial file: it is damaged or something else.")
    remarks = [] if layer.own_crs else ["The file names no coordinate system: say which it is."]
    if layer.suggested is not None:
        remarks.append(f"The file bears the date {layer.suggested}; it may be that of its export, not of the survey.")
    file = FileProposal(
        path=str(path),
        size=sample.size,
        form=form,
        use="layer",
        layer=layer,
        remarks=tuple(remarks),
    )
    return used_as(file, "zones") if form == "map" and _looks_like_zones(layer, ending) else file


def _looks_like_zones(layer: LayerProposal, ending: str) -> bool:
    """Areas that have an id and do not sound like geology; of a map that names its own system only if it says so."""
    words = f"{layer.name} {layer.table}".lower()
    if layer.what != "units" or _GEOLOGY.search(words):
        return False
    return bool(ZONE_FILE_WORDS.search(words)) or (ending in _JSON and bool(id_attribute(layer.columns)))


def _raster(path: Path, faults: Faults) -> LayerProposal:
    from rockfall_desktop.sites.layers.geotiff import checked  # noqa: PLC0415 - only rasters need it

    with checked(path, _alone(path), _nowhere(path, faults)) as file:
        bounds = tuple(float(edge) for edge in file.bounds)
        kind: LayerKind = "drone_imagery"
        if _GEOLOGY.search(path.stem.lower()):
            kind = "geology"
        elif _ELEVATION.search(path.stem.lower()) or (file.count == 1 and file.dtypes[0].startswith("float")):
            kind = "elevation"
        names = tuple(shown(text or f"band {place}")[:64] for place, text in enumerate(file.descriptions[:64], 1))
        return LayerProposal(
            name=_name(path),
            kind=kind,
            own_crs=_crs(file.crs.to_string() if file.crs else ""),
            extent=bounds,
            suggested=_tiff_date(file.tags()),
            own_bands=names,
            bands=_elevation_alone(names) if kind == "elevation" else (),
            facts=f"{file.width:,} x {file.height:,} cells, {file.count} bands of {file.dtypes[0]}",
        )


def _elevation_alone(names: tuple[str, ...]) -> tuple[str, ...]:
    """The only band of several that is called after the height, all others left out; nothing where none or two are."""
    found = [place for place, name in enumerate(names) if _ELEVATION.search(name.lower())]
    if len(names) < 2 or len(found) != 1:
        return ()
    return tuple("elevation" if place == found[0] else "-" for place in range(len(names)))


def _tiff_date(tags: dict[str, Any]) -> date | None:
    found = re.match(r"(\d{4})[:-](\d{2})[:-](\d{2})", str(tags.get("TIFFTAG_DATETIME", "")))
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _points(path: Path, faults: Faults) -> LayerProposal:
    from rockfall_desktop.sites.clouds.cloud_file import CloudFile  # noqa: PLC0415 - only points need it
    from rockfall_desktop.sites.clouds.own_crs import own_crs  # noqa: PLC0415

    with path.open("rb") as stream:
        head = stream.read(94)
    cloud = CloudFile(path, faults, path.name)
    west, south, _ = cloud.header.lowest
    east, north, _ = cloud.header.highest
    return LayerProposal(
        name=_name(path),
        kind="lidar",
        own_crs=_crs(own_crs(cloud, path)),
        extent=(west, south, east, north),
        suggested=_las_date(head),
        facts=f"{cloud.header.points:,} points",
    )


def _las_date(head: bytes) -> date | None:
    """The day on which the file says it was made: day of the year and year at bytes 90 to 93 (ASPRS LAS 1.2 to 1.4)."""
    day, year = struct.unpack("<HH", head[90:94])
    return date(year, 1, 1) + timedelta(days=day - 1) if 1 <= day <= 366 and 1990 <= year <= 2100 else None


def _map(path: Path, faults: Faults) -> LayerProposal:
    from rockfall_desktop.sites.layers.map_file import map_facts  # noqa: PLC0415 - only maps need it

    tables = _tables(path)
    facts = map_facts(_alone(path, tables[0] if tables else ""), _nowhere(path, faults))
    columns = tuple(shown(name[:200]) for name in facts.columns[:200])
    lines = facts.lines or bool(_FAULTS.search(path.stem.lower()))
    unit = next((name for name in columns if re.search(r"unit|lith|class|geol|code|name", name.lower())), "")
    return LayerProposal(
        name=_name(path),
        kind="geology",
        own_crs=_crs(facts.crs),
        extent=facts.extent,
        timeless=True,
        column="" if lines else unit or (columns[0] if columns else ""),
        columns=columns,
        table=tables[0] if len(tables) > 1 else "",
        what="faults" if lines else "units",
        facts=f"{facts.features:,} features",
    )


def _tables(path: Path) -> tuple[str, ...]:
    """The tables of a GeoPackage, none for other maps.

    Raises:
        ValueError: when it is no GeoPackage with features.
    """
    from rockfall_desktop.sites.layers.geopackage import feature_tables  # noqa: PLC0415

    if path.suffix.lower() != ".gpkg":
        return ()
    tables = tuple(table.name for table in feature_tables(path))
    if not tables:
        raise ValueError("no table")
    return tables


def _alone(path: Path, table: str = "") -> Layer:
    """A file as a layer of which nothing is known yet; the doors to files ask for its name only."""
    return Layer.model_construct(name=_name(path), kind="geology", file=path.resolve().name, timeless=True, table=table)


def _nowhere(path: Path, faults: Faults) -> Ground:
    """A site in the file's folder, without coordinate system and zones."""
    return Ground("", "Etc/UTC", (), (), Chips(), CloudSets(), SiteFolder(path.resolve().parent, faults), faults, [])


def _crs(text: str) -> str:
    """A short name of a coordinate system where it has one."""
    if not text:
        return ""
    from rockfall_desktop.sites.layers.coordinates import parse_crs  # noqa: PLC0415 - pyproj loads here

    crs = parse_crs(text)
    code = crs.to_epsg() if crs is not None else None
    return f"EPSG:{code}" if code else "its own"


def _name(path: Path) -> str:
    return shown(path.stem)[:64] or "layer"
