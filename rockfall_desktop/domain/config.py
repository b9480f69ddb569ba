"""What a training was asked for. Its fields make the form, the terminal's options and the manual."""

from typing import Self

from pydantic import model_validator

from rockfall_desktop.domain.config_advanced import AdvancedFields
from rockfall_desktop.domain.config_features import ALL_CHANNELS
from rockfall_desktop.domain.config_form import Group

__all__ = ["ALL_CHANNELS", "Group", "TrainingConfig"]


class TrainingConfig(AdvancedFields):
    """What one training is asked to do, complete: the same values give the same network to the last bit on the CPU.

    A field with a single choice is a promise kept for later; the form does not show it.
    """

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if list(self.horizon_steps) != sorted(set(self.horizon_steps)):
            raise ValueError("horizon_steps: the horizons must grow, each one once, e.g. 1, 3, 7")
        if self.train_until and self.validation_until and self.train_until >= self.validation_until:
            raise ValueError("validation_until: must be later than train_until")
        if bool(self.train_until) != bool(self.validation_until):
            raise ValueError("train_until: give both dates, train_until and validation_until, or neither")
        if not self.temporal_features and not self.season:
            raise ValueError("temporal_features: choose at least one channel or turn season on")
        if len(self.temporal_features) != len(set(self.temporal_features)):
            raise ValueError("temporal_features: a channel is named twice")
        return self
