"""Settings that do not fit the site or the machine: `train` and `search` name the field and store nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from rockfall_desktop.cli.program import program
from rockfall_desktop.operations.station import Station
from tests.stations import CHEAP, PHRASE, now, open_station, write_small_site


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("station")
    write_small_site(folder / "site")
    with open_station(folder / "home"):
        yield folder / "home"


def stored(home: Path) -> list[Path]:
    return sorted([*home.glob("jobs/*"), *home.glob("searches/*")])


NO_CUDA = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA graphics card")


@pytest.mark.parametrize("command", ["train", "search"])
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (("batch_size=60000",), ("batch_size: 60,000 samples make a batch, and the training block has ", "or less.")),
        (("spatial_features=lidar", "cloud_network=pointnet"), ("spatial_features: ", "no layer of kind 'lidar'.")),
        pytest.param(("device=cuda",), ("device: PyTorch finds no CUDA graphics card", "Choose cpu."), marks=NO_CUDA),
    ],
    ids=["batch", "layer", "device"],
)
def test_that_what_does_not_fit_is_refused_by_its_field_before_anything_starts(
    command: str, settings: tuple[str, ...], said: tuple[str, ...], home: Path
) -> None:
    before = stored(home)
    commands = program(lambda at: Station.at(at, now=now, costs=CHEAP), lambda *_: 0)
    pairs = [word for setting in settings for word in ("--set", setting)]
    words = ["--home", str(home), command, str(home.with_name("site")), *pairs]
    done = CliRunner().invoke(commands, words, env={"ROCKFALL_PASSWORD": PHRASE}, catch_exceptions=False)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert all(part in done.stderr for part in said), done.stderr
    assert stored(home) == before
