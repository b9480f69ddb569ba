"""The simulated site says that it is simulated, is the same for a seed, and can be learned from."""

import os
from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.simulated.site import write_simulated_site
from tests.unit.sites.made_site import SITE_ID


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "new" / "site"
    write_simulated_site(folder, site_id=SITE_ID)
    return folder


@pytest.fixture(scope="module")
def arrays(folder: Path) -> SiteArrays:
    return read_site(folder)


def answers(arrays: SiteArrays) -> np.ndarray:
    happened = np.zeros((len(arrays.zone_ids), arrays.start_s.size), bool)
    happened[arrays.incidents.zone, arrays.incidents.first_step] = True
    return happened


def test_that_it_says_everywhere_that_it_is_simulated(folder: Path, arrays: SiteArrays) -> None:
    assert arrays.simulated
    assert arrays.name.endswith("(simulated)")
    assert (folder / "README.txt").read_text().startswith("SIMULATED")
    assert (folder / "site.toml").read_text().startswith("# SIMULATED")


def test_that_it_has_no_fault(folder: Path) -> None:
    assert check_site(folder) == ()


def test_that_incidents_are_rare_and_enough_to_judge_by(arrays: SiteArrays) -> None:
    happened = answers(arrays)
    last_fifth = happened[:, int(happened.shape[1] * 0.8) :]
    assert 0.01 < happened.mean() < 0.05
    assert last_fifth.sum() >= 30


def test_that_tomorrows_incidents_follow_todays_velocity_and_pressure(arrays: SiteArrays) -> None:
    happened = answers(arrays)[:, 1:]
    by_name = {channel.name: channel.values[..., :-1] for channel in arrays.channels}
    for name in ("velocity", "pore pressure"):
        values = by_name[name]
        assert np.nanmean(values[happened]) > 1.15 * np.nanmean(values[~happened]), name


def test_that_pore_pressure_follows_rain_with_a_lag(arrays: SiteArrays) -> None:
    rain, pressure = arrays.channels[0].values, arrays.channels[1].values.mean(axis=0)
    shifts = [np.corrcoef(rain[: rain.size - lag], np.diff(pressure, prepend=0)[lag:])[0, 1] for lag in range(6)]
    same_level = [np.corrcoef(rain[: rain.size - lag], pressure[lag:])[0, 1] for lag in range(12)]
    assert max(shifts) > 0.3
    assert int(np.argmax(same_level)) >= 1


def test_that_inverse_velocity_falls_towards_failure(arrays: SiteArrays) -> None:
    large = arrays.incidents.volume_m3 > 15
    velocity = next(channel.values for channel in arrays.channels if channel.kind == "velocity")
    before = [
        velocity[zone, step - 5 : step]
        for zone, step in zip(arrays.incidents.zone[large], arrays.incidents.first_step[large], strict=True)
        if step >= 5
    ]
    inverse = np.nanmedian(1.0 / np.array(before), axis=0)
    assert (np.diff(inverse) < 0).all()


def test_that_the_same_seed_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_simulated_site(tmp_path / "again", site_id=SITE_ID)
    write_simulated_site(tmp_path / "other", seed=8, site_id=SITE_ID)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
    assert (folder / "rain.csv").read_bytes() != (tmp_path / "other" / "rain.csv").read_bytes()


def test_that_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WrongInput, match="holds something already"):
        write_simulated_site(tmp_path, site_id=SITE_ID)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(WrongInput, match="cannot be used"):
        write_simulated_site(tmp_path / "mine.txt", site_id=SITE_ID)


def test_that_a_size_out_of_range_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="0 zones"):
        write_simulated_site(tmp_path, zones=0, site_id=SITE_ID)


def test_that_nothing_is_left_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rockfall_desktop.domain.errors import StoreFault

    whole = os.write
    calls = []

    def full(handle: int, content: memoryview) -> int:
        calls.append(handle)
        if len(calls) > 2:
            raise OSError(28, "No space left on device")
        return whole(handle, content)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreFault, match="No space left"):
        write_simulated_site(tmp_path / "site", site_id=SITE_ID)
    assert list((tmp_path / "site").iterdir()) == []
