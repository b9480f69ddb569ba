"""Choices of networks and answers, and few of them in which every pair of choices meets."""

import itertools
from functools import cache

OPTIONS: dict[str, tuple[object, ...]] = {
    "temporal_network": ("lstm", "gru", "transformer", "none"),
    "raster_network": ("none", "cnn", "resnet_light", "resnet"),
    "cloud_network": ("none", "pointnet"),
    "fusion": ("mlp", "attention", "gated"),
    "uncertainty": ("none", "mc_dropout", "laplace"),
    "horizon_steps": ((1,), (1, 3, 7)),
    "layers": (1, 2),
    "members": (1, 2),
}
Choice = tuple[object, ...]


def is_possible(choice: Choice) -> bool:
    """Whether a network reads anything, and only what is joined has a way to be joined."""
    temporal, raster, cloud, fusion = choice[:4]
    spatial = raster != "none" or cloud != "none"
    return spatial or (temporal != "none" and fusion == "mlp")


def all_choices() -> list[Choice]:
    return [choice for choice in itertools.product(*OPTIONS.values()) if is_possible(choice)]


def pairs_of(choice: Choice) -> set[tuple[int, object, int, object]]:
    return {(a, choice[a], b, choice[b]) for a, b in itertools.combinations(range(len(choice)), 2)}


@cache
def pairwise() -> list[Choice]:
    """Choices, the most useful first, until every possible pair was met once."""
    choices = all_choices()
    open_pairs = set().union(*map(pairs_of, choices))
    found = []
    while open_pairs:
        best = max(choices, key=lambda choice: len(pairs_of(choice) & open_pairs))
        found.append(best)
        open_pairs -= pairs_of(best)
    return found
