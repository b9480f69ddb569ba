"""Dense training beside the window way: time to the same validation log loss, and the test block, of five seeds.

The paces of the dense way were chosen in sight of these seeds. Seeds 6 to 10, looked at once after that: the pit's GRU
.13967 validation log loss for the .13930 of windows (reached in one of five), ROC-AUC .8070 for .8056, PR-AUC .3730 for
.3700 (with 40 epochs in the place of 25); the pit's Transformer .1414 for .1407, ROC-AUC .7992 for .8011, PR-AUC .3743
for .3746; Hong Kong's Transformer .2054 for .2050, .8097 for .8123, .3547 for .3662. So the window way stays the
default.

Axes: n sample.
"""

import math
import statistics
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.figures import verdict
from tests.hong_kong_site import write_hong_kong_site

if TYPE_CHECKING:
    from rockfall_desktop.domain.arrays import SiteArrays
    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.learning.networks.network import RockfallNetwork
    from rockfall_desktop.learning.samples.sample_set import Block, SampleSet

HONG_KONG_DATA = Path(__file__).parents[2] / "shared" / "data" / "hong-kong-rock-cuts"
PARTS = ("lstm", "gru", "transformer")
SEEDS = (1, 2, 3, 4, 5)
DENSE: dict[str, Any] = {"way": "dense"}  # samples, rate and epochs of its steps follow from that and the network
_DATES = {
    "Hong Kong": {"train_until": date(2000, 1, 1), "validation_until": date(2003, 1, 1)},
    "simulated pit": {"train_until": date(2021, 8, 18), "validation_until": date(2022, 10, 24)},
}
_GOAL = "time <= 1/3, ROC-AUC lower by <= .005, PR-AUC by <= .01"


class Run(NamedTuple):
    """One training.

    Attributes:
        seconds: processor seconds at the end of each epoch; with one thread those of a wall clock where all else rests.
        losses: validation log loss after each epoch, of histories as they are judged, on the samples of both ways.
        roc_auc, pr_auc: of the test block, by the weights of the epoch that the training itself took for the best.
        rate: samples per second, median of the epochs.

    """

    seconds: list[float]
    losses: list[float]
    roc_auc: float
    pr_auc: float
    rate: float

    @property
    def best(self) -> float:
        """The lowest loss."""
        return min(self.losses)

    def reached(self, loss: float) -> float:
        """Seconds until a loss was reached; infinite when it never was."""
        return next((at for at, lost in zip(self.seconds, self.losses, strict=True) if lost <= loss), math.inf)


def run(part: str = "") -> None:
    """Every network, or one, on both sites."""
    met, worst = True, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name, arrays in _sites(Path(folder)):
            for network in [part] if part else PARTS:
                ratio, held = compare(name, arrays, network)
                met, worst = met and held, max(worst, ratio)
    verdict("dense_training", f"largest time {worst:.2f} of the window way's", _GOAL, met=met)


def compare(name: str, arrays: "SiteArrays", network: str, seeds: tuple[int, ...] = SEEDS) -> tuple[float, bool]:
    """One network on one site: the median ratio of times, and whether all that is asked holds."""
    both = [[_trained(name, arrays, network, seed, changes) for changes in ({}, DENSE)] for seed in seeds]
    window, dense = ([pair[way] for pair in both] for way in (0, 1))
    ratios = [one.reached(other.best) / other.reached(other.best) for one, other in zip(dense, window, strict=True)]
    ratio = statistics.median(ratios)
    lower = {
        score: statistics.median(getattr(one, score) for one in window)
        - statistics.median(getattr(one, score) for one in dense)
        for score in ("roc_auc", "pr_auc")
    }
    print(
        f"{name}, {network}: time {ratio:.2f} ({', '.join(f'{one:.2f}' for one in ratios)}); validation log loss "
        f"{_median(window, 'best'):.4f} by windows, {_median(dense, 'best'):.4f} densely; ROC-AUC "
        f"{_median(window, 'roc_auc'):.4f}, {_median(dense, 'roc_auc'):.4f}; PR-AUC {_median(window, 'pr_auc'):.4f}, "
        f"{_median(dense, 'pr_auc'):.4f}; samples/s {_median(window, 'rate'):,.0f}, {_median(dense, 'rate'):,.0f}",
        flush=True,
    )
    return ratio, ratio <= 1 / 3 and lower["roc_auc"] <= 0.005 and lower["pr_auc"] <= 0.01


def _median(runs: list[Run], what: str) -> float:
    return statistics.median(getattr(run, what) for run in runs)


def _sites(folder: Path) -> "list[tuple[str, SiteArrays]]":
    from rockfall_desktop.operations.sites import simulate_site
    from rockfall_desktop.sites.read import read_site

    found = []
    if HONG_KONG_DATA.exists():
        site = write_hong_kong_site(folder / "hong-kong", HONG_KONG_DATA, whole=True)
        found.append(("Hong Kong", read_site(site)))
    else:
        print(f"Hong Kong: skipped, {HONG_KONG_DATA} is not there")
    simulate_site(folder / "pit")
    return [*found, ("simulated pit", read_site(folder / "pit"))]


def _trained(name: str, arrays: "SiteArrays", network: str, seed: int, changes: dict[str, Any]) -> Run:
    from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.domain.control import Control
    from rockfall_desktop.domain.events import EpochFinished
    from rockfall_desktop.learning.fitting.member import MemberFit
    from rockfall_desktop.learning.fitting.progress import Watch
    from rockfall_desktop.learning.samples.build import build_samples
    from rockfall_desktop.learning.threads import bound_threads

    bound_threads(1)
    fields = {"sites": (name,), "temporal_network": network, "seed": seed, **_DATES[name]}
    config = TrainingConfig(**fields, **changes)
    samples = build_samples(arrays, config)
    shared = samples.validation.steps <= _last_shared(arrays, fields)
    watch = Watch(Control(), lambda: datetime.now(UTC), lambda: False)
    training = MemberFit(samples, config, 1, watch)
    seconds, losses, rates, spent = [], [], [], 0.0
    events = training.run()
    while True:
        begun = time.process_time()
        event = next((event for event in events if isinstance(event, EpochFinished)), None)
        spent += time.process_time() - begun
        if event is None:
            break
        answer = _answers(training.judged, samples, samples.validation, config)
        losses.append(float(log_loss(samples.validation.targets[shared], answer[shared.numpy()], labels=[0, 1])))
        seconds.append(spent)
        rates.append(event.metrics.samples_per_second)
    assert training.best is not None
    training.network.load_state_dict(training.best)
    answer, target = _answers(training.network, samples, samples.test, config)[:, 0], samples.test.targets[:, 0].numpy()
    return Run(
        seconds,
        losses,
        float(roc_auc_score(target, answer)),
        float(average_precision_score(target, answer)),
        statistics.median(rates),
    )


def _last_shared(arrays: "SiteArrays", fields: dict[str, Any]) -> int:
    """Last step of the validation block of both ways: the longer history cuts more of its end."""
    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.learning.samples.split import split_by_time

    return split_by_time(TrainingConfig(**fields, **DENSE), arrays.local_date).validation[1]


def _answers(network: "RockfallNetwork", samples: "SampleSet", block: "Block", config: "TrainingConfig") -> Any:
    """Probabilities by the history that is judged, outside the clock."""
    from rockfall_desktop.aside import finished
    from rockfall_desktop.domain.control import Control
    from rockfall_desktop.learning.evaluation.predicting import predict
    from rockfall_desktop.learning.fitting.losses import make_loss
    from rockfall_desktop.learning.memory import AtOnce

    correction = make_loss(config, samples.training.targets).correction
    return finished(predict(network, samples, block, AtOnce(1024), correction, Control(), lambda: datetime.now(UTC)))
