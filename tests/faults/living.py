"""Two stations at work with an office of three members while it is hurt, and what came of it."""

import secrets
import sys
import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.operations.syncing.rhythm import Rhythm
from rockfall_desktop.remote.connecting import connect
from rockfall_desktop.remote.shape import prepare
from tests.faults.desk import Desk, two_desks
from tests.faults.faults import Fault
from tests.faults.judging import Judgement, judge
from tests.mongod_three import ThreeMembers

EQUAL_WITHIN_S = 60.0


class Lived(NamedTuple):
    """How two stations came through.

    Attributes:
        equal_after_s: from the end of the fault until both showed the same and nothing waited.
        times_offline: how often a station's sync said that the office does not answer.
        judgement: what the office holds then.
    """

    equal_after_s: float
    times_offline: int
    judgement: Judgement


def live_through(
    three: ThreeMembers, folder: Path, fault: Fault, seconds: tuple[float, float, float],
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
            with fault(three, address.database):
                time.sleep(fault_s)
            over = time.monotonic()
            time.sleep(after_s)
        equal_after_s = _until_equal(desks, over)
        assert [desk.faults for desk in desks] == [[], []]
        with three.client() as client:
            return Lived(equal_after_s, _times_offline(desks), judge(client[address.database], desks))


def _times_offline(desks: tuple[Desk, Desk]) -> int:
    said = [[state.condition for state in desk.states] for desk in desks]
    return sum(
        now is SyncCondition.OFFLINE and before is not now
        for one in said
        for before, now in pairwise([SyncCondition.OFF, *one])
    )


def _until_equal(desks: tuple[Desk, Desk], over: float) -> float:
    while time.monotonic() - over < EQUAL_WITHIN_S:
        if not any(desk.waiting() for desk in desks) and desks[0].picture() == desks[1].picture():
            return time.monotonic() - over
        time.sleep(0.1)
    waiting = [desk.waiting()[:3] for desk in desks]
    pytest.fail(f"not equal after {EQUAL_WITHIN_S} s: {waiting}, {[desk.states[-1] for desk in desks]}")


def demand_whole(name: str, lived: Lived) -> None:
    found = lived.judgement
    words = f"equal after {lived.equal_after_s:.1f} s, offline {lived.times_offline} times"
    counts = f"{found.acknowledged} acknowledged, {len(found.lost)} lost, {len(found.doubled)} doubled"
    sys.stdout.write(f"{name}: {words}, {counts}\n")
    assert (found.lost, found.doubled, found.wrong) == ((), (), ())
    assert found.acknowledged > 10, "nothing was sent: the fault was not met"
