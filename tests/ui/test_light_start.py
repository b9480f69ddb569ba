"""The password dialog is painted before anything heavy is loaded."""

import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("torch", "polars", "sklearn", "numpy", "pyqtgraph", "typer", "keyring", "matplotlib", "pydantic", "apsw",
         "PySide6.QtOpenGL")  # fmt: skip
PAINT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from PySide6.QtWidgets import QApplication
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.window import Shell
application = QApplication([])
shell = Shell(Station.at(Path(sys.argv[1]), now=lambda: datetime.now(UTC)))
shell.start()
application.processEvents()
assert not shell.dialog.grab().isNull()
print("LOADED", *sorted(set(sys.argv[2].split(",")) & set(sys.modules)))
shell.dialog.close()
application.processEvents()
"""


def test_that_nothing_heavy_is_loaded_when_the_dialog_is_painted(tmp_path: Path) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "2"}
    done = subprocess.run(
        [sys.executable, "-c", PAINT, str(tmp_path / "home"), ",".join(HEAVY)],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    loaded = next(line for line in done.stdout.splitlines() if line.startswith("LOADED"))
    assert loaded == "LOADED"
