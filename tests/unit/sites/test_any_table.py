"""Whatever stands in a table or in site.toml: it is read, or told as WrongInput; no other exception comes out."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.read import read_site
from tests.unit.sites.made_site import channel, write_site

QUICK = settings(
    max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
CELL = some.one_of(
    some.sampled_from(["2024-01-01 00:00", "2024-01-02 06:00", "1", "-2.5", "", "1e9", "nan", "A", "Trace", '"', "\n"]),
    some.text(some.characters(codec="utf-8"), max_size=6),
)


def reads_or_tells(**files: str | bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        options = channel(scope='"zone"', zone_column='"zone"')
        folder = write_site(Path(name), channel=options, **files)
        faults = check_site(folder)
        told: WrongInput | None = None
        try:
            read_site(folder)
        except WrongInput as error:
            told = error
        assert bool(faults) == (told is not None)
        assert told is None or (told.message and told.hint)


@QUICK
@given(rows=some.lists(some.lists(CELL, min_size=3, max_size=3), max_size=6))
def test_that_any_cells_are_read_or_told(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["time", "zone", "mm"], *rows])
    reads_or_tells(rain_csv=text.getvalue().encode("utf-8", "replace"))


@QUICK
@given(
    text=some.lists(some.sampled_from(["time,zone,mm", "\n", "\r", ",", '"', "2024-01-01 00:00,A,1", "x", "\ufeff"]))
)
def test_that_any_pieces_of_a_table_are_read_or_told(text: list[str]) -> None:
    reads_or_tells(rain_csv="time,zone,mm\n" + "".join(text))


@QUICK
@given(content=some.binary(max_size=60))
def test_that_any_bytes_are_read_or_told(content: bytes) -> None:
    reads_or_tells(rain_csv=content, incidents_csv=b"date,zone\n" + content)


@QUICK
@given(head=some.text(some.sampled_from('[]{}="\n\t abcid_.#zonechannel1'), max_size=30))
def test_that_any_site_toml_is_read_or_told(head: str) -> None:
    reads_or_tells(head=head + "\n")
