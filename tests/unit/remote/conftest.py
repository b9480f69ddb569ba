"""A real MongoDB server."""

from tests.mongod import certificates, database, mongod, mongod_auth, mongod_tls

__all__ = ["certificates", "database", "mongod", "mongod_auth", "mongod_tls"]
