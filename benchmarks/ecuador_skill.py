"""Real landslides without time: whether a network that sees the slope around a point tells more than its centre cell.

Points and terrain go through a site folder like any user's: the points are zones of 80 m radius with labels, the five
bands of the terrain (slope, plan and profile curvature, elevation, log10 of the catchment area) are one layer of named
bands, cut into chips of 17 x 17 cells of 10 m. The layer is written as imagery: an elevation layer would compute bands
of its own from the elevation alone, told from the zone's mean, and the published reference (Muenchow et al. 2012;
spatially cross-validated ROC-AUC .77 of a GLM) rests on these five as they are.

Every point is moved to the centre of the cell in which it lies, by 7 m at most. In the data all points without a slide
lie on such centres and those with one anywhere, so that chips around the points as given are interpolated, and
smoother, for slides alone: a network reads the answer off that (ROC-AUC .82), and regression loses curvature.

Three partitions into five groups of neighbours (k-means, Brenning 2012), each group tested once. The network learns
from three groups and a fourth chooses the epoch; the regression beside it learns from the same three. The published
one learned from all four others, and so does the one that has the goal: it shows that zones, labels and chips arrive as
they are. The settings of the network were written down before any of its figures was seen.
"""

import csv
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from statistics import mean, stdev
from typing import Any, NamedTuple, cast

import numpy as np
import rasterio
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks.figures import verdict
from rockfall_desktop.aside import finished
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.learning.evaluation.baselines import logistic_regression
from rockfall_desktop.learning.evaluation.predicting import predict
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints
from rockfall_desktop.learning.fitting.fit import fit
from rockfall_desktop.learning.samples.build import build_pooled
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.learning.samples.zone_folds import fold_of_zones
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.read_layers import read_layers

DATA = Path(__file__).parents[1] / ".." / "shared" / "data" / "ecuador-terrain"
GOAL, WITHIN = 0.77, 0.02
PARTITIONS, FOLDS = 3, 5
_SITE = """id = "01890a5d-ac96-774b-bcce-b302099a8057"
name = "Southern Ecuador"
crs = "EPSG:32717"
timezone = "America/Guayaquil"
step = "1d"

[zones]
file = "points.csv"
id_column = ""
radius_m = 80.0
label_column = "slide"

[chips]
pixels = 17
cell_m = 10.0

[[layer]]
name = "terrain"
kind = "drone_imagery"
file = "terrain.tif"
bands = ["slope", "plan_curvature", "profile_curvature", "elevation", "log10_catchment"]
timeless = true
"""


class _Fold(NamedTuple):
    """ROC-AUC on one fold's points, and how many there are; `published` learned from all other folds."""

    network: float
    regression: float
    published: float
    points: int


def run() -> None:
    """Train and test every fold; print mean and spread of both models, and the verdict on the regression."""
    if not DATA.is_dir():
        sys.exit(f"ecuador_skill: {DATA} is not there, so nothing is measured")
    with tempfile.TemporaryDirectory() as folder:
        site = _written(Path(folder) / "site")
        read = SiteInput(read_site(site), read_layers(site))
        seeds = _seeds(read, site)
        folds = [_fold(read, _config(site, seed, fold), Path(folder)) for seed in seeds for fold in range(FOLDS)]
    network, regression, published = ([fold[place] for fold in folds] for place in range(3))
    better = "The network is better than" if mean(network) > mean(regression) else "The network is not better than"
    sizes = [fold.points for fold in folds]
    wins = sum(fold.network > fold.regression for fold in folds)
    print(f"{better} logistic regression on the centre cell (better in {wins} of {len(folds)} folds).")
    print(f"{PARTITIONS} x {FOLDS} folds of {min(sizes)} to {max(sizes)} points")
    named = {
        "network (CNN), three groups": network,
        "logistic regression, the same three groups": regression,
        "logistic regression, all four other groups": published,
    }
    for name, found in named.items():
        print(f"{name}: ROC-AUC {mean(found):.3f}, spread between folds {stdev(found):.3f}")
    figure = f"ROC-AUC {mean(published):.3f} of logistic regression, {mean(network):.3f} of the network"
    met = abs(mean(published) - GOAL) <= WITHIN
    verdict("ecuador_skill", figure, f"logistic regression {GOAL} +- {WITHIN}, none for the network", met=met)


def _written(site: Path) -> Path:
    site.mkdir()
    (site / "site.toml").write_text(_SITE)
    copyfile(DATA / "terrain.tif", site / "terrain.tif")
    with rasterio.open(DATA / "terrain.tif") as terrain, (DATA / "landslide_points.csv").open(newline="") as points:
        rows = [(*_centre(terrain, float(one["x"]), float(one["y"])), one["lslpts"]) for one in csv.DictReader(points)]
    with (site / "points.csv").open("w", newline="") as written:
        csv.writer(written).writerows([("x", "y", "slide"), *rows])
    return site


def _centre(terrain: Any, x_m: float, y_m: float) -> tuple[float, float]:
    """The centre of the cell in which a point lies."""
    return cast(tuple[float, float], terrain.xy(*terrain.index(x_m, y_m)))


def _seeds(read: SiteInput, site: Path) -> list[int]:
    """The first seeds that part the points differently."""
    found: dict[bytes, int] = {}
    seed = 0
    while len(found) < PARTITIONS:
        found.setdefault(fold_of_zones(read.arrays, 0, _config(site, seed, 0)).tobytes(), seed)
        seed += 1
    return list(found.values())


def _config(site: Path, seed: int, fold: int) -> TrainingConfig:
    return TrainingConfig(
        sites=(str(site),),
        temporal_network="none",
        spatial_features=("drone_imagery",),
        raster_network="cnn",
        view="zones",
        zone_folds=FOLDS,
        zone_fold=fold,
        width=16,
        batch_size=32,
        seed=seed,
    )


def _fold(read: SiteInput, config: TrainingConfig, folder: Path) -> _Fold:
    samples = build_pooled((read,), config)
    target = samples.test.targets[:, 0].numpy()
    four = replace(samples, training=_joined(samples.training, samples.validation))
    answers = [
        _network(samples, config, folder),
        *(logistic_regression(one, samples.test, config.seed, Control())[:, 0] for one in (samples, four)),
    ]
    network, regression, published = (float(roc_auc_score(target, answer)) for answer in answers)
    return _Fold(network, regression, published, len(target))


def _joined(one: Block, other: Block) -> Block:
    """The samples of two blocks; the count is that of the first."""
    fields = ("rows", "targets", "steps", "zones", "rasters", "clouds")
    parts: dict[str, Any] = {field: torch.cat((getattr(one, field), getattr(other, field))) for field in fields}
    return replace(one, **parts)


def _network(samples: SampleSet, config: TrainingConfig, folder: Path) -> NDArray[np.float64]:
    """The network's probabilities of the test block."""
    control = Control()
    checkpoints = Checkpoints(folder, lambda: 0.0)
    fitted = finished(fit(samples, config, checkpoints, control, _now))
    network, correction = fitted.networks[0], fitted.loss.correction
    answer = finished(predict(network, samples, samples.test, fitted.answering, correction, control, _now))
    return answer[:, 0]


def _now() -> datetime:
    return datetime.now(UTC)
