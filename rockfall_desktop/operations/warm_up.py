"""Loads the heavy libraries in the background after the unlock: later each import would stop the window mid-work."""

import gc
from collections.abc import Iterator
from importlib import import_module

_LIBRARIES = (
    "numpy",
    "polars",
    "torch",
    "sklearn.linear_model",
    "sklearn.metrics",
    "rockfall_desktop.sites.read",
    "scipy.spatial",
    "rockfall_desktop.sites.layers.rasters",
    "rockfall_desktop.sites.clouds.clouds",
    "rockfall_desktop.learning.evaluation.evaluate",
    "rockfall_desktop.learning.planning",
)


def load_heavy_libraries() -> Iterator[str]:
    """Import them one by one and take one optimiser step; yields the name of each when it is there."""
    for name in _LIBRARIES:
        import_module(name)
        yield name
    from rockfall_desktop.learning.planning import first_step  # noqa: PLC0415

    first_step()
    gc.collect()
    gc.freeze()  # what is loaded stays: looking through it for rubbish took 20 ms of the window's time, again and again
    yield "first step"
