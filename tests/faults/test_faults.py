"""Two stations at work while an office of three members is hurt: nothing that was acknowledged is lost or doubled,
and a minute after the end of the fault at the latest both show the same."""

from pathlib import Path

import pytest

from rockfall_desktop.operations.syncing.rhythm import Rhythm
from tests.faults import faults
from tests.faults.living import demand_whole, live_through
from tests.mongod_three import ThreeMembers, running_three

pytestmark = pytest.mark.campaign

BEFORE_S, FAULT_S, AFTER_S = 3.0, 6.0, 3.0
FAULTS = (
    faults.none,
    faults.step_down,
    faults.primary_killed,
    faults.primary_stopped,
    faults.connections_cut,
    faults.primary_refuses,
    faults.primary_silent,
    faults.error_after_apply,
    faults.closed_connection,
    faults.blocked,
    faults.secondaries_down,
    faults.station_vanished,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_that_nothing_acknowledged_is_lost_or_doubled_and_both_show_the_same(
    three_members: ThreeMembers, tmp_path: Path, fault: faults.Fault
) -> None:
    lived = live_through(three_members, tmp_path, fault, (BEFORE_S, FAULT_S, AFTER_S), Rhythm())
    demand_whole(fault.__name__, lived)


def test_that_a_full_disk_of_the_primary_loses_nothing(tmp_path: Path) -> None:
    with faults.small_disk(tmp_path) as disk, running_three("--syncdelay", "1", first_folder=disk / "db") as three:
        lived = live_through(three, tmp_path, faults.disk_full, (BEFORE_S, 2 * FAULT_S, AFTER_S), Rhythm())
    demand_whole("disk_full", lived)
