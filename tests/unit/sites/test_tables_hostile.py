"""Truncated, wrong and hostile tables are told in a sentence, within bounded memory, and nothing else comes out."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from rockfall_desktop.sites.check import check_site
from tests.unit.sites.corpus.hostile_tables import TABLES, Hostile
from tests.unit.sites.made_site import channel, write_site

MEMORY_BYTES = 2_500 * 1024**2
_CHECK = "import sys; from pathlib import Path; from rockfall_desktop.sites.check import check_site\n"
_CHECK += "for fault in check_site(Path(sys.argv[1])): print(fault.text, '|', fault.remedy)"


def site_of(folder: Path, hostile: Hostile) -> Path:
    write_site(folder, channel=channel(file=f'"{hostile.name}"'), rain_csv=b"")
    hostile.write(folder / hostile.name)
    return folder


@pytest.mark.parametrize("hostile", TABLES, ids=lambda one: f"{one.name}: {one.sentence}")
def test_that_a_hostile_table_is_told_in_a_sentence_within_bounded_memory(tmp_path: Path, hostile: Hostile) -> None:
    folder = site_of(tmp_path, hostile)
    done = subprocess.run(
        [sys.executable, "-c", _CHECK, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"POLARS_MAX_THREADS": "2"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES)),
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = done.stdout.splitlines()
    assert len(told) == 1, told
    assert hostile.name in told[0]
    assert hostile.sentence in told[0]
    assert told[0].split("|")[1].strip().endswith(".")


@pytest.mark.parametrize(
    "name",
    [
        "http://example.org/rain.csv",
        "s3://bucket/rain.parquet",
        "/vsicurl/http://example.org/rain.csv",
        "\\\\\\\\server\\\\share\\\\rain.csv",
        "/dev/zero",
        "/proc/self/mem",
        "../rain.xlsx",
        "..\\\\*.csv",
        "/etc/*",
        "a*/b.csv",
    ],
)
def test_that_nothing_outside_the_folder_is_opened(tmp_path: Path, name: str) -> None:
    faults = check_site(write_site(tmp_path / "site", channel=channel(file=f'"{name}"')))
    assert len(faults) == 1
    assert any(
        text in faults[0].message for text in ("leads out of the site folder", "there is no such file", "has a * in a")
    )


def test_that_a_link_that_leads_out_is_refused_among_many_files(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("time,mm\n2024-01-01 00:00,1\n")
    folder = write_site(tmp_path / "site", channel=channel(file='"rain*.csv"'))
    (folder / "rain_2.csv").symlink_to(outside)
    faults = check_site(folder)
    assert len(faults) == 1
    assert "is a link that leads out of the site folder" in faults[0].message


def test_that_a_pipe_and_a_folder_are_no_files_among_many(tmp_path: Path) -> None:
    folder = write_site(tmp_path, channel=channel(file='"rain*.csv"'))
    os.mkfifo(folder / "rain_pipe.csv")
    (folder / "rain_folder.csv").mkdir()
    assert check_site(folder) == ()
