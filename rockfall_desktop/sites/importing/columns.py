"""Proposes what each column of a table is: time, zone, value with kind and unit, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rockfall_desktop.domain.import_use import used_as
from rockfall_desktop.domain.kinds import KINDS
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site_import import MOST_COLUMNS, ColumnProposal, FileProposal, Role
from rockfall_desktop.domain.site_table import Keep
from rockfall_desktop.domain.time_format import told_span_s
from rockfall_desktop.sites.importing.cells import (
    TRACE_MM,
    decimal_of,
    missing_in,
    number_share,
    odd_words,
    traces_in,
)  # fmt: skip
from rockfall_desktop.sites.importing.header_words import (
    FALL_WORDS,
    ZONE_FILE_WORDS,
    channel_name,
    guess_role,
    guess_value,
)
from rockfall_desktop.sites.importing.header_zone import header_zone
from rockfall_desktop.sites.importing.spacing import usual_length, with_lengths
from rockfall_desktop.sites.importing.time_columns import TimeColumns, find_time, fitting, joined, row_seconds

_NUMBERS_FROM = 0.6
_SAMPLES = 4
_MOST_ZONES = 200
_COMPLETE_FROM = 0.8


@dataclass(frozen=True)
class Texts:
    """What was read of a table: header texts and texts of each column, words above it and in its file's name."""

    names: tuple[tuple[str, ...], ...]
    columns: list[list[str]]
    context: str = ""


@dataclass(frozen=True)
class ChosenTime:
    """Columns that were chosen for the time and how they are written; empty where it is still to be found."""

    columns: tuple[str, ...] = ()
    form: str = ""


LOOKED_FOR = ChosenTime()


def propose_columns(
    file: FileProposal, texts: Texts, *, sniffed: bool, chosen: ChosenTime = LOOKED_FOR
) -> FileProposal:
    """The proposal with its columns, its times, and the words that mean numbers or nothing.

    Args:
        file: what is settled already.
        texts: the part that was read.
        sniffed: whether decimal sign and words are still to be found; else they stay as they were chosen.
        chosen: what was chosen for the time; nothing: it is looked for.
    """
    if len(texts.names) > MOST_COLUMNS:
        remark = f"Has {len(texts.names):,} columns, more than {MOST_COLUMNS:,}: split it."
        return file.model_copy(update={"use": "skip", "remarks": (*file.remarks, remark)})
    time = None if file.typed_time else _time(texts, chosen)
    timely = time.places if time else ()
    others = [place for place in range(len(texts.names)) if place not in timely]
    cells = [cell for place in others for cell in texts.columns[place][:2000]]
    decimal = (decimal_of(cells) if file.shape.delimiter != "," else ".") if sniffed else file.shape.decimal
    columns = _by_context([_column(texts, place, timely, decimal) for place in range(len(texts.names))], texts)
    update: dict[str, object] = {"columns": tuple(columns)}
    if time is not None:
        update |= {"time_formats": time.formats, "interval": time.interval}
        update["time_format"] = chosen.form or (time.formats[0] if len(time.formats) == 1 else "")
        update |= _zone_told(file, texts, time, str(update["time_format"]))
    file = file.model_copy(update=update)
    if sniffed:
        file = _with_words(file, texts, decimal)
    return _with_use(file if time is None else _with_lengths(file, texts, time), texts)


def with_zone_told(file: FileProposal, heads: tuple[str, ...]) -> FileProposal:
    """The file with the time zone that the header of its times names, and a remark on it."""
    zone = header_zone(heads)
    if not zone:
        return file
    said = f"The header '{shown(' '.join(heads)[:60])}' names a time zone: the times are taken as {zone}."
    return file.model_copy(update={"timezone": zone, "remarks": (*file.remarks, said)})


def _zone_told(file: FileProposal, texts: Texts, time: TimeColumns, form: str) -> dict[str, object]:
    if "%z" in form or "%s" in form:  # such a time says itself when it is
        return {}
    told = with_zone_told(file, tuple(text for place in time.places for text in texts.names[place]))
    return {"timezone": told.timezone, "remarks": told.remarks}


def _with_lengths(file: FileProposal, texts: Texts, time: TimeColumns) -> FileProposal:
    form = file.time_format or next(iter(file.time_formats), "")
    if not form:
        return file
    return with_lengths(file, texts.columns, row_seconds(texts.columns, time.places, form), told_span_s(form))


def _time(texts: Texts, chosen: ChosenTime) -> TimeColumns | None:
    places = tuple(p for p in range(len(texts.names)) if column_key(texts.names, p) in chosen.columns)
    if not places:
        return find_time(texts.names, texts.columns)
    written = joined(texts.columns, places)
    formats = fitting(written)
    form = chosen.form or (formats[0] if len(formats) == 1 else "")
    return TimeColumns(places, formats, usual_length(row_seconds(texts.columns, places, form)) if form else "")


def words_of(texts: Sequence[str]) -> str:
    """A few texts in quotation marks, safe to show."""
    return ", ".join(f"'{shown(text[:30])}'" for text in texts[:5])


def column_key(names: tuple[tuple[str, ...], ...], place: int) -> str:
    """The name by which the reader of tables finds a column: a header text that no other has, else all joined."""
    texts = names[place]
    for text in texts:
        if text and sum(text in (*other, "/".join(other)) for other in names) == 1:
            return text
    return "/".join(texts)


def _column(texts: Texts, place: int, timely: tuple[int, ...], decimal: str) -> ColumnProposal:
    names, cells = texts.names[place], texts.columns[place]
    key = column_key(texts.names, place)
    samples = tuple(shown(cell[:40]) for cell in dict.fromkeys(cells[:200]) if cell)[:_SAMPLES]
    if not key.strip("/"):
        return ColumnProposal(column="", role="skip", samples=samples)
    column = ColumnProposal(column=key[:200], samples=samples)
    if place in timely:
        return column.model_copy(update={"role": "time"})
    role: Role | None = guess_role(names)
    numeric = number_share(cells, decimal) >= _NUMBERS_FROM
    if role == "mark" and (numeric or len(set(cells)) > 20):
        role = None
    if role in {"x", "y", "volume"} and not numeric:
        role = None
    if role is not None:
        return column.model_copy(update={"role": role})
    if not numeric:
        return column
    guess = guess_value(names)
    name = channel_name(names, guess.kind, known=guess.known)
    return column.model_copy(update={"role": "value", "kind": guess.kind, "unit": guess.unit, "name": name})


def _by_context(columns: list[ColumnProposal], texts: Texts) -> list[ColumnProposal]:
    """Where a table has one value and its header does not say what it is, the words above it may."""
    values = [place for place, column in enumerate(columns) if column.role == "value"]
    if len(values) != 1 or columns[values[0]].kind != "other":
        return columns
    guess = guess_value((texts.context,))
    if guess.known:
        name = KINDS[guess.kind].title
        update = {"kind": guess.kind, "unit": columns[values[0]].unit or guess.unit, "name": name}
        columns[values[0]] = columns[values[0]].model_copy(update=update)
    return columns


def _with_words(file: FileProposal, texts: Texts, decimal: str) -> FileProposal:
    missing: list[str] = []
    values: dict[str, float] = {}
    odd: list[str] = []
    for column, cells in zip(file.columns, texts.columns, strict=True):
        if column.role in {"value", "x", "y", "volume"}:
            missing += missing_in(cells, decimal)
            odd += [f"{words_of([word])} in {shown(column.column[:40])}" for word in odd_words(cells, decimal)]
        if column.kind in {"rainfall", "rain_forecast"}:
            trace = TRACE_MM / 25.4 if column.unit == "in" else TRACE_MM
            values |= dict.fromkeys(traces_in(cells, decimal), round(trace, 4))
    keep = _keep(file, texts)
    shape = file.shape.model_copy(
        update={"decimal": decimal, "missing": tuple(dict.fromkeys(missing)), "values": values, "keep": keep}
    )
    said = list(file.remarks)
    if missing:
        said.append(f"{words_of(shape.missing)} is taken as 'no value'.")
    said += [f"{words_of([word])} is taken as {number:g}." for word, number in values.items()]
    if odd:
        said.append(f"No number: {'; '.join(odd[:5])}. Add the word to missing, or to values with its number.")
    if keep is not None:
        said.append(f"Only rows with {words_of(keep.values)} in {shown(keep.column[:40])} are kept.")
    return file.model_copy(update={"shape": shape, "remarks": tuple(said)})


def _keep(file: FileProposal, texts: Texts) -> Keep | None:
    """Rows that a file itself calls complete, where nearly all are."""
    for column, cells in zip(file.columns, texts.columns, strict=True):
        if column.role == "mark" and cells:
            most = max(set(cells), key=cells.count)
            good = most.lower() in {"c", "ok", "good", "complete", "valid", "1", "0"}
            if good and _COMPLETE_FROM <= cells.count(most) / len(cells) < 1:
                return Keep(column=column.column, values=(most,))
    return None


def _with_use(file: FileProposal, texts: Texts) -> FileProposal:
    name = Path(file.path).stem.lower()
    zones = next(
        (cells for column, cells in zip(file.columns, texts.columns, strict=True) if column.role == "zone"), []
    )
    seen = tuple(shown(text[:64]) for text in dict.fromkeys(zones) if text)[:_MOST_ZONES]
    use = file.use
    if file.having("time") and (file.having("volume") or FALL_WORDS.search(name)) and not _measures(file):
        use = "incidents"
    elif not file.having("time") and not file.typed_time and file.having("x") and file.having("y"):
        use = "zones" if file.having("zone") or ZONE_FILE_WORDS.search(name) else "skip"
        file = used_as(file, use)
        if use == "zones" and not file.having("zone"):
            said = "No column names the zones: they are numbered from 1 in the order of the rows."
            file = file.model_copy(update={"remarks": (*file.remarks, said)})
    elif not file.having("time"):
        said = "No column with a time was found: choose it, and how times are written."
        return file.model_copy(update={"zones_seen": seen, "remarks": (*file.remarks, said)})
    if use == "incidents":
        columns = tuple(
            column.model_copy(update={"role": "skip"}) if column.role == "value" else column for column in file.columns
        )
        file = file.model_copy(update={"columns": columns})
    said_too = _open_dates(file)
    return file.model_copy(update={"use": use, "zones_seen": seen, "remarks": (*file.remarks, *said_too)})


def _measures(file: FileProposal) -> bool:
    return any(column.kind != "other" for column in file.having("value"))


def _open_dates(file: FileProposal) -> tuple[str, ...]:
    if len(file.time_formats) < 2:
        return ()
    forms = " or ".join(file.time_formats[:4])
    return (f"Every date that was seen can be read in {len(file.time_formats)} ways, {forms}: say which.",)
