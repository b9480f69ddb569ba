"""What each sample would see is counted before anything is trained."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from rockfall_desktop.domain.alignment import Alignment
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.user import Session
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.operations.alignment import align_site
from rockfall_desktop.operations.station import Station
from tests.unit.sites.made_site import ZONES, channel, write_site

DAYS = 400
LAYERS = """
[[layer]]
name = "flight"
kind = "drone_imagery"
file = "flight.tif"
acquired = 2024-05-01

[[layer]]
name = "later flight"
kind = "drone_imagery"
file = "later.tif"
acquired = 2024-09-01
delay = "2d"

[[layer]]
name = "map"
kind = "geology"
file = "map.gpkg"
column = "unit"
timeless = true
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(DAYS)]
    rain = "time,mm\n" + "".join(f"{day} 00:00,{day.day % 7}\n" for day in days if day.month != 3)
    falls = "date,zone\n" + "".join(f"{day},{'AB'[day.day % 2]}\n" for day in days[10::11])
    return write_site(tmp_path / "site", zones=ZONES + LAYERS, rain_csv=rain, incidents_csv=falls)


def aligned(folder: Path, station: Station, session: Session, **changes: object) -> Alignment:
    values = {"sites": (str(folder),), "window_steps": 10, "horizon_steps": (3,)} | changes
    return align_site(session, station=station, config=TrainingConfig.model_validate(values))


def test_that_windows_with_any_and_with_full_data_are_told(station: Station, session: Session, folder: Path) -> None:
    (rain,) = aligned(folder, station, session).channels
    windows, march = DAYS - 9, 31
    assert rain.any_share == pytest.approx((windows - (march - 9)) / windows)
    assert rain.full_share == pytest.approx((windows - (march + 9)) / windows)
    assert rain.first_full == date(2024, 1, 10)


def test_that_what_the_network_sees_is_counted_and_the_first_full_window_of_any_zone(
    station: Station, session: Session, tmp_path: Path
) -> None:
    crack = channel("scope = 'zone'\nzone_column = 'zone'\n", kind='"displacement"', time_format='"%Y-%m-%d"')
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(100)]
    rows = "".join(f"{day},A,{place}\n" for place, day in enumerate(days))
    rows += "".join(f"{day},B,{place}\n" for place, day in enumerate(days[50:]))
    folder = write_site(tmp_path / "cracked", channel=crack, rain_csv=f"time,zone,mm\n{rows}")
    (found,) = aligned(folder, station, session).channels
    assert found.first_full == date(2024, 1, 11)  # ten changes are eleven readings
    assert found.full_share == pytest.approx((90 + 40) / (2 * 91))


def test_that_a_sample_sees_a_layer_from_the_end_of_its_day_on(
    station: Station, session: Session, folder: Path
) -> None:
    found = aligned(folder, station, session)
    flights, geology = found.layers
    before = (date(2024, 5, 1) - date(2024, 1, 1)).days  # the sample of 1 May stands at its end and sees it
    assert flights.seen_share == pytest.approx((DAYS - before) / DAYS)
    assert (flights.epochs, flights.timeless, flights.first_known) == (2, False, date(2024, 5, 2))
    assert (geology.seen_share, geology.timeless, geology.first_known) == (1.0, True, None)
    assert found.dated[1].max() == 0.0
    assert found.timeless[1].min() == 1.0


def test_that_the_blocks_are_those_that_a_training_would_get(station: Station, session: Session, folder: Path) -> None:
    found = aligned(folder, station, session)
    config = TrainingConfig.model_validate({"sites": (str(folder),), "window_steps": 10, "horizon_steps": (3,)})
    samples = build_samples(station.shelf.read(folder), config)
    assert found.blocks == samples.blocks
    assert found.left_out == samples.left_out
    assert found.embargo_steps == 13
    steps = found.in_block * DAYS / found.in_block.shape[1]
    assert steps[:3].sum() == pytest.approx(sum(block.samples for block in found.blocks) / 2, abs=60)
    assert found.in_block[:3].sum(axis=0).max() <= 1.0
    assert found.problem == ""


def test_that_a_split_that_cannot_be_made_is_told_and_the_rest_stands(
    station: Station, session: Session, folder: Path
) -> None:
    found = aligned(folder, station, session, train_until=date(2030, 1, 1), validation_until=date(2031, 1, 1))
    assert "block" in found.problem
    assert found.blocks == ()
    assert found.channels[0].any_share > 0.8
    too_long = aligned(folder, station, session, window_steps=500)
    assert "window_steps" in too_long.problem
    assert too_long.channels[0].full_share == 0.0
    assert too_long.in_block.shape[0] == 0


def test_that_a_site_without_incidents_is_told(station: Station, session: Session, folder: Path) -> None:
    (folder / "incidents.csv").write_text("date,zone\n2020-01-01,A\n")
    found = aligned(folder, station, session)
    assert "No incident falls into the answers of the training block" in found.problem
    assert found.in_block.shape[0] == 4


def test_that_it_needs_a_session_and_a_site(station: Station, session: Session, folder: Path) -> None:
    with pytest.raises(WrongInput):
        aligned(folder / "nowhere", station, session)
    station.dismiss(session)
    with pytest.raises(AccessRefused):
        aligned(folder, station, session)
