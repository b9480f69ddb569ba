"""Whose word counts: what a revoked key, a user of the office's database or a hostile station cannot bring about."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rockfall_desktop.domain.deployment import HIGHEST_EPOCH, LONGEST_STEP
from rockfall_desktop.domain.errors import AccessRefused, OfficeUnreachable, WrongInput
from rockfall_desktop.domain.office_exchange import Pointer
from rockfall_desktop.operations.bundles import open_bundle
from rockfall_desktop.operations.deployments import export_bundle, import_bundle, inspect_bundle, roll_back
from rockfall_desktop.operations.identity import own_identity, own_station_key
from rockfall_desktop.operations.keys import revoke_key
from rockfall_desktop.operations.syncing.office_jobs import office_jobs
from rockfall_desktop.store.office_mirror import ANOTHER_STATION
from rockfall_desktop.store.pointers import Place
from tests.office_model import ModelServer
from tests.unit.bundles.made_bundle import made_bundle
from tests.unit.operations.syncing.bench import SITE_ID, Bench
from tests.unit.store.job_samples import USER, created, log_line, up_to_fitting

Pair = tuple[Bench, Bench]
Make = Callable[[str], Bench]
WHY = "the crest has moved since"


def test_that_going_back_does_not_wash_a_model_of_the_key_that_signed_it(two: Pair) -> None:
    first, second = two
    theirs = second.deploy()
    second.sync()
    first.sync()
    back = theirs
    for _ in range(2):  # over any number of packings
        first.deploy()
        back = roll_back(first.session(), station=first.station, deployment_id=back.deployment_id, reason=WHY)
    path = first.station.files.bundle_path(back.deployment_id)
    stranger, own = (own_station_key(one.station).fingerprint for one in (second, first))
    assert open_bundle(first.station, path).manifest.provenance.origin_key_ids == (stranger, own)
    revoke_key(first.session(), station=first.station, fingerprint=stranger, reason="the laptop was stolen")
    with pytest.raises(AccessRefused, match=r"first signed with the key of .* the laptop was stolen"):
        open_bundle(first.station, path)
    assert inspect_bundle(first.session(), station=first.station, path=path).key_state == "revoked"


def point_by_hand(server: ModelServer, epoch: int, deployment_id: str) -> None:
    """What a user of the office's database may write."""
    server.pointers[SITE_ID] = server.number(), Pointer(SITE_ID, epoch, deployment_id)


def test_that_a_pointer_written_by_hand_makes_no_lost_decision_active(two: Pair, server: ModelServer) -> None:
    first, second = two
    winner = first.deploy()
    lost = [second.deploy() for _ in range(2)]
    for _ in range(2):
        for bench in two:
            bench.sync()
    for one in lost:
        point_by_hand(server, one.epoch, one.deployment_id)
        for bench in two:
            assert any("did not accept: somebody wrote" in told for told in bench.sync().told)
            assert bench.active() == winner.deployment_id
    point_by_hand(server, 1, winner.deployment_id)
    again = first.deploy()
    for bench in (*two, *two):
        bench.sync()
    assert first.active() == second.active() == again.deployment_id


@pytest.mark.parametrize("first_look", ["with its bundle", "without it", "after the change"])
def test_that_a_new_station_goes_back_to_no_old_epoch(
    two: Pair, server: ModelServer, make: Make, first_look: str
) -> None:
    facts = []
    for _ in range(3):
        facts.append(two[0].deploy())
        two[0].sync()
    laptop = make("laptop")
    laptop.trust(two[0])
    laptop.know_site()
    if first_look == "without it":
        server.bundles.pop(facts[2].bundle_sha256)
    if first_look != "after the change":
        laptop.sync()
    point_by_hand(server, 1, facts[0].deployment_id)
    laptop.time.pass_by(60)
    state = laptop.sync()
    assert any("says epoch 1" in one and "had accepted 3" in one for one in state.told)
    assert laptop.active() == (facts[2].deployment_id if first_look == "with its bundle" else None)
    stick = two[0].home.with_name("old.rockfall")
    session, station = two[0].session(), two[0].station
    export_bundle(session, station=station, deployment_id=facts[1].deployment_id, path=stick)
    with pytest.raises(WrongInput, match="epoch 3 already"):
        import_bundle(laptop.session(), station=laptop.station, path=stick)
    follows = facts[2].deployment_id if first_look == "with its bundle" else ""
    assert laptop.deployments.next_place(SITE_ID) == Place(4, follows)


def test_that_a_slow_bundle_keeps_no_other_site_from_its_model_and_is_shown(
    two: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    fact = first.deploy()
    first.sync()
    fetch = second.office.fetch_bundle

    def slow(document: dict[str, object], path: Path) -> None:
        raise OfficeUnreachable("The office does not answer", "It took longer than 5 s.")

    monkeypatch.setattr(second.office, "fetch_bundle", slow)
    state = second.sync()
    assert state.condition == "synced"
    assert any("did not come yet: It took longer" in one for one in state.told)
    state = second.sync()
    assert (state.told, second.active()) == ((), None)
    assert "did not come yet" in state.sentence
    monkeypatch.setattr(second.office, "fetch_bundle", fetch)
    second.sync()
    assert second.active() is None
    second.time.pass_by(20)
    assert second.sync().sentence == ""
    assert second.active() == fact.deployment_id


def test_that_nobody_is_told_that_the_office_went_back_while_another_program_reads_on(
    two: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts are noted before pointers: in between, this station's picture of the pointers is the older one."""
    first, second = two
    for _ in range(2):
        first.deploy()
        first.sync()
    pulling = second.syncing._pulling
    monkeypatch.setattr(pulling._mirror, "take", lambda *_: None)
    monkeypatch.setattr(second.syncing._following._mirror, "pointers", lambda: (Pointer(SITE_ID, 1, "x"),))
    assert second.sync().told == ()
    monkeypatch.undo()
    assert ["active here now" in one for one in second.sync().told] == [True]


@pytest.mark.parametrize("epoch", [LONGEST_STEP + 2, HIGHEST_EPOCH])
def test_that_no_stick_takes_a_sites_epochs_away(two: Pair, tmp_path: Path, epoch: int) -> None:
    first, second = two
    first.deploy()
    with pytest.raises(WrongInput, match="out of all proportion"):
        import_bundle(
            first.session(),
            station=first.station,
            path=made_bundle(
                tmp_path / "x.rockfall", own_identity(second.station), epoch=epoch, deployment_id=first.station.new_id()
            ),
        )
    assert first.deploy().epoch == 2


def test_that_a_pointer_far_away_is_not_followed_and_raises_nothing(two: Pair, server: ModelServer) -> None:
    first, second = two
    fact = second.deploy()
    second.sync()
    first.sync()
    with second.station.store.writing() as connection:
        connection.execute("insert into office_epochs values (?, ?) on conflict do update set epoch = excluded.epoch",
                           (SITE_ID, 10**8))  # fmt: skip
    far = second.deploy()
    second.sync()
    server.deployments[far.deployment_id]["accepted"] = True
    point_by_hand(server, far.epoch, far.deployment_id)
    assert any("out of all proportion" in one for one in first.sync().told)
    assert (first.active(), first.deployments.next_place(SITE_ID)) == (fact.deployment_id, Place(2, fact.deployment_id))


def test_that_what_lost_does_not_win_at_an_office_that_was_put_back(two: Pair, server: ModelServer) -> None:
    first, second = two
    winner, loser = first.deploy(), second.deploy()
    for bench in (*two, *two):
        bench.sync()
    for held in (server.jobs, server.deployments, server.pointers, server.versions, server.keys, server.bundles):
        held.clear()
    server.sequence = 1
    second.sync()
    assert second.waiting() == (), "it waits for no station that may never come"
    assert server.pointers[SITE_ID][1] == Pointer(SITE_ID, 1, winner.deployment_id), "whoever has it gives it back"
    assert server.deployments[loser.deployment_id]["accepted"] is False
    for bench in (first, second, first, second):
        bench.sync()
    assert server.pointers[SITE_ID][1] == Pointer(SITE_ID, 1, winner.deployment_id)
    assert first.active() == second.active() == winner.deployment_id
    assert (first.waiting(), second.waiting()) == ((), ())


def test_that_a_trusted_station_takes_over_no_job_of_another(two: Pair, server: ModelServer, make: Make) -> None:
    first, second = two
    job_id = first.running_job()
    third = make("third")
    third.trust(first, second)
    for bench in (first, third):
        bench.sync()
    second.jobs.create(created(user_id=USER).model_copy(update={"job_id": job_id}))
    second.jobs.append(job_id, *up_to_fitting())
    second.jobs.append(job_id, log_line("mine"), log_line("all mine"))
    server.jobs.pop(job_id)  # what the real one refuses, a user of its database may write
    second.sync()
    assert server.jobs[job_id]["revision"] > first.jobs.numbered(job_id).revision
    third.sync()
    (kept,) = (one for one in office_jobs(third.session(), station=third.station).jobs if one.job.job_id == job_id)
    assert kept.station_id == own_identity(first.station).station_id
    assert ANOTHER_STATION in third.sync().sentence
