"""Changes of windows. Time is never reversed: what leads to a fall has a direction.

A network reads for each of c channels its scaled value, then for each whether it was known, then the season. Values are
counted from the training block's mean, in its spreads; 0 with a mask of 0 is a gap.

Axes: b batch, t step, i input (c values, c masks, season), c channel.
"""

import torch

_NOISE = 0.05
_STRETCH = 0.1
_LONGEST_GAP = 0.2
_LOST = 0.1


def jitter(x_bti: torch.Tensor, channels: int) -> torch.Tensor:
    """Add normal noise of .05 spreads to what was known, as a worse sensor would (Um et al. 2017)."""
    value, known, rest = _parts(x_bti, channels)
    return torch.cat((value + _NOISE * torch.randn_like(value) * known, known, rest), dim=2)


def scaling(x_bti: torch.Tensor, channels: int) -> torch.Tensor:
    """Stretch each channel of each window about its mean by a factor of mean 1, spread .1 (Um et al. 2017)."""
    value, known, rest = _parts(x_bti, channels)
    factor = 1 + _STRETCH * torch.randn(len(x_bti), 1, channels, device=x_bti.device)
    return torch.cat((value * factor, known, rest), dim=2)


def time_masking(x_bti: torch.Tensor, channels: int) -> torch.Tensor:
    """Make a gap of up to a fifth of each window, over all channels (Park et al. 2019, SpecAugment)."""
    batch, steps, _ = x_bti.shape
    length_b = (torch.rand(batch, 1, device=x_bti.device) * _LONGEST_GAP * steps).floor()
    start_b = torch.rand(batch, 1, device=x_bti.device) * (steps - length_b)
    step_t = torch.arange(steps, device=x_bti.device)
    kept_bt = (step_t < start_b) | (step_t >= start_b + length_b)
    value, known, rest = _parts(x_bti, channels)
    kept = kept_bt[:, :, None].to(x_bti.dtype)
    return torch.cat((value * kept, known * kept, rest), dim=2)


def channel_dropout(x_bti: torch.Tensor, channels: int) -> torch.Tensor:
    """Lose each channel of each window with a chance of one in ten, as an outage would, but never all of them."""
    kept_bc = torch.rand(len(x_bti), channels, device=x_bti.device) >= _LOST
    spared_b = torch.randint(channels, (len(x_bti), 1), device=x_bti.device)
    kept = kept_bc.scatter(1, spared_b, value=True)[:, None].to(x_bti.dtype)
    value, known, rest = _parts(x_bti, channels)
    return torch.cat((value * kept, known * kept, rest), dim=2)


def _parts(x_bti: torch.Tensor, channels: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return x_bti[:, :, :channels], x_bti[:, :, channels : 2 * channels], x_bti[:, :, 2 * channels :]
