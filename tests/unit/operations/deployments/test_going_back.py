"""Roll back, deciding again, and bundles carried from station to station by hand."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rockfall_desktop.domain.deployment import Deed, Deployment
from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.bundles import fact_is_genuine, open_bundle
from rockfall_desktop.operations.deciding import decide
from rockfall_desktop.operations.deployments import (
    deploy_again,
    export_bundle,
    import_bundle,
    inspect_bundle,
    list_deployments,
    roll_back,
)
from rockfall_desktop.operations.keys import export_key, import_key, revoke_key, trust_key
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.audit import Audit
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.outbox import Outbox
from tests.stations import open_station
from tests.unit.operations.deployments.conftest import Place, draft, repacked
from tests.unit.operations.deployments.made_decision import made_decision

WHY = "the crest has moved since"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A station with two decisions about bundles that were made up."""
    with open_station(tmp_path / "home") as (station, session):
        first, second = (made_decision(station, session.user_id) for _ in range(2))
        yield Place(station, session, first.job_id, first, second)


def active_id(station: Station, site_id: str) -> str:
    active = Deployments(station.store).active(site_id)
    return active.deployment_id if active else ""


@pytest.fixture
def there(place: Place, tmp_path: Path) -> Iterator[tuple[Station, Session]]:
    """A fresh station that trusts the key of the first one."""
    with open_station(tmp_path / "there") as (station, session):
        export_key(place.session, station=place.station, path=tmp_path / "first.key")
        seen = import_key(session, station=station, path=tmp_path / "first.key")
        trust_key(session, station=station, fingerprint=seen.fingerprint)
        yield station, session


@pytest.fixture
def stick(place: Place, tmp_path: Path) -> Path:
    path = tmp_path / "stick.rockfall"
    return export_bundle(
        place.session, station=place.station, deployment_id=place.second.deployment_id, path=path
    )  # fmt: skip


def test_that_everybody_rolls_back_to_what_its_report_carries_and_others_ask_an_administrator(place: Place) -> None:
    refused = place.first.deployment_id
    with pytest.raises(AccessRefused, match=r"slope was not shown") as told:
        roll_back(place.engineer, station=place.station, deployment_id=refused, reason=WHY)
    assert "administrator" in told.value.hint
    shown = made_decision(place.station, place.session.user_id, against=())
    roll_back(place.session, station=place.station, deployment_id=refused, reason=WHY)
    back = roll_back(place.engineer, station=place.station, deployment_id=shown.deployment_id, reason=WHY)
    assert (back.deployed_by_name, back.active, back.source_id) == ("ben", True, shown.deployment_id)


def test_that_a_roll_back_has_a_reason_and_the_same_graphs_are_packed_anew(place: Place) -> None:
    made = roll_back(
        place.session, station=place.station, deployment_id=place.first.deployment_id, reason=f" {WHY} "
    )  # fmt: skip
    assert (made.deed, made.source_id, made.reason, made.active) == (
        Deed.ROLL_BACK, place.first.deployment_id, WHY, True,
    )  # fmt: skip
    assert (made.epoch, made.follows, made.deployed_by_name) == (3, place.second.deployment_id, place.session.name)
    assert (made.job_id, made.against) == (place.first.job_id, place.first.against)
    assert fact_is_genuine(place.station, made) is KeyState.OWN
    old, new = (
        open_bundle(place.station, place.station.files.bundle_path(one.deployment_id)) for one in (place.first, made)
    )
    assert (new.manifest.model, new.manifest.files) == (old.manifest.model, old.manifest.files)
    assert new.manifest.provenance.former_sha256 == place.first.bundle_sha256
    assert new.manifest.provenance.data == old.manifest.provenance.data
    assert Audit(place.station.store).latest(1)[0].deed == "roll_back"
    again = roll_back(
        place.session, station=place.station, deployment_id=place.second.deployment_id, reason=WHY
    )  # fmt: skip
    assert [one.active for one in list_deployments(place.session, station=place.station)] == [True, False, False, False]
    assert again.epoch == 4


@pytest.mark.parametrize(
    ("which", "reason", "said"),
    [
        ("first", "", "A reason is missing"),
        ("first", "w" * 2001, "at most 2000"),
        ("first", "why \udcff and what", "plain text"),
        ("second", WHY, "It is active already"),
        ("nothing", WHY, "no deployment nothing"),
    ],
)
def test_that_a_roll_back_that_does_not_do_changes_nothing(which: str, reason: str, said: str, place: Place) -> None:
    known = {"first": place.first.deployment_id, "second": place.second.deployment_id}
    with pytest.raises(WrongInput, match=said):
        roll_back(place.session, station=place.station, deployment_id=known.get(which, which), reason=reason)
    assert active_id(place.station, place.first.site_id) == place.second.deployment_id
    assert len(list(place.station.files.deployments.iterdir())) == 2


def test_that_a_damaged_a_swapped_or_a_missing_bundle_is_never_gone_back_to(place: Place) -> None:
    path = place.station.files.bundle_path(place.first.deployment_id)
    content = path.read_bytes()
    path.write_bytes(content[:-100] + bytes([content[-100] ^ 1]) + content[-99:])
    with pytest.raises(WrongInput, match="refused"):
        roll_back(place.session, station=place.station, deployment_id=place.first.deployment_id, reason=WHY)
    shutil.copy(place.station.files.bundle_path(place.second.deployment_id), path)
    with pytest.raises(WrongInput, match="does not hold deployment"):
        roll_back(place.session, station=place.station, deployment_id=place.first.deployment_id, reason=WHY)
    path.unlink()
    with pytest.raises(StoreFault, match="was not fetched"):
        roll_back(place.session, station=place.station, deployment_id=place.first.deployment_id, reason=WHY)
    assert active_id(place.station, place.first.site_id) == place.second.deployment_id


def test_that_a_deployment_of_old_without_a_bundle_is_listed_and_no_more(place: Place) -> None:
    old = place.first.model_copy(update={"deployment_id": place.station.new_id(), "bundle_sha256": ""})
    Deployments(place.station.store).take(old)
    assert len(list_deployments(place.session, station=place.station)) == 3
    with pytest.raises(WrongInput, match="earlier version"):
        roll_back(place.session, station=place.station, deployment_id=old.deployment_id, reason=WHY)


def lose(place: Place) -> None:
    Deployments(place.station.store).numbered(place.second.deployment_id, 2, accepted=False)
    assert Deployments(place.station.store).move_to(place.first.site_id, 1, place.first.deployment_id)


def test_that_one_that_lost_is_decided_again_by_an_administrator_and_not_rolled_back_to(place: Place) -> None:
    with pytest.raises(WrongInput, match="It did not lose"):
        deploy_again(place.session, station=place.station, deployment_id=place.second.deployment_id, reason=WHY)
    lose(place)
    with pytest.raises(WrongInput, match="Deploy it again instead"):
        roll_back(place.session, station=place.station, deployment_id=place.second.deployment_id, reason=WHY)
    with pytest.raises(AccessRefused, match="Only an administrator"):
        deploy_again(place.engineer, station=place.station, deployment_id=place.second.deployment_id, reason=WHY)
    made = deploy_again(place.session, station=place.station, deployment_id=place.second.deployment_id, reason=WHY)
    assert (made.deed, made.epoch, made.follows) == (Deed.AGAIN, 2, place.first.deployment_id)
    assert (made.active, made.accepted, made.version) == (True, None, None)


def test_that_an_exported_bundle_is_the_file_itself_and_replaces_nothing_unasked(place: Place, stick: Path) -> None:
    own = place.station.files.bundle_path(place.second.deployment_id)
    assert stick.read_bytes() == own.read_bytes()
    asked = {"station": place.station, "deployment_id": place.second.deployment_id, "path": stick}
    with pytest.raises(WrongInput, match="There is a file already"):
        export_bundle(place.session, **asked)
    stick.write_bytes(b"old")
    assert export_bundle(place.session, **asked, overwrite=True).read_bytes() == own.read_bytes()
    own.write_bytes(own.read_bytes()[:-1])
    with pytest.raises(WrongInput, match="refused"):
        export_bundle(place.session, **asked, overwrite=True)
    assert len(stick.read_bytes()) == place.second.bundle_bytes


def test_that_a_carried_bundle_is_active_there_as_the_very_fact_and_the_office_s_copy_is_known(
    place: Place, stick: Path, there: tuple[Station, Session]
) -> None:
    station, session = there
    sight = inspect_bundle(session, station=station, path=stick)
    assert (sight.key_state, sight.manifest.deployment.deployment_id) == (
        KeyState.TRUSTED, place.second.deployment_id,
    )  # fmt: skip
    made = import_bundle(session, station=station, path=stick, reason="no line up here")
    ours = Deployments(place.station.store).read(place.second.deployment_id)
    assert made == ours.model_copy(update={"signature": ""})
    assert station.files.bundle_path(made.deployment_id).read_bytes() == stick.read_bytes()
    assert [path.suffix for path in station.files.deployments.iterdir()] == [".rockfall"]
    assert Outbox(station.store).waiting() == ()
    assert Audit(station.store).latest(1)[0].deed == "imported: no line up here"
    assert not Deployments(station.store).take(ours)
    assert fact_is_genuine(station, Deployments(station.store).read(made.deployment_id)) is KeyState.TRUSTED
    back = roll_back(session, station=station, deployment_id=_older(place, there), reason=WHY)
    assert (back.epoch, back.follows) == (3, made.deployment_id)


def _older(place: Place, there: tuple[Station, Session]) -> str:
    """The first deployment, as the office would have brought it."""
    station, _ = there
    first = place.first.deployment_id
    Deployments(station.store).take(Deployments(place.station.store).read(first))
    shutil.copy(place.station.files.bundle_path(first), station.files.bundle_path(first))
    return first


def test_that_an_old_stick_is_refused_and_a_roll_back_of_its_station_is_taken(
    place: Place, stick: Path, there: tuple[Station, Session], tmp_path: Path
) -> None:
    station, session = there
    old = export_bundle(
        place.session, station=place.station, deployment_id=place.first.deployment_id, path=tmp_path / "old.rockfall"
    )
    made = import_bundle(session, station=station, path=stick)
    with pytest.raises(WrongInput, match=r"epoch 1 of .* knows of epoch 2"):
        import_bundle(session, station=station, path=old)
    with pytest.raises(WrongInput, match="active already"):
        import_bundle(session, station=station, path=stick)
    assert active_id(station, made.site_id) == made.deployment_id
    assert [path.stem for path in station.files.deployments.iterdir()] == [made.deployment_id]
    back = roll_back(place.session, station=place.station, deployment_id=place.first.deployment_id, reason=WHY)
    new = export_bundle(
        place.session, station=place.station, deployment_id=back.deployment_id, path=tmp_path / "new.rockfall"
    )
    assert import_bundle(session, station=station, path=new).deployment_id == back.deployment_id


def test_that_only_an_administrator_imports_and_only_by_a_key_that_counts(
    place: Place, stick: Path, there: tuple[Station, Session], tmp_path: Path
) -> None:
    station, session = there
    there_place = Place(station, session, *place[2:])
    with pytest.raises(AccessRefused, match="Only an administrator"):
        import_bundle(there_place.engineer, station=station, path=stick)
    with open_station(tmp_path / "third") as (third, somebody):
        for look in (inspect_bundle, import_bundle):
            with pytest.raises(AccessRefused, match=f"{stick} says that it was signed with a key that is not known"):
                look(somebody, station=third, path=stick)
        assert list(third.files.deployments.iterdir()) == []
    key = open_bundle(place.station, stick).manifest.key_id
    revoke_key(session, station=station, fingerprint=key, reason="the laptop was stolen")
    assert inspect_bundle(session, station=station, path=stick).key_state is KeyState.REVOKED
    with pytest.raises(AccessRefused, match="stolen"):
        import_bundle(session, station=station, path=stick)
    assert list_deployments(session, station=station) == ()
    assert list(station.files.deployments.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PK\3\4 no bundle"])
def test_that_what_is_no_bundle_is_refused_by_its_own_name(content: bytes, place: Place, tmp_path: Path) -> None:
    path = tmp_path / "photo.rockfall"
    path.write_bytes(content)
    with pytest.raises(WrongInput, match=str(path)):
        import_bundle(place.session, station=place.station, path=path)
    with pytest.raises(WrongInput, match="cannot be read"):
        import_bundle(place.session, station=place.station, path=tmp_path)
    assert len(list(place.station.files.deployments.iterdir())) == 2


def test_that_a_stick_with_another_fact_of_a_known_id_spoils_nothing(
    place: Place, there: tuple[Station, Session], stick: Path, tmp_path: Path
) -> None:
    station, session = there
    import_bundle(session, station=station, path=stick)
    kept = station.files.bundle_path(place.second.deployment_id).read_bytes()
    forged = _same_id(place, tmp_path)
    with pytest.raises(WrongInput, match="another content"):
        import_bundle(session, station=station, path=forged)
    assert station.files.bundle_path(place.second.deployment_id).read_bytes() == kept


def _same_id(place: Place, folder: Path) -> Path:
    """A bundle of a later epoch that bears the id of an earlier one, by the first station's own key."""
    third: Deployment = decide(
        place.station, draft(place.station, place.second), repacked(place.station, place.second), deed="deployed"
    )
    later = draft(place.station, third).model_copy(update={"deployment_id": place.second.deployment_id})
    from rockfall_desktop.operations.bundles import UnsignedManifest, write_bundle
    from rockfall_desktop.operations.identity import own_identity

    packed = repacked(place.station, place.second)
    unsigned = UnsignedManifest(later, packed.model, packed.provenance)
    write_bundle(folder / "forged.rockfall", unsigned, packed.files, own_identity(place.station))
    return folder / "forged.rockfall"
