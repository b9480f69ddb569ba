"""An office of three members."""

from tests.mongod_three import three_members

__all__ = ["three_members"]
