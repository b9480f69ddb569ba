"""Makes tables that are truncated, wrong or hostile; each says a part of the sentence that it must be told with."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import polars as pl
import xlsxwriter

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


class Hostile(NamedTuple):
    """One file: its name in the site folder, what writes its bytes, and what must be said of it."""

    name: str
    write: Callable[[Path], object]
    sentence: str


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _columns(count: int) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(
        b"time,mm" + b",x" * (count - 2) + b"\n2024-01-01 00:00,1" + b"," * (count - 2)
    )


def _one_line(count: int) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(b"time,mm\n2024-01-01 00:00,")
            for _ in range(count // 1_000_000):
                file.write(b"1" * 1_000_000)

    return write


def _open_quote(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'time,mm\n2024-01-01 00:00,"1\n')
        for _ in range(40):
            file.write(b"2024-01-01 00:00,1\n" * 60_000)


def parquet(rows: int = 100) -> bytes:
    """A sound Parquet file with a column of moments and one of numbers."""
    day = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 1), eager=True)
    frame = pl.DataFrame({"time": pl.concat([day] * rows), "mm": pl.arange(rows, eager=True).cast(pl.Float64)})
    file = io.BytesIO()
    frame.write_parquet(file)
    return file.getvalue()


def _lying_footer(path: Path) -> None:
    content = parquet()
    path.write_bytes(content[:-8] + struct.pack("<I", 2**31) + b"PAR1")


def _broken_footer(path: Path) -> None:
    content = bytearray(parquet())
    length = struct.unpack("<I", content[-8:-4])[0]
    content[-8 - length : -8] = b"\xff" * length
    path.write_bytes(content)


def _broken_pages(path: Path) -> None:
    content = bytearray(parquet(5000))
    content[40:400] = b"\xee" * 360
    path.write_bytes(content)


def _zip(parts: dict[str, bytes]) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return write


def _bomb(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(400):
            part.write(b"\0" * 1024**2)


def _many_sheets(path: Path) -> None:
    _zip({f"xl/worksheets/sheet{place}.xml": b"" for place in range(20_000)})(path)


def _far_cells(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["time", "mm"])
    sheet.write_number(1_048_575, 16_383, 1.0)
    book.close()


TABLES = (
    Hostile("rain.csv", _bytes(b""), "is empty"),
    Hostile("rain.csv", _bytes(b"\0" * 100_000), "is empty"),
    Hostile("rain.csv", _bytes(PNG), "is no text in utf-8"),
    Hostile("rain.csv", _bytes(b"time,mm\n2024-01-01 00:00,1\0\x002\n"), "holds a zero byte"),
    Hostile("rain.csv", _bytes("time,mm\n2024-01-01 00:00,1\n".encode("utf-16-le")), "holds a zero byte"),
    Hostile("rain.csv", _columns(1_000_000), "has 1,000,000 columns, more than 10,000"),
    Hostile("rain.csv", _one_line(200_000_000), "has a line of more than 16 MiB"),
    Hostile("rain.csv", _open_quote, "opens a quotation mark that is never closed"),
    Hostile("rain.parquet", _bytes(b""), "is empty"),
    Hostile("rain.parquet", _bytes(b"time,mm\n2024-01-01 00:00,1\n"), "is no Parquet file, or one that was cut off"),
    Hostile("rain.parquet", _bytes(parquet()[:-20]), "is no Parquet file, or one that was cut off"),
    Hostile("rain.parquet", _lying_footer, "is no Parquet file, or one that was cut off"),
    Hostile("rain.parquet", _broken_footer, "is no Parquet file that can be read"),
    Hostile("rain.parquet", _broken_pages, "is damaged"),
    Hostile("rain.xlsx", _bytes(b""), "is empty"),
    Hostile("rain.xlsx", _bytes(b"time,mm\n2024-01-01 00:00,1\n"), "is no workbook, or one that was cut off"),
    Hostile("rain.xlsx", _zip({"a.txt": b"no workbook"}), "is no workbook that can be read"),
    Hostile("rain.xlsx", _bomb, "unpacks to more than 256 MiB"),
    Hostile("rain.xlsx", _many_sheets, "has 20,000 parts"),
    Hostile("rain.xlsx", _far_cells, "has a sheet of 16,384 columns and 1,048,576 rows"),
)
