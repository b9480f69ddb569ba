"""Builds the wheel and runs its self-test from an unpacked copy, away from the checkout."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
WHEELS = CHECKOUT / "build" / "wheel"


def main() -> int:
    """Build, unpack, see that the copy and its own resources are used, self-test."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(WHEELS)]
    subprocess.run(build, cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = WHEELS.glob("*.whl")
    with tempfile.TemporaryDirectory(prefix="rockfall-wheel-") as folder:
        copy = Path(folder).resolve() / "copy"
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(copy), str(wheel)]
        subprocess.run(install, check=True)
        environment = os.environ | {"PYTHONPATH": str(copy)}
        where = "from rockfall_desktop.packed import resource; print(resource('migrations'))"
        asked = [sys.executable, "-c", where]
        found = subprocess.run(asked, cwd=folder, env=environment, check=True, capture_output=True, text=True)
        if not Path(found.stdout.strip()).is_relative_to(copy):
            print(f"the wheel's own resources are not used but {found.stdout.strip()}", file=sys.stderr)
            return 1
        test = [sys.executable, "-m", "rockfall_desktop", "self-test"]
        done = subprocess.run(test, cwd=folder, env=environment, check=False)
    print(f"{wheel.name}: {'passed' if done.returncode == 0 else 'FAILED'}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
