"""Nobody gets in who should not."""

from pathlib import Path

import pytest

from rockfall_desktop.access import pass_phrase
from rockfall_desktop.domain.deployment import DeploymentRequest
from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.domain.key_slot import KeySlot
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations import (
    bundle_transfer,
    deployments,
    gate,
    jobs,
    plan,
    roll_back,
    sign_in,
    sites,
    training,
)
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.users import Users
from tests.stations import CHEAP, NAME, PHRASE, now, open_station, put_beside, quick_config
from tests.unit.store.job_samples import log_line


def fresh(folder: Path) -> Station:
    return Station.at(folder / "fresh", now=now, costs=CHEAP)


def set_up(station: Station, factory: str = "admintime", name: str = NAME, phrase: str = PHRASE) -> Session:
    return sign_in.set_up(station=station, factory_password=factory, name=name, pass_phrase=phrase)


def test_that_the_first_user_is_the_administrator_and_finds_the_home_again(tmp_path: Path) -> None:
    with open_station(tmp_path) as (_, first):
        assert first.role is Role.ADMIN
    with open_station(tmp_path) as (station, second):
        assert second.user_id == first.user_id
        assert second.token != first.token
        assert sign_in.user_names(station=station) == (NAME,)


@pytest.mark.parametrize("factory", ["", "Admintime", "admintime ", "x" * 5000])
def test_that_only_the_factory_password_opens_the_set_up(tmp_path: Path, factory: str) -> None:
    station = fresh(tmp_path)
    with pytest.raises(AccessRefused, match="factory password"):
        set_up(station, factory=factory)
    assert station.is_fresh
    assert not station.files.database.exists()


def test_that_the_factory_password_opens_nothing_once_a_user_is_set_up(station: Station) -> None:
    with pytest.raises(AccessRefused, match="has a user"):
        sign_in.check_factory_password(station=station, factory_password="admintime")
    with pytest.raises(AccessRefused, match="has a user"):
        set_up(station, name="eve")
    with pytest.raises(AccessRefused, match="Wrong name or pass phrase"):
        sign_in.sign_in(station=station, name=NAME, pass_phrase="admintime")
    with pytest.raises(AccessRefused, match="Wrong name or pass phrase"):
        sign_in.sign_in(station=station, name="admin", pass_phrase="admintime")


@pytest.mark.parametrize(
    ("name", "phrase"), [(NAME, "short"), (NAME, "admintime admintime"), ("", PHRASE), ("a\nb", PHRASE)]
)
def test_that_a_weak_pass_phrase_or_an_odd_name_leaves_the_home_fresh(tmp_path: Path, name: str, phrase: str) -> None:
    station = fresh(tmp_path)
    with pytest.raises((WrongInput, AccessRefused)):
        set_up(station, name=name, phrase=phrase)
    assert station.is_fresh
    assert not station.files.database.exists()


def test_that_an_unknown_name_and_a_wrong_pass_phrase_say_the_same(station: Station) -> None:
    said = []
    for name, phrase in (("nobody", PHRASE), (NAME, "not the pass phrase")):
        with pytest.raises(AccessRefused) as refused:
            sign_in.sign_in(station=station, name=name, pass_phrase=phrase)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_that_guessing_is_slowed_down_after_five_tries(station: Station) -> None:
    for _ in range(5):
        with pytest.raises(AccessRefused, match="Wrong name"):
            sign_in.sign_in(station=station, name=NAME, pass_phrase="a wrong pass phrase")
    with pytest.raises(AccessRefused, match="wait"):
        sign_in.sign_in(station=station, name=NAME, pass_phrase=PHRASE)


def test_that_a_database_without_its_way_in_is_never_overwritten(tmp_path: Path) -> None:
    with open_station(tmp_path / "home"):
        pass
    (tmp_path / "home" / "access.json").unlink()
    before = (tmp_path / "home" / "rockfall.db").read_bytes()
    station = Station.at(tmp_path / "home", now=now, costs=CHEAP)
    with pytest.raises(StoreFault, match=r"access\.json"):
        set_up(station)
    assert (tmp_path / "home" / "rockfall.db").read_bytes() == before


def test_that_a_lost_database_is_told_and_not_made_anew(tmp_path: Path) -> None:
    with open_station(tmp_path / "home"):
        pass
    for path in (tmp_path / "home").glob("rockfall.db*"):
        path.unlink()
    with pytest.raises(StoreFault), open_station(tmp_path / "home"):
        pass
    assert not (tmp_path / "home" / "rockfall.db").exists()


OPERATIONS = {
    "start_training": lambda s, st: training.start_training(s, station=st, config=quick_config(Path("x"))),
    "plan_training": lambda s, st: plan.plan_training(s, station=st, config=quick_config(Path("x"))),
    "training_status": lambda s, st: jobs.training_status(s, station=st, job_id="j"),
    "cancel_training": lambda s, st: jobs.cancel_training(s, station=st, job_id="j"),
    "stop_training_early": lambda s, st: jobs.stop_training_early(s, station=st, job_id="j"),
    "list_jobs": lambda s, st: jobs.list_jobs(s, station=st),
    "performance_report": lambda s, st: jobs.performance_report(s, station=st, job_id="j"),
    "job_events": lambda s, st: jobs.job_events(s, station=st, job_id="j"),
    "numbered_events": lambda s, st: jobs.numbered_events(s, station=st, job_id="j"),
    "newer_events": lambda s, st: jobs.newer_events(s, station=st, job_id="j", after=0),
    "older_lines": lambda s, st: jobs.older_lines(s, station=st, job_id="j", before=log_line("x")),
    "deploy_model": lambda s, st: deployments.deploy_model(s, station=st, request=DeploymentRequest(job_id="j")),
    "list_deployments": lambda s, st: deployments.list_deployments(s, station=st),
    "judge_for_deployment": lambda s, st: gate.judge_for_deployment(s, station=st, job_id="j"),
    "roll_back": lambda s, st: roll_back.roll_back(s, station=st, deployment_id="d", reason="r"),
    "deploy_again": lambda s, st: roll_back.deploy_again(s, station=st, deployment_id="d", reason="r"),
    "export_bundle": lambda s, st: bundle_transfer.export_bundle(s, station=st, deployment_id="d", path=Path("x")),
    "import_bundle": lambda s, st: bundle_transfer.import_bundle(s, station=st, path=Path("x")),
    "inspect_bundle": lambda s, st: bundle_transfer.inspect_bundle(s, station=st, path=Path("x")),
    "open_site": lambda s, st: sites.open_site(s, station=st, folder=Path("x")),
    "known_sites": lambda s, st: sites.known_sites(s, station=st),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_that_no_operation_works_with_a_locked_or_a_made_up_session(
    name: str, station: Station, session: Session
) -> None:
    for forged in ({"token": "guess"}, {"user_id": "somebody else"}, {"role": Role.ENGINEER}):
        with pytest.raises(AccessRefused):
            OPERATIONS[name](session.model_copy(update=forged), station)
    sign_in.lock(session, station=station)
    with pytest.raises(AccessRefused):
        OPERATIONS[name](session, station)


def test_that_every_operation_with_a_session_stands_in_the_list_above() -> None:
    import inspect

    found = {
        name
        for room in (bundle_transfer, deployments, gate, jobs, plan, roll_back, sites, training)
        for name, one in inspect.getmembers(room, inspect.isfunction)
        if one.__module__ == room.__name__
        and not name.startswith("_")
        and "session" in inspect.signature(one).parameters
    }
    assert found - {"own_job", "run_job"} == set(OPERATIONS)


def test_that_want_of_memory_counts_as_no_try(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object) -> bytes:
        raise pass_phrase.MemoryShort("Not signed in", "There is too little memory.", "Close other programs.")

    monkeypatch.setattr(pass_phrase, "unwrap", short)
    for _ in range(12):
        with pytest.raises(pass_phrase.MemoryShort):
            sign_in.sign_in(station=station, name=NAME, pass_phrase=PHRASE)
    monkeypatch.undo()
    assert sign_in.sign_in(station=station, name=NAME, pass_phrase=PHRASE).name == NAME


def add_eve(station: Station, key: bytes, user_id: str) -> None:
    slot = KeySlot(user_id=user_id, key=pass_phrase.wrap(key, PHRASE, user_id, CHEAP[0]))
    put_beside(station.access, "eve", slot)


@pytest.mark.parametrize("locked", [True, False])
def test_that_a_slot_with_another_key_opens_no_store_that_is_open_already(
    station: Station, session: Session, locked: bool
) -> None:
    if locked:
        sign_in.lock(session, station=station)
    add_eve(station, bytes(32), session.user_id)
    with pytest.raises(AccessRefused, match="does not belong to the open store"):
        sign_in.sign_in(station=station, name="eve", pass_phrase=PHRASE)


def test_that_a_locked_station_is_not_set_up_anew_where_its_files_were_moved_away(
    station: Station, session: Session
) -> None:
    sign_in.lock(session, station=station)
    for path in (station.files.access_file, station.files.database):
        path.rename(path.with_suffix(".away"))
    with pytest.raises(AccessRefused, match="Set up already"):
        sign_in.check_factory_password(station=station, factory_password="admintime")
    with pytest.raises(AccessRefused, match="Set up already"):
        set_up(station, name="eve")
    assert not station.files.access_file.exists()


@pytest.mark.parametrize("reopened", [True, False])
def test_that_an_account_that_the_store_does_not_know_is_nobody(tmp_path: Path, reopened: bool) -> None:
    with open_station(tmp_path) as (station, _):
        slot = station.access.read().slots[NAME]
        key = pass_phrase.unwrap(slot.key, PHRASE, slot.user_id)
        add_eve(station, key, station.new_id())
        if reopened:
            station.close()
        with pytest.raises(AccessRefused, match="no account"):
            sign_in.sign_in(station=station, name="eve", pass_phrase=PHRASE)
        assert station.is_open is not reopened, "what was closed is closed again"
        if reopened:
            sign_in.sign_in(station=station, name=NAME, pass_phrase=PHRASE)
        assert [user.name for user in Users(station.store).list()] == [NAME]


def test_that_a_set_up_that_broke_before_the_account_was_saved_is_ended_by_the_sign_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = fresh(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(sign_in, "_enter", lambda *_: pytest.fail("power cut"))
        with pytest.raises(pytest.fail.Exception):
            set_up(station)
    assert sign_in.sign_in(station=station, name=NAME, pass_phrase=PHRASE).role is Role.ADMIN
    station.close()


def test_that_of_two_set_ups_at_once_one_is_refused_and_leaves_no_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = fresh(tmp_path), fresh(tmp_path)
    strongly = pass_phrase.wrap_strongly

    def wrap_while_another_is_faster(*words: object) -> object:
        monkeypatch.setattr(pass_phrase, "wrap_strongly", strongly)
        set_up(first, name="ana")
        return strongly(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(pass_phrase, "wrap_strongly", wrap_while_another_is_faster)
    with pytest.raises(AccessRefused, match="Set up already"):
        set_up(second, name="ben")
    assert first.user_names == ("ana",)
    first.close()
    assert sign_in.sign_in(station=second, name="ana", pass_phrase=PHRASE).name == "ana"
    second.close()


def test_that_the_factory_step_is_slowed_down_but_never_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    station, clock = fresh(tmp_path), [0.0]
    monkeypatch.setattr("rockfall_desktop.access.uptime.uptime_s", lambda: clock[0])
    for _ in range(130):
        clock[0] += 1000
        with pytest.raises(AccessRefused, match="factory password"):
            sign_in.check_factory_password(station=station, factory_password="wrong")
    with pytest.raises(AccessRefused, match="wait 15 min"):
        sign_in.check_factory_password(station=station, factory_password="admintime")
    clock[0] += 1000
    sign_in.check_factory_password(station=station, factory_password="admintime")


def test_that_a_damaged_access_file_is_a_sentence_before_the_dialog_too(tmp_path: Path) -> None:
    station = fresh(tmp_path)
    for content in ("[" * 100_000, '{"slots": "ana"}', "[]", ""):
        station.files.access_file.write_text(content)
        with pytest.raises(StoreFault, match=r"access\.json"):
            sign_in.user_names(station=station)
