"""The commonest fault of an office, in every run of the tests: its first server dies and comes back."""

from pathlib import Path

from rockfall_desktop.operations.syncing.rhythm import Rhythm
from tests.faults.faults import primary_killed
from tests.faults.living import demand_whole, live_through
from tests.mongod_three import ThreeMembers

QUICK = Rhythm(idle_s=0.5, look_s=0.1, first_retry_s=0.2, longest_retry_s=1.0)


def test_that_a_primary_that_is_killed_takes_nothing_along(three_members: ThreeMembers, tmp_path: Path) -> None:
    lived = live_through(three_members, tmp_path, primary_killed, (0.3, 2.0, 0.3), QUICK)
    demand_whole("primary_killed", lived)
