"""Chunks take every sample once and cross no border of a block or of a series."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from rockfall_desktop.learning.fitting.dense_chunks import ChunkReader, chunk_ends
from rockfall_desktop.learning.samples.build import build_pooled, build_samples
from rockfall_desktop.learning.samples.sample_set import SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput
from tests.small_site import small_site
from tests.unit.learning.training import small_config

CONFIGS = {
    name: small_config(way="dense", temporal_network=name, layers=2, horizon_steps=(1, 3))
    for name in ("gru", "transformer")
}


def two_sites(network: str) -> SampleSet:
    first = small_site(steps=700, zones=3)
    other = replace(small_site(steps=560, seed=8), site_id="0190a000-0000-7000-8000-000000000001")
    config = CONFIGS[network].model_copy(update={"sites": ("a", "b")})
    return build_pooled((SiteInput(first), SiteInput(other)), config)


@pytest.mark.parametrize("network", CONFIGS)
@pytest.mark.parametrize("offset", [0, 1, 15])
def test_that_a_chunk_ends_with_a_sample_of_its_own_series_and_block(network: str, offset: int) -> None:
    samples = two_sites(network)
    span = CONFIGS[network].chunk_steps
    for block in (samples.training, samples.validation, samples.test):
        end_n = chunk_ends(block, span, offset)
        own = {(row, row - step) for row, step in zip(block.rows.tolist(), block.steps.tolist(), strict=True)}
        for row, step, end in zip(block.rows.tolist(), block.steps.tolist(), end_n.tolist(), strict=True):
            assert 0 <= end - row < span
            assert (end, row - step) in own


def test_that_neighbouring_samples_share_a_chunk_and_an_offset_moves_the_cuts() -> None:
    samples = build_samples(small_site(), CONFIGS["gru"])
    rows = len(torch.unique(samples.training.rows))
    usual, moved = (chunk_ends(samples.training, 64, offset) for offset in (0, 20))
    assert rows / 64 <= len(torch.unique(usual)) <= rows / 64 + 4
    assert not torch.equal(usual, moved)


@pytest.mark.parametrize("network", CONFIGS)
def test_that_a_sample_stands_in_its_chunk_where_its_window_ends(network: str) -> None:
    samples = two_sites(network)
    block = samples.training
    span = CONFIGS[network].chunk_steps
    end_n = chunk_ends(block, span, 5)
    chunks = ChunkReader(samples, CONFIGS[network]).read(block.rows, end_n)
    chunks_c, steps, _ = chunks.x_cti.shape
    assert (span, steps) == ((12, 8 + 12) if network == "gru" else (16, 8 + 15))
    assert chunks_c == len(torch.unique(end_n))
    found = chunks.x_cti[:, -span:].flatten(0, 1)[chunks.place_b]
    assert torch.equal(found, samples.windows[block.rows, -1])
    seen = samples.times[block.rows] - samples.times[end_n, -1:]
    before = chunks.time_ct[:, -span:].expand(chunks_c, -1).flatten()[chunks.place_b]
    torch.testing.assert_close(before, seen[:, -1].to(torch.float32))


def test_that_a_chunk_of_a_transformer_holds_the_whole_window_of_each_of_its_samples() -> None:
    samples = two_sites("transformer")
    block = samples.training
    chunks = ChunkReader(samples, CONFIGS["transformer"]).read(block.rows, chunk_ends(block, 16, 9))
    window = samples.windows.shape[1]
    windows = chunks.x_cti.unfold(1, window, 1).transpose(2, 3).flatten(0, 1)
    assert torch.equal(windows[chunks.place_b], samples.windows[block.rows])


def test_that_histories_reach_into_no_other_block() -> None:
    samples = build_samples(small_site(), CONFIGS["gru"])
    history = samples.windows.shape[1]
    assert history == CONFIGS["gru"].history_steps == 8 + 12
    blocks = (samples.training, samples.validation, samples.test)
    assert int(samples.training.steps.min()) == history - 1
    for earlier, later in pairwise(blocks):
        first_read = int(later.steps.min()) - history  # a displacement is read as a change, from one step before
        assert int(earlier.steps.max()) + 3 < first_read
