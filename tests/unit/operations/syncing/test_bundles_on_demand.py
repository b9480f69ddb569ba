"""A bundle comes to a station when it is needed: on demand for going back, by itself once a site becomes known."""

import pytest

from rockfall_desktop.domain.deployment import Deed
from rockfall_desktop.domain.errors import OfficeUnreachable, StoreFault, WrongInput
from rockfall_desktop.domain.office_exchange import Office
from rockfall_desktop.operations import office_settings
from rockfall_desktop.operations.deployments import export_bundle, roll_back
from rockfall_desktop.operations.station import Station
from tests.unit.operations.syncing.bench import Bench

Pair = tuple[Bench, Bench]
WHY = "the crest has moved since"


def at_the_office(monkeypatch: pytest.MonkeyPatch, bench: Bench) -> None:
    def connect(station: Station) -> Office:
        assert station is bench.station
        return bench.office

    monkeypatch.setattr(office_settings, "connect_office", connect)


def has_bundle(bench: Bench, deployment_id: str) -> bool:
    return bench.station.files.bundle_path(deployment_id).is_file()


def one_behind(two: Pair) -> str:
    """The first of two deployments, which the second station knows without its bundle."""
    first, second = two
    early = first.deploy().deployment_id
    first.sync()
    first.deploy()
    first.sync()
    second.sync()
    assert not has_bundle(second, early)
    return early


def test_that_going_back_fetches_a_bundle_that_never_came(two: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    early, second = one_behind(two), two[1]
    at_the_office(monkeypatch, second)
    made = roll_back(second.session(), station=second.station, deployment_id=early, reason=WHY)
    assert (made.deed, made.source_id, second.active()) == (Deed.ROLL_BACK, early, made.deployment_id)
    assert has_bundle(second, early)


def test_that_export_fetches_it_too(two: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    early, second = one_behind(two), two[1]
    at_the_office(monkeypatch, second)
    path = second.home.parent.parent / "stick.rockfall"
    export_bundle(second.session(), station=second.station, deployment_id=early, path=path)
    assert path.read_bytes() == second.station.files.bundle_path(early).read_bytes()


def test_that_without_an_office_the_sentence_says_what_to_do(two: Pair) -> None:
    early, second = one_behind(two), two[1]
    with pytest.raises(StoreFault, match="not fetched") as told:
        roll_back(second.session(), station=second.station, deployment_id=early, reason=WHY)
    assert "import the bundle from a file" in told.value.hint


def test_that_an_office_that_does_not_answer_is_named_and_nothing_is_left(
    two: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, second = one_behind(two), two[1]
    before = second.active()

    def connect(station: Station) -> Office:
        raise OfficeUnreachable("No answer", "Nobody answers at office:27017.", "Try again later.")

    monkeypatch.setattr(office_settings, "connect_office", connect)
    with pytest.raises(StoreFault, match="Nobody answers at office:27017"):
        roll_back(second.session(), station=second.station, deployment_id=early, reason=WHY)
    assert (second.active(), has_bundle(second, early)) == (before, False)


def test_that_a_bundle_of_another_decision_is_refused_and_not_kept(two: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    early, second = one_behind(two), two[1]
    at_the_office(monkeypatch, second)
    active = second.station.files.bundle_path(second.active() or "")

    def fetch_another(document: object, path: object) -> None:
        second.station.files.bundle_path(early).write_bytes(active.read_bytes())

    monkeypatch.setattr(second.office, "fetch_bundle", fetch_another)
    with pytest.raises(WrongInput, match="does not hold deployment"):
        roll_back(second.session(), station=second.station, deployment_id=early, reason=WHY)
    assert not has_bundle(second, early)


def test_that_a_bundle_comes_at_the_next_turn_after_its_site_became_known(two: Pair) -> None:
    first, second = two
    with second.station.store.writing() as connection:
        connection.execute("delete from known_sites")
    made = first.deploy().deployment_id
    first.sync()
    second.sync()
    assert (second.active(), has_bundle(second, made)) == (None, False)
    assert "fetch_bundle" not in second.office.calls
    second.sync()
    assert "fetch_bundle" not in second.office.calls
    second.know_site()
    second.office.calls.clear()
    second.sync()
    assert (second.active(), has_bundle(second, made)) == (made, True)
    assert second.office.calls == ["pull", "fetch_bundle"]
