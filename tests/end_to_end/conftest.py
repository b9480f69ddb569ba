"""No screen is needed."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.mongod import database, mongod

__all__ = ["database", "mongod"]
