"""Points that no number rests on: withheld by whoever made the file, noise, or at a height that no slope has.

Axes: p point of a piece, n point that is looked at.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.clouds.cloud_file import Piece
from rockfall_desktop.sites.layers.heights import HIGHEST_M, LOWEST_M, implausible

FIELDS = ("classification", "withheld")
"""What must be read of a file to know which points count."""
NOISE_CLASSES = (7, 18)
"""Low and high noise (ASPRS, LAS Specification 1.4 R15, table 17)."""


@dataclass
class LeftOut:
    """How many points of a file were left out, each counted once, by the first reason that holds.

    Attributes:
        withheld: points with the withheld flag.
        noise: points of the noise classes, where the layer does not name these.
        nowhere: points at heights that no slope has.
    """

    withheld: int = 0
    noise: int = 0
    nowhere: int = 0

    def counting(
        self, piece: Piece, which: NDArray[np.int64], classes: tuple[int, ...], factor: float = 1.0
    ) -> NDArray[np.bool_]:
        """Which points count, bool (n,); the others are added to the numbers, save those of classes not asked for.

        Args:
            piece: points with FIELDS.
            which: int64 (n,), places in the piece; a point may be named twice.
            classes: classes that count; all but noise when empty.
            factor: what a height is multiplied with to be in metres.
        """
        written = piece.field("classification")[which]
        asked = np.ones(which.size, np.bool_)
        if classes:
            asked = np.isin(written, classes)
        withheld = asked & (piece.field("withheld")[which] != 0)
        noise = asked & ~withheld & np.isin(written, NOISE_CLASSES) & (not classes)
        nowhere = asked & ~withheld & ~noise & implausible(piece.axis(2, which) * factor)
        self.withheld += int(np.unique(which[withheld]).size)
        self.noise += int(np.unique(which[noise]).size)
        self.nowhere += int(np.unique(which[nowhere]).size)
        return np.asarray(asked & ~(withheld | noise | nowhere))

    def told(self, name: str) -> list[str]:
        """Notes on what a layer of this name left out; none where it was nothing."""
        noise = " and ".join(map(str, NOISE_CLASSES))
        reasons = (
            (self.withheld, "are marked as withheld"),
            (self.noise, f"are noise (classes {noise}; ground_classes can name them)"),
            (self.nowhere, f"lie below {LOWEST_M:,.0f} m or above {HIGHEST_M:,.0f} m"),
        )
        return [f"Layer '{name}': {count:,} points {why}; left out." for count, why in reasons if count]

    @property
    def count(self) -> int:
        """All points that were left out."""
        return self.withheld + self.noise + self.nowhere
