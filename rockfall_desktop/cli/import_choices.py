"""What was typed beside `site import`: choices laid over what the assistant proposes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.import_stamp import as_kind, file_lasting, lasting, stamped
from rockfall_desktop.domain.import_use import used_as
from rockfall_desktop.domain.kinds import KINDS
from rockfall_desktop.domain.site_import import ColumnProposal, FileProposal, ImportProposal, Role, SameTime, Stamp, Use
from rockfall_desktop.domain.site_layer import LayerKind
from rockfall_desktop.domain.site_zone import Zone
from rockfall_desktop.operations.site_import import reread_file, with_file


@dataclass(frozen=True)
class Choices:
    """Options as they were typed; empty ones leave the proposal as it is.

    Attributes:
        site: name, crs, timezone, step.
        channels: COLUMN=KIND:UNIT or COLUMN=skip.
        stamps: start or end, or COLUMN=start.
        intervals: a length, or COLUMN=LENGTH.
        sensors: COLUMN=ZONE or COLUMN=ZONE:CHANNEL.
        ahead: spans ahead of forecasts and blasts.
        times: columns with the time.
        files: time_format, same_time, timezone, delay and so on, for every table.
        uses: FILE=USE.
        layers: FILE=KIND:DAY[:CRS].
        bands: FILE=NAME;NAME, a name for each band, - to leave it out.
        zones: ID=X,Y,RADIUS.
        missing: texts that mean "no value".
        types: types of incidents that count.
        radius_m: metres around the points of a file of zones.
    """

    site: dict[str, str] = field(default_factory=dict)
    channels: Sequence[str] = ()
    stamps: Sequence[str] = ()
    intervals: Sequence[str] = ()
    sensors: Sequence[str] = ()
    ahead: Sequence[str] = ()
    times: Sequence[str] = ()
    files: dict[str, str] = field(default_factory=dict)
    uses: Sequence[str] = ()
    layers: Sequence[str] = ()
    bands: Sequence[str] = ()
    zones: Sequence[str] = ()
    missing: Sequence[str] = ()
    types: Sequence[str] = ()
    radius_m: float | None = None


def with_choices(proposal: ImportProposal, choices: Choices) -> ImportProposal:
    """The proposal with what was typed.

    Raises:
        WrongInput: naming the option that does not fit.
    """
    update: dict[str, Any] = {key: value for key, value in choices.site.items() if value and not proposal.exists}
    for file in proposal.files:
        proposal = with_file(proposal, _with_options(file, choices))
    files = list(proposal.files)
    files = _each(choices.uses, "--use", files, _with_use)
    files = _each(choices.layers, "--layer", files, _with_layer)
    files = _each(choices.bands, "--bands", files, _with_bands)
    for text in choices.channels:
        files = _with_channel(text, files)
    if choices.radius_m is not None:
        if choices.radius_m <= 0:
            raise _wrong("--radius", f"{choices.radius_m:g}", "Write metres above zero.")
        radius = {"radius_m": choices.radius_m}
        files = [file.model_copy(update=radius) if file.use == "zones" else file for file in files]
    for text in choices.intervals:
        files = _with_interval(text, files)
    for text in choices.stamps:
        files = _with_stamp(text, files)
    for text in choices.sensors:
        files = _with_sensor(text, files)
    if choices.zones:
        update["zones"] = tuple(_zone(text) for text in choices.zones)
    return proposal.model_copy(update={**update, "files": tuple(files)})


def _with_options(file: FileProposal, choices: Choices) -> FileProposal:
    if not file.is_table:
        return file
    update: dict[str, Any] = {key: value for key, value in choices.files.items() if value}
    if update.get("same_time", "refuse") not in get_args(SameTime):
        raise _wrong("--same-time", update["same_time"], f"Write one of {', '.join(get_args(SameTime))}.")
    for key in ("delay", "announced"):
        _length(f"--{key}", update.get(key, "0min"))
    if choices.ahead:
        update["ahead"] = tuple(_length("--ahead", text) for text in choices.ahead)
    if choices.missing:
        missing = tuple(dict.fromkeys((*file.shape.missing, *choices.missing)))
        update["shape"] = file.shape.model_copy(update={"missing": missing})
    if choices.types and file.use == "incidents":
        update["types"] = tuple(choices.types)
    timely = any(column.column in choices.times for column in file.columns)
    if timely:
        update["columns"] = tuple(_as_time(column, choices.times) for column in file.columns)
        update["time_format"] = choices.files.get("time_format", "")
    changed = file.model_copy(update=update)
    if not timely and not choices.files.get("time_format"):
        return changed
    zone = {"timezone": changed.timezone} if choices.files.get("timezone") else {}
    return reread_file(changed, changed.shape).model_copy(update=zone)


def _as_time(column: ColumnProposal, times: Sequence[str]) -> ColumnProposal:
    if column.column in times:
        return column.model_copy(update={"role": "time"})
    return column.model_copy(update={"role": "skip"}) if column.role == "time" else column


def _with_channel(text: str, files: list[FileProposal]) -> list[FileProposal]:
    name, equals, rest = text.rpartition("=")
    parts = rest.split(":", 1)
    roles = get_args(Role)
    if not equals or not name or (parts[0] not in KINDS and parts[0] not in roles):
        known = ", ".join((*KINDS, *roles))
        raise _wrong("--channel", text, f"Write COLUMN=KIND:UNIT, e.g. rain_mm=rainfall:mm; kinds and roles: {known}.")
    unit = parts[1] if len(parts) == 2 else ""

    def changed(column: ColumnProposal) -> ColumnProposal:
        if parts[0] in KINDS:
            return as_kind(column, parts[0], unit)
        named = {"name": column.name or column.column[:64]} if parts[0] == "value" else {}
        return column.model_copy(update={"role": parts[0], **named})

    return _on_column("--channel", text, name, files, changed)


def _with_interval(text: str, files: list[FileProposal]) -> list[FileProposal]:
    name, _, length = text.rpartition("=")
    _length("--interval", length)
    if name:
        return _on_column("--interval", text, name, files, lambda column: lasting(column, length))
    return [file_lasting(file, length) for file in files]


def _with_stamp(text: str, files: list[FileProposal]) -> list[FileProposal]:
    name, _, word = text.rpartition("=")
    if word not in get_args(Stamp):
        raise _wrong("--stamp", text, "Write start or end, for one column COLUMN=start.")
    stamp: Stamp = word  # type: ignore[assignment]
    if name:
        return _on_column("--stamp", text, name, files, lambda column: stamped(column, stamp))
    return [
        file.model_copy(
            update={"columns": tuple(stamped(one, stamp) if one.role == "value" else one for one in file.columns)}
        )
        for file in files
    ]


def _with_sensor(text: str, files: list[FileProposal]) -> list[FileProposal]:
    name, _, rest = text.rpartition("=")
    zone, _, channel = rest.partition(":")
    if not name or not zone:
        raise _wrong("--sensor", text, "Write COLUMN=ZONE or COLUMN=ZONE:CHANNEL, e.g. P1_kPa=N1:pressure.")
    update = {"zone": zone} | ({"name": channel} if channel else {})
    return _on_column("--sensor", text, name, files, lambda column: column.model_copy(update=update))


def _on_column(
    option: str, text: str, name: str, files: list[FileProposal], change: Callable[[ColumnProposal], ColumnProposal]
) -> list[FileProposal]:
    """The files with a column of that name changed, wherever it is."""
    if not any(column.column == name for file in files for column in file.columns):
        there = ", ".join(column.column for file in files for column in file.columns[:20] if column.column)
        raise _wrong(option, text, f"No file has that column. Columns: {there}.")
    return [
        file.model_copy(update={"columns": tuple(change(one) if one.column == name else one for one in file.columns)})
        for file in files
    ]


def _length(option: str, text: str) -> str:
    try:
        duration_s(text)
    except ValueError as error:
        raise _wrong(option, text, f"{error}.") from None
    return text


def _each(
    texts: Sequence[str],
    option: str,
    files: list[FileProposal],
    change: Callable[[FileProposal, str], FileProposal],
) -> list[FileProposal]:
    for text in texts:
        name, equals, rest = text.partition("=")
        if not equals or not any(_is(file, name) for file in files):
            there = ", ".join(Path(file.path).name for file in files)
            raise _wrong(option, text, f"Write FILE=..., where FILE is one of {there}.")
        files = [change(file, rest) if _is(file, name) else file for file in files]
    return files


def _is(file: FileProposal, name: str) -> bool:
    return name in {Path(file.path).name, file.path}


def _with_use(file: FileProposal, use: str) -> FileProposal:
    use, _, attribute = use.partition(":")
    if use not in get_args(Use):
        raise _wrong("--use", use, f"Write one of {', '.join(get_args(Use))}.")
    file = used_as(file, use)  # type: ignore[arg-type]
    if not attribute:
        return file
    if file.layer is None or use != "zones" or attribute not in file.layer.columns:
        there = ", ".join(file.layer.columns[:20]) if file.layer else "none"
        raise _wrong("--use", attribute, f"Write FILE=zones:ATTRIBUTE of a map. Attributes: {there}.")
    return file.model_copy(update={"layer": file.layer.model_copy(update={"column": attribute})})


def _with_layer(file: FileProposal, text: str) -> FileProposal:
    kind, _, rest = text.partition(":")
    day, _, crs = rest.partition(":")
    if file.layer is None or kind not in get_args(LayerKind) or not day:
        raise _wrong("--layer", text, "Write FILE=KIND:DAY, e.g. scan.laz=lidar:2024-05-31, or KIND:timeless.")
    update: dict[str, Any] = {"kind": kind, "crs": crs, "timeless": day == "timeless", "acquired": None}
    if day != "timeless":
        try:
            update["acquired"] = date.fromisoformat(day)
        except ValueError:
            raise _wrong("--layer", text, "Write the day as 2024-05-31.") from None
    return file.model_copy(update={"use": "layer", "layer": file.layer.model_copy(update=update)})


def _with_bands(file: FileProposal, text: str) -> FileProposal:
    if file.form != "raster" or file.layer is None:
        raise _wrong("--bands", text, "Only rasters have bands.")
    bands = tuple(part.strip() for part in text.split(";"))
    return file.model_copy(update={"layer": file.layer.model_copy(update={"bands": bands})})


def _zone(text: str) -> Zone:
    name, _, rest = text.partition("=")
    try:
        x, y, radius_m = (float(part) for part in rest.split(","))
        return Zone(id=name, point=(x, y), radius_m=radius_m)
    except (ValueError, ValidationError):
        raise _wrong("--zone", text, "Write ID=X,Y,RADIUS in metres, e.g. N1=512340,5403210,25.") from None


def _wrong(option: str, text: str, hint: str) -> WrongInput:
    return WrongInput("Wrong choice", f"{option} '{text[:100]}' cannot be used.", hint)
