"""Ready-made choices for the form and the terminal: what differs from the defaults, and why one would take it."""

from collections.abc import Mapping

from pydantic import Field

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.value import Value


class Preset(Value):
    """A named set of TrainingConfig fields."""

    name: str = Field(description="Word on the button.")
    description: str = Field(description="One sentence on what it is good for.")
    changes: dict[str, str | int | float | bool] = Field(description="Fields that differ from the defaults.")


PRESETS = (
    Preset(
        name="quick",
        description="A small GRU and few epochs: does the data hold anything at all?",
        changes={"temporal_network": "gru", "width": 16, "epochs": 10, "patience": 4},
    ),
    Preset(name="balanced", description="The defaults: an LSTM that trains in minutes.", changes={}),
    Preset(
        name="best",
        description="A wider network, smaller steps and more patience; takes several times as long.",
        changes={
            "width": 64,
            "layers": 2,
            "dropout": 0.2,
            "learning_rate": 0.001,
            "epochs": 80,
            "patience": 16,
        },
    ),
)

_SPOKEN_OF = frozenset(name for preset in PRESETS for name in preset.changes)


def filled_in(preset: Preset, values: Mapping[str, object]) -> dict[str, object]:
    """What a preset sets in a form: the fields that any preset speaks of, those that it leaves out to their defaults.

    All else is the person's. A network for series comes only where there is something for it to read.

    Args:
        preset: which one.
        values: what the form says, unchecked.
    """
    names = _SPOKEN_OF if values["temporal_features"] or values["season"] else _SPOKEN_OF - {"temporal_network"}
    return {name: preset.changes.get(name, TrainingConfig.model_fields[name].get_default()) for name in names}
