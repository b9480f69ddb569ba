"""The test server itself."""

from collections.abc import Callable

from tests.mongod import ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Mongod, primary


def test_that_a_stopped_server_goes_on_with_its_data(mongod: Mongod, database: Callable[[], str]) -> None:
    name = database()
    with mongod.client() as client:
        client[name].things.insert_one({"_id": 1})
    mongod.stop()
    primary(mongod.start())
    with mongod.client() as client:
        assert client[name].things.find_one() == {"_id": 1}


def test_that_the_variants_do_what_they_say(mongod_auth: Mongod, mongod_tls: Mongod) -> None:
    with mongod_auth.client(username=ADMINISTRATOR, password=ADMINISTRATOR_PASSWORD) as client:
        assert client.admin.command("hello")["isWritablePrimary"]
        assert "admin" in client.list_database_names()
    with mongod_tls.client() as client:
        assert client.admin.command("hello")["setName"] == "rs0"
