"""Runs of neighbouring steps, cut out of the series so that each is read once for all samples in it.

Axes: n sample, b sample of a piece, c chunk, t step of a chunk, i input; r row of the series.
"""

from typing import NamedTuple

import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.learning.device import since_last
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet


def chunk_ends(block: Block, span: int, offset: int = 0) -> torch.Tensor:
    """Cut samples into chunks: for each the row of the window with which its chunk ends, int64 (n,).

    A chunk takes the samples of at most `span` neighbouring steps of one series and ends with its last sample: it reads
    nothing that this sample's own window, or history, does not read, so it crosses no border of a block or a series.

    Args:
        block: the samples.
        span: steps of samples in a chunk.
        offset: moves all cuts, 0 to `span` - 1.

    """
    rows_n = block.rows
    _, series_n = torch.unique(rows_n - block.steps, return_inverse=True)
    cut_n = torch.div(rows_n + offset, span, rounding_mode="floor")
    _, chunk_n = torch.unique(series_n * (cut_n.max() + 1) + cut_n, return_inverse=True)
    end_c = torch.full((int(chunk_n.max()) + 1,), -1, dtype=torch.int64, device=rows_n.device)
    return end_c.scatter_reduce(0, chunk_n, rows_n, "amax").index_select(0, chunk_n)


class Chunks(NamedTuple):
    """Chunks as a network reads them, and where in them each sample stands.

    Attributes:
        x_cti: steps of the chunks.
        time_ct: their real times, in steps before the chunk's last; one row where those of all chunks are the same.
        place_b: int64 (b,), number of each sample's step among the newest `span` steps of all chunks.

    """

    x_cti: torch.Tensor
    time_ct: torch.Tensor
    place_b: torch.Tensor


class ChunkReader:
    """Reads chunks out of the series of a sample set.

    A chunk is the window (or history) of its last sample. Where the network looks back one window whatever it is given,
    as attention does, the steps before are added that the windows of the other samples need. What would lie before the
    window of the chunk's first sample repeats its first step, at even times: no sample of the chunk looks there.
    """

    def __init__(self, samples: SampleSet, config: TrainingConfig) -> None:
        rows, window, inputs = samples.windows.shape
        if samples.windows.stride() != (inputs, inputs, 1) or samples.times.stride() != (1, 1):
            raise ValueError("windows and times must be views of series that lie one after the other")
        self._series_ri = samples.windows.as_strided((rows + window - 1, inputs), (inputs, 1))
        self._time_r = samples.times.as_strided((rows + window - 1,), (1,))
        self._span = config.chunk_steps
        before = config.chunk_steps - 1 if config.history_steps == config.window_steps else 0
        self._steps_t = torch.arange(-before, window, device=samples.windows.device)

    def read(self, row_b: torch.Tensor, end_b: torch.Tensor) -> Chunks:
        """The chunks of samples: int64 (b,), rows of the samples' windows and of those with which their chunks end."""
        end_c, chunk_b = torch.unique(end_b, return_inverse=True)
        first_c = end_c.scatter_reduce(0, chunk_b, row_b, "amin")
        missing_ct = (first_c[:, None] - end_c[:, None] - self._steps_t).clamp(min=0)
        row_ct = end_c[:, None] + self._steps_t + missing_ct
        time_ct = since_last(self._time_r[row_ct]) - missing_ct
        alike = bool((time_ct == time_ct[:1]).all())
        return Chunks(
            self._series_ri[row_ct],
            time_ct[:1] if alike else time_ct,
            chunk_b * self._span + self._span - 1 - (end_b - row_b),
        )
