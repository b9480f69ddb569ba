"""A real MongoDB server."""

from tests.mongod import certificates, database, mongod, mongod_auth, mongod_tls
from tests.offices import mongo_place, place

__all__ = ["certificates", "database", "mongo_place", "mongod", "mongod_auth", "mongod_tls", "place"]
