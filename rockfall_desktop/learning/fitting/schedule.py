"""How the learning rate moves."""

import math
from typing import Any

from torch.optim import Optimizer
from torch.optim.lr_scheduler import OneCycleLR, ReduceLROnPlateau

from rockfall_desktop.domain.config import TrainingConfig

_RATES = ("lr", "initial_lr", "max_lr", "min_lr")  # where OneCycleLR keeps what it computes a rate from


class Schedule:
    """One cycle over all steps (Smith and Topin 2018), halved on a plateau, or constant."""

    def __init__(self, config: TrainingConfig, optimiser: Optimizer, steps_per_epoch: int) -> None:
        self._optimiser = optimiser
        self._cycle: OneCycleLR | None = None
        self._plateau: ReduceLROnPlateau | None = None
        if config.schedule == "one_cycle":
            self._cycle = OneCycleLR(optimiser, config.step_rate, total_steps=config.most_epochs * steps_per_epoch + 1)
        elif config.schedule == "plateau":
            patience = max(1, math.ceil(config.patience / 3))
            self._plateau = ReduceLROnPlateau(optimiser, factor=0.5, patience=patience)

    def after_step(self) -> None:
        """Move on after one optimiser step."""
        if self._cycle is not None:
            self._cycle.step()

    def after_epoch(self, validation_loss: float) -> None:
        """Move on after one epoch."""
        if self._plateau is not None:
            self._plateau.step(validation_loss)

    def halve(self) -> None:
        """Go on at half the rate, now and for the rest of the training."""
        for group in self._optimiser.param_groups:
            group.update({name: group[name] / 2 for name in _RATES if name in group})

    @property
    def learning_rate(self) -> float:
        """The rate of the next step."""
        return float(self._optimiser.param_groups[0]["lr"])

    def state(self) -> dict[str, Any]:
        """Where it stands, beside what stands in the optimiser's groups; plain values."""
        moving = self._cycle or self._plateau
        return dict(moving.state_dict()) if moving is not None else {}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from where it stood; the optimiser is put back by itself."""
        if self._cycle is not None:
            self._cycle.load_state_dict(state)
        elif self._plateau is not None:
            self._plateau.load_state_dict(state)
