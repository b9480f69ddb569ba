"""What an engineer may do who owns nothing on a station: every operation has a rule, and a new one needs one."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rockfall_desktop import operations
from rockfall_desktop.access.pass_phrase import unwrap, wrap
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.deployment import DeploymentRequest
from rockfall_desktop.domain.errors import AccessRefused, RockfallError
from rockfall_desktop.domain.key_slot import KeySlot
from rockfall_desktop.domain.office import OfficeAddress
from rockfall_desktop.domain.search import SearchPlan, SearchStarted
from rockfall_desktop.domain.search_space import space_of
from rockfall_desktop.domain.user import Role, Session, User
from rockfall_desktop.operations.sign_in import sign_in
from rockfall_desktop.operations.station import StartedJob, Station
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.job_lock import take_job
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.store.office_mirror import MirroredJob, OfficeMirror, ReadTo
from rockfall_desktop.store.searches import Searches
from rockfall_desktop.store.users import Users
from tests.office_model import ModelOffice, ModelServer
from tests.stations import CHEAP, NAME, PHRASE, now, open_station, put_beside, quick_config
from tests.unit.operations.deployments.made_decision import made_decision
from tests.unit.store.job_samples import CANARY, completed, created, log_line, new_id, up_to_fitting

ENGINEER, ENGINEER_PHRASE = "ben", "four loose blocks at dawn"
NOWHERE = Path("no such folder")


class World(NamedTuple):
    """A station on which all is the administrator's.

    Attributes:
        station: where.
        admin: whose everything is.
        engineer: who owns nothing.
        job_id: a completed job.
        running_id: a job that was started here.
        search_id: a search.
        office_id: the administrator's job on another station.
        lost_id: a deployment that lost.
    """

    station: Station
    admin: Session
    engineer: Session
    job_id: str
    running_id: str
    search_id: str
    office_id: str
    lost_id: str


def add_engineer(station: Station) -> Session:
    slot = station.access.read().slots[NAME]
    key = unwrap(slot.key, PHRASE, slot.user_id)
    user = User(user_id=station.new_id(), name=ENGINEER, role=Role.ENGINEER, created_at=now())
    wrapped = wrap(key, ENGINEER_PHRASE, user.user_id, CHEAP[0])
    put_beside(station.access, ENGINEER, KeySlot(user_id=user.user_id, key=wrapped))
    Users(station.store).add(user)
    return sign_in(station=station, name=ENGINEER, pass_phrase=ENGINEER_PHRASE)


def search_of(station: Station, user_id: str) -> str:
    config = TrainingConfig(sites=("x",))
    plan = SearchPlan(
        search_id=station.new_id(), user_id=user_id, site_name="pit", simulated=True, data="", config=config,
        dimensions=space_of(config, ()), trials=3, timeout_s=None,
    )  # fmt: skip
    searches = Searches(station.files)
    with searches.take(plan.search_id) or pytest.fail("taken"):
        searches.create(SearchStarted(at=station.now(), plan=plan))
    return plan.search_id


def mirrored(station: Station, user_id: str) -> str:
    job = MirroredJob(new_id(), user_id, new_id(), 1, datetime(2026, 1, 1, tzinfo=UTC), "ab" * 32, b"")
    OfficeMirror(station.store).take(ReadTo(), 1, [job])
    return job.job_id


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_station(tmp_path_factory.mktemp("engineers") / "home") as (station, admin):
        jobs = Jobs(station.store)
        done, running = (jobs.create(created(user_id=admin.user_id)).job_id for _ in range(2))
        lock = take_job(station.files, running) or pytest.fail("taken")
        station.started[running] = StartedJob(lock, admin.user_id)
        jobs.append(done, *up_to_fitting(), completed(done))
        lost = made_decision(station, admin.user_id)
        Deployments(station.store).numbered(lost.deployment_id, 1, accepted=False)
        yield World(
            station, admin, add_engineer(station), done, running, search_of(station, admin.user_id),
            mirrored(station, admin.user_id), lost.deployment_id,
        )  # fmt: skip


Call = Callable[[Any, Session, World], Any]


class Admin(NamedTuple):
    """Only an administrator may."""

    call: Call


class Hidden(NamedTuple):
    """What is somebody else's is answered like what there is not."""

    call: Callable[[Any, Session, World, str], Any]
    whose: str = "job_id"


class Nothing(NamedTuple):
    """Who owns nothing is shown nothing."""

    call: Call
    admin_sees: bool = True


class Everybody(NamedTuple):
    """Whoever is signed in may; `why` says why that does no harm."""

    call: Call
    why: str


def config(**changes: Any) -> TrainingConfig:
    return quick_config(NOWHERE, **changes)


def by_job(**more: Any) -> Hidden:
    return Hidden(lambda do, s, w, one: do(s, station=w.station, job_id=one, **more))


READS_FILES = "reads a folder that any program may read"
PUBLIC = "nothing of it is secret on this station"

RULES: dict[str, Admin | Hidden | Nothing | Everybody] = {
    "accounts.export_account": Everybody(
        lambda do, s, w: do(s, station=w.station, path=w.station.home.parent / "x", pass_phrase="wrong"),
        "one's own account, by one's own pass phrase",
    ),
    "accounts.look_at_account": Everybody(
        lambda do, s, w: do(s, station=w.station, path=NOWHERE, pass_phrase="x"), "the pass phrase opens it"
    ),
    "accounts.list_accounts": Everybody(lambda do, s, w: do(s, station=w.station), "oneself"),
    "accounts.take_account_in": Admin(
        lambda do, s, w: do(s, station=w.station, path=NOWHERE, pass_phrase="x", own_pass_phrase=ENGINEER_PHRASE)
    ),
    "alignment.align_site": Everybody(lambda do, s, w: do(s, station=w.station, config=config()), READS_FILES),
    "augmentation.preview_augmentation": Everybody(
        lambda do, s, w: do(s, station=w.station, config=config(), draw=0), READS_FILES
    ),
    "bundle_transfer.export_bundle": Everybody(
        lambda do, s, w: do(
            s, station=w.station, deployment_id=w.lost_id, path=w.station.home.parent / "b", overwrite=True
        ),
        PUBLIC,
    ),
    "bundle_transfer.import_bundle": Admin(lambda do, s, w: do(s, station=w.station, path=NOWHERE)),
    "bundle_transfer.inspect_bundle": Everybody(lambda do, s, w: do(s, station=w.station, path=NOWHERE), READS_FILES),
    "deployments.deploy_model": Hidden(
        lambda do, s, w, one: do(s, station=w.station, request=DeploymentRequest(job_id=one, reason="r" * 20))
    ),
    "deployments.list_deployments": Everybody(lambda do, s, w: do(s, station=w.station), PUBLIC),
    "earlier_job.earlier_folder": Hidden(
        lambda do, s, w, one: do(s, station=w.station, config=config(start_from=one), sites=(), samples=None)
    ),
    "earlier_job.jobs_to_begin_with": Nothing(lambda do, s, w: do(s, station=w.station), admin_sees=False),
    "exporting.export_model": by_job(),
    "gate.judge_for_deployment": by_job(),
    "jobs.cancel_training": by_job(),
    "jobs.job_events": by_job(),
    "jobs.list_jobs": Nothing(lambda do, s, w: do(s, station=w.station)),
    "jobs.newer_events": by_job(after=0),
    "jobs.numbered_events": by_job(),
    "jobs.older_lines": by_job(before=log_line("x")),
    "jobs.own_job": by_job(),
    "jobs.performance_report": by_job(),
    "jobs.stop_training_early": by_job(),
    "jobs.training_status": by_job(),
    "keys.export_key": Everybody(
        lambda do, s, w: do(s, station=w.station, path=w.station.home.parent / "k", overwrite=True), PUBLIC
    ),
    "keys.greyed_by_renewal": Admin(lambda do, s, w: do(s, station=w.station)),
    "keys.import_key": Everybody(
        lambda do, s, w: do(s, station=w.station, path=NOWHERE), "a key that is seen counts for nothing"
    ),
    "keys.list_keys": Everybody(lambda do, s, w: do(s, station=w.station), PUBLIC),
    "keys.own_key": Everybody(lambda do, s, w: do(s, station=w.station), PUBLIC),
    "keys.renew_key": Admin(lambda do, s, w: do(s, station=w.station, reason="r")),
    "keys.revoke_key": Admin(lambda do, s, w: do(s, station=w.station, fingerprint="0" * 64, reason="r")),
    "keys.trust_key": Admin(lambda do, s, w: do(s, station=w.station, fingerprint="0" * 64)),
    "lost_deployments.leave_lost": Hidden(
        lambda do, s, w, one: do(s, station=w.station, deployment_id=one), whose="lost_id"
    ),
    "lost_deployments.undecided_deployments": Nothing(lambda do, s, w: do(s, station=w.station)),
    "revoked_models.list_revoked": Everybody(lambda do, s, w: do(s, station=w.station), PUBLIC),
    "office_settings.ask_keyring_again": Everybody(
        lambda do, s, w: do(s, station=w.station), "it only lets the station ask once more"
    ),
    "office_settings.check_office": Admin(lambda do, s, w: do(s, station=w.station, address=OfficeAddress(hosts="h"))),
    "office_settings.demand_administrator": Admin(lambda do, s, w: do(s, station=w.station)),
    "office_settings.office_settings": Everybody(lambda do, s, w: do(s, station=w.station), PUBLIC),
    "office_settings.save_office": Admin(lambda do, s, w: do(s, station=w.station, address=OfficeAddress())),
    "picture_export.export_picture": Everybody(
        lambda do, s, w: do(s, station=w.station, path=w.station.home.parent / "p", content=b""), "what one sees"
    ),
    "plan.plan_training": Everybody(lambda do, s, w: do(s, station=w.station, config=config()), READS_FILES),
    "resuming.discard_job": by_job(),
    "resuming.interrupted_jobs": Nothing(lambda do, s, w: do(s, station=w.station), admin_sees=False),
    "resuming.kept_checkpoint": by_job(),
    "resuming.resume_training": by_job(),
    "roll_back.deploy_again": Admin(
        lambda do, s, w: do(s, station=w.station, deployment_id=w.lost_id, reason="r" * 20)
    ),
    "roll_back.roll_back": Admin(  # where the report spoke against it; tests of going back have the other case
        lambda do, s, w: do(s, station=w.station, deployment_id=w.lost_id, reason="r" * 20)
    ),
    "scoring_site.score_site": Everybody(lambda do, s, w: do(s, station=w.station, folder=NOWHERE), READS_FILES),
    "search.latest_search": Nothing(lambda do, s, w: do(s, station=w.station)),
    "search.read_search": Hidden(lambda do, s, w, one: do(s, station=w.station, search_id=one), whose="search_id"),
    "search.resume_search": Hidden(lambda do, s, w, one: do(s, station=w.station, search_id=one), whose="search_id"),
    "search.run_search": Hidden(
        lambda do, s, w, one: list(do(s, station=w.station, search_id=one, control=Control())), whose="running_id"
    ),
    "search.start_search": Everybody(lambda do, s, w: do(s, station=w.station, config=config()), READS_FILES),
    "sign_in.lock": Everybody(lambda *_: None, "one's own session"),
    "site_incidents.edit_incident": Everybody(
        lambda do, s, w: do(s, station=w.station, folder=NOWHERE, edit=_withdrawal()), "saved with one's name"
    ),
    "sites.known_sites": Everybody(lambda do, s, w: do(s, station=w.station), PUBLIC),
    "sites.open_site": Everybody(lambda do, s, w: do(s, station=w.station, folder=NOWHERE), READS_FILES),
    "syncing.now.sync_now": Everybody(
        lambda do, s, w: do(s, station=w.station, connect=lambda _: None), "the station does the same by itself"
    ),
    "syncing.office_jobs.office_job": Hidden(
        lambda do, s, w, one: do(s, station=w.station, job_id=one), whose="office_id"
    ),
    "syncing.office_jobs.office_job_log": Hidden(
        lambda do, s, w, one: do(s, station=w.station, office=ModelOffice(ModelServer()), job_id=one),
        whose="office_id",
    ),
    "syncing.office_jobs.office_jobs": Everybody(
        lambda do, s, w: do(s, station=w.station), "one's own; see the tests of two stations"
    ),
    "syncing.office_jobs.office_jobs_mark": Everybody(
        lambda do, s, w: do(s, station=w.station), "a mark that says that something changed"
    ),
    "syncing.queue.try_again": Hidden(
        lambda do, s, w, one: do(s, station=w.station, kind="training_job", id=one), whose="job_id"
    ),
    "syncing.queue.give_up": Hidden(
        lambda do, s, w, one: do(s, station=w.station, deployment_id=one, reason="long enough"), whose="lost_id"
    ),
    "syncing.queue.waiting_things": Everybody(
        lambda do, s, w: do(s, station=w.station), "of others' jobs only that there are some"
    ),
    "training.run_job": Hidden(
        lambda do, s, w, one: list(do(s, station=w.station, job_id=one, control=Control())), whose="running_id"
    ),
    "training.start_training": Everybody(lambda do, s, w: do(s, station=w.station, config=config()), READS_FILES),
}


def _withdrawal() -> Any:
    from rockfall_desktop.domain.incident_edit import IncidentChange

    return IncidentChange(what="withdraw", withdraws="0190a000-0000-7000-8000-000000000000", reason="twice in the list")


def found() -> dict[str, Any]:
    """Every public function of the operations that takes a session first."""
    everything = {}
    for module in pkgutil.walk_packages(operations.__path__, f"{operations.__name__}."):
        room = importlib.import_module(module.name)
        for name, one in inspect.getmembers(room, inspect.isfunction):
            if one.__module__ == room.__name__ and not name.startswith("_"):
                first = next(iter(inspect.signature(one).parameters), "")
                if first == "session":
                    everything[f"{room.__name__.removeprefix(operations.__name__ + '.')}.{name}"] = one
    return everything


DOES = found()


def test_that_every_operation_with_a_session_has_a_rule_for_engineers() -> None:
    assert set(DOES) == set(RULES)


def named(kind: type) -> list[str]:
    return [name for name, rule in RULES.items() if isinstance(rule, kind)]


def answer(call: Callable[[], Any], *ids: str) -> tuple[str, str]:
    """What is answered, with any id in it taken out."""
    try:
        given = call()
    except RockfallError as error:
        return type(error).__name__, re.sub("|".join(ids), "ID", str(error))
    return "given", repr(given)


@pytest.mark.parametrize("name", named(Admin))
def test_that_an_engineer_is_refused_what_is_an_administrators(name: str, world: World) -> None:
    rule = RULES[name]
    assert isinstance(rule, Admin)
    with pytest.raises(AccessRefused, match="administrator"):
        rule.call(DOES[name], world.engineer, world)


@pytest.mark.parametrize("name", named(Hidden))
def test_that_somebody_elses_and_nobodys_get_the_same_answer(name: str, world: World) -> None:
    rule = RULES[name]
    assert isinstance(rule, Hidden)
    theirs, nobodys = getattr(world, rule.whose), new_id()
    said = answer(lambda: rule.call(DOES[name], world.engineer, world, theirs), theirs)
    assert said[0] == "WrongInput"
    assert said == answer(lambda: rule.call(DOES[name], world.engineer, world, nobodys), nobodys)


@pytest.mark.parametrize("name", named(Nothing))
def test_that_an_engineer_who_owns_nothing_is_shown_nothing(name: str, world: World) -> None:
    rule = RULES[name]
    assert isinstance(rule, Nothing)
    assert not rule.call(DOES[name], world.engineer, world)
    if rule.admin_sees:
        assert rule.call(DOES[name], world.admin, world)


@pytest.mark.parametrize("name", named(Everybody))
def test_that_what_everybody_may_fails_for_no_want_of_a_role(name: str, world: World) -> None:
    rule = RULES[name]
    assert isinstance(rule, Everybody)
    assert rule.why
    said = answer(lambda: rule.call(DOES[name], world.engineer, world))
    assert "administrator" not in said[1]
    assert CANARY not in said[1], "the site of somebody else's job"


def test_that_a_locked_engineer_does_nothing(world: World) -> None:
    gone = world.engineer.model_copy(update={"token": "guess"})
    grown = world.engineer.model_copy(update={"role": Role.ADMIN})
    for name, rule in RULES.items():
        if name == "sign_in.lock":
            continue
        for session in (gone, grown):
            more = (new_id(),) if isinstance(rule, Hidden) else ()
            with pytest.raises(AccessRefused, match="Nobody is signed in"):
                rule.call(DOES[name], session, world, *more)
