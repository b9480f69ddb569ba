"""What was typed beside `site import`: choices laid over what the assistant proposes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.kinds import KINDS
from rockfall_desktop.domain.site_import import ColumnProposal, FileProposal, ImportProposal, Role, SameTime, Use
from rockfall_desktop.domain.site_layer import LayerKind
from rockfall_desktop.domain.site_zone import Zone
from rockfall_desktop.operations.site_import import reread_file, with_file


@dataclass(frozen=True)
class Choices:
    """Options as they were typed; empty ones leave the proposal as it is.

    Attributes:
        site: name, crs, timezone, step.
        channels: COLUMN=KIND:UNIT or COLUMN=skip.
        times: columns with the time.
        files: time_format, same_time, file_timezone and so on, for every table.
        uses: FILE=USE.
        layers: FILE=KIND:DAY[:CRS].
        bands: FILE=NAME;NAME, a name for each band, - to leave it out.
        zones: ID=X,Y,RADIUS.
        missing: texts that mean "no value".
        types: types of incidents that count.
    """

    site: dict[str, str] = field(default_factory=dict)
    channels: Sequence[str] = ()
    times: Sequence[str] = ()
    files: dict[str, str] = field(default_factory=dict)
    uses: Sequence[str] = ()
    layers: Sequence[str] = ()
    bands: Sequence[str] = ()
    zones: Sequence[str] = ()
    missing: Sequence[str] = ()
    types: Sequence[str] = ()


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
    if choices.zones:
        update["zones"] = tuple(_zone(text) for text in choices.zones)
    return proposal.model_copy(update={**update, "files": tuple(files)})


def _with_options(file: FileProposal, choices: Choices) -> FileProposal:
    if not file.is_table:
        return file
    update: dict[str, Any] = {key: value for key, value in choices.files.items() if value}
    if update.get("same_time", "refuse") not in get_args(SameTime):
        raise _wrong("--same-time", update["same_time"], f"Write one of {', '.join(get_args(SameTime))}.")
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
    return reread_file(changed, changed.shape) if timely or choices.files.get("time_format") else changed


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
    if not any(column.column == name for file in files for column in file.columns):
        there = ", ".join(column.column for file in files for column in file.columns[:20] if column.column)
        raise _wrong("--channel", text, f"No file has that column. Columns: {there}.")
    update: dict[str, Any] = {"role": parts[0]}
    if parts[0] in KINDS:
        update = {"role": "value", "kind": parts[0], "unit": parts[1] if len(parts) == 2 else ""}
    return [
        file.model_copy(update={"columns": tuple(_updated(column, name, update) for column in file.columns)})
        for file in files
    ]


def _updated(column: ColumnProposal, name: str, update: dict[str, Any]) -> ColumnProposal:
    if column.column != name:
        return column
    named = {"name": column.name or column.column} if update["role"] == "value" else {}
    return column.model_copy(update={**update, **named})


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
    if use not in get_args(Use):
        raise _wrong("--use", use, f"Write one of {', '.join(get_args(Use))}.")
    return file.model_copy(update={"use": use})


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
