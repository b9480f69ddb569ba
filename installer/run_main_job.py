"""`make run`: the main job on a simulated site. A window where there is a display, else the terminal, to the end."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-m", "rockfall_desktop"]
USER = "demo"
WORDS = "amber basalt cairn delta ember fjord gneiss heath inlet karst ledge marl notch ochre quarry ridge scree talus"


def main() -> int:
    """Make a home and a simulated site of their own under build/run, then open the window or train."""
    place = new_place(CHECKOUT / "build" / "run")
    phrase = " ".join(secrets.choice(WORDS.split()) for _ in range(6))
    environment = os.environ | {
        "ROCKFALL_HOME": str(place / "home"),
        "ROCKFALL_FACTORY_PASSWORD": "admintime",
        "ROCKFALL_PASSWORD": phrase,
        "ROCKFALL_USER": USER,
    }
    subprocess.run([*PROGRAM, "site", "simulate", str(place / "site")], env=environment, check=True)
    subprocess.run([*PROGRAM, "setup", "--user", USER], env=environment, check=True)
    print(f"User: {USER}    Pass phrase: {phrase}", flush=True)
    if has_display():
        print("Opening the window on the simulated site.", flush=True)
        window = [*PROGRAM, "window", "--home", str(place / "home"), "--site", str(place / "site")]
        return subprocess.run(window, check=False).returncode
    print("There is no display: running the same job in the terminal.", flush=True)
    done = subprocess.run([*PROGRAM, "train", str(place / "site")], env=environment, check=False)
    if done.returncode == 0:
        newest = max((place / "home" / "jobs").iterdir())
        subprocess.run([*PROGRAM, "report", newest.name], env=environment, check=False)
        print(f"Files of the job: {newest}")
        print(f"Site: {place / 'site'}    Home: {place / 'home'}")
    return done.returncode


def new_place(parent: Path) -> Path:
    """A folder that did not exist before: a home of an earlier run is never touched."""
    parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while (parent / str(number)).exists():
        number += 1
    (parent / str(number)).mkdir()
    return parent / str(number)


def has_display() -> bool:
    """Whether a window can be opened: asked in a process of its own, since Qt ends the one that cannot."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    probe = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
    return subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
