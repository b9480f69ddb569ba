"""From `python -m rockfall_desktop` to the painted password dialog, beside an empty PySide6 window."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import verdict

_ROUNDS = 11
_HEAVY = ("torch", "polars", "sklearn", "numpy", "pyqtgraph", "typer", "keyring")
# Both children end as soon as the first top-level widget has painted itself.
_WATCH = """
import sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest and isinstance(watched, QWidget) and watched.isWindow():
            import json, os
            watched.removeEventFilter(self)
            seen = [name for name in %r if name in sys.modules]
            sys.stdout.write(json.dumps({"window": watched.objectName(), "heavy": seen}) + "\\n")
            sys.stdout.flush()
            os._exit(0)
        return False
real = QApplication.exec
def watched_exec(*_):
    QApplication.instance().installEventFilter(keep)
    return real()
keep = Watch()
QApplication.exec = watched_exec
"""
_EMPTY = "a = QApplication([]); window = QWidget(); window.resize(480, 360); window.show(); QApplication.exec()"
_PROGRAM = "import runpy; sys.argv = ['rockfall_desktop']; runpy.run_module('rockfall_desktop', run_name='__main__')"


def run() -> None:
    """Start both in turn, each in a process of its own, and compare the medians."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "ROCKFALL_HOME": str(Path(folder) / "home")}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        empty, program = [], []
        for _ in range(_ROUNDS):
            empty.append(_seconds(_EMPTY, environment)[0])
            took_s, told = _seconds(_PROGRAM, environment)
            program.append(took_s)
            if told["window"] != "password_dialog" or told["heavy"]:
                print(f"not the bare password dialog: {told}")
    print(f"empty window {statistics.median(empty) * 1000:.0f} ms, dialog {statistics.median(program) * 1000:.0f} ms")
    print(f"of {', '.join(_HEAVY)} imported by then: {told['heavy'] or 'none'}")
    ratio = statistics.median(program) / statistics.median(empty)
    met = ratio <= 2.5 and not told["heavy"]
    verdict("time_to_dialog", f"{ratio:.2f} x an empty window", "<= 2.5 x", met=met)


def _seconds(code: str, environment: dict[str, str]) -> tuple[float, dict[str, object]]:
    begun = time.perf_counter()
    child = subprocess.run(
        [sys.executable, "-c", _WATCH % (_HEAVY,) + code], env=environment, check=True, capture_output=True, text=True
    )
    return time.perf_counter() - begun, json.loads(child.stdout.splitlines()[-1])
