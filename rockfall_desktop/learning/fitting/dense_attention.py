"""Attention over few long runs of steps: queries go in short blocks, all at once, each with the keys of its own bands.

Same numbers as `AttentionEncoder.newest`. A block of 16 queries under a band of 30 computes 45 scores for each query,
where a band of queries computes 59; and where steps come evenly the time's bias is made once for each lag.

Axes: c chunk, t step, i input, d width, n block, q query of a block, k key of a block, h head, e width of a head.
"""

import math

import torch
from torch.nn.functional import pad

from rockfall_desktop.learning.networks.attention import HEADS
from rockfall_desktop.learning.networks.temporal import AttentionEncoder, BandLayer, needed_steps

_BLOCK = 16


def newest_attended(encoder: AttentionEncoder, x_cti: torch.Tensor, time_ct: torch.Tensor, count: int) -> torch.Tensor:
    """Encodings (c, count, d) of the newest steps of runs (c, t, i), whose real times (c or 1, t) are in steps.

    Runs whose steps come evenly go by themselves: where clocks are changed in spring and autumn the others are few.
    """
    apart_ct = time_ct.diff(dim=1)
    even_c = (apart_ct == apart_ct.median()).all(dim=1)
    if len(time_ct) == 1 or not bool(even_c.any()):
        return _attended(encoder, x_cti, time_ct, count)
    even, uneven = even_c.nonzero()[:, 0], (~even_c).nonzero()[:, 0]
    found = [_attended(encoder, x_cti[even], time_ct[even[:1]], count)]
    if len(uneven):
        found.append(_attended(encoder, x_cti[uneven], time_ct[uneven], count))
    return torch.cat(found)[torch.cat((even, uneven)).argsort()]


def _attended(encoder: AttentionEncoder, x_cti: torch.Tensor, time_ct: torch.Tensor, count: int) -> torch.Tensor:
    needed = [steps + count - 1 for steps in needed_steps(encoder.bands)]
    tokens_ctd = encoder.embed(x_cti[:, -needed[0] :])
    for module, newest in zip(encoder.stack, needed[1:], strict=True):
        steps = tokens_ctd.shape[1]
        tokens_ctd = _layer(module, tokens_ctd, time_ct[:, -steps:], min(steps, newest))
    return torch.as_tensor(encoder.norm(tokens_ctd))


def _layer(module: torch.nn.Module, tokens_ctd: torch.Tensor, time_ct: torch.Tensor, newest: int) -> torch.Tensor:
    """Encode the newest steps: (c, newest, d)."""
    assert isinstance(module, BandLayer)  # noqa: S101 - a ModuleList forgets what it holds
    layer, attention = module.layer, module.layer.attention
    blocks = -(-newest // _BLOCK)
    seen_ctd = layer.before_attention(tokens_ctd)
    asked_cqd = attention.query(_last(seen_ctd, blocks * _BLOCK)) / math.sqrt(seen_ctd.shape[2] // HEADS)
    queries_cnhqe = asked_cqd.unflatten(2, (HEADS, -1)).unflatten(1, (blocks, _BLOCK)).transpose(2, 3)
    reach = _BLOCK + module.band - 1
    known_cntd = attention.key_value(_last(seen_ctd, blocks * _BLOCK + module.band - 1))
    keys_cnhek, values_cnhek = known_cntd.unflatten(2, (2, HEADS, -1)).unfold(1, reach, _BLOCK).unbind(2)
    scores_cnhqk = queries_cnhqe @ keys_cnhek + _bias(module, time_ct, blocks, reach)
    found_cnqhe = (scores_cnhqk.softmax(-1) @ values_cnhek.transpose(3, 4)).transpose(2, 3)
    found_cqd = attention.join(_last(found_cnqhe.flatten(3).flatten(1, 2), newest))
    return layer.after(tokens_ctd[:, -newest:], found_cqd)


def _last(found_ctd: torch.Tensor, steps: int) -> torch.Tensor:
    """The last steps; zeros stand before the first one, where no query that counts looks."""
    missing = steps - found_ctd.shape[1]
    return found_ctd[:, -steps:] if missing <= 0 else pad(found_ctd, (0, 0, missing, 0))


def _bias(module: BandLayer, time_ct: torch.Tensor, blocks: int, reach: int) -> torch.Tensor:
    """The time's bias where the query's band holds the key, minus infinity elsewhere: (h, q, k) or (c, n, h, q, k)."""
    first, device = module.band - 1, time_ct.device
    lag_qk = first + torch.arange(_BLOCK, device=device)[:, None] - torch.arange(reach, device=device)
    closed_qk = (lag_qk < 0) | (lag_qk > first)
    apart_ct = time_ct.diff(dim=1)
    if len(time_ct) == 1 and bool((apart_ct == apart_ct[:, :1]).all()):
        lags_l = torch.arange(module.band, device=device) * apart_ct[0, 0]
        bias_hl = module.time_bias(lags_l[None], time_ct.new_zeros(1, 1))[0, :, :, 0]
        return torch.as_tensor(bias_hl[:, lag_qk.clamp(0, first)].masked_fill(closed_qk, float("-inf")))
    query_nq = _last(time_ct[:, :, None], blocks * _BLOCK).reshape(-1, _BLOCK)
    key_nk = _last(time_ct[:, :, None], blocks * _BLOCK + first)[:, :, 0].unfold(1, reach, _BLOCK).flatten(0, 1)
    bias_nhqk = module.time_bias(query_nq, key_nk).masked_fill(closed_qk, float("-inf"))
    return torch.as_tensor(bias_nhqk.unflatten(0, (len(time_ct), blocks)))
