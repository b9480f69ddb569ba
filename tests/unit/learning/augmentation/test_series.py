"""Changes of windows leave masks true, season alone, and time's direction."""

import pytest
import torch

from rockfall_desktop.learning.augmentation.series import channel_dropout, jitter, scaling, time_masking

CHANNELS = 3
CHANGES = [jitter, scaling, time_masking, channel_dropout]


def windows(batch: int = 64, steps: int = 20) -> torch.Tensor:
    torch.manual_seed(5)
    value = torch.randn(batch, steps, CHANNELS)
    known = (torch.rand(batch, steps, CHANNELS) > 0.2).float()
    return torch.cat((value * known, known, torch.randn(batch, steps, 2)), dim=2)


@pytest.mark.parametrize("change", CHANGES)
def test_that_a_change_keeps_gaps_gaps_and_the_season_as_it_is(change: object) -> None:
    before = windows()
    copy = before.clone()
    after = change(before, CHANNELS)  # type: ignore[operator]
    assert torch.equal(before, copy)
    assert not torch.equal(after, before)
    assert torch.equal(after[:, :, 2 * CHANNELS :], before[:, :, 2 * CHANNELS :])
    known_before, known_after = before[:, :, CHANNELS : 2 * CHANNELS], after[:, :, CHANNELS : 2 * CHANNELS]
    assert (known_after <= known_before).all()
    assert (after[:, :, :CHANNELS][known_after == 0] == 0).all()


@pytest.mark.parametrize("change", [jitter, scaling])
def test_that_noise_and_stretching_take_no_reading_away(change: object) -> None:
    before = windows()
    after = change(before, CHANNELS)  # type: ignore[operator]
    assert torch.equal(after[:, :, CHANNELS:], before[:, :, CHANNELS:])


def test_that_a_gap_is_one_stretch_of_at_most_a_fifth_of_the_window() -> None:
    before = torch.cat((torch.ones(500, 20, CHANNELS), torch.ones(500, 20, CHANNELS)), dim=2)
    lost = time_masking(before, CHANNELS)[:, :, CHANNELS] == 0
    assert lost.sum(1).max() == 3  # floor of a random number below four
    assert (torch.diff(lost.int(), dim=1) == 1).sum(1).max() == 1
    assert lost.any(1).float().mean() > 0.6


def test_that_never_all_channels_are_lost() -> None:
    before = torch.cat((torch.ones(5000, 4, CHANNELS), torch.ones(5000, 4, CHANNELS)), dim=2)
    kept = channel_dropout(before, CHANNELS)[:, 0, CHANNELS:]
    assert kept.sum(1).min() >= 1
    assert 0.9 < kept.mean() < 0.96
