"""The simulated site says that it is simulated, is the same for a seed, and can be learned from."""

import re
from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.simulated_pit import SimulatedPit, asked_pit
from rockfall_desktop.files import write_file
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.simulated import site
from rockfall_desktop.sites.simulated.site import write_simulated_site
from tests.unit.sites.made_site import SITE_ID


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "new" / "site"
    write_simulated_site(folder, SimulatedPit(), site_id=SITE_ID)
    return folder


@pytest.fixture(scope="module")
def arrays(folder: Path) -> SiteArrays:
    return read_site(folder)


def answers(arrays: SiteArrays) -> np.ndarray:
    happened = np.zeros((len(arrays.zone_ids), arrays.start_s.size), bool)
    happened[arrays.incidents.zone, arrays.incidents.first_step] = True
    return happened


def channel(arrays: SiteArrays, name: str) -> ChannelArray:
    return next(one for one in arrays.channels if one.name == name)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_that_it_says_everywhere_that_it_is_simulated(folder: Path, arrays: SiteArrays) -> None:
    assert arrays.simulated
    assert arrays.name.endswith("(simulated)")
    for name in ("README.txt", "truth/README.txt"):
        assert (folder / name).read_text().startswith("SIMULATED")
    assert (folder / "site.toml").read_text().startswith("# SIMULATED")
    tables = [path.name for path in folder.rglob("*") if path.suffix in {".csv", ".parquet", ".geojson"}]
    assert len(tables) == 7
    assert all(name.startswith("simulated_") for name in tables)


def test_that_it_has_no_fault(folder: Path) -> None:
    assert check_site(folder) == ()


def test_that_the_default_has_the_size_and_the_channels_of_the_button(arrays: SiteArrays) -> None:
    assert (len(arrays.zone_ids), arrays.start_s.size) == (16, 2191)
    names = ["rain", "temperature", "pore pressure", "displacement", "velocity", "shocks", "shaking"]
    assert [one.name for one in arrays.channels] == names


def test_that_incidents_are_rare_and_enough_to_judge_by(arrays: SiteArrays) -> None:
    happened = answers(arrays)
    from_step = int(happened.shape[1] * 0.8)
    assert 0.01 < happened[:, from_step:].mean() < 0.05
    assert happened[:, from_step + 7 :].sum() >= 200  # occasions of the test block: zones and days, not rows


def test_that_tomorrows_incidents_follow_todays_velocity_and_pressure(arrays: SiteArrays) -> None:
    happened = answers(arrays)[:, 1:]
    speed, pressure = (channel(arrays, name).values[..., :-1] for name in ("velocity", "pore pressure"))
    assert np.nanmean(speed[happened]) > 1.5 * np.nanmean(speed[~happened])
    wetter_kpa = pressure - np.nanmean(pressure, axis=1, keepdims=True)
    assert np.nanmean(wetter_kpa[happened]) > 0.5 + np.nanmean(wetter_kpa[~happened])


def test_that_pore_pressure_follows_rain_with_a_lag(arrays: SiteArrays) -> None:
    rain = np.nan_to_num(channel(arrays, "rain").values)
    pressure = np.nanmean(channel(arrays, "pore pressure").values, axis=0)
    alike = [np.corrcoef(rain[: rain.size - lag], pressure[lag:])[0, 1] for lag in range(12)]
    assert max(alike) > 0.3
    assert int(np.argmax(alike)) >= 1


def test_that_inverse_velocity_falls_towards_failure(arrays: SiteArrays) -> None:
    large = (arrays.incidents.volume_m3 > 15) & (arrays.incidents.first_step >= 5)
    velocity = channel(arrays, "velocity").values
    before = [
        velocity[zone, step - 5 : step]
        for zone, step in zip(arrays.incidents.zone[large], arrays.incidents.first_step[large], strict=True)
    ]
    inverse = np.nanmedian(1.0 / np.array(before), axis=0)
    assert (np.diff(inverse) < 0).all()


def test_that_sensors_have_gaps_and_outages(arrays: SiteArrays) -> None:
    missing = np.isnan(channel(arrays, "pore pressure").values)
    assert 0.005 < missing.mean() < 0.03
    assert (missing[:, 1:] & missing[:, :-1]).sum() > 10 * missing.size * missing.mean() ** 2


def test_that_the_same_seed_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_simulated_site(tmp_path / "again", SimulatedPit(), site_id=SITE_ID)
    write_simulated_site(tmp_path / "other", SimulatedPit(seed=8), site_id=SITE_ID)
    assert contents(folder) == contents(tmp_path / "again")
    assert (folder / "simulated_weather.csv").read_bytes() != (
        tmp_path / "other" / "simulated_weather.csv"
    ).read_bytes()


def test_that_one_part_more_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    pit = SimulatedPit(zones=3, days=60)
    write_simulated_site(tmp_path / "few", pit, site_id=SITE_ID)
    more = pit.model_copy(update={"layers": True, "futures": True})
    write_simulated_site(tmp_path / "more", more, site_id=SITE_ID)
    few, all_of_it = contents(tmp_path / "few"), contents(tmp_path / "more")
    del few["site.toml"], few["truth/README.txt"]
    assert few.items() <= all_of_it.items()


def test_that_an_hourly_site_reads_without_a_fault(tmp_path: Path) -> None:
    pit = SimulatedPit(zones=5, days=120, step="1h")
    write_simulated_site(tmp_path / "site", pit, site_id=SITE_ID)
    arrays = read_site(tmp_path / "site")
    assert (arrays.step_s, arrays.start_s.size) == (3600, 2880)
    assert arrays.recorded.all()
    rows = (tmp_path / "site" / "simulated_incidents.csv").read_text().splitlines()[1:]
    assert arrays.incidents.zone.size == len(rows)
    assert not [note for note in arrays.notes if re.search(r"left out|dropped|outside", note)]


def test_that_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WrongInput, match="holds something already"):
        write_simulated_site(tmp_path, SimulatedPit(), site_id=SITE_ID)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(WrongInput, match="cannot be used"):
        write_simulated_site(tmp_path / "mine.txt", SimulatedPit(), site_id=SITE_ID)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"zones": 0}, "0 zones.*1 to 200 zones"),
        ({"zones": 201}, "201 zones.*1 to 200 zones"),
        ({"days": 29}, "29 days.*30 to 20,000 days"),
        ({"days": 20_001}, "30 to 20,000 days"),
        ({"step": "10min"}, "step of 1d or 1h"),
        ({"seed": -1}, "seed from 0"),
        ({"step": "1h", "zones": 200, "days": 20_000}, "at most 20,000,000"),
        ({"futures": True, "rain_forecast": True}, "not for both"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_that_a_choice_out_of_range_is_refused_with_the_range(choices: dict[str, int | str], said: str) -> None:
    with pytest.raises(WrongInput, match=said):
        asked_pit(**choices)


def test_that_each_step_has_a_size_of_its_own() -> None:
    assert asked_pit() == SimulatedPit()
    hourly = asked_pit(step="1h", zones=None)
    assert (hourly.zones, hourly.days, hourly.steps) == (40, 365, 8760)


@pytest.mark.parametrize("rest", [".unfinished", ".unfinished-simulated-x7y_2"])
def test_that_what_a_killed_simulation_left_is_no_obstacle(tmp_path: Path, rest: str) -> None:
    left = tmp_path / "site" / rest
    (left / "truth").mkdir(parents=True)
    (left / "simulated_weather.csv").write_text("half")
    write_simulated_site(tmp_path / "site", SimulatedPit(zones=2, days=40), site_id=SITE_ID)
    assert not left.exists()
    assert check_site(tmp_path / "site") == ()


def test_that_the_rest_of_a_killed_simulation_beside_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".unfinished").mkdir()
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WrongInput, match="holds something already"):
        write_simulated_site(tmp_path, SimulatedPit(zones=2, days=40), site_id=SITE_ID)
    assert (tmp_path / ".unfinished").is_dir()


def test_that_of_two_that_write_at_once_one_is_told_and_nothing_is_mixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pit, between = SimulatedPit(zones=2, days=40), []

    def interrupted(path: Path, content: bytes) -> None:
        if "incidents" in path.name and not between:
            between.append(path)
            write_simulated_site(tmp_path / "site", pit, site_id=SITE_ID)
        write_file(path, content)

    monkeypatch.setattr(site, "write_file", interrupted)
    with pytest.raises(StoreFault):
        write_simulated_site(tmp_path / "site", pit.model_copy(update={"seed": 8}), site_id=SITE_ID)
    write_simulated_site(tmp_path / "other", pit, site_id=SITE_ID)
    assert contents(tmp_path / "site") == contents(tmp_path / "other")


@pytest.mark.parametrize("ended_by", [StoreFault("Not saved", "No space left."), KeyboardInterrupt(), MemoryError()])
def test_that_nothing_is_left_when_writing_ends_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended_by: BaseException
) -> None:
    def full(path: Path, content: bytes) -> None:
        if "incidents" in path.name:
            raise ended_by
        write_file(path, content)

    monkeypatch.setattr(site, "write_file", full)
    with pytest.raises(type(ended_by)):
        write_simulated_site(tmp_path / "site", SimulatedPit(zones=2, days=40), site_id=SITE_ID)
    assert list((tmp_path / "site").iterdir()) == []


def test_that_nothing_is_left_when_the_finished_files_cannot_be_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Path.rename

    def refused(path: Path, target: Path) -> Path:
        if path.name == "site.toml":
            raise PermissionError(13, "Permission denied")
        return move(path, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(StoreFault, match="Permission denied"):
        write_simulated_site(tmp_path / "site", SimulatedPit(zones=2, days=40), site_id=SITE_ID)
    assert list((tmp_path / "site").iterdir()) == []
