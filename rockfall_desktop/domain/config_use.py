"""Which settings say nothing beside the others: a form need not ask for them."""

from collections.abc import Callable, Mapping
from typing import Any

_Values = Mapping[str, Any]


def _spatial(values: _Values) -> bool:
    return (values["raster_network"], values["cloud_network"]) != ("none", "none")


_USED: dict[str, Callable[[_Values], bool]] = {
    "scaling": lambda values: len(values["sites"]) > 1,
    "zone_folds": lambda values: str(values["view"]) == "zones",
    "zone_fold": lambda values: values["view"] != "time",
    "fusion": _spatial,
    "modality_dropout": _spatial,
    "frozen": lambda values: bool(values["start_from"]),
    "focal_gamma": lambda values: values["imbalance"] == "focal",
    "precision": lambda values: values["device"] == "cuda",
}


def idle_fields(values: _Values) -> frozenset[str]:
    """Names of the fields of TrainingConfig that change nothing, as the others stand.

    Args:
        values: of all fields that a form offers, checked or not.
    """
    return frozenset(name for name, used in _USED.items() if name in values and not used(values))
