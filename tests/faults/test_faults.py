"""Two stations at work while an office of three members is hurt: nothing that was acknowledged is lost or doubled,
and a minute after the end of the fault at the latest both show the same."""

import secrets
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rockfall_desktop.operations.syncing.rhythm import Rhythm
from rockfall_desktop.remote.connecting import connect
from rockfall_desktop.remote.shape import prepare
from tests.faults import faults
from tests.faults.desk import Desk, two_desks
from tests.faults.judging import Judgement, judge
from tests.mongod_three import ThreeMembers, running_three

pytestmark = pytest.mark.campaign

BEFORE_S, FAULT_S, AFTER_S, EQUAL_WITHIN_S = 3.0, 6.0, 3.0, 60.0
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
)


class Lived(NamedTuple):
    """How two stations came through.

    Attributes:
        equal_after_s: from the end of the fault until both showed the same and nothing waited.
        judgement: what the office holds then.
    """

    equal_after_s: float
    judgement: Judgement


def live_through(
    three: ThreeMembers, folder: Path, fault: Callable[[ThreeMembers], Any], seconds: tuple[float, float, float],
    rhythm: Rhythm,
) -> Lived:  # fmt: skip
    before_s, fault_s, after_s = seconds
    address = three.address(f"rockfall_{secrets.token_hex(6)}")
    with connect(address, None) as connection:
        prepare(connection)
    with ExitStack() as stack:
        desks = stack.enter_context(two_desks(folder, address))
        for desk in desks:
            stack.enter_context(desk.syncing(rhythm))
        with ExitStack() as at_work:
            for desk in desks:
                at_work.enter_context(desk.working())
            time.sleep(before_s)
            with fault(three):
                time.sleep(fault_s)
            over = time.monotonic()
            time.sleep(after_s)
        equal_after_s = _until_equal(desks, over)
        assert [desk.faults for desk in desks] == [[], []]
        with three.client() as client:
            return Lived(equal_after_s, judge(client[address.database], desks))


def _until_equal(desks: tuple[Desk, Desk], over: float) -> float:
    while time.monotonic() - over < EQUAL_WITHIN_S:
        if not any(desk.waiting() for desk in desks) and desks[0].picture() == desks[1].picture():
            return time.monotonic() - over
        time.sleep(0.1)
    waiting = [desk.waiting()[:3] for desk in desks]
    pytest.fail(f"not equal after {EQUAL_WITHIN_S} s: {waiting}, {[desk.states[-1] for desk in desks]}")


def demand_whole(name: str, lived: Lived) -> None:
    found = lived.judgement
    words = f"equal after {lived.equal_after_s:.1f} s, {found.acknowledged} acknowledged"
    sys.stdout.write(f"{name}: {words}, {len(found.lost)} lost, {len(found.doubled)} doubled\n")
    assert (found.lost, found.doubled, found.wrong) == ((), (), ())
    assert found.acknowledged > 10, "nothing was sent: the fault was not met"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_that_nothing_acknowledged_is_lost_or_doubled_and_both_show_the_same(
    three_members: ThreeMembers, tmp_path: Path, fault: Callable[[ThreeMembers], Any]
) -> None:
    lived = live_through(three_members, tmp_path, fault, (BEFORE_S, FAULT_S, AFTER_S), Rhythm())
    demand_whole(fault.__name__, lived)


def test_that_a_full_disk_of_the_primary_loses_nothing(tmp_path: Path) -> None:
    with faults.small_disk(tmp_path) as disk, running_three("--syncdelay", "1", first_folder=disk / "db") as three:
        lived = live_through(three, tmp_path, faults.disk_full, (BEFORE_S, 2 * FAULT_S, AFTER_S), Rhythm())
    demand_whole("disk_full", lived)
