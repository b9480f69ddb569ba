"""What a training was asked for. Its fields make the form, the terminal's options and the manual."""

from typing import Self

from pydantic import model_validator

from rockfall_desktop.domain.config_advanced import AdvancedFields
from rockfall_desktop.domain.config_features import ALL_CHANNELS, ALL_LAYERS, CLOUD_KINDS, RASTER_KINDS
from rockfall_desktop.domain.config_form import Group

__all__ = ["ALL_CHANNELS", "ALL_LAYERS", "Group", "TrainingConfig"]


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
        if not self.temporal_features and not self.season and self.temporal_network != "none":
            raise ValueError("temporal_features: choose at least one channel or turn season on")
        if len(self.temporal_features) != len(set(self.temporal_features)):
            raise ValueError("temporal_features: a channel is named twice")
        if self.frozen and not self.start_from:
            raise ValueError("frozen: only encoders of an earlier job can be kept; name it in start_from")
        if self.precision == "mixed" and self.device != "cuda":
            raise ValueError("precision: mixed is for the device cuda; choose float32")
        return self

    @model_validator(mode="after")
    def _layers_hang_together(self) -> Self:
        kinds = frozenset(self.spatial_features)
        if len(self.spatial_features) != len(kinds):
            raise ValueError("spatial_features: a kind of layer is named twice")
        if ALL_LAYERS in kinds and len(kinds) > 1:
            raise ValueError("spatial_features: 'all' stands alone, or name the kinds")
        networks = {"raster_network": RASTER_KINDS, "cloud_network": CLOUD_KINDS}
        if self.temporal_network == "none" and not kinds:
            raise ValueError("temporal_network: without a network for series, choose layers and a network for them")
        if ALL_LAYERS in kinds and all(getattr(self, name) == "none" for name in networks):
            raise ValueError("spatial_features: choose a raster network or a cloud network, which reads them")
        for name, readable in networks.items():
            asked = sorted(kinds & readable)
            if asked and getattr(self, name) == "none":
                raise ValueError(f"{name}: choose one, which reads {', '.join(asked)}, or leave those layers out")
            if getattr(self, name) != "none" and not (asked or ALL_LAYERS in kinds):
                raise ValueError(f"spatial_features: choose layers for {name}: 'all', {', '.join(sorted(readable))}")
        return self

    @model_validator(mode="after")
    def _answers_hang_together(self) -> Self:
        if self.uncertainty == "mc_dropout" and self.dropout == 0:
            raise ValueError("dropout: must be above 0 where uncertainty comes from dropout")
        return self

    @model_validator(mode="after")
    def _split_hangs_together(self) -> Self:
        if len(self.sites) != len(set(self.sites)):
            raise ValueError("sites: a site is named twice")
        if self.calibration_until and self.calibration == "none":
            raise ValueError("calibration_until: choose a calibration, or leave the date empty")
        if self.calibration_until and not self.validation_until:
            raise ValueError("calibration_until: goes with train_until and validation_until, or leave it empty")
        if self.calibration_until and self.validation_until and self.calibration_until <= self.validation_until:
            raise ValueError("calibration_until: must be later than validation_until")
        if self.view == "sites" and len(self.sites) < 3:
            raise ValueError("view: to leave sites out takes three or more: to learn from, to validate and to test")
        folds = {"time": self.zone_fold + 1, "zones": self.zone_folds, "sites": len(self.sites)}[self.view]
        if self.zone_fold >= folds:
            raise ValueError(f"zone_fold: there are {folds} folds, numbered from 0")
        return self
