"""Sites that are called the same are told apart wherever several of them are learned from."""

from pathlib import Path

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.site_names import told_apart
from rockfall_desktop.operations.site_shelf import SiteShelf
from rockfall_desktop.operations.training_sites import read_for_training, title_of
from tests.unit.sites.made_site import write_site


def test_that_only_names_that_meet_bear_their_folder() -> None:
    sites = [("/pits/north", "Cut"), ("/pits/south", "Cut"), ("/pits/old", "Quarry"), ("/pits/north", "Cut")]
    assert told_apart(sites) == ("Cut in north", "Cut in south", "Quarry", "Cut in north")
    assert told_apart(sites[2:]) == ("Quarry", "Cut"), "one site that is named twice meets no other"


def test_that_folders_that_are_called_the_same_too_are_named_whole() -> None:
    sites = [("/a/site", "Cut"), ("/b/site", "Cut"), ("/b/other", "Cut")]
    assert told_apart(sites) == ("Cut in /a/site", "Cut in /b/site", "Cut in other")


def test_that_the_title_of_a_training_tells_its_sites_apart(tmp_path: Path) -> None:
    folders = [write_site(tmp_path / name) for name in ("north", "south")]
    shelf = SiteShelf(tmp_path / "cache")
    sites = read_for_training(TrainingConfig(sites=tuple(map(str, folders))), shelf)
    name = shelf.read(folders[0]).name
    assert title_of(sites) == f"{name} in north + {name} in south"
    assert title_of(read_for_training(TrainingConfig(sites=(str(folders[0]),)), shelf)) == name
