import apsw
import pytest

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.site import KnownSite
from rockfall_desktop.domain.user import Role, User
from rockfall_desktop.store.audit import Audit
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.known_sites import KnownSites
from rockfall_desktop.store.users import Users
from tests.unit.store.job_samples import KEY, START, USER, new_id


def deployment(site_id: str) -> Deployment:
    return Deployment(
        deployment_id=new_id(), job_id=new_id(), site_id=site_id, site_name="Quarry", deployed_by=USER,
        deployed_by_name="Mara", deployed_at=START, reason="", active=False,
    )  # fmt: skip


def test_that_a_user_is_found_again_and_a_name_is_given_once(store: Store) -> None:
    users = Users(store)
    mara = users.add(User(user_id=USER, name="Mara Öst", role=Role.ADMIN, created_at=START))
    ivo = users.add(User(user_id=new_id(), name="Ivo", role=Role.ENGINEER, created_at=START))
    assert users.read(USER) == mara
    assert users.read(new_id()) is None
    assert users.list() == (ivo, mara)
    for name in ("ivo", "\uff29vo", "mara o\u0308st"):
        with pytest.raises(WrongInput, match=f"There is a user {name}"):
            users.add(User(user_id=new_id(), name=name, role=Role.ADMIN, created_at=START))


def test_that_only_an_empty_store_takes_a_first_user(store: Store) -> None:
    users = Users(store)
    mara = User(user_id=USER, name="Mara", role=Role.ADMIN, created_at=START)
    assert users.add_first(mara) == mara
    assert users.add_first(mara.model_copy(update={"user_id": new_id(), "name": "eve"})) is None
    assert users.list() == (mara,)


def test_that_a_store_knows_its_key_and_none_once_it_is_closed(store: Store) -> None:
    assert store.has_key(KEY)
    assert not any(store.has_key(other) for other in (bytes(32), b"", KEY[:-1]))
    store.close()
    assert not any(store.has_key(other) for other in (KEY, b""))


@pytest.mark.parametrize("table", ["deployments", "audit"])
@pytest.mark.parametrize("statement", ["delete from {}", "update {} set position = position + 1"])
def test_that_a_fact_can_be_neither_changed_nor_deleted(table: str, statement: str, store: Store) -> None:
    Deployments(store).add(deployment(new_id()))
    with pytest.raises(apsw.ConstraintError, match="is a fact"), store.writing() as connection:
        connection.execute(statement.format(table))
    assert store.rows(f"select count(*) from {table}") == [(1,)]


def test_that_a_site_is_known_once_by_its_last_name_and_folder(store: Store) -> None:
    known = KnownSites(store)
    first = KnownSite(site_id=new_id(), name="Quarry", folder="/sites/quarry", simulated=False)
    second = KnownSite(site_id=new_id(), name="Cliff", folder="/sites/cliff", simulated=True)
    for site in (first, second):
        known.remember(site)
    assert known.list() == (second, first)
    moved = first.model_copy(update={"folder": "/usb/quarry", "name": "Quarry 2"})
    known.remember(moved)
    assert known.list() == (moved, second)


def test_that_deeds_are_read_newest_first(store: Store) -> None:
    audit = Audit(store)
    for deed in ("signed_in", "deployed", "signed_out"):
        audit.add(USER, deed, "job 7")
    entries = audit.latest(2)
    assert [(entry.position, entry.deed, entry.user_id) for entry in entries] == [
        (3, "signed_out", USER),
        (2, "deployed", USER),
    ]
    assert entries[1].at < entries[0].at
