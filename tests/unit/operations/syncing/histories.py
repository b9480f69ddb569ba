"""Histories of two stations and an office, all that can go wrong between them, and what must hold all the while."""

import copy
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from rockfall_desktop.domain.office_exchange import Pointer
from rockfall_desktop.operations.identity import own_station_key
from rockfall_desktop.operations.syncing.queue import try_again
from rockfall_desktop.operations.syncing.resending import send_everything
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.office_mirror import OfficeMirror
from rockfall_desktop.store.outbox import Outbox
from tests.office_model import ModelServer, Trouble
from tests.unit.operations.syncing.bench import SITE_ID, Bench
from tests.unit.store.job_samples import log_line

TROUBLES = (Trouble.LOST_REQUEST, Trouble.LOST_ANSWER, Trouble.LATE, Trouble.REFUSED)
CALLS = ("push_jobs", "push_deployment", "push", "pull", "fetch_bundle")
STEPS: tuple[tuple[type, str], ...] = (
    (Outbox, "arrived"), (Deployments, "numbered"), (Deployments, "take"), (Deployments, "move_to"),
    (OfficeMirror, "take"),
)  # fmt: skip
ROUNDS = 8  # a minute, with a try every few seconds


class Violation(AssertionError):
    """A promise was broken."""


class Killed(BaseException):
    """The program ends at this point, as if its power were cut."""


def demand(held: object, promise: str) -> None:
    if not held:
        raise Violation(promise)


class Histories(RuleBasedStateMachine):
    """Two stations, one site, at most two jobs, coarse clocks: small, so that the rare meetings happen."""

    make_server: Callable[[], ModelServer] = ModelServer
    with_backups = with_clocks = with_moves = True
    calls, troubles, steps = CALLS, TROUBLES, STEPS
    with_jobs = with_deployments = True

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.server = self.make_server()
        self.benches = [Bench(self.folder / name, self.server) for name in ("a", "b")]
        for bench, other in (self.benches, self.benches[::-1]):
            bench.trust(other)
            bench.know_site()
        self.job_of: dict[int, str] = {}
        self.states: dict[tuple[str, int], str] = {}
        self.facts: set[str] = set()
        self.heights = [0, 0]
        self.backup: dict[str, Any] | None = None
        self.put_back = self.moved = False

    @rule(which=st.integers(0, 1))
    @precondition(lambda self: self.with_jobs)
    def work_on_a_job(self, which: int) -> None:
        bench = self.benches[which]
        if which in self.job_of:
            bench.jobs.append(self.job_of[which], log_line(f"line {len(self.states)}"))
        else:
            self.job_of[which] = bench.running_job()
        job_id = self.job_of[which]
        self.states[job_id, bench.jobs.numbered(job_id).revision] = job_id

    @rule(which=st.integers(0, 1))
    @precondition(lambda self: self.with_deployments and len(self.facts) < 6)
    def deploy(self, which: int) -> None:
        self.facts.add(self.benches[which].deploy().deployment_id)

    @rule(which=st.integers(0, 1))
    def sync(self, which: int) -> None:
        self.benches[which].time.pass_by(3)
        self.benches[which].sync()

    @rule(which=st.integers(0, 1), call=st.integers(0, len(CALLS) - 1), trouble=st.integers(0, len(TROUBLES) - 1))
    def sync_with_trouble(self, which: int, call: int, trouble: int) -> None:
        bench = self.benches[which]
        bench.office.aim = (self.calls[call % len(self.calls)], self.troubles[trouble % len(self.troubles)])
        self.sync(which)
        bench.office.aim = None

    @rule(which=st.integers(0, 1), step=st.integers(0, len(STEPS) - 1), done=st.booleans())
    @precondition(lambda self: self.steps)
    def sync_and_be_killed(self, which: int, step: int, done: bool) -> None:
        owner, name = self.steps[step % len(self.steps)]
        whole = getattr(owner, name)

        def killed(*arguments: Any, **named: Any) -> None:
            if done:
                whole(*arguments, **named)
            raise Killed

        setattr(owner, name, killed)
        try:
            self.sync(which)
        except Killed:
            pass
        finally:
            setattr(owner, name, whole)
        self.benches[which].crash()

    @rule()
    @precondition(lambda self: self.server.late)
    def what_was_on_the_way_arrives(self) -> None:
        self.server.settle()

    @rule(which=st.integers(0, 1), days=st.sampled_from((-1, 1)))
    @precondition(lambda self: self.with_clocks)
    def set_the_clock(self, which: int, days: int) -> None:
        time = self.benches[which].time
        steady = time.steady
        time.pass_by(86_400 * days)
        time.steady = steady

    @rule()
    @precondition(lambda self: self.with_backups and self.backup is None)
    def back_the_office_up(self) -> None:
        kept = {name: value for name, value in vars(self.server).items() if name != "late"}
        self.backup = copy.deepcopy(kept)

    @rule()
    @precondition(lambda self: self.backup is not None and not self.put_back)
    def put_the_offices_backup_back(self) -> None:
        vars(self.server).update(self.backup or {})
        self.server.late.clear()
        self.put_back = True

    @rule()
    @precondition(lambda self: self.with_moves and not self.put_back and self.facts | self.job_of.keys())
    def go_to_an_empty_office(self) -> None:
        self.server = self.make_server()
        for bench in self.benches:
            bench.go_to(self.server, "another/rockfall")
        self.put_back = self.moved = True

    @invariant()
    def nothing_acknowledged_is_lost(self) -> None:
        if self.put_back and not self.moved:
            return
        for bench in self.benches:
            if OfficeMirror(bench.station.store).read_to().office not in {"", bench.office_name}:
                continue  # it did not begin with the other office yet
            waiting = {row.id for row in bench.waiting()}
            for job in bench.jobs.list(None):
                if job.job_id not in waiting:
                    held = self.server.jobs.get(job.job_id)
                    revision = bench.jobs.numbered(job.job_id).revision
                    demand(held is not None and held["revision"] == revision, "an acknowledged job is lost")
            own = own_station_key(bench.station).station_id
            for fact in bench.deployments.list():
                if self.moved and fact.station_id != own:
                    continue  # its own station sends it there
                demand(
                    fact.deployment_id in waiting or fact.deployment_id in self.server.deployments,
                    "an acknowledged deployment is lost",
                )

    @invariant()
    def nothing_is_doubled(self) -> None:
        demand(set(self.server.jobs) <= set(self.job_of.values()), "a job is doubled")
        demand(set(self.server.deployments) <= self.facts, "a deployment is doubled")
        states = {(one["job_id"], one["revision"]) for one in self.server.jobs.values()}
        demand(states <= set(self.states), "the office holds a state that never was")

    @invariant()
    def versions_grow_and_one_deployment_is_active(self) -> None:
        facts = sorted(self.server.deployments.values(), key=lambda one: one["sequence"])
        demand([one["version"] for one in facts] == list(range(1, len(facts) + 1)), "versions do not grow one by one")
        accepted = [(one["epoch"], one["follows"], one["deployment_id"]) for one in facts if one["accepted"]]
        for place, (epoch, follows, _) in enumerate(accepted):
            before = accepted[place - 1][2] if place else ""
            demand((epoch, follows) == (place + 1, before), "the active deployments are no chain")
        for one in facts:
            beaten = any(
                other["accepted"] and other["sequence"] < one["sequence"] and other["epoch"] >= one["epoch"] - 1
                and other["deployment_id"] != one["follows"] for other in facts
            )  # fmt: skip
            before = self.server.deployments.get(one["follows"])
            lost = before is not None and not before["accepted"]
            demand(one["accepted"] or beaten or lost or self.put_back, "a deployment lost to nobody")
        pointers = [pointer for _, pointer in self.server.pointers.values()]
        there = [Pointer(SITE_ID, len(accepted), accepted[-1][2])] if accepted else []
        demand(pointers == there, "not exactly the last accepted deployment is active")

    @invariant()
    def no_station_goes_back(self) -> None:
        for which, bench in enumerate(self.benches):
            active = bench.deployments.active(SITE_ID)
            if active is not None and active.accepted:
                demand(active.epoch >= self.heights[which], "an old deployment came back to life")
                self.heights[which] = active.epoch

    def teardown(self) -> None:
        try:
            self._all_is_well_again()
        finally:
            for bench in self.benches:
                bench.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _all_is_well_again(self) -> None:
        """Faults stop, and a person lets go what was held; soon everybody has the same picture."""
        self.server.settle()
        for bench in self.benches:
            if self.put_back and not self.moved:
                send_everything(bench.station)
            for row in bench.waiting():
                if row.held:
                    try_again(bench.session(), station=bench.station, kind=row.kind, id=row.id)
        for _ in range(ROUNDS):
            for bench in self.benches:
                bench.time.pass_by(7)
                bench.sync()
        self._demand_the_same_picture()
        if not self.put_back:
            self.nothing_acknowledged_is_lost()
            self.nothing_is_doubled()
            self.versions_grow_and_one_deployment_is_active()

    def _demand_the_same_picture(self) -> None:
        pointer = self.server.pointers.get(SITE_ID)
        active = pointer[1].deployment_id if pointer else None
        for bench, other in (self.benches, self.benches[::-1]):
            demand(not bench.waiting(), f"something waits for ever: {bench.waiting()}")
            demand(
                bench.active() == active or self._refuses_to_go_back(bench),
                "the stations do not agree on the active deployment",
            )
            mirror = OfficeMirror(bench.station.store)
            for job in other.jobs.list(None):
                revision = other.jobs.numbered(job.job_id).revision
                demand(mirror.revision(job.job_id) == revision, "a job of the other station is not seen")
        first, second = (self._told_of(bench) for bench in self.benches)
        demand(first.keys() == second.keys() == self.facts, "the stations do not know the same deployments")
        said = {one["deployment_id"]: (one["version"], one["accepted"]) for one in self.server.deployments.values()}
        demand(self.put_back or first == second == said, "the stations do not see the office's numbers")

    def _refuses_to_go_back(self, bench: Bench) -> bool:
        """Whether the office says a lower epoch than before: a backup of it was put back, and people are told."""
        here, there = bench.deployments.pointer(SITE_ID), self.server.pointers.get(SITE_ID)
        return self.put_back and here is not None and there is not None and there[1].epoch < here.office_epoch

    @staticmethod
    def _told_of(bench: Bench) -> dict[str, tuple[int | None, bool | None]]:
        return {fact.deployment_id: (fact.version, fact.accepted) for fact in bench.deployments.list()}


def run_histories(machine: type[Histories], *, count: int, steps: int, chance: int | None = None) -> None:
    """Play so many histories; the first broken promise is raised.

    Args:
        machine: rules and promises.
        count: histories.
        steps: of each at most.
        chance: which ones, the same with the same number; None: others each time.
    """
    if chance is not None:
        seed(chance)(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=count, stateful_step_count=steps, database=None, deadline=None, phases=[Phase.generate],
            report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
