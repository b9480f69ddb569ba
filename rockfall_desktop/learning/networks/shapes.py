"""What a network must know of its inputs before it sees any."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RasterShape:
    """A stack of chips.

    Attributes:
        bands: numbers and masks along c.
        class_counts: how many classes each band of classes has; 0 stands for unknown beside them.
        side: cells along a side.

    """

    bands: int
    class_counts: tuple[int, ...]
    side: int


@dataclass(frozen=True)
class CloudShape:
    """A point set.

    Attributes:
        features: numbers of a point, x, y and z first.
        points: points of a set.
        changes: numbers on the change since the epoch before; 0 for none.

    """

    features: int
    points: int
    changes: int


@dataclass(frozen=True)
class InputShapes:
    """All inputs of a network.

    Attributes:
        series: inputs of the series at a step; 0 without series.
        raster, cloud: None where there is none.

    """

    series: int
    raster: RasterShape | None = None
    cloud: CloudShape | None = None
