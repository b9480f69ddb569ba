"""Numbers, times and zones that are read from the bytes of a table are those that the slow way reads."""

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from rockfall_desktop.domain.site_table import TimedTable
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.series.zone_keys import ZoneKeys
from rockfall_desktop.sites.tables import plain_numbers as numbers_room
from rockfall_desktop.sites.tables import plain_times as times_room
from rockfall_desktop.sites.tables.fields import Fields, fields_of
from rockfall_desktop.sites.tables.numbers import NumbersFound, numbers_of
from rockfall_desktop.sites.tables.origin import consecutive
from rockfall_desktop.sites.tables.plain_numbers import plain_numbers
from rockfall_desktop.sites.tables.plain_times import stamp_form
from rockfall_desktop.sites.tables.text_table import TextTable
from rockfall_desktop.sites.tables.times import TimesFound, clock_of

QUICK = settings(max_examples=150, deadline=None, database=None, derandomize=True)
DIGITS = some.text("0123456789", max_size=9)
NUMBER = some.one_of(
    some.floats(-1e6, 1e6).map(lambda number: repr(round(number, 4))),
    some.integers(-(10**15), 10**15).map(str),
    some.tuples(some.sampled_from(["", "-"]), DIGITS, some.sampled_from(["", "."]), DIGITS).map("".join),
)
ODD = [
    "-",
    ".",
    "-.",
    "1..2",
    "1.2.3",
    "--1",
    "1-",
    "+1",
    "1e5",
    " 1",
    "1 ",
    "nan",
    "inf",
    "1/2",
    "1:2",
    "é",
    "²",
    "1_0",
]
ODD += [
    "1234567-",
    "12345678-",
    "-1234567-8",
    "1234567.8.9",
    "12345678901.2345.6",
    "-.-",
    "0x1",
    "1\x7f",
    ".-1",
    "1.-2",
]
FORMS = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M", "%Y%m%d%H%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H"]


def of_column(texts: list[str]) -> Fields:
    """The fields of a table with a column before and one behind that of the texts."""
    lines = "".join(f"a;{text};bc\n" for text in texts).encode()
    fields = fields_of(lines, len(texts), 3, ";")
    assert fields is not None
    return fields


def tables(texts: list[str]) -> list[TextTable]:
    """A table whose fields are known, and the same without them."""
    frame = pl.DataFrame({"c0": ["a"] * len(texts), "c1": texts, "c2": ["bc"] * len(texts)})
    names = (("a",), ("x",), ("b",))
    origin = consecutive("x.csv", 2, len(texts))
    return [TextTable("x.csv", names, frame, origin, fields) for fields in (of_column(texts), None)]


@QUICK
@given(texts=some.lists(NUMBER, min_size=1, max_size=30))
@example(texts=["-12345678.9012345", "-1234567.8", "12345678.", ".12345678", "-", "1"])
@example(texts=["9007199254740993", "0.1", "-0", "", "-0.0", "00012.50", "123456789012.345"])
def test_that_a_plain_number_is_the_one_that_is_nearest_to_what_is_written(texts: list[str]) -> None:
    plain = [text for text in texts if any(sign.isdigit() for sign in text) or not text]
    found = plain_numbers(of_column(texts), 1, len(texts), ".")
    if len(plain) < len(texts) or max(map(len, texts)) > 16:
        assert found is None
        return
    wanted = np.array([float(text) if text else np.nan for text in texts])
    assert found is not None
    assert np.array_equal(found.view(np.int64), np.where(np.isnan(wanted), np.nan, wanted).view(np.int64))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("others", [[], ["1.5"], ["12345678.5", "-3"]])
def test_that_what_is_no_plain_number_is_left_to_the_slow_way(odd: str, others: list[str]) -> None:
    assert plain_numbers(of_column([*others, odd]), 1, len(others) + 1, ".") is None


def test_that_many_numbers_are_read_in_pieces_and_in_the_first_and_last_column(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(numbers_room, "_TOGETHER", 4)
    lines = "".join(f"{place / 8},{-place},{place * 1_000_003.5}\n" for place in range(23)).encode()
    fields = fields_of(lines, 23, 3, ",")
    assert fields is not None
    for column, factor in enumerate((1 / 8, -1.0, 1_000_003.5)):
        found = plain_numbers(fields, column, 23, ".")
        assert found is not None
        assert found.tolist() == [place * factor for place in range(23)]


@QUICK
@given(
    texts=some.lists(
        some.one_of(NUMBER, some.sampled_from([*ODD, "-999", "-999.0", "7", "x"])), min_size=1, max_size=8
    ),
    missing=some.sampled_from([(), ("-999",), ("--", "7")]),
    values=some.sampled_from([{}, {"x": 0.25}, {"7": 70.0}, {"": 3.0}]),
    decimal=some.sampled_from([".", ","]),
)
def test_that_numbers_and_faults_are_those_of_the_slow_way(
    texts: list[str], missing: tuple[str, ...], values: dict[str, float], decimal: str
) -> None:
    written = [text.replace(".", decimal) for text in texts]
    options = TimedTable(
        file="x.csv", delimiter=";", time="a", time_format="%Y", missing=missing, values=values, decimal=decimal
    )
    told = []
    for table in tables(written):
        faults, found = Faults(), NumbersFound("x.csv", "x")
        numbers = numbers_of(table, "x", options, faults, found)
        told.append((np.nan_to_num(numbers, nan=-7.5).tolist(), found.words, faults.told()))
    assert told[0] == told[1]


@QUICK
@given(
    form=some.sampled_from([*FORMS, "%H:%M %d.%m.%Y", "%Y-%m-%d", "%y-%m-%d %H:%M"]),
    moments=some.lists(some.integers(0, 400), min_size=1, max_size=12),
    odd=some.sampled_from(
        [None, "2024-01-01 24:00", "2024-01-01 10:60", "2024-13-01 10:00", "", "2024-01-0110:00", "x"]
    ),
    first=some.sampled_from(["2024-02-28", "1899-12-31", "2100-12-31"]),
)
def test_that_times_and_faults_are_those_of_the_slow_way(
    form: str, moments: list[int], odd: str | None, first: str
) -> None:
    start = np.datetime64(first, "s").astype(np.int64)
    stamps = pl.Series(start + np.array(sorted(moments)) * 487).cast(pl.Int64) * 1_000_000
    texts = stamps.cast(pl.Datetime("us")).dt.strftime(form).to_list()
    texts = texts if odd is None else [*texts, odd]
    options = TimedTable(file="x.csv", delimiter=";", time="x", time_format=form)
    told: list[object] = []
    for table in tables(texts):
        faults, found = Faults(), TimesFound(options)
        clock_s = clock_of(table, options, faults, found)
        try:
            found.tell(faults)
        except Unreadable:
            told.append(faults.told())
        else:
            told.append((clock_s.tolist(), found.fits, found.absolute))
    assert told[0] == told[1]


@pytest.mark.parametrize("form", FORMS)
def test_that_times_of_the_usual_forms_are_read_from_the_bytes(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times_room, "_TOGETHER", 50)
    stamps = pl.Series(np.arange(400) * 1_800_000_000).cast(pl.Datetime("us"))
    options = TimedTable(file="x.csv", delimiter=";", time="x", time_format=form)
    written = stamps.dt.strftime(form)
    table = tables(written.to_list())[0]
    asked = TextTable(table.file, table.names, lambda: pytest.fail("a frame was made"), table.origin, table.fields)
    wanted = (written + ":00").str.to_datetime(form + ":%M") if form.endswith("%H") else written.str.to_datetime(form)
    clock_s = clock_of(asked, options, Faults(), TimesFound(options))
    assert clock_s.tolist() == (wanted.dt.epoch("s")).to_list()


@pytest.mark.parametrize(
    "form",
    ["%H:%M %Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %I:%M", "%Y-%m-%d %H:%M:%S.%f", "%s", "%Y-%m-%d %M:%H", ""],
)
def test_that_other_forms_of_time_are_left_to_the_slow_way(form: str) -> None:
    assert stamp_form(form) is None


@QUICK
@given(
    ids=some.lists(some.text("ABZ01é-", min_size=1, max_size=14), min_size=1, max_size=40, unique=True),
    places=some.lists(some.integers(0, 39), min_size=1, max_size=20),
    strange=some.sampled_from([None, "", "A ", " B", "other", "A" * 30]),
)
def test_that_zones_are_found_by_the_bytes_of_their_names(
    ids: list[str], places: list[int], strange: str | None
) -> None:
    zone = [place % len(ids) for place in places]
    texts = [ids[place] for place in zone]
    found = ZoneKeys(tuple(ids)).zones(of_column(texts), 1, len(texts))
    if max(len(name.encode()) for name in ids) <= 24:
        assert found is not None
        assert found.tolist() == zone
    if strange is not None and strange not in ids:
        assert ZoneKeys(tuple(ids)).zones(of_column([*texts, strange]), 1, len(texts) + 1) is None


@pytest.mark.parametrize("lines", [b"a,b\nc\n", b"a,b,c\nd\n", b"a\nb,c,d\n", b"a,b\n\n", b"a,b\n,c,d\n"])
def test_that_lines_with_another_number_of_fields_have_none(lines: bytes) -> None:
    assert fields_of(lines, lines.count(b"\n"), 2, ",") is None
