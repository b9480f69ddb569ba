"""Samples prepared for a model's graphs: what learning hands over to compare, and a site's readings to score.

Axes: n sample, t step of the window, i input, s stack, q set, c band, k class band, y row, x column, m point,
f feature, v change.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Prepared:
    """Inputs of a model for some samples.

    Attributes:
        samples: n.
        series: `x` float32 (n, t, i) and `time` float32 (n, t); empty for a model without a temporal part.
        zones: `bands` float32 (s, c, y, x) and `classes` int64 (s, k, y, x); `points` float32 (q, m, f) and `changes`
            float32 (q, v); what the model does not read may be left out.
        stacks: `raster` and `cloud`, int64 (n,) each: a sample's place among the stacks or sets, -1 where it has none.
    """

    samples: int
    series: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    zones: dict[str, NDArray[Any]] = field(default_factory=dict)
    stacks: dict[str, NDArray[np.int64]] = field(default_factory=dict)
