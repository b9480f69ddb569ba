"""Proposes how a Parquet file or a workbook is to be read, from its first rows."""

from pathlib import Path
from typing import Any

import polars as pl

from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site_import import FileProposal, TableShape
from rockfall_desktop.sites.importing.columns import Texts, propose_columns, with_stamps
from rockfall_desktop.sites.importing.sample import Sample
from rockfall_desktop.sites.importing.text_file import nothing
from rockfall_desktop.sites.importing.time_columns import usual_interval

_ROWS = 5000
_SHOWN_ROWS = 30
_LARGEST_WORKBOOK = 256 * 1024**2


def propose_typed(path: Path, sample: Sample, sheet: str = "") -> FileProposal:
    """What a Parquet file or a workbook seems to hold."""
    workbook = path.suffix.lower() == ".xlsx"
    if workbook and sample.size > _LARGEST_WORKBOOK:
        return nothing(str(path), sample, "The workbook is larger than 256 MiB: save its sheet as CSV.")
    try:
        frame, sheets = _workbook(path, sheet) if workbook else (_parquet(path), ())
    except Exception:  # noqa: BLE001 - what a damaged file makes these libraries raise is not written down anywhere
        kind = "workbook" if workbook else "Parquet file"
        return nothing(str(path), sample, f"Cannot be read as a {kind}: it is damaged or something else.")
    file = FileProposal(
        path=str(path),
        size=sample.size,
        form="workbook" if workbook else "parquet",
        use="channels",
        shape=TableShape(sheet=sheet),
        sheets=sheets,
        rows=_rows(frame),
    )
    return _with_columns(file, frame)


def _with_columns(file: FileProposal, frame: pl.DataFrame) -> FileProposal:
    timed = [place for place, kind in enumerate(frame.dtypes) if kind in (pl.Datetime, pl.Date)]
    texts = Texts(tuple((name,) for name in frame.columns), [_texts(column) for column in frame.get_columns()])
    if not timed:
        return propose_columns(file, texts, sniffed=True)
    file = propose_columns(file.model_copy(update={"typed_time": True}), texts, sniffed=True)
    columns = tuple(
        column.model_copy(update={"role": "time"}) if place == timed[0] else column
        for place, column in enumerate(file.columns)
    )
    seconds = frame.to_series(timed[0]).cast(pl.Datetime("us")).dt.replace_time_zone(None).drop_nulls()
    written = seconds.dt.to_string("%Y-%m-%d %H:%M:%S").to_list()
    interval = usual_interval(written, "%Y-%m-%d %H:%M:%S") if written else ""
    said = tuple(text for text in file.remarks if not text.startswith("No column with a time"))
    return with_stamps(file.model_copy(update={"columns": columns, "interval": interval, "remarks": said}))


def _parquet(path: Path) -> pl.DataFrame:
    return pl.scan_parquet(path, glob=False).head(_ROWS).collect()


def _workbook(path: Path, sheet: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    import fastexcel  # noqa: PLC0415 - only workbooks need it

    book: Any = fastexcel.read_excel(str(path))
    sheets = tuple(shown(name) for name in book.sheet_names[:200])
    return book.load_sheet(sheet or 0, n_rows=_ROWS).to_polars(), sheets


def _texts(column: pl.Series) -> list[str]:
    return column.cast(pl.String, strict=False).fill_null("").str.strip_chars().to_list()


def _rows(frame: pl.DataFrame) -> tuple[tuple[str, ...], ...]:
    columns = [_texts(column) for column in frame.head(_SHOWN_ROWS).get_columns()]
    return tuple(tuple(shown(cell[:60]) for cell in row) for row in zip(*columns, strict=True))
