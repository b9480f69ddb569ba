"""The shelf holds the sites of one training, and reads again what changed."""

from pathlib import Path

import pytest

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.operations.site_shelf import SiteShelf
from rockfall_desktop.sites.second_reading import SecondReading
from tests.unit.sites.made_site import RAIN, write_site


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the folders that were read, in order."""
    found: list[str] = []
    whole = SecondReading.site

    def noted(reading: SecondReading, folder: Path) -> SiteArrays:
        found.append(folder.name)
        return whole(reading, folder)

    monkeypatch.setattr(SecondReading, "site", noted)
    return found


def test_that_the_sites_of_a_training_are_read_once(tmp_path: Path, reads: list[str]) -> None:
    folders = tuple(write_site(tmp_path / name) for name in ("one", "two", "three"))
    shelf = SiteShelf(tmp_path / "cache")
    first = shelf.read_all(folders)
    assert reads == ["one", "two", "three"]
    assert [again is before for again, before in zip(shelf.read_all(folders), first, strict=True)] == [True] * 3
    assert shelf.read(folders[1]) is first[1]
    assert shelf.read_all(folders[:2])[0] is first[0]
    assert reads == ["one", "two", "three"]


def test_that_only_what_changed_is_read_again(tmp_path: Path, reads: list[str]) -> None:
    folders = tuple(write_site(tmp_path / name) for name in ("one", "two"))
    shelf = SiteShelf(tmp_path / "cache")
    before = shelf.read_all(folders)
    (folders[1] / "rain.csv").write_text(RAIN + "2024-01-04 00:00,16\n")
    after = shelf.read_all(folders)
    assert reads == ["one", "two", "two"]
    assert after[0] is before[0]
    assert len(after[1].start_s) == len(before[1].start_s) + 1


def test_that_another_site_takes_the_place_of_those_before(tmp_path: Path, reads: list[str]) -> None:
    folders = tuple(write_site(tmp_path / name) for name in ("one", "two", "three"))
    shelf = SiteShelf(tmp_path / "cache")
    shelf.read_all(folders[:2])
    shelf.read(folders[2])
    shelf.read(folders[0])
    assert reads == ["one", "two", "three", "one"]


def test_that_a_fault_of_one_of_several_sites_names_its_folder(tmp_path: Path) -> None:
    one, two = (write_site(tmp_path / name) for name in ("one", "two"))
    (two / "rain.csv").write_text("no table")
    shelf = SiteShelf(tmp_path / "cache")
    with pytest.raises(WrongInput) as alone:
        shelf.read(two)
    with pytest.raises(WrongInput) as beside:
        shelf.read_all((one, two))
    assert beside.value.message == f"{two}: {alone.value.message}"
    assert beside.value.hint == alone.value.hint
