"""Dropout masks that any machine draws again from a few numbers.

Axes: k draw, r place of a mask in the network, d width.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DRAWS, _FEWEST = 32, 8


@dataclass(frozen=True)
class DropoutDraws:
    """Monte-Carlo dropout (Gal and Ghahramani 2016): the same masks for every sample, so answers are functions.

    Attributes:
        seed: of the training.
        draws: masks for each member.
        places, width: r and d of the network.
        dropout: share of numbers left out.

    """

    seed: int
    draws: int
    places: int
    width: int
    dropout: float

    def of_member(self, member: int) -> NDArray[np.float32]:
        """Masks (k, r, d) of a member, counted from 0: 0 or 1 / (1 - dropout).

        Raw numbers of PCG64 are compared: numpy promises their stream for all versions, that of its distributions not.
        """
        bits = np.random.PCG64(np.random.SeedSequence((self.seed, member)))
        raw = np.asarray(bits.random_raw(self.draws * self.places * self.width))
        kept = (raw >> np.uint64(11)) * 2.0**-53 >= self.dropout
        masks = kept.reshape(self.draws, self.places, self.width) / (1 - self.dropout)
        return masks.astype(np.float32)


def draws_for(members: int) -> int:
    """Masks for each of some members: 32 in all, at least 8 each."""
    return max(_FEWEST, -(-_DRAWS // members))
