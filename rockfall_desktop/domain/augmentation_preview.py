"""What the chosen augmentation makes of one training sample: as it is, and changed.

Axes: t step of the window, c channel, y row (north to south), x column, m point.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class AugmentationPreview:
    """One sample before and after.

    Attributes:
        zone: index of its zone.
        channels: names along c.
        windows: before and after, float32 (t, c) in spreads from the mean, NaN where unknown; None without any.
        band: name of the band that is shown.
        chips: before and after, float32 (y, x) of one band, NaN where unknown; None without rasters.
        points: before and after, float32 (m, 3), east, north, up; None without a cloud.
    """

    zone: int
    channels: tuple[str, ...]
    windows: tuple[Numbers, Numbers] | None
    band: str
    chips: tuple[Numbers, Numbers] | None
    points: tuple[Numbers, Numbers] | None
