"""What a written time stands for, where nobody says it: chosen so that a value is known too late, never too early."""

from collections.abc import Iterable

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.kinds import Kind
from rockfall_desktop.domain.site_import import ColumnProposal, FileProposal, Stamp

_GATHERED = frozenset({"rainfall", "rain_forecast", "seismic", "blast"})


def default_stamp(kind: Kind, interval: str) -> Stamp:
    """Numbers at regular gaps, dates and sums begin at the time that is written; a lone reading is of that moment.

    A mean that is really written at its end is then known one interval late.

    Args:
        kind: what is measured.
        interval: length that a value stands for; "" where its numbers have no regular gaps.
    """
    return "start" if interval or kind in _GATHERED else "end"


def as_kind(column: ColumnProposal, kind: Kind, unit: str) -> ColumnProposal:
    """The column as a value of another kind; its stamp is decided anew unless a person said it."""
    update: dict[str, object] = {"role": "value", "kind": kind, "unit": unit, "name": column.name or column.column[:64]}
    if not column.stamp_said:
        update["stamp"] = default_stamp(kind, column.interval)
    return column.model_copy(update=update)


def stamped(column: ColumnProposal, stamp: Stamp) -> ColumnProposal:
    """The column with the stamp that a person said."""
    return column.model_copy(update={"stamp": stamp, "stamp_said": True})


def lasting(column: ColumnProposal, interval: str) -> ColumnProposal:
    """The column with the length that a person said; "" for none.

    Raises:
        ValueError: when it is no length, or nothing.
    """
    if interval and duration_s(interval) == 0:
        raise ValueError("an interval is longer than nothing")
    stamp = column.stamp if column.stamp_said else default_stamp(column.kind, interval)
    return column.model_copy(update={"interval": interval, "stamp": stamp, "stamp_said": True})


def shortest(columns: Iterable[ColumnProposal]) -> str:
    """The shortest length of the columns of values; "" where none has one."""
    lengths = [column.interval for column in columns if column.role == "value" and column.interval]
    return min(lengths, key=duration_s, default="")


def file_lasting(file: FileProposal, interval: str) -> FileProposal:
    """The file with the length that a person said; columns whose own numbers lie further apart keep theirs.

    Raises:
        ValueError: when it is no length, or nothing.
    """
    follows = {"", shortest(file.columns)}
    columns = tuple(
        lasting(column, interval) if column.role == "value" and column.interval in follows else column
        for column in file.columns
    )
    return file.model_copy(update={"interval": interval, "columns": columns})
