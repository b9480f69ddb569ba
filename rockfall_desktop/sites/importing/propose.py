"""Proposes what picked files are: one after the other, each from a bounded part of it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rockfall_desktop.domain.duration import DAY_S, duration_s, length_text
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.import_stamp import default_stamp, shortest
from rockfall_desktop.domain.site_import import MOST_FILES, ColumnProposal, FileProposal, ImportProposal, TableShape
from rockfall_desktop.domain.site_layer import POINT_ENDINGS, RASTER_ENDINGS, VECTOR_ENDINGS
from rockfall_desktop.sites.importing.columns import ChosenTime
from rockfall_desktop.sites.importing.header_zone import header_zone
from rockfall_desktop.sites.importing.layer_files import propose_layer
from rockfall_desktop.sites.importing.sample import read_sample
from rockfall_desktop.sites.importing.text_file import propose_text, reread_text
from rockfall_desktop.sites.importing.typed_file import propose_typed

_TYPED = (".parquet", ".xlsx")
_CHOSEN = (
    "use", "same_time", "delay", "ahead", "announced", "time_precision", "types", "minimum_volume_m3", "recorded_from",
    "recorded_until", "radius_m",
)  # fmt: skip
_STEPS_S = (60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, DAY_S)


def propose_import(paths: Sequence[Path]) -> ImportProposal:
    """What files seem to be.

    Raises:
        WrongInput: when there is none, there are too many, or one cannot be opened.
    """
    if not 0 < len(paths) <= MOST_FILES:
        raise WrongInput("No files", f"{len(paths):,} files were chosen.", f"Choose 1 to {MOST_FILES} files.")
    files = tuple(propose_file(path) for path in dict.fromkeys(path.absolute() for path in paths))
    return ImportProposal(files=files, crs=usual_crs(files), step=usual_step(files))


def propose_file(path: Path) -> FileProposal:
    """What one file seems to be.

    Raises:
        WrongInput: when it cannot be opened.
    """
    sample = read_sample(path)
    ending = path.suffix.lower()
    if ending in (*RASTER_ENDINGS, *POINT_ENDINGS, *VECTOR_ENDINGS):
        return propose_layer(path, sample)
    if ending in _TYPED:
        return propose_typed(path, sample)
    return propose_text(str(path), sample)


def reread_file(file: FileProposal, shape: TableShape) -> FileProposal:
    """A table read in another shape; what was chosen for its columns stays where their names stay.

    Raises:
        WrongInput: when it cannot be opened any more.
    """
    path = Path(file.path)
    if not file.is_table:
        return file
    sample = read_sample(path)
    if file.form == "text":
        timely = tuple(column.column for column in file.having("time"))
        fresh = reread_text(file.path, sample, shape, ChosenTime(timely, file.time_format))
    else:
        fresh = propose_typed(path, sample, shape.sheet)
    chosen = {column.column: column for column in file.columns if column.column}
    columns = tuple(_chosen(chosen.get(column.column, column), column) for column in fresh.columns)
    kept: dict[str, object] = {key: getattr(file, key) for key in _CHOSEN} | {"shape": shape}
    kept |= {"columns": columns, "timezone": _zone(file, fresh)}
    if fresh.time_format or fresh.typed_time:
        kept["interval"] = shortest(columns) or fresh.interval
    return fresh.model_copy(update=kept)


def _chosen(column: ColumnProposal, fresh: ColumnProposal) -> ColumnProposal:
    """What was chosen; how long a value lasts follows the times that are read now, unless a person said it."""
    if column.stamp_said:
        return column
    interval = fresh.interval
    return column.model_copy(update={"interval": interval, "stamp": default_stamp(column.kind, interval)})


def _zone(file: FileProposal, fresh: FileProposal) -> str:
    """The zone that a person chose, else the one that the header of the time columns names now."""
    told = {header_zone((column.column,)) for column in file.columns} | {""}
    return fresh.timezone if file.timezone in told else file.timezone


def usual_crs(files: Sequence[FileProposal]) -> str:
    """The coordinate system that most spatial files name; "" where none does."""
    crs = Counter(file.layer.own_crs for file in files if file.layer and file.layer.own_crs.startswith("EPSG"))
    return crs.most_common(1)[0][0] if crs else ""


def usual_step(files: Sequence[FileProposal]) -> str:
    """A step for the site: the longest usual interval of its tables, or the next longer one that divides the day."""
    used = [file for file in files if file.use == "channels"]
    intervals = [duration_s(file.interval) for file in used if file.interval]
    wanted = max(intervals, default=3600)
    return length_text(next((length for length in _STEPS_S if length >= wanted), DAY_S))
