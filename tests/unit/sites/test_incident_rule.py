"""Incidents by a rule: each step in which a channel is above a threshold; what was not measured is open."""

from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.falls.listing import list_incidents
from rockfall_desktop.sites.read import read_site
from tests.unit.sites.made_site import INCIDENTS, channel, write_site

RULE = '\n[incident_rule]\nchannel = "rain"\nabove = 2.5\n'
ONE_ZONE = '\n[[zone]]\nid = "A"\nwhole = true\n'
GAPPY = "time,mm\n2024-01-01 00:00,1\n2024-01-02 00:00,2.5\n2024-01-03 00:00,4\n2024-01-05 00:00,8\n"


def test_that_each_step_above_is_an_incident_and_a_gap_is_open(tmp_path: Path) -> None:
    arrays = read_site(write_site(tmp_path / "site", incidents=RULE, zones=ONE_ZONE, rain_csv=GAPPY))
    assert arrays.incidents.first_step.tolist() == [2, 4]
    assert arrays.incidents.last_step.tolist() == [2, 4]
    assert arrays.recorded.tolist() == [True, True, True, False, True]
    assert any("rain is above 2.5 mm in 2 steps" in note and "1 steps without" in note for note in arrays.notes)
    assert not any("nothing can be learned" in note for note in arrays.notes)


def test_that_the_zones_of_a_channel_have_their_own_incidents(tmp_path: Path) -> None:
    channel = 'scope = "zone"\nzone_column = "zone"\n'
    rows = "time,zone,mm\n2024-01-01 00:00,A,1\n2024-01-01 00:00,B,3\n2024-01-02 00:00,A,5\n2024-01-02 00:00,B,0\n"
    folder = write_site(tmp_path / "site", incidents=channel + RULE, rain_csv=rows)
    arrays = read_site(folder)
    assert list(zip(arrays.incidents.zone.tolist(), arrays.incidents.first_step.tolist(), strict=True)) == [
        (1, 0),
        (0, 1),
    ]


def test_that_a_channel_of_the_whole_site_cannot_say_which_of_several_zones(tmp_path: Path) -> None:
    (fault,) = check_site(write_site(tmp_path / "site", incidents=RULE))
    assert "does not say in which zone" in fault.message


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (RULE.replace('"rain"', '"snow"'), "'snow' is no channel"),
        (INCIDENTS + RULE, "not both"),
        (RULE.replace("2.5", '"much"'), "above"),
    ],
)
def test_that_a_rule_that_cannot_hold_is_a_fault(tmp_path: Path, section: str, said: str) -> None:
    faults = check_site(write_site(tmp_path / "site", incidents=section, zones=ONE_ZONE))
    assert any(said in fault.message for fault in faults)


def test_that_a_rule_has_no_list_to_edit(tmp_path: Path) -> None:
    folder = write_site(tmp_path / "site", incidents=RULE, zones=ONE_ZONE)
    with pytest.raises(WrongInput, match=r"rain is above 2\.5"):
        list_incidents(folder, read_site(folder))


CRACK = {"kind": '"displacement"', "time_format": '"%Y-%m-%d"', "name": '"crack"'}
CRACK_RULE = RULE.replace('"rain"', '"crack"').replace("2.5", "50")
JUMP = [1, 1.1, 1, 1.2, 1, 1.1, 1.3, 1, 1.1, 1, 1.2, 90, 1.1, 1.2, 1]
JUMPS = "time,mm\n" + "".join(f"2024-01-{day:02d},{mm}\n" for day, mm in enumerate(JUMP, 1))


def cracked(folder: Path, more: str, rows: str = JUMPS) -> Path:
    return write_site(folder, channel=channel(more, **CRACK), incidents=CRACK_RULE, zones=ONE_ZONE, rain_csv=rows)


def test_that_a_rule_answers_for_the_time_of_measuring_whatever_the_delay(tmp_path: Path) -> None:
    at_once = read_site(cracked(tmp_path / "at once", ""))
    late = read_site(cracked(tmp_path / "late", 'delay = "3d"\n'))
    assert at_once.incidents.first_step.tolist() == [11]
    assert late.incidents.first_step.tolist() == [11]
    assert late.recorded.all()
    assert late.channels[0].values[14] == 90  # the network sees it three days later


def test_that_a_masked_jump_is_an_incident_all_the_same(tmp_path: Path) -> None:
    arrays = read_site(cracked(tmp_path / "site", 'mask = ["spike"]\n'))
    assert np.isnan(arrays.channels[0].values[11])
    assert arrays.incidents.first_step.tolist() == [11]
    assert arrays.recorded.all()


def test_that_a_number_out_of_range_that_may_be_an_incident_is_a_fault(tmp_path: Path) -> None:
    (fault,) = check_site(cracked(tmp_path / "site", "valid_range = [0, 80]\n"))
    assert "in 1 steps, the first of 2024-01-12, numbers out of range hide whether crack is above 50" in fault.message
    assert "valid_range" in fault.remedy


def test_that_a_number_out_of_range_that_is_no_incident_leaves_its_step_open(tmp_path: Path) -> None:
    rows = JUMPS.replace("2024-01-05,1", "2024-01-05,-999")
    arrays = read_site(cracked(tmp_path / "site", "valid_range = [0, 100]\n", rows))
    assert np.flatnonzero(~arrays.recorded).tolist() == [4]
    assert arrays.incidents.first_step.tolist() == [11]


def test_that_a_rule_over_what_is_announced_is_a_fault(tmp_path: Path) -> None:
    blasts = channel(name='"blasts"', kind='"blast"', unit='"kg"', announced='"1d"')
    rule = RULE.replace('"rain"', '"blasts"')
    folder = write_site(tmp_path / "site", channel=channel() + blasts, incidents=rule, zones=ONE_ZONE)
    assert any("blasts is announced, not measured" in fault.message for fault in check_site(folder))
