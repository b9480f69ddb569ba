"""What a server says of itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office import OfficeAddress
from rockfall_desktop.remote.server_look import clock_caution, demand_office, version_caution

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = OfficeAddress(hosts="127.0.0.1:27017", tls=False)
GOOD = {"maxWireVersion": 17, "setName": "rs0", "hosts": ["127.0.0.1:27017"]}


@pytest.mark.parametrize(
    "version", ["4.4.30", "5.0.32", "6.0.27", "7.0.28", "8.0.17", "8.2.3", "8.3.0", "9.0.0", "8.2.4-rc0"]
)
def test_that_a_patched_server_is_nothing_to_speak_of(version: str) -> None:
    assert version_caution(version) == ""


@pytest.mark.parametrize(
    ("version", "words"),
    [("6.0.5", "update it to 6.0.27"), ("4.4.29", "4.4.30"), ("8.0.16", "8.0.17"), ("8.2.2", "8.2.3"),
     ("8.2.0-rc1", "8.2.3"),
     ("6.1.1", "has no update"), ("8.1.9", "has no update"), ("", "which version"), ("8.0", "which version"),
     ("x.y.z", "which version")],
)  # fmt: skip
def test_that_an_unpatched_or_unknown_one_is_a_caution(version: str, words: str) -> None:
    assert words in version_caution(version)


@pytest.mark.parametrize(
    ("apart", "words"),
    [(timedelta(minutes=5), ""), (-timedelta(minutes=5), ""), (timedelta(minutes=5, seconds=1), "5 minutes ahead of"),
     (-timedelta(hours=3), "3 hours behind"), (timedelta(days=9000), "9000 days ahead of")],
)  # fmt: skip
def test_that_clocks_more_than_five_minutes_apart_are_a_caution(apart: timedelta, words: str) -> None:
    told = clock_caution(AT, AT + apart)
    assert words in told
    assert bool(told) is bool(words)


@pytest.mark.parametrize(
    ("said", "words"),
    [({"maxWireVersion": 8}, "older than MongoDB 4.4"), ({"setName": None}, "not a replica set"),
     ({"setName": None, "isreplicaset": True}, "never initiated"), ({"setName": "rs1"}, "called rs1, not rs0"),
     ({"hosts": ["127.0.0.1:27017", "db2.example.org:27017"]}, "db2.example.org:27017 is another machine"),
     ({"passives": ["10.0.0.2:1"]}, "10.0.0.2:1 is another machine")],
)  # fmt: skip
def test_that_what_is_no_office_is_refused_in_a_sentence(said: dict[str, Any], words: str) -> None:
    demand_office(GOOD, HERE)
    with pytest.raises(OfficeRefused, match=words):
        demand_office(GOOD | said, HERE)


def test_that_members_on_other_machines_do_with_tls() -> None:
    demand_office(GOOD | {"hosts": ["db2.example.org:27017"]}, HERE.model_copy(update={"tls": True}))
