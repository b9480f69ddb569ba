"""What holds for every test."""

import gc
import os

import pytest

if os.environ.get("PYTEST_XDIST_WORKER"):
    # workers side by side: threads of one that wait for each other take the cores of the next
    os.environ.setdefault("OMP_NUM_THREADS", "1")

_LONGEST = ("end_to_end/test_terminal.py", "export/test_parity.py", "end_to_end/test_window.py", "faults/test_")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin, or one worker rests while the other ends."""
    items.sort(key=lambda item: not any(name in item.path.as_posix() for name in _LONGEST))


@pytest.fixture(scope="module", autouse=True)
def earlier_files_are_set_aside() -> None:
    """What torch and files of tests before left in memory is not looked through for rubbish, or for timers, again."""
    gc.collect()
    gc.freeze()
