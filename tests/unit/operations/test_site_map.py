"""The map of a site: zones, incidents in their places, layers with their dates."""

from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.operations.site_map import map_picture, overviews, prepare_picture, read_site_map
from rockfall_desktop.operations.station import Station
from tests.hong_kong_site import write_hong_kong_site
from tests.map_site import write_map_site

TRIER = Path(__file__).parents[4] / "shared" / "data" / "trier-simulated-scan"
HONG_KONG = Path(__file__).parents[4] / "shared" / "data" / "hong-kong-rock-cuts"
SCAN = """
id = "01890a5d-ac96-774b-bcce-b302099a8057"
name = "Trier"
timezone = "Europe/Berlin"
step = "1d"
simulated = true

[[zone]]
id = "face"
polygon = [[336000.0, 5514020.0], [336060.0, 5514020.0], [336060.0, 5514100.0], [336000.0, 5514100.0]]

[[layer]]
name = "before"
kind = "lidar"
file = "epoch_0_before.laz"
acquired = 2020-01-01
"""


def test_that_incidents_stand_in_their_places_or_at_the_centre_of_their_zone(tmp_path: Path, station: Station) -> None:
    found = read_site_map(write_map_site(tmp_path / "made"), station=station)
    placed = found.incidents
    assert placed.x.tolist() == [500050, 500120, 500051, 500100]
    assert placed.y.tolist() == [5500150, 5500040, 5500151, 5500150]
    assert placed.estimated.tolist() == [False, False, False, True]
    assert [found.zones[zone].id for zone in placed.zone] == ["upper", "lower", "upper", "upper"]
    assert np.isnan(placed.volume_m3).tolist() == [False, False, True, False]
    assert placed.precision_s == 86_400


def test_that_layers_say_what_they_cover_and_from_when_on_they_are_known(tmp_path: Path, station: Station) -> None:
    terrain, flight, rocks = read_site_map(write_map_site(tmp_path / "made"), station=station).layers
    assert terrain.extent == pytest.approx((500000, 5500000, 500200, 5500200))
    assert (terrain.covered, rocks.known_s) == (1.0, None)
    assert flight.known_s == 1622844000  # three days after the end of 1 June 2021 in Berlin
    assert not any((layer.fault, layer.needs_overview) != ("", False) for layer in (terrain, flight, rocks))


def test_that_a_zone_is_drawn_by_its_border(tmp_path: Path, station: Station) -> None:
    upper, lower = read_site_map(write_map_site(tmp_path / "made"), station=station).zones
    assert upper.rings[0].min(axis=0).tolist() == [500010, 5500110]
    assert upper.centre == pytest.approx((500100, 5500150))
    assert np.hypot(*(lower.rings[0] - [500100, 5500050]).T) == pytest.approx(40)


def test_that_a_broken_site_is_told(tmp_path: Path, station: Station) -> None:
    site = write_map_site(tmp_path / "made")
    (site / "rockfalls.csv").write_text("date,x\n2020-01-01,1\n", encoding="utf-8")
    with pytest.raises(WrongInput, match=r"rockfalls\.csv"):
        read_site_map(site, station=station)
    with pytest.raises(WrongInput, match="names no layer 'other'"):
        map_picture(site, "other", (0, 0, 1, 1), 10, 10, station=station)


@pytest.mark.skipif(not HONG_KONG.exists(), reason="the shared data are not there")
def test_that_a_site_without_layers_has_a_map_of_zones(tmp_path: Path, station: Station) -> None:
    found = read_site_map(write_hong_kong_site(tmp_path / "hk", HONG_KONG), station=station)
    assert (len(found.zones), len(found.layers)) == (25, 0)
    assert found.incidents.estimated.all()
    assert found.extent == (800000, 800000, 860000, 850000)
    whole = read_site_map(write_hong_kong_site(tmp_path / "whole", HONG_KONG, whole=True), station=station)
    assert whole.extent is None
    assert whole.incidents.unplaced > 1000


@pytest.mark.skipif(not TRIER.exists(), reason="the shared data are not there")
def test_that_a_scan_in_local_metres_is_drawn_from_its_grid(tmp_path: Path, station: Station) -> None:
    site = tmp_path / "trier"
    site.mkdir()
    (site / "site.toml").write_text(SCAN, encoding="utf-8")
    (site / "epoch_0_before.laz").write_bytes((TRIER / "epoch_0_before.laz").read_bytes())
    (layer,) = read_site_map(site, station=station).layers
    assert layer.needs_overview
    assert layer.size == "257,606 points"
    assert layer.extent is not None
    with pytest.raises(WrongInput, match="not made ready"):
        map_picture(site, "before", layer.extent, 300, 200, station=station)
    assert list(prepare_picture(site, "before", station=station))[-1] == 1.0
    picture = map_picture(site, "before", layer.extent, 300, 200, station=station)
    assert 0.6 < (picture.rgba[..., 3] > 0).mean() < 0.9
    assert np.ptp(picture.rgba[..., 0]) > 150
    assert not read_site_map(site, station=station).layers[0].needs_overview
    assert len(list(overviews(station).iterdir())) == 1


def test_that_incidents_by_a_rule_stand_at_the_centres_of_their_zones(tmp_path: Path, station: Station) -> None:
    site = write_map_site(tmp_path / "made")
    text = (site / "site.toml").read_text()
    head, rest = text.split("[incidents]")
    (site / "level.csv").write_text("date,upper,lower\n2020-01-01,1,9\n2020-01-02,9,9\n2020-01-03,1,1\n")
    (site / "site.toml").write_text(
        head
        + '[incident_rule]\nchannel = "level"\nabove = 5.0\n\n'
        + "".join(f"[[{part}" for part in rest.split("[[")[1:])
        + '\n[[channel]]\nname = "level"\nkind = "water_level"\nunit = "m"\nfile = "level.csv"\nscope = "zone"\n'
        + 'time = "date"\ntime_format = "%Y-%m-%d"\nzone_columns = { upper = "upper", lower = "lower" }\n'
    )
    placed = read_site_map(site, station=station).incidents
    stand = zip(placed.zone.tolist(), placed.x.round(3).tolist(), placed.y.round(3).tolist(), strict=True)
    assert sorted(stand) == [(0, 500100, 5500150), (1, 500100, 5500050), (1, 500100, 5500050)]
    assert placed.estimated.all()
    assert placed.unplaced == 0
