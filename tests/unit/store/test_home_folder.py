import os
from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.store.home import Home, home_folder
from tests.unit.store.job_samples import new_id

posix = pytest.mark.skipif(os.name == "nt", reason="modes and owners are things of POSIX")


@posix
def test_that_a_new_home_lets_nobody_else_in(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home")
    for folder in (home.path, home.jobs, home.deployments, home.logs):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert home.database.name == "rockfall.db"
    assert home.access_file.name == "access.json"
    assert Home(home.path).path == home.path


@posix
@pytest.mark.parametrize("mode", [0o755, 0o777, 0o750, 0o702])
def test_that_an_open_home_is_closed_to_others(mode: int, tmp_path: Path) -> None:
    folder = Home(tmp_path / "home").path
    (folder / "access.json").touch()
    folder.chmod(mode)
    assert Home(folder).path.stat().st_mode & 0o777 == 0o700


@posix
@pytest.mark.parametrize("thing", ["thesis.odt", "logs", "jobs", "deployments"])
def test_that_an_open_folder_with_other_things_is_refused_and_stays_as_it_is(thing: str, tmp_path: Path) -> None:
    folder = tmp_path / "projects"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / thing).mkdir()
    with pytest.raises(StoreFault, match="holds other files"):
        Home(folder)
    assert folder.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in folder.iterdir()] == [thing]


@posix
def test_that_somebody_elses_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Home(tmp_path / "home").path
    uid = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: uid + 1)
    with pytest.raises(StoreFault, match="belongs to another user"):
        Home(folder)


def test_that_a_file_in_the_way_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")
    with pytest.raises(StoreFault, match="The home folder cannot be used"):
        Home(tmp_path / "home")


@pytest.mark.parametrize("chosen", ["~nosuchuser", "~nosuchuser/x", "h\udcff", "h" * 5000, "a\0b"])
def test_that_a_home_that_cannot_be_one_is_told_in_a_sentence(chosen: str, tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="The home folder cannot be used"):
        Home(home_folder(chosen if chosen.startswith("~") else str(tmp_path / chosen)))


@pytest.mark.parametrize("bad", ["", "..", "../../etc", "a/b", "{0}/..", "{0} ", "{{{0}}}"])
def test_that_only_a_job_id_names_a_job_folder(bad: str, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    job_id = new_id()
    assert home.job_folder(job_id) == home.path / "jobs" / job_id
    for wrong in (bad.format(job_id), job_id.upper()):
        with pytest.raises(ValueError, match=r"job id|UUID"):
            home.job_folder(wrong)


def test_that_the_home_is_the_one_asked_for_or_the_users_own_data_folder(tmp_path: Path) -> None:
    assert home_folder(str(tmp_path)) == tmp_path
    assert home_folder("~/here") == Path.home() / "here"
    assert home_folder("here").is_absolute()
    assert home_folder(None).name == "rockfall-desktop"
    assert home_folder("") == home_folder(None)
