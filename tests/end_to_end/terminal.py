"""Calls the terminal program as a person's shell would."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.stations import PHRASE

PROGRAM = [sys.executable, "-m", "rockfall_desktop"]


def environment(home: Path) -> dict[str, str]:
    """A shell whose home folder, pass phrase and user folder are the test's."""
    own = {
        "ROCKFALL_HOME": str(home),
        "ROCKFALL_FACTORY_PASSWORD": "admintime",
        "ROCKFALL_PASSWORD": PHRASE,
        "HOME": str(home.parent),
    }
    return {**os.environ, **own}


def call(home: Path, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*PROGRAM, *words],
        env=environment(home) | extra,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        stdin=subprocess.DEVNULL,
    )


def last_json(done: subprocess.CompletedProcess[str]) -> Any:
    """The last line of stdout as JSON."""
    assert done.stdout, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
