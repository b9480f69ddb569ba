"""Facts, numbers and the pointer of a site on one station."""

import os
import threading
import time
from pathlib import Path

import apsw
import pytest

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.store import pointers
from rockfall_desktop.store.audit import Audit
from rockfall_desktop.store.bundle_files import remove_if_unlisted, remove_unlisted
from rockfall_desktop.store.connection import rows
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.home import Home
from rockfall_desktop.store.outbox import Outbox
from rockfall_desktop.store.pointers import Place, SitePointer
from tests.unit.store.job_samples import START, USER, new_id

SITE = "018bcfe5-6801-734e-9c30-641df32ce710"


def fact(epoch: int = 1, follows: str = "", **changes: object) -> Deployment:
    values: dict[str, object] = {
        "deployment_id": new_id(), "job_id": new_id(), "site_id": SITE, "site_name": "Quarry", "deployed_by": USER,
        "deployed_by_name": "Mara", "deployed_at": START, "reason": "", "active": False, "epoch": epoch,
        "follows": follows, "bundle_sha256": "ab" * 32, "bundle_bytes": 7, "station_id": "here",
    }  # fmt: skip
    return Deployment.model_validate(values | changes)


def grown(deployments: Deployments, count: int) -> list[Deployment]:
    """A chain of this station's own."""
    return [deployments.add(fact(*deployments.next_place(SITE))) for _ in range(count)]


@pytest.fixture
def deployments(store: Store) -> Deployments:
    return Deployments(store)


def pointer_id(deployments: Deployments) -> str:
    pointer = deployments.pointer(SITE)
    return pointer.deployment_id if pointer else ""


def test_that_the_deployment_that_the_pointer_names_is_the_active_one(store: Store, deployments: Deployments) -> None:
    assert (deployments.active(SITE), deployments.pointer(SITE)) == (None, None)
    first, second = grown(deployments, 2)
    other = deployments.add(fact(site_id=new_id()))
    assert (first.active, second.active) == (True, True)
    assert [(one.deployment_id, one.active) for one in deployments.list()] == [
        (other.deployment_id, True), (second.deployment_id, True), (first.deployment_id, False),
    ]  # fmt: skip
    assert deployments.list(SITE) == (second, first.model_copy(update={"active": False}))
    assert deployments.active(SITE) == second == deployments.read(second.deployment_id)
    assert deployments.pointer(SITE) == SitePointer(SITE, 2, second.deployment_id, 0)
    assert deployments.next_place(SITE) == Place(3, second.deployment_id)
    assert {one.id for one in Outbox(store).waiting()} == {one.deployment_id for one in (first, second, other)}
    assert [entry.subject for entry in Audit(store).latest(3)] == [
        other.deployment_id, second.deployment_id, first.deployment_id,
    ]  # fmt: skip


def test_that_who_decided_without_knowing_of_the_last_one_is_told_and_nothing_is_saved(
    store: Store, deployments: Deployments
) -> None:
    place = deployments.next_place(SITE)
    deployments.add(fact(*place, deployed_by_name="Ivo"))
    with pytest.raises(WrongInput, match="Ivo made another model"):
        deployments.add(fact(*place))
    assert (len(deployments.list()), len(Outbox(store).waiting()), len(Audit(store).latest(9))) == (1, 1, 1)


def test_that_an_epoch_is_never_given_twice_when_two_decide_at_once(deployments: Deployments) -> None:
    refused: list[WrongInput] = []
    ready = threading.Barrier(2)

    def decide() -> None:
        for _ in range(25):
            place = deployments.next_place(SITE)
            ready.wait()
            try:
                deployments.add(fact(*place))
            except WrongInput as error:
                refused.append(error)
            ready.wait()

    threads = [threading.Thread(target=decide) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.epoch for one in deployments.list(SITE)] == list(range(25, 0, -1))
    assert len(refused) == 25


def test_that_a_deployment_whose_bundle_vanished_is_not_saved(deployments: Deployments, tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="removed meanwhile"):
        deployments.add(fact(), bundle=tmp_path / "gone.rockfall")
    assert deployments.list() == ()


def test_that_what_follows_a_fact_of_old_begins_anew(deployments: Deployments) -> None:
    deployments.add(fact(bundle_sha256=""))
    assert deployments.next_place(SITE) == Place(1, "")
    with pytest.raises(apsw.ConstraintError):
        deployments.add(deployments.list()[0].model_copy(update={"epoch": 1}))


def test_that_a_fact_of_another_station_is_history_and_no_more(store: Store, deployments: Deployments) -> None:
    there = fact(signature="cd")
    assert deployments.take(there)
    assert not deployments.take(there)
    assert (deployments.active(SITE), Outbox(store).waiting()) == (None, ())
    assert deployments.list() == (there,)
    with pytest.raises(WrongInput, match="another content"):
        deployments.take(there.model_copy(update={"reason": "other"}))


def test_that_a_signature_is_added_once_and_nothing_else(store: Store, deployments: Deployments) -> None:
    there = fact(signature="")
    deployments.take(there)
    deployments.take(there.model_copy(update={"signature": "cd"}))
    assert deployments.read(there.deployment_id).signature == "cd"
    deployments.take(there.model_copy(update={"signature": "ef"}))
    assert deployments.read(there.deployment_id).signature == "cd"
    plain = fact(signature="")
    deployments.take(plain)
    for change in ("body = json_set(body, '$.reason', 'x')", "site_id = 'x'", "deployment_id = 'x'"):
        with pytest.raises(apsw.ConstraintError, match="is a fact"), store.writing() as connection:
            connection.execute(f"update deployments set {change} where deployment_id = ?", (plain.deployment_id,))


def test_that_a_number_is_given_once(deployments: Deployments) -> None:
    (own,) = grown(deployments, 1)
    deployments.numbered(own.deployment_id, 4, accepted=True)
    deployments.numbered(own.deployment_id, 4, accepted=True)
    found = deployments.read(own.deployment_id)
    assert (found.version, found.accepted, found.active) == (4, True, True)
    pointer = deployments.pointer(SITE)
    assert pointer is not None
    assert pointer.office_epoch == 1
    for version, accepted in ((5, True), (4, False)):
        with pytest.raises(WrongInput, match="numbered"):
            deployments.numbered(own.deployment_id, version, accepted=accepted)
    with pytest.raises(WrongInput, match="no deployment"):
        deployments.numbered(new_id(), 1, accepted=True)


def test_that_the_pointer_follows_the_office(deployments: Deployments) -> None:
    there = fact()
    deployments.take(there)
    assert deployments.move_to(SITE, 1, there.deployment_id)
    assert deployments.pointer(SITE) == SitePointer(SITE, 1, there.deployment_id, 1)
    assert deployments.move_to(SITE, 1, there.deployment_id)


def test_that_a_pointer_that_does_not_fit_its_fact_is_not_followed(deployments: Deployments) -> None:
    there = fact(2)
    with pytest.raises(WrongInput, match="no deployment"):
        deployments.move_to(SITE, 2, there.deployment_id)
    deployments.take(there)
    for site, epoch in ((SITE, 3), (new_id(), 2)):
        with pytest.raises(WrongInput, match="was not made for that"):
            deployments.move_to(site, epoch, there.deployment_id)
    assert deployments.pointer(SITE) is None


def test_that_own_decisions_on_top_of_the_office_s_stay_until_they_are_answered(deployments: Deployments) -> None:
    first, second, third = grown(deployments, 3)
    assert not deployments.move_to(SITE, 1, first.deployment_id)
    assert pointer_id(deployments) == third.deployment_id
    deployments.numbered(first.deployment_id, 1, accepted=True)
    assert not deployments.move_to(SITE, 1, first.deployment_id)
    deployments.numbered(second.deployment_id, 2, accepted=False)
    assert deployments.move_to(SITE, 1, first.deployment_id)
    assert pointer_id(deployments) == first.deployment_id


def test_that_facts_that_follow_each_other_end_the_search_of_a_chain(
    deployments: Deployments, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower = fact(8000)
    upper = fact(9000, follows=lower.deployment_id)
    lower = lower.model_copy(update={"follows": upper.deployment_id})
    deployments.take(lower)
    deployments.carry_in(upper, USER, "imported", bool)
    office = fact(9001)
    deployments.take(office)
    looks: list[object] = []
    monkeypatch.setattr(pointers, "rows", lambda *asked: looks.append(asked) or rows(*asked))
    assert deployments.move_to(SITE, 9001, office.deployment_id)
    assert len(looks) < 20


def test_that_what_was_accepted_counts_before_anything_is_active_here(deployments: Deployments) -> None:
    office = fact(3)
    deployments.take(office)
    deployments.numbered(office.deployment_id, 7, accepted=True)
    assert (deployments.office_epoch(SITE), deployments.pointer(SITE)) == (3, None)
    assert deployments.next_place(SITE) == Place(4, "")
    old = fact(2)
    deployments.take(old)
    assert not deployments.move_to(SITE, 2, old.deployment_id)
    with pytest.raises(WrongInput, match=r"epoch 2 of Quarry.*epoch 3 already"):
        deployments.carry_in(old, USER, "imported", bool)
    assert deployments.carry_in(office, USER, "imported", bool).active


def test_that_the_loser_of_two_stations_follows_the_winner_and_may_decide_again(deployments: Deployments) -> None:
    (own,) = grown(deployments, 1)
    winner = fact(1)
    deployments.take(winner)
    deployments.numbered(own.deployment_id, 2, accepted=False)
    assert deployments.move_to(SITE, 1, winner.deployment_id)
    assert [one.active for one in deployments.list(SITE)] == [True, False]
    assert deployments.next_place(SITE) == Place(2, winner.deployment_id)


def test_that_the_office_never_goes_back_here(store: Store, deployments: Deployments) -> None:
    old, new = fact(1), fact(2)
    for one in (old, new):
        deployments.take(one)
        assert deployments.move_to(SITE, one.epoch, one.deployment_id)
    assert not deployments.move_to(SITE, 1, old.deployment_id)
    assert pointer_id(deployments) == new.deployment_id
    with pytest.raises(apsw.ConstraintError, match="never falls"), store.writing() as connection:
        connection.execute("update office_epochs set epoch = 1")
    with pytest.raises(apsw.ConstraintError, match="never falls"), store.writing() as connection:
        connection.execute("delete from office_epochs")


def test_that_a_stick_brings_what_is_newer_and_never_what_is_older(store: Store, deployments: Deployments) -> None:
    first = fact(1)
    assert deployments.carry_in(first, USER, "imported", bool).active
    assert Outbox(store).waiting() == ()
    assert Audit(store).latest(1)[0].deed == "imported"
    with pytest.raises(WrongInput, match="active already"):
        deployments.carry_in(first, USER, "imported", bool)
    third = deployments.carry_in(fact(3), USER, "imported", bool)
    for epoch in (2, 3):
        with pytest.raises(WrongInput, match=rf"epoch {epoch} of Quarry.*epoch 3 already"):
            deployments.carry_in(fact(epoch), USER, "imported", bool)
    assert deployments.active(SITE) == third
    assert len(deployments.list()) == 2


def test_that_a_stick_older_than_what_the_office_had_active_is_refused(deployments: Deployments) -> None:
    (own,) = grown(deployments, 1)
    office = fact(5)
    deployments.take(office)
    deployments.move_to(SITE, 5, office.deployment_id)
    deployments.numbered(own.deployment_id, 9, accepted=False)
    with pytest.raises(WrongInput, match="older one"):
        deployments.carry_in(fact(4), USER, "imported", bool)


def test_that_files_of_no_deployment_are_removed_and_others_stay(
    store: Store, home: Home, deployments: Deployments
) -> None:
    (own,) = grown(deployments, 1)
    lost = new_id()
    kept, left = home.bundle_path(own.deployment_id), home.bundle_path(lost)
    fresh, stale = (home.deployments / f".{name}.rockfall.00.tmp" for name in ("a", "b"))
    for path in (kept, left, fresh, stale):
        path.write_bytes(b"x")
    os.utime(stale, (time.time() - 90_000, time.time() - 90_000))
    assert set(remove_unlisted(store, home)) == {left, stale}
    assert sorted(home.deployments.iterdir()) == sorted([fresh, kept])
    left.write_bytes(b"x")
    remove_if_unlisted(store, home, own.deployment_id)
    remove_if_unlisted(store, home, lost)
    assert (kept.exists(), left.exists()) == (True, False)


@pytest.mark.parametrize("piece", ["../x", "x", "", f"{{{SITE}}}"])
def test_that_only_an_id_names_a_bundle(piece: str, home: Home) -> None:
    with pytest.raises(ValueError, match=r"badly formed|no deployment id"):
        home.bundle_path(piece)
