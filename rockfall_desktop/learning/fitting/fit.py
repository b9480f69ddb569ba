"""The training loop: a generator of events that knows no thread, no window and no store.

Axes: n sample, b batch, h horizon.
"""

import math
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import torch

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.errors import StoreFault, TrainingFault
from rockfall_desktop.domain.events import EpochFinished, StepProgress, Tick
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.learning.evaluation.predicting import predict
from rockfall_desktop.learning.evaluation.scores import validation_scores
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints
from rockfall_desktop.learning.fitting.losses import Loss, make_loss
from rockfall_desktop.learning.fitting.pieces import answer_piece
from rockfall_desktop.learning.fitting.schedule import Schedule
from rockfall_desktop.learning.fitting.window_way import Piece, WindowWay
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import SampleSet

_SHOW_EVERY_S = 0.1


@dataclass(frozen=True)
class Fitted:
    """What a training gave: networks with the weights of their best epochs, one for each member, and the loss."""

    networks: tuple[RockfallNetwork, ...]
    loss: Loss
    best_epoch: int


@dataclass(frozen=True)
class _Standing:
    """The best epoch so far and how long ago it was."""

    best_epoch: int = 0
    best_loss: float = math.inf
    patience_used: int = 0

    def after(self, epoch: int, loss: float) -> "_Standing":
        if loss < self.best_loss:
            return _Standing(epoch, loss, 0)
        return replace(self, patience_used=self.patience_used + 1)


def new_network(samples: SampleSet, config: TrainingConfig) -> tuple[RockfallNetwork, Loss]:
    """The untrained network of a seed, whose heads start at the base rate, and its loss."""
    torch.manual_seed(config.seed)
    network = RockfallNetwork(samples.shapes, config)
    loss = make_loss(config, samples.training.targets)
    network.start_at(loss.start_h)
    return network, loss


class Fit:
    """One training, stepwise. `run` is the generator; the rest are its parts."""

    def __init__(
        self,
        samples: SampleSet,
        config: TrainingConfig,
        checkpoints: Checkpoints,
        control: Control,
        now: Callable[[], datetime],
    ) -> None:
        self._samples, self._config, self._checkpoints = samples, config, checkpoints
        self._control, self._now = control, now
        self._network, self._loss = new_network(samples, config)
        self._optimiser = torch.optim.AdamW(
            self._network.parameters(), config.learning_rate, weight_decay=config.weight_decay
        )
        self._way = WindowWay(self._network, samples, self._loss, config)
        self._schedule = Schedule(config, self._optimiser, self._way.steps)
        self._order = torch.Generator().manual_seed(config.seed)
        self._standing = _Standing()
        self._epoch = 0

    def run(self) -> Generator[EpochFinished | StepProgress | Tick, None, Fitted]:
        """Train until the last epoch, until patience runs out, or until somebody asks to stop.

        Raises:
            Cancelled: as soon as a cancel is seen; the last checkpoint is written first.
            TrainingFault: when the loss is no number any more.

        """
        try:
            yield from self._epochs()
        except (Cancelled, GeneratorExit):
            with suppress(StoreFault):  # a full disk makes no failure out of a cancel
                self._checkpoints.write(self._state, now=True)
            raise
        self._checkpoints.write(self._state, now=True)
        assert self._checkpoints.best is not None  # noqa: S101 - the first epoch always ends
        self._network.load_state_dict(self._checkpoints.best)
        return Fitted((self._network,), self._loss, self._standing.best_epoch)

    def _epochs(self) -> Iterator[EpochFinished | StepProgress | Tick]:
        while self._goes_on():
            begun = time.perf_counter()
            train_loss = yield from self._train_epoch(begun)
            if self._stops_now():
                return
            trained_s = time.perf_counter() - begun
            self._epoch += 1
            yield EpochFinished(at=self._now(), metrics=(yield from self._judge_epoch(train_loss, trained_s, begun)))
            self._checkpoints.write(self._state)

    def _goes_on(self) -> bool:
        more = self._epoch < self._config.epochs and self._standing.patience_used < self._config.patience
        return more and not self._stops_now()

    def _stops_now(self) -> bool:
        """A stop in the first epoch waits for its end: before it there is nothing to keep."""
        return self._control.stopped_early and self._epoch > 0

    def _train_epoch(self, begun: float) -> Generator[StepProgress, None, float]:
        self._network.train()
        total, seen, shown = torch.zeros(()), 0, time.perf_counter()
        steps = self._way.epoch(self._order)
        for step, picked in enumerate(steps, 1):
            for piece in self._step(picked):
                total += piece.loss
                seen += piece.samples
                if self._control.cancelled:
                    raise Cancelled
                if (clock := time.perf_counter()) - shown > _SHOW_EVERY_S:
                    shown, rate = clock, seen / (clock - begun)
                    yield StepProgress(
                        at=self._now(), epoch=self._epoch + 1, step=step, steps=len(steps), samples_per_second=rate
                    )
            if self._stops_now():
                break
        return self._finite(float(total) / max(seen, 1))

    def _step(self, picked: torch.Tensor) -> Iterator[Piece]:
        """One optimiser step; yields each piece of it."""
        self._optimiser.zero_grad()
        yield from self._way.pieces(picked)
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), self._config.gradient_clip)
        self._optimiser.step()
        self._schedule.after_step()

    def _judge_epoch(self, train_loss: float, trained_s: float, begun: float) -> Generator[Tick, None, TrainingMetrics]:
        block = self._samples.validation
        piece = answer_piece(self._config, len(self._samples.inputs))
        answer = yield from predict(
            self._network, self._samples, block, piece, self._loss.correction, self._control, self._now
        )
        targets = block.targets.numpy()
        scores = yield from run_aside(lambda: validation_scores(answer, targets), self._control, self._now)
        self._standing = self._standing.after(self._epoch, self._finite(scores.log_loss))
        if self._standing.best_epoch == self._epoch:
            self._checkpoints.keep_best(self._network)
        rate = self._schedule.learning_rate
        self._schedule.after_epoch(scores.log_loss)
        return TrainingMetrics(
            epoch=self._epoch,
            train_loss=train_loss,
            validation_loss=scores.log_loss,
            pr_auc=scores.pr_auc,
            roc_auc=scores.roc_auc,
            ece=scores.ece,
            learning_rate=rate,
            seconds=time.perf_counter() - begun,
            samples_per_second=len(self._samples.training.rows) / max(trained_s, 1e-9),
            best_epoch=self._standing.best_epoch,
            patience_used=self._standing.patience_used,
            patience=self._config.patience,
        )

    def _finite(self, loss: float) -> float:
        if math.isfinite(loss):
            return loss
        raise TrainingFault(
            "The training diverged",
            f"The loss became {loss} in epoch {self._epoch + 1}.",
            "Choose a lower learning rate or a smaller gradient clip.",
        )

    def _state(self) -> dict[str, Any]:
        """Epochs done, and the weights as they are: after a cancel those of a point within the next epoch."""
        return {
            "epoch": self._epoch,
            "best_epoch": self._standing.best_epoch,
            "network": self._network.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }


def fit(
    samples: SampleSet,
    config: TrainingConfig,
    checkpoints: Checkpoints,
    control: Control,
    now: Callable[[], datetime],
) -> Generator[EpochFinished | StepProgress | Tick, None, Fitted]:
    """Train a new network; see `Fit.run`."""
    return Fit(samples, config, checkpoints, control, now).run()
