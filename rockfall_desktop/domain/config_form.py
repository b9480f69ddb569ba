"""How a field of a training's settings stands in the form: its group and its unit."""

from enum import StrEnum
from typing import Any


class Group(StrEnum):
    """The part of the form in which a field stands."""

    DATA = "Data"
    FEATURES = "Features"
    NETWORKS = "Networks"
    TRAINING = "Training"
    ADVANCED = "Advanced"


def form(group: Group, unit: str = "") -> dict[str, Any]:
    """What a field says about its place, for `json_schema_extra`."""
    return {"group": group.value, "unit": unit}
