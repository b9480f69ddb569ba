"""Real rain and real failures, from the site folder to the report."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.terminal import call, last_json
from tests.hong_kong_site import write_hong_kong_site
from tests.stations import open_station

DATA = Path(__file__).parents[3] / "shared" / "data" / "hong-kong-rock-cuts"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the Hong Kong data is not beside the checkout")
DATES = ("--set", "train_until=2000-01-01", "--set", "validation_until=2003-01-01")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_station(tmp_path / "home"):
        return tmp_path / "home"


def test_that_the_whole_region_is_forecast_about_as_well_as_the_reference_says(home: Path, tmp_path: Path) -> None:
    site = write_hong_kong_site(tmp_path / "site", DATA, whole=True)
    outcome = last_json(call(home, "train", str(site), *DATES, "--json"))
    report = json.loads(Path(outcome["report"]).read_text())
    test = report["blocks"][2]
    assert (test["start"], test["end"], test["samples"], test["positives"]) == ("2003-01-01", "2009-12-30", 2556, [191])
    assert 0.78 <= outcome["roc_auc"] < 0.85, "above .85 the future has leaked into the inputs"
    assert outcome["pr_auc"] >= 4 * outcome["base_rate"]
    assert report["scores"][1]["roc_auc"] == pytest.approx(0.805, abs=0.02), "logistic regression, see REFERENCE.md"
    assert report["simulated"] is False


def test_that_the_cells_of_ten_kilometres_train_from_start_to_end(home: Path, tmp_path: Path) -> None:
    site = write_hong_kong_site(tmp_path / "site", DATA)
    outcome = last_json(
        call(
            home,
            "train",
            str(site),
            *DATES,
            "--set",
            "epochs=1",
            "--set",
            "batch_size=1024",
            "--set",
            "window_steps=10",
            "--json",
        )
    )
    report = json.loads(Path(outcome["report"]).read_text())
    assert report["blocks"][2]["samples"] == 25 * 2556
    assert outcome["incidents_in_test"] > 300
