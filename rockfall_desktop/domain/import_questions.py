"""What must still be said before files can be imported; nothing of it is guessed."""

from pathlib import Path

from pydantic import Field

from rockfall_desktop.domain.duration import step_s
from rockfall_desktop.domain.kinds import KINDS
from rockfall_desktop.domain.site_import import ColumnProposal, FileProposal, ImportProposal
from rockfall_desktop.domain.time_zone import check_time_zone
from rockfall_desktop.domain.value import Value


class Question(Value):
    """One thing that a person must say."""

    file: str = Field(default="", description="Path of the file that it is about; empty: the site.")
    field: str = Field(description="Name of the field that answers it.")
    text: str = Field(description="The question as a sentence that says what to do.")


def open_questions(proposal: ImportProposal) -> tuple[Question, ...]:
    """Everything that must still be said, file by file, the site's own at the end."""
    found = [question for file in proposal.files for question in file_questions(file)]
    return (*found, *site_questions(proposal))


def file_questions(file: FileProposal) -> tuple[Question, ...]:
    """What must still be said of one file."""
    told: list[tuple[str, str]] = []
    if file.use == "layer":
        told = _of_layer(file)
    elif file.use in {"channels", "incidents"}:
        told = _of_times(file)
        told += _of_values(file) if file.use == "channels" else []
    elif file.use == "zones" and (file.is_table and file.radius_m is None):
        told = [("radius_m", "Say the radius in metres around the points of the zones.")]
    name = Path(file.path).name
    return tuple(Question(file=file.path, field=field, text=f"{name}: {text}") for field, text in told)


def site_questions(proposal: ImportProposal) -> tuple[Question, ...]:
    """What must still be said of the site as a whole."""
    told: list[tuple[str, str]] = []
    if all(file.use in {"skip", "zones"} for file in proposal.files):
        told.append(("files", "Nothing is imported: use at least one file for channels, incidents or a layer."))
    if not proposal.folder:
        told.append(("folder", "Choose the folder of the site."))
    if not proposal.exists:
        told += _of_new_site(proposal)
    return tuple(Question(field=field, text=text) for field, text in told)


def _of_new_site(proposal: ImportProposal) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    if not proposal.name.strip():
        told.append(("name", "Give the site a name."))
    if not proposal.timezone:
        told.append(("timezone", "Say the time zone in which the site's days begin, e.g. Europe/Zurich."))
    else:
        told += _fault_of("timezone", proposal.timezone, check_time_zone)
    told += _fault_of("step", proposal.step, step_s)
    if _lacks_zones(proposal):
        told.append(("zones", "A column names zones: list them with their places, or leave that column out."))
    if not any(file.use in {"channels", "layer"} for file in proposal.files):
        told.append(("files", "A site has at least one channel or layer: use a file for one."))
    return told


def _lacks_zones(proposal: ImportProposal) -> bool:
    if proposal.zones or any(file.use == "zones" for file in proposal.files):
        return False
    return any(
        file.having("zone") or any(column.zone for column in file.having("value"))
        for file in proposal.files
        if file.use == "channels"
    )


def _fault_of(field: str, text: str, check: object) -> list[tuple[str, str]]:
    try:
        if callable(check):
            check(text)
    except ValueError as error:
        sentence = str(error)
        return [(field, f"{sentence[:1].upper()}{sentence[1:]}.")]
    return []


def _of_times(file: FileProposal) -> list[tuple[str, str]]:
    if not file.having("time"):
        return [("columns", "Choose the column with the time.")]
    if file.time_format or file.typed_time:
        return []
    if len(file.time_formats) > 1:
        forms = " or ".join(file.time_formats[:4])
        return [("time_format", f"Its dates can be read as {forms}. Choose which, or a mixed-up day would be learned.")]
    return [("time_format", "Say how its times are written, e.g. %d.%m.%Y %H:%M.")]


def _of_values(file: FileProposal) -> list[tuple[str, str]]:
    values = file.having("value")
    if not values:
        return [("columns", "Choose at least one column with a value, or leave the file out.")]
    told = [
        ("columns", f"Say the unit of '{column.column}', which is {KINDS[column.kind].title}{_counted(column.kind)}.")
        for column in values
        if not column.unit and column.kind not in {"other", "blast"}
    ]
    told += _of_forecasts(file) + _of_sensors(values)
    if any(column.zone for column in values) and file.having("zone"):
        told.append(("columns", "Name zones column by column, or choose a zone column; not both."))
    return told[:10]


def _counted(kind: str) -> str:
    return ": mm/s for how strong it shook, events for how often" if kind == "seismic" else ""


def _of_forecasts(file: FileProposal) -> list[tuple[str, str]]:
    """A forecast without its issue would be known before it was made."""
    if not any(column.kind == "rain_forecast" for column in file.having("value")):
        return []
    told = []
    if not file.having("issued"):
        told.append(("columns", "Choose the column with the time at which the forecast was issued."))
    if not file.ahead:
        told.append(("ahead", "Say over which spans ahead the forecast is summed up, e.g. 1d; 3d."))
    return told


def _of_sensors(values: tuple[ColumnProposal, ...]) -> list[tuple[str, str]]:
    """Columns that make one channel are measured alike."""
    first: dict[str, ColumnProposal] = {}
    told = []
    for column in values:
        other = first.setdefault(column.name, column) if column.zone else column
        if any(getattr(column, key) != getattr(other, key) for key in ("kind", "unit", "stamp", "interval")):
            words = f"'{other.column}' and '{column.column}' make one channel, '{column.name}'"
            told.append(("columns", f"{words}, but differ in kind, unit or time: give each its own name."))
    return told


def _of_layer(file: FileProposal) -> list[tuple[str, str]]:
    layer = file.layer
    if layer is None:
        return []
    told: list[tuple[str, str]] = []
    if layer.acquired is None and not layer.timeless:
        told.append(("acquired", "Say on which day it was surveyed or flown, or that it does not age."))
    if layer.kind == "elevation" and len(layer.own_bands) > 1 and sum(name != "-" for name in layer.bands) != 1:
        names = "; ".join(layer.own_bands[:8])
        told.append(("bands", f"It has the bands {names}: name that of the elevation and write - for each other."))
    if layer.kind == "geology" and file.form == "map" and layer.what == "units" and not layer.column:
        told.append(("column", "Choose the attribute that names the geological unit."))
    return told
