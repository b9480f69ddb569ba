"""What every office promises: the real one and the one in memory pass the same tests."""

import io
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office_exchange import (
    DeploymentAnswer,
    Document,
    LogFile,
    Office,
    Pointer,
    Pulled,
    PulledJob,
    Taken,
)
from tests.office_documents import AT, OTHER_STATION, SITE, STATION, deployment, id_of, job, key, log_file, opened
from tests.offices import Place

BUNDLE = bytes(range(256)) * 2500  # three pieces of GridFS


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "a.rockfall"
    path.write_bytes(BUNDLE)
    return path


def without_number(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "sequence"}


def test_that_an_empty_office_has_nothing(place: Place) -> None:
    assert place.open().pull(0, 10) == Pulled(0, more=False)


def test_that_an_office_begins_a_new_life_once_for_all_who_saw_the_old_one(place: Place) -> None:
    first, second = place.open(), place.open()
    lives = [first.pull(0, 10).life]
    for before in ("", "", None, "0190a1b2-0000-7000-8000-00000000000c"):
        first.begin_new_life(lives[-1] if before is None else before)
        lives.append(second.pull(0, 10).life)
    assert lives[0] == ""
    assert lives[1] == lives[2] != ""
    assert lives[3] == lives[4] not in lives[:3]
    first.push_jobs([job()])
    pulled = second.pull(0, 10)
    assert (pulled.life, pulled.sequence, len(pulled.jobs)) == (lives[4], 1, 1)


def test_that_a_job_comes_back_as_it_was_sent(place: Place) -> None:
    (answer,) = place.open().push_jobs([job()])
    pulled = place.open().pull(0, 10)
    assert answer.taken is Taken.TAKEN
    assert [opened(one) for one in pulled.jobs] == [job()]
    assert (pulled.jobs[0].sequence, pulled.more) == (pulled.sequence, False)


def test_that_times_come_back_in_utc_with_milliseconds(place: Place) -> None:
    office = place.open()
    here = timezone(timedelta(hours=8))
    office.push_jobs([job(created_at=(AT + timedelta(microseconds=999)).astimezone(here))])
    (found,) = office.pull(0, 10).jobs
    for created_at in (found.said["created_at"], opened(found)["created_at"]):
        assert (created_at, created_at.utcoffset()) == (AT.astimezone(UTC), timedelta(0))


def test_that_a_job_is_taken_once_however_often_it_is_sent(place: Place) -> None:
    office = place.open()
    taken = [office.push_jobs([job(revision=revision)])[0].taken for revision in (2, 2, 1, 3)]
    assert taken == [Taken.TAKEN, Taken.KNOWN, Taken.KNOWN, Taken.TAKEN]
    assert [one.said["revision"] for one in office.pull(0, 10).jobs] == [3]


def test_that_of_one_job_twice_in_a_call_the_newer_one_stays(place: Place) -> None:
    office = place.open()
    answers = office.push_jobs([job(1, 1), job(2), job(1, 2)])
    assert [(answer.job_id, answer.taken) for answer in answers] == [
        (id_of(number), Taken.TAKEN) for number in (1, 2, 1)
    ]
    assert sorted((one.job_id, one.said["revision"]) for one in office.pull(0, 10).jobs) == [
        (id_of(1), 2),
        (id_of(2), 1),
    ]


def test_that_nobody_writes_another_stations_job_and_the_others_go(place: Place) -> None:
    office = place.open()
    office.push_jobs([job(1)])
    refused, taken = place.open().push_jobs([job(1, 9, OTHER_STATION), job(2, 1, OTHER_STATION)])
    assert (refused.taken, taken.taken) == (Taken.REFUSED, Taken.TAKEN)
    assert refused.reason
    assert {one.job_id: one.said["station_id"] for one in office.pull(0, 10).jobs}[id_of(1)] == job()["station_id"]


def test_that_what_stands_in_the_way_of_a_job_is_replaced_unless_its_station_wrote_it(place: Place) -> None:
    office = place.open()
    office.push_jobs([job(1, 9), job(2, 9, OTHER_STATION), job(3, 9), job(4, 9), job(5, 1)])
    pushed = [job(1, 2), job(2, 2), job(3, 2), job(4, 9), job(5, 2)]
    asked: list[str] = []

    def stands(found: PulledJob) -> bool:
        asked.append(found.job_id)
        assert opened(found)["revision"] == 9
        return found.job_id == id_of(3)

    answers = [answer.taken for answer in office.push_jobs(pushed, stands)]
    assert answers == [Taken.TAKEN, Taken.TAKEN, Taken.KNOWN, Taken.KNOWN, Taken.TAKEN]
    assert {id_of(1), id_of(2), id_of(3)} <= set(asked)
    assert id_of(4) not in asked
    found = {one.job_id: (one.said["station_id"], one.said["revision"]) for one in place.open().pull(0, 100).jobs}
    assert [found[id_of(number)] for number in range(1, 6)] == [(STATION, one) for one in (2, 2, 9, 9, 2)]


def test_that_a_job_whose_content_was_changed_under_its_own_revision_is_written_again(place: Place) -> None:
    office = place.open()
    office.push_jobs([job(1, 3, status="failed")])
    (answer,) = office.push_jobs([job(1, 3)], lambda _: False)
    assert answer.taken is Taken.TAKEN
    assert opened(office.pull(0, 10).jobs[0])["status"] == "training"


def test_that_a_reader_gets_only_what_is_newer_and_a_change_again(place: Place) -> None:
    office = place.open()
    office.push_jobs([job(1), job(2)])
    first = office.pull(0, 10)
    assert office.pull(first.sequence, 10) == Pulled(first.sequence, more=False)
    office.push_jobs([job(1, 2)])
    second = office.pull(first.sequence, 10)
    assert [one.job_id for one in second.jobs] == [id_of(1)]
    assert second.sequence > first.sequence


def test_that_pieces_of_any_size_together_leave_nothing_out(place: Place, bundle: Path) -> None:
    office = place.open()
    office.push_jobs([job(number) for number in range(1, 8)])
    office.push_deployment(deployment(20, bundle=BUNDLE), bundle)
    office.push_key(key())
    office.push_jobs([job(number) for number in range(8, 12)])
    for limit in (1, 2, 3, 100):
        seen: list[str] = []
        after, more = 0, True
        while more:
            pulled = office.pull(after, limit)
            parts = (pulled.deployments, pulled.keys)
            assert sum(map(len, (pulled.jobs, pulled.pointers, *parts))) <= limit
            numbers = [[one["sequence"] for one in part] for part in parts] + [[one.sequence for one in pulled.jobs]]
            assert all(part == sorted(part) and all(after < one <= pulled.sequence for one in part) for part in numbers)
            seen += [one.job_id for one in pulled.jobs] + [one["signature"] for one in pulled.deployments]
            seen += [one["fingerprint"] for one in pulled.keys] + [one.site_id for one in pulled.pointers]
            after, more = pulled.sequence, pulled.more
        assert len(seen) == len(set(seen)) == 11 + 1 + 1 + 1


def test_that_the_first_deployment_is_numbered_and_active(place: Place, bundle: Path) -> None:
    office = place.open()
    assert office.push_deployment(deployment(1, bundle=BUNDLE), bundle) == DeploymentAnswer(1, accepted=True)
    pulled = place.open().pull(0, 10)
    assert pulled.pointers == (Pointer(SITE, 1, id_of(1)),)
    (fact,) = pulled.deployments
    assert without_number(fact) == deployment(1, bundle=BUNDLE) | {"version": 1, "accepted": True}


def test_that_of_two_with_the_same_sight_the_first_wins_and_both_are_kept(place: Place, bundle: Path) -> None:
    one, other = place.open(), place.open()
    assert one.push_deployment(deployment(1, bundle=BUNDLE), bundle) == DeploymentAnswer(1, accepted=True)
    assert other.push_deployment(deployment(2, bundle=BUNDLE), bundle) == DeploymentAnswer(2, accepted=False)
    pulled = one.pull(0, 10)
    assert pulled.pointers == (Pointer(SITE, 1, id_of(1)),)
    assert [(fact["version"], fact["accepted"]) for fact in pulled.deployments] == [(1, True), (2, False)]


@pytest.mark.parametrize(("epoch", "follows"), [(2, ""), (2, id_of(9)), (1, id_of(1)), (3, id_of(1)), (1, "")], ids=str)
def test_that_the_pointer_moves_only_from_the_epoch_and_deployment_that_the_fact_names(
    place: Place, epoch: int, follows: str
) -> None:
    office = place.open()
    office.push_deployment(deployment(1), None)
    assert not office.push_deployment(deployment(2, epoch, follows), None).accepted
    assert office.push_deployment(deployment(3, 2, id_of(1)), None) == DeploymentAnswer(3, accepted=True)
    assert office.pull(0, 10).pointers == (Pointer(SITE, 2, id_of(3)),)


def test_that_a_fact_beyond_the_first_epoch_is_not_accepted_where_there_is_no_pointer(place: Place) -> None:
    office = place.open()
    assert not office.push_deployment(deployment(1, 2, ""), None).accepted
    assert not office.push_deployment(deployment(2, 2, id_of(1)), None).accepted
    assert office.pull(0, 10).pointers == ()


def test_that_sites_are_numbered_each_by_itself(place: Place) -> None:
    office = place.open()
    office.push_deployment(deployment(1), None)
    assert office.push_deployment(deployment(2, site_id=id_of(50)), None) == DeploymentAnswer(1, accepted=True)


def test_that_the_answer_is_the_same_when_asked_again_later(place: Place, bundle: Path) -> None:
    office = place.open()
    first = office.push_deployment(deployment(1, bundle=BUNDLE), bundle)
    office.push_deployment(deployment(2, 2, id_of(1)), None)
    sequence = office.pull(0, 10).sequence
    assert place.open().push_deployment(deployment(1, bundle=BUNDLE), None) == first
    assert office.pull(0, 10).sequence == sequence
    assert len(office.pull(0, 10).deployments) == 2


def test_that_what_lost_before_is_kept_and_never_active(place: Place, bundle: Path) -> None:
    office = place.open()
    assert office.push_deployment(deployment(1, bundle=BUNDLE), bundle, lost=True) == (1, False)
    assert office.push_deployment(deployment(1, bundle=BUNDLE), bundle) == (1, False)
    assert office.push_deployment(deployment(2), None) == (2, True)
    assert office.push_deployment(deployment(3, 2, id_of(2)), None, lost=True) == (3, False)
    assert office.push_deployment(deployment(2), None, lost=True) == (2, True)
    pulled = office.pull(0, 10)
    assert pulled.pointers == (Pointer(SITE, 1, id_of(2)),)
    assert [(fact["version"], fact["accepted"]) for fact in pulled.deployments] == [(1, False), (2, True), (3, False)]


def test_that_another_fact_by_the_same_id_is_refused(place: Place) -> None:
    office = place.open()
    office.push_deployment(deployment(1), None)
    with pytest.raises(OfficeRefused):
        office.push_deployment(deployment(1, signature="ef" * 64), None)


def test_that_a_bundle_is_fetched_as_it_was(place: Place, bundle: Path, tmp_path: Path) -> None:
    office = place.open()
    fact = deployment(1, bundle=BUNDLE)
    office.push_deployment(fact, bundle)
    place.open().fetch_bundle(fact, tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == BUNDLE
    assert office.push_deployment(deployment(2, 2, id_of(1), BUNDLE), None).accepted


def test_that_no_fact_arrives_without_its_bundle(place: Place, tmp_path: Path) -> None:
    office = place.open()
    with pytest.raises(OfficeRefused):
        office.push_deployment(deployment(1, bundle=BUNDLE), None)
    (tmp_path / "other").write_bytes(BUNDLE[:-1] + b"x")
    with pytest.raises(OfficeRefused):
        office.push_deployment(deployment(1, bundle=BUNDLE), tmp_path / "other")
    assert office.pull(0, 10) == Pulled(0, more=False)
    with pytest.raises(OfficeRefused):
        office.fetch_bundle(deployment(1, bundle=BUNDLE), tmp_path / "fetched")
    assert not (tmp_path / "fetched").exists()


def push_log(office: Office, content: bytes, number: int = 1, revision: int = 1) -> LogFile:
    log = log_file(content, number, revision)
    office.push_log(log, io.BytesIO(content))
    return log


def test_that_a_log_is_fetched_by_its_very_name_and_others_change_nothing(place: Place, tmp_path: Path) -> None:
    office, path = place.open(), tmp_path / "log"
    wanted = log_file(BUNDLE, 1, 10)
    assert not office.fetch_log(wanted, path)
    push_log(office, b"first end", 1, 9)
    assert push_log(office, BUNDLE, 1, 10) == push_log(office, BUNDLE, 1, 10) == wanted
    push_log(office, b"another job's", 2, 99)
    push_log(office, b"forged: of a higher revision", 1, 999_999_999_999)
    push_log(office, b"forged: of the same revision", 1, 10)
    assert place.open().fetch_log(wanted, path)
    assert path.read_bytes() == BUNDLE
    assert list(tmp_path.iterdir()) == [path]


def test_that_an_empty_log_is_a_log(place: Place, tmp_path: Path) -> None:
    office = place.open()
    log = push_log(office, b"", 1, 3)
    assert office.fetch_log(log, tmp_path / "log")
    assert (tmp_path / "log").read_bytes() == b""


def test_that_a_key_is_published_once_and_by_its_station_alone(place: Place) -> None:
    office = place.open()
    office.push_key(key())
    office.push_key(key())
    pulled = office.pull(0, 10)
    assert [without_number(one) for one in pulled.keys] == [key()]
    with pytest.raises(OfficeRefused):
        place.open().push_key(key(station_id=OTHER_STATION))
    assert office.pull(pulled.sequence, 10).keys == ()
