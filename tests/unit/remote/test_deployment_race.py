"""Sixteen stations deploy for one site at once, on the real server."""

import threading
from typing import NamedTuple

from rockfall_desktop.domain.office_exchange import DeploymentAnswer, Pointer
from tests.office_documents import SITE, deployment, id_of
from tests.offices import MongoPlace, pull_all

STATIONS, EACH = 16, 8


class Told(NamedTuple):
    number: int
    epoch: int
    follows: str
    answer: DeploymentAnswer


def deploy_from_one_sight_to_the_next(place: MongoPlace, station: int, told: list[Told]) -> None:
    office = place.open()
    after, pointer = 0, Pointer(SITE, 0, "")
    for number in range(station * EACH, (station + 1) * EACH):
        pulled = pull_all(office, after)
        after, pointer = pulled.sequence, (pointer, *pulled.pointers)[-1]
        epoch, follows = pointer.epoch + 1, pointer.deployment_id
        answer = office.push_deployment(deployment(number, epoch, follows), None)
        told.append(Told(number, epoch, follows, answer))


def test_that_exactly_one_is_active_and_every_loser_is_told(mongo_place: MongoPlace) -> None:
    told: list[Told] = []
    threads = [
        threading.Thread(target=deploy_from_one_sight_to_the_next, args=(mongo_place, station, told))
        for station in range(STATIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == STATIONS * EACH
    won = sorted((one for one in told if one.answer.accepted), key=lambda one: one.epoch)
    assert [one.epoch for one in won] == list(range(1, len(won) + 1))
    assert [one.follows for one in won] == ["", *(id_of(one.number) for one in won[:-1])]
    assert sorted(one.answer.version for one in told) == list(range(1, STATIONS * EACH + 1))
    pulled = pull_all(mongo_place.open())
    assert pulled.pointers == (Pointer(SITE, len(won), id_of(won[-1].number)),)
    kept = {fact["deployment_id"]: (fact["version"], fact["accepted"]) for fact in pulled.deployments}
    assert kept == {id_of(one.number): tuple(one.answer) for one in told}
    assert [fact["version"] for fact in pulled.deployments] == sorted(version for version, _ in kept.values())
