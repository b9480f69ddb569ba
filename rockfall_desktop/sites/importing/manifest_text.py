"""Writes what was chosen as site.toml: a whole new one, or sections to be added to one that is there."""

from collections.abc import Mapping, Sequence
from typing import Any

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.site_import import ColumnProposal, FileProposal, ImportProposal, WrittenFile
from rockfall_desktop.sites.importing.toml_text import keys_text, table_text

_SHAPE_DEFAULTS: dict[str, Any] = {
    "sheet": "", "encoding": "utf-8", "delimiter": ",", "decimal": ".", "quote": '"', "skip_lines": 0,
    "header_lines": 1, "footnotes": (), "missing": (), "values": {}, "keep": None,
}  # fmt: skip
_TEXT_ONLY = ("encoding", "delimiter", "quote", "skip_lines", "header_lines", "footnotes")


def new_text(proposal: ImportProposal, written: Sequence[WrittenFile], site_id: str) -> str:
    """A whole site.toml."""
    head = {"id": site_id, "name": proposal.name}
    if proposal.crs:
        head["crs"] = proposal.crs
    head |= {"timezone": proposal.timezone, "step": proposal.step}
    return keys_text(head) + _zones_text(proposal, written) + sections_text(proposal, written, set())


def sections_text(proposal: ImportProposal, written: Sequence[WrittenFile], taken: set[str]) -> str:
    """The sections for channels, incidents and layers.

    Args:
        proposal: what was chosen.
        written: the files and their names inside the folder.
        taken: names of channels and layers that the site has already; added to.
    """
    names = {file.source: file.name for file in written}
    parts: list[str] = []
    for file in proposal.files:
        if file.use == "channels":
            parts += [table_text("channel", channel, many=True) for channel in _channels(file, names[file.path], taken)]
        elif file.use == "incidents":
            parts.append(table_text("incidents", _incidents(file, names[file.path]), many=False))
        elif file.use == "layer":
            parts.append(table_text("layer", _layer(file, names[file.path], taken), many=True))
    return "".join(parts)


def _channels(file: FileProposal, name: str, taken: set[str]) -> list[dict[str, Any]]:
    groups: dict[str, list[ColumnProposal]] = {}
    for column in file.having("value"):
        key = column.name if column.zone else f"{column.name}\0{column.column}"
        groups.setdefault(key, []).append(column)
    return [_channel(file, name, columns, taken) for columns in groups.values()]


def _channel(file: FileProposal, name: str, columns: list[ColumnProposal], taken: set[str]) -> dict[str, Any]:
    first = columns[0]
    zones = file.having("zone")
    channel: dict[str, Any] = {"name": _free(first.name or first.column, taken), "kind": first.kind, "unit": first.unit}
    channel |= _table(file, name)
    if first.zone:
        channel |= {"scope": "zone", "zone_columns": {column.zone: column.column for column in columns}}
    else:
        channel["column"] = first.column
        if zones:
            channel |= {"scope": "zone", "zone_column": zones[0].column}
    channel |= _time(file)
    channel |= _ahead(file, first) | {"stamp": first.stamp}
    if first.stamp == "start" and first.interval:
        channel["interval"] = max((column.interval for column in columns if column.interval), key=duration_s)
    if file.delay != "0min":
        channel["delay"] = file.delay
    if file.same_time != "refuse":
        channel["same_time"] = file.same_time
    return channel


def _ahead(file: FileProposal, column: ColumnProposal) -> dict[str, Any]:
    if column.kind not in {"rain_forecast", "blast"}:
        return {}
    issued = file.having("issued")
    said: dict[str, Any] = {"issued": issued[0].column} if issued else {}
    if file.ahead:
        said["ahead"] = list(file.ahead)
    if column.kind == "blast" and file.announced and not issued:
        said["announced"] = file.announced
    return said


def _incidents(file: FileProposal, name: str) -> dict[str, Any]:
    incidents = _table(file, name) | _time(file)
    if file.time_precision:
        incidents["time_precision"] = file.time_precision
    for role, key in (("zone", "zone_column"), ("x", "x_column"), ("y", "y_column"), ("volume", "volume_column")):
        if columns := file.having(role):  # type: ignore[arg-type]
            incidents[key] = columns[0].column
    if file.minimum_volume_m3 is not None:
        incidents["minimum_volume_m3"] = file.minimum_volume_m3
    if types := file.having("type"):
        incidents |= {"type_column": types[0].column} | ({"types": list(file.types)} if file.types else {})
    for key in ("recorded_from", "recorded_until"):
        if (day := getattr(file, key)) is not None:
            incidents[key] = day
    return incidents


def _layer(file: FileProposal, name: str, taken: set[str]) -> dict[str, Any]:
    layer = file.layer
    if layer is None:
        raise WrongInput("No layer", f"{name} is no spatial file.", "Use it for something else, or leave it out.")
    found: dict[str, Any] = {"name": _free(layer.name, taken), "kind": layer.kind, "file": name}
    if layer.crs:
        found["crs"] = layer.crs
    if layer.bands:
        found["bands"] = list(layer.bands)
    found |= {"timeless": True} if layer.timeless else {"acquired": layer.acquired} if layer.acquired else {}
    if layer.kind == "geology" and file.form == "map":
        found |= {"what": layer.what} | ({"column": layer.column} if layer.column and layer.what == "units" else {})
        found |= {"table": layer.table} if layer.table else {}
    return found


def _zones_text(proposal: ImportProposal, written: Sequence[WrittenFile]) -> str:
    names = {file.source: file.name for file in written}
    for file in proposal.files:
        if file.use == "zones":
            return table_text("zones", _zone_file(file, names[file.path]), many=False)
    if not proposal.zones:
        return table_text("zone", {"id": "site", "name": "Whole site", "whole": True}, many=True)
    tables = [zone.model_dump(exclude_none=True, exclude_defaults=True) for zone in proposal.zones]
    return "".join(table_text("zone", table, many=True) for table in tables)


def _zone_file(file: FileProposal, name: str) -> dict[str, Any]:
    zones: dict[str, Any] = {"file": name}
    if file.layer is not None:
        zones["id_column"] = file.layer.column
        zones |= {"table": file.layer.table} if file.layer.table else {}
    else:
        zones = _table(file, name) | {"id_column": ""}
        for role, key in (("zone", "id_column"), ("x", "x_column"), ("y", "y_column")):
            if columns := file.having(role):  # type: ignore[arg-type]
                zones[key] = columns[0].column
    return zones | ({"radius_m": file.radius_m} if file.radius_m is not None else {})


def _table(file: FileProposal, name: str) -> dict[str, Any]:
    table: dict[str, Any] = {"file": name}
    shape: Mapping[str, Any] = file.shape.model_dump(exclude_none=True)
    for key, default in _SHAPE_DEFAULTS.items():
        if shape.get(key, default) != default and (file.form == "text" or key not in _TEXT_ONLY):
            table[key] = shape[key]
    return table


def _time(file: FileProposal) -> dict[str, Any]:
    columns = [column.column for column in file.having("time")]
    times: dict[str, Any] = {"time": columns[0] if len(columns) == 1 else columns} if columns else {}
    if file.time_format and not file.typed_time:
        times["time_format"] = file.time_format
    if file.timezone:
        times["timezone"] = file.timezone
    return times


def _free(name: str, taken: set[str]) -> str:
    plain, free, number = name[:58], name[:64], 1
    while free in taken:
        number += 1
        free = f"{plain} {number}"
    taken.add(free)
    return free
