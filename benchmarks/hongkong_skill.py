"""Real rain and real failures: next day in Hong Kong, trained before 2003, tested 2003-2009, through the terminal."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import verdict
from tests.hong_kong_site import write_hong_kong_site

_DATES = ("train_until=2000-01-01", "validation_until=2003-01-01")
HONG_KONG_DATA = Path(__file__).parents[2] / "shared" / "data" / "hong-kong-rock-cuts"
_PHRASE = "only for this benchmark"


def run() -> None:
    """Train with the default configuration and seed; compare with logistic regression of the same run."""
    if not HONG_KONG_DATA.exists():
        print(f"hongkong_skill: skipped, {HONG_KONG_DATA} is not there")
        return
    with tempfile.TemporaryDirectory() as folder:
        site = write_hong_kong_site(Path(folder) / "site", HONG_KONG_DATA, whole=True)
        begun = time.perf_counter()
        outcome = _train(Path(folder) / "home", site)
        took_s = time.perf_counter() - begun
        report = json.loads(Path(outcome["report"]).read_text())
    for row in report["scores"]:
        print(
            f"{row['model']}: ROC-AUC {row['roc_auc']:.3f}, PR-AUC {row['pr_auc']:.3f} "
            f"({row['pr_auc'] / row['base_rate']:.2f} x base rate), Brier skill {row['brier_skill']:.3f}"
        )
    roc, lift = outcome["roc_auc"], outcome["pr_auc"] / outcome["base_rate"]
    met = roc >= 0.78 and lift >= 4 and took_s < 300
    figure = f"ROC-AUC {roc:.3f}, PR-AUC {lift:.2f} x base rate, {took_s:.0f} s"
    verdict("hongkong_skill", figure, "ROC-AUC >= .78, PR-AUC >= 4 x base rate, < 300 s", met=met)


def _train(home: Path, site: Path) -> dict[str, object]:
    secrets = {"ROCKFALL_HOME": str(home), "ROCKFALL_FACTORY_PASSWORD": "admintime", "ROCKFALL_PASSWORD": _PHRASE}
    call = [sys.executable, "-m", "rockfall_desktop"]
    subprocess.run([*call, "setup", "--user", "ana"], env=os.environ | secrets, check=True)
    dates = [part for date in _DATES for part in ("--set", date)]
    done = subprocess.run(
        [*call, "train", str(site), *dates, "--json"],
        env=os.environ | secrets, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])
