"""A job of several sites, and one of labels without time, from start to report."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import JobCompleted, JobCreated, LogLine, SamplesBuilt
from rockfall_desktop.domain.simulated_pit import SimulatedPit
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.alignment import align_site
from rockfall_desktop.operations.jobs import job_events
from rockfall_desktop.operations.plan import plan_training
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.sites.simulated.site import write_simulated_site
from tests.stations import quick_config
from tests.unit.sites.made_site import write_site

OTHER_ID = "0190a000-0000-7000-8000-000000000001"
LAYER = (
    '\n[[layer]]\nname = "photo"\nkind = "drone_imagery"\nfile = "photo.tif"\nbands = ["dark"]\ntimeless = true\n'
    "[chips]\npixels = 8\ncell_m = 10\n"
)
ZONES = '\n[zones]\nfile = "zones.csv"\nradius_m = 40\nlabel_column = "fell"\n'
UTM = 'crs = "EPSG:32633"\n'


@pytest.fixture(scope="module")
def other_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites") / "other"
    write_simulated_site(folder, SimulatedPit(seed=6, zones=3, days=800), site_id=OTHER_ID)
    text = (folder / "site.toml").read_text()
    (folder / "site.toml").write_text(text.replace('name = "', 'name = "Other ', 1))
    return folder


def labelled_site(folder: Path) -> Path:
    """120 zones in a row; dark ones fell."""
    random = np.random.default_rng(2)
    fell = random.random(120) < 0.5
    cells = random.random((8, 960)).astype(np.float32) + np.repeat(fell, 8)
    rows = "".join(f"Z{z},{500_040 + 80 * z},5000040,{int(yes)}\n" for z, yes in enumerate(fell))
    write_site(folder, zones=ZONES, channel=LAYER, incidents="", head=UTM, zones_csv="id,x,y,fell\n" + rows)
    shape = {"width": 960, "height": 8, "count": 1, "dtype": "float32", "crs": "EPSG:32633", "driver": "GTiff"}
    with rasterio.open(
        folder / "photo.tif", "w", transform=Affine(10, 0, 500_000, 0, -10, 5_000_080), **shape
    ) as photo:
        photo.write(cells, 1)
    return folder


def test_that_a_job_of_two_sites_runs_to_its_report_and_bears_both_names(
    station: Station, session: Session, site: Path, other_site: Path
) -> None:
    config = quick_config(site, sites=(str(site), str(other_site)), scaling="site", epochs=1)
    plan = plan_training(session, station=station, config=config)
    job = start_training(session, station=station, config=config)
    events = list(run_job(session, station=station, job_id=job.job_id, control=Control()))
    assert isinstance(events[-1], JobCompleted)
    assert job.site_name == " + ".join(job.site_names)
    assert len(job.site_names) == 2
    assert job.simulated
    assert events[-1].report.site_name == job.site_name
    built = next(event for event in events if isinstance(event, SamplesBuilt))
    assert built.blocks == plan.blocks
    told = [event.text for event in events if isinstance(event, LogLine)]
    assert any(line.startswith(f"{job.site_names[1]}: ") for line in told)
    created = job_events(session, station=station, job_id=job.job_id)[0]
    assert isinstance(created, JobCreated)
    assert created.site_names == job.site_names
    assert created.config.sites == (str(site), str(other_site))


def test_that_the_same_site_in_two_folders_is_refused_before_a_job_exists(
    station: Station, session: Session, site: Path, tmp_path: Path
) -> None:
    copy = write_simulated_copy(site, tmp_path / "copy")
    with pytest.raises(WrongInput, match="is named twice"):
        start_training(session, station=station, config=quick_config(site, sites=(str(site), str(copy))))


def write_simulated_copy(site: Path, folder: Path) -> Path:
    folder.mkdir()
    for path in site.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_that_labels_without_time_are_learned_from_start_to_report(
    station: Station, session: Session, tmp_path: Path
) -> None:
    folder = labelled_site(tmp_path / "labels")
    config = quick_config(
        folder,
        temporal_network="none",
        spatial_features=("drone_imagery",),
        raster_network="cnn",
        view="zones",
        zone_folds=3,
        batch_size=8,
        epochs=4,
    )
    job = start_training(session, station=station, config=config)
    events = list(run_job(session, station=station, job_id=job.job_id, control=Control()))
    assert isinstance(events[-1], JobCompleted), events[-1]
    report = events[-1].report
    assert not report.few_incidents
    assert [block.days for block in report.blocks] == ["no time"] * 3
    assert plan_training(session, station=station, config=config).blocks == report.blocks
    regression = next(row for row in report.scores if row.model == "logistic regression")
    assert regression.roc_auc == 1.0
    with pytest.raises(WrongInput, match="labels"):
        align_site(session, station=station, config=config)
