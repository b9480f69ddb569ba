"""`work`: the process that works on a job for another program. Nobody types it."""

import os
import sys

from rockfall_desktop.cli.entering import sentences
from rockfall_desktop.operations.child_run import run_child


def work() -> None:
    """Read an order from standard input and print what happens, one JSON event a line."""
    with sentences():
        run_child()
    sys.stderr.flush()
    os._exit(0)  # all is written; taking the libraries down would keep the other program waiting for a second
