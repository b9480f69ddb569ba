"""The window way beside Lightning's Trainer with a Dataset that gives one sample at a time: same network and data."""

import contextlib
import importlib
import statistics
import time
import warnings
from typing import TYPE_CHECKING, Any

from benchmarks.figures import verdict
from benchmarks.training_throughput import own_epochs
from benchmarks.zone_sharing import made_up_samples, made_up_series

if TYPE_CHECKING:
    from types import ModuleType

    import torch

    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.learning.samples.sample_set import SampleSet

GOALS = {"gru": 0.95, "transformer": 0.95, "lstm": 1.1, "lstm + cnn": 1.6}
_ROUNDS, _EPOCHS = 3, 4
_SHAPES = {"window_steps": 72, "width": 32, "batch_size": 128, "season": False, "schedule": "constant"}


def run() -> None:
    """Epochs of both in turns on one torch thread; medians by processor time, which other programs do not change."""
    lightning = _lightning()
    if lightning is None:
        print("against_lightning: skipped, Lightning is not installed (pip install pytorch-lightning, elsewhere)")
        return
    import torch

    from rockfall_desktop.learning.threads import bound_threads

    torch.manual_seed(7)
    bound_threads(1)
    found = {}
    for name in GOALS:
        config = _config(name)
        samples = made_up_samples("cnn") if name.endswith("cnn") else made_up_series()
        own, other = [], []
        for _ in range(_ROUNDS):
            other += _lightning_epochs(lightning, samples, config)
            own += own_epochs(samples, config)
        found[name] = statistics.median(own) / statistics.median(other)
        print(f"{name}: {_words(own)} samples/s, Lightning {_words(other)}, {found[name]:.2f} x", flush=True)
    figure = ", ".join(f"{name} {ratio:.2f} x" for name, ratio in found.items())
    goal = ", ".join(f"{name} >= {least:g} x" for name, least in GOALS.items())
    verdict("against_lightning", figure, goal, met=all(found[name] >= least for name, least in GOALS.items()))


def _words(rates: list[float]) -> str:
    return f"{statistics.median(rates):,.0f} (slowest {min(rates):,.0f}, fastest {max(rates):,.0f})"


def _lightning() -> "ModuleType | None":
    for name in ("pytorch_lightning", "lightning.pytorch"):
        with contextlib.suppress(ImportError):
            return importlib.import_module(name)
    return None


def _config(name: str) -> "TrainingConfig":
    from rockfall_desktop.domain.config import TrainingConfig

    fields: dict[str, Any] = {"sites": ("a",), "temporal_network": name.split(maxsplit=1)[0], "epochs": _EPOCHS}
    fields |= {"layers": 2 if name == "transformer" else 1, "patience": _EPOCHS}
    if name.endswith("cnn"):
        fields |= {"raster_network": "cnn", "spatial_features": ("elevation",)}
    return TrainingConfig.model_validate(fields | _SHAPES)


def _lightning_epochs(lightning: "ModuleType", samples: "SampleSet", config: "TrainingConfig") -> list[float]:
    """Samples per second of each epoch but the first, of a Trainer without logs and files."""
    from torch.utils.data import DataLoader

    module = _module(lightning, samples, config)
    loader = DataLoader(_OneByOne(samples), config.batch_size, shuffle=True, num_workers=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it advises more workers, which here only take the one core away
        trainer = lightning.Trainer(
            max_epochs=_EPOCHS, accelerator="cpu", logger=False, enable_checkpointing=False,
            enable_progress_bar=False, enable_model_summary=False, gradient_clip_val=config.gradient_clip,
        )  # fmt: skip
        trainer.fit(module, loader)
    return [len(samples.training.rows) / seconds for seconds in module.seconds][1:]


class _OneByOne:
    """What a Dataset gives for a sample: its window, times, chips where there are any, and its answer."""

    def __init__(self, samples: "SampleSet") -> None:
        self._samples = samples

    def __len__(self) -> int:
        return len(self._samples.training.rows)

    def __getitem__(self, number: int) -> "tuple[torch.Tensor, ...]":
        samples, block = self._samples, self._samples.training
        row = block.rows[number]
        time_t = samples.times[row]
        sample = samples.windows[row], (time_t - time_t[-1]).float(), block.targets[number]
        if samples.rasters is None:
            return sample
        stack = block.rasters[number]
        return *sample, samples.rasters.bands[stack], samples.rasters.classes[stack]


def _module(lightning: "ModuleType", samples: "SampleSet", config: "TrainingConfig") -> Any:
    import torch

    from rockfall_desktop.learning.fitting.new_network import new_network
    from rockfall_desktop.learning.networks.batch import Batch

    class Module(lightning.LightningModule):  # type: ignore[misc, name-defined]  # the module is found at run time
        def __init__(self) -> None:
            super().__init__()
            self.network, self.loss = new_network(samples, config)
            self.seconds: list[float] = []

        def training_step(self, parts: Any, _: int) -> Any:
            x_bti, time_bt, targets_bh, *chips = parts
            batch = Batch(len(x_bti), x_bti, time_bt)
            if chips:
                here_b = torch.ones(len(x_bti), dtype=torch.bool)
                batch = batch._replace(raster_bkd=self.network.raster_tokens(*chips), raster_here_b=here_b)
            return self.loss.of(self.network(batch), targets_bh)

        def on_train_epoch_start(self) -> None:
            self.begun = time.process_time()

        def on_train_epoch_end(self) -> None:
            self.seconds.append(time.process_time() - self.begun)

        def configure_optimizers(self) -> Any:
            return torch.optim.AdamW(self.network.parameters(), config.learning_rate, weight_decay=config.weight_decay)

    return Module()
