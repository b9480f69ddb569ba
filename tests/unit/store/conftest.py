from collections.abc import Iterator
from pathlib import Path

import pytest

from rockfall_desktop.store.database import Store, open_store
from rockfall_desktop.store.home import Home
from rockfall_desktop.store.jobs import Jobs
from tests.unit.store.job_samples import KEY, Clock


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    store = open_store(home.database, KEY, now=Clock(), make=True)
    yield store
    store.close()


@pytest.fixture
def jobs(store: Store) -> Jobs:
    return Jobs(store)
