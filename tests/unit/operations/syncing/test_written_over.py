"""Whoever may write at the office may write over a job there: its station notices, and sends it again."""

from collections.abc import Callable
from typing import Any

import pytest

from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.operations.identity import own_identity, own_station_key
from rockfall_desktop.operations.syncing.documents import signed_bytes
from rockfall_desktop.operations.syncing.office_jobs import office_jobs
from tests.unit.operations.syncing.bench import Bench
from tests.unit.store.job_samples import epoch

Pair = tuple[Bench, Bench]
Change = Callable[[Bench, dict[str, Any]], dict[str, Any]]


def with_a_worthless_signature(_: Bench, document: dict[str, Any]) -> dict[str, Any]:
    return document | {"revision": 2**40, "status": "failed", "signature": "0" * 128}


def under_its_old_signature(_: Bench, document: dict[str, Any]) -> dict[str, Any]:
    return document | {"revision": 2**40, "status": "failed"}


def as_another_stations(_: Bench, document: dict[str, Any]) -> dict[str, Any]:
    return document | {"station_id": "0198a000-0000-7000-8000-00000000bbbb"}


def by_a_trusted_station(other: Bench, document: dict[str, Any]) -> dict[str, Any]:
    from rockfall_desktop.access.signing import sign

    identity = own_identity(other.station)
    key_id = own_station_key(other.station).fingerprint
    said = document | {"station_id": identity.station_id, "key_id": key_id, "revision": 99, "status": "failed"}
    return said | {"signature": sign(identity.private_key, signed_bytes(said)).hex()}


CHANGES = (with_a_worthless_signature, under_its_old_signature, as_another_stations, by_a_trusted_station)


def status_at_second(second: Bench) -> list[tuple[str, int]]:
    second.sync()
    return [(one.job.status.value, one.revision) for one in office_jobs(second.session(), station=second.station).jobs]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("numbered", [True, False], ids=["under a new number", "under its old number"])
def test_that_a_job_that_was_written_over_is_replaced_when_its_station_goes_on(
    two: Pair, change: Change, *, numbered: bool
) -> None:
    first, second = two
    job_id = first.running_job()
    first.sync()
    jobs = first.server.jobs
    number = first.server.number() if numbered else jobs[job_id]["sequence"]
    jobs[job_id] = change(second, jobs[job_id]) | {"sequence": number}
    first.jobs.append(job_id, epoch(1))
    first.fail(job_id)
    state = first.sync()
    assert (state.condition, state.held) == (SyncCondition.SYNCED, 0)
    assert status_at_second(second) == [("failed", first.jobs.numbered(job_id).revision)]
    assert any("wrote over it" in one for one in state.told) is numbered


@pytest.mark.parametrize("change", CHANGES)
def test_that_a_job_at_rest_that_was_written_over_is_sent_again(two: Pair, change: Change) -> None:
    first, second = two
    job_id = first.running_job()
    first.fail(job_id)
    first.sync()
    before = first.server.jobs[job_id]
    first.server.jobs[job_id] = change(second, before) | {"sequence": first.server.number()}
    state = first.sync()
    assert [one for one in state.told if "wrote over it" in one]
    assert status_at_second(second) == [("failed", first.jobs.numbered(job_id).revision)]
    again = first.sync()
    assert (again.condition, again.told, again.sentence) == (SyncCondition.SYNCED, (), "")


def test_that_an_old_state_of_a_job_that_was_put_back_is_replaced(two: Pair) -> None:
    first, second = two
    job_id = first.running_job()
    first.sync()
    old = first.server.jobs[job_id]
    first.fail(job_id)
    first.sync()
    first.server.jobs[job_id] = old | {"sequence": first.server.number()}
    first.sync()
    assert status_at_second(second) == [("failed", first.jobs.numbered(job_id).revision)]


def test_that_somebody_who_writes_over_it_again_and_again_makes_no_turn_endless(two: Pair) -> None:
    first, _ = two
    job_id = first.running_job()
    first.fail(job_id)
    first.sync()

    def spoil() -> SyncState:
        forged = under_its_old_signature(first, first.server.jobs[job_id])
        first.server.jobs[job_id] = forged | {"sequence": first.server.number()}
        return first.sync()

    for _ in range(3):
        calls = len(first.office.calls)
        assert spoil().condition is SyncCondition.SYNCED
        assert not first.syncing.is_new()
        assert len(first.office.calls) - calls <= 4
