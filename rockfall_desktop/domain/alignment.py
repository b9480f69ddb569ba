"""Which samples have which input, told before anything is trained."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from rockfall_desktop.domain.report import BlockCount
from rockfall_desktop.domain.value import Value


class ChannelCover(Value):
    """How many windows of a channel hold values that the network sees: of what only grows, its changes."""

    name: str = Field(description="Name of the channel.")
    any_share: float = Field(ge=0, le=1, description="Share of windows (and zones) with at least one such value.")
    full_share: float = Field(ge=0, le=1, description="Share of windows (and zones) with one in every step.")
    first_full: date | None = Field(description="Day of the first window that is full in any zone; empty: none is.")


class LayerCover(Value):
    """How many samples see a layer of a kind."""

    kind: str = Field(description="Kind of the layers.")
    epochs: int = Field(ge=1, description="Layers of the kind.")
    timeless: bool = Field(description="Whether one of them does not age.")
    seen_share: float = Field(ge=0, le=1, description="Share of samples that see one.")
    first_known: date | None = Field(description="Day (UTC) from which on the first is known; empty: always.")


@dataclass(frozen=True, eq=False)
class Alignment:
    """What each sample of a site would have as its input.

    Axes: b bin of time.

    Attributes:
        channels, layers: shares over all samples.
        edges_s: float64 (b + 1,), borders of the bins, seconds since 1970 UTC.
        full, some: for each channel float64 (b,): share of windows that are full, and of those that are partly full.
        dated, timeless: for each kind of layer float64 (b,): share of samples that see a layer with a date, and of
            those that see only one that does not age.
        in_block: float64 (4, b): share of steps in the training, validation and test blocks, and between two blocks;
            empty where no split can be made.
        blocks: samples and incidents of each block; empty where no split can be made.
        left_out: samples left out, by reason.
        embargo_steps: steps between two blocks.
        problem: why no split can be made, in words; empty when it can.
    """

    channels: tuple[ChannelCover, ...]
    layers: tuple[LayerCover, ...]
    edges_s: NDArray[np.float64]
    full: tuple[NDArray[np.float64], ...]
    some: tuple[NDArray[np.float64], ...]
    dated: tuple[NDArray[np.float64], ...]
    timeless: tuple[NDArray[np.float64], ...]
    in_block: NDArray[np.float64]
    blocks: tuple[BlockCount, ...]
    left_out: dict[str, int]
    embargo_steps: int
    problem: str
