"""Proposes how a Parquet file or a workbook is to be read, from its first rows."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from rockfall_desktop.domain.duration import DAY_S
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site_import import FileProposal, TableShape
from rockfall_desktop.sites.importing.columns import Texts, propose_columns, with_zone_told
from rockfall_desktop.sites.importing.header_words import guess_role
from rockfall_desktop.sites.importing.sample import Sample
from rockfall_desktop.sites.importing.spacing import NO_TIME, usual_length, with_lengths
from rockfall_desktop.sites.importing.text_file import nothing

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
    place = next((one for one in timed if guess_role((frame.columns[one],)) != "issued"), timed[0])
    columns = tuple(
        column.model_copy(update={"role": "time"}) if number == place else column
        for number, column in enumerate(file.columns)
    )
    said = tuple(text for text in file.remarks if not text.startswith("No column with a time"))
    file = file.model_copy(update={"columns": columns, "remarks": said})
    times = frame.to_series(place)
    if getattr(times.dtype, "time_zone", None) is None:
        file = with_zone_told(file, (times.name,))
    moments = times.cast(pl.Datetime("us")).dt.replace_time_zone(None).dt.epoch("s").fill_null(NO_TIME)
    seconds = np.asarray(moments.to_numpy(), np.int64)
    file = file.model_copy(update={"interval": usual_length(seconds)})
    return with_lengths(file, texts.columns, seconds, DAY_S if times.dtype == pl.Date else 60)


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
