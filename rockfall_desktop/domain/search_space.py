"""What a search may vary, and in which range. It is small on purpose: every further field costs trials."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import Field, ValidationError

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.config_faults import faults_by_field
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.value import Value

Setting = int | float | str


class Dimension(Value):
    """One field that is varied: among some values, or between two numbers."""

    name: str = Field(description="Field of TrainingConfig.")
    title: str = Field(description="How the form calls it.")
    choices: tuple[Setting, ...] = Field(default=(), description="What is chosen from; empty for a range.")
    low: float = Field(default=0.0, description="Least value of a range.")
    high: float = Field(default=0.0, description="Largest value of a range.")
    logarithmic: bool = Field(default=False, description="Whether a range is drawn from on a logarithmic scale.")

    @property
    def words(self) -> str:
        """What it ranges over, for people."""
        if self.choices:
            return ", ".join(map(str, self.choices))
        return f"{self.low:g} to {self.high:g}" + (", logarithmic" if self.logarithmic else "")


class LeftOut(Value):
    """One choice that is not tried, because the record cannot hold it."""

    title: str = Field(description="How the form calls the field.")
    choice: Setting = Field(description="What is not tried.")
    because: str = Field(description="What would be wrong, one sentence.")


def _among(*choices: Setting) -> Callable[[TrainingConfig], dict[str, Any]]:
    return lambda _: {"choices": choices}


def _between(low: float, high: float, *, logarithmic: bool = False) -> Callable[[TrainingConfig], dict[str, Any]]:
    return lambda _: {"low": low, "high": high, "logarithmic": logarithmic}


def _around(name: str, least: int, most: int) -> Callable[[TrainingConfig], dict[str, Any]]:
    """Half of the form's value, the value, and twice as much."""

    def choices(base: TrainingConfig) -> dict[str, Any]:
        value = int(getattr(base, name))
        return {"choices": tuple(sorted({max(least, value // 2), value, min(most, 2 * value)}))}

    return choices


_RANGES: dict[str, Callable[[TrainingConfig], dict[str, Any]]] = {
    "temporal_network": _among("lstm", "gru", "transformer"),
    "raster_network": _among("cnn", "resnet_light", "resnet"),
    "fusion": _among("mlp", "attention", "gated"),
    "width": _among(16, 32, 64, 128),
    "layers": _among(1, 2, 3),
    "dropout": _between(0.02, 0.5),
    "learning_rate": _between(1e-4, 2e-2, logarithmic=True),
    "batch_size": _around("batch_size", 8, 65536),
    "window_steps": _around("window_steps", 2, 4096),
    "weight_decay": _between(1e-4, 0.3, logarithmic=True),
    "imbalance": _among("none", "class_weights", "focal", "logit_adjustment"),
}
_OF_SERIES = frozenset({"temporal_network", "layers", "window_steps"})
_OF_WEIGHTS = _OF_SERIES | {"raster_network", "fusion", "width"}

VARIABLE = tuple(_RANGES)


def can_vary(base: TrainingConfig) -> tuple[str, ...]:
    """The fields that make a difference to trainings like this one, in the order of the form.

    Where an earlier job's weights are begun with, nothing that they fix is among them.
    """
    idle = set() if base.temporal_network != "none" else set(_OF_SERIES)
    idle |= set() if base.raster_network != "none" else {"raster_network"}
    idle |= set() if base.spatial_features else {"fusion"}
    idle |= _OF_WEIGHTS if base.start_from else set()
    return tuple(name for name in _RANGES if name not in idle)


def space_of(base: TrainingConfig, vary: Sequence[str] = ()) -> tuple[Dimension, ...]:
    """The ranges of some fields, in the order of the form; of all that make a difference when none is named.

    Raises:
        WrongInput: for a field that a search does not vary, that makes no difference here, or that weights fix.
    """
    offered = can_vary(base)
    for name in vary:
        if name not in offered:
            raise WrongInput(
                "Nothing to vary", f"vary: '{name}' {_why_not(name, base)}.", f"Choose from {', '.join(offered)}."
            )
    wanted = set(vary or offered)
    return tuple(
        Dimension(name=name, title=str(TrainingConfig.model_fields[name].title), **_RANGES[name](base))
        for name in offered
        if name in wanted
    )


def _why_not(name: str, base: TrainingConfig) -> str:
    if name not in _RANGES:
        return "is not varied"
    if base.start_from and name in _OF_WEIGHTS:
        return "is fixed by the weights of the job in start_from"
    return "makes no difference to this training"


def with_settings(base: TrainingConfig, settings: Mapping[str, Setting]) -> TrainingConfig:
    """The configuration with some fields changed.

    Raises:
        WrongInput: when it does not hang together.
    """
    try:
        return TrainingConfig.model_validate(base.model_dump() | dict(settings))
    except ValidationError as error:
        name, words = next(iter(faults_by_field(error).items()))
        raise WrongInput("Wrong setting", f"{name}: {words}", "Change the settings that are not varied.") from error
