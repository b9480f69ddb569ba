"""Turns and flips of stacks of chips, the aspect of the slope turned with the picture.

Axes: s stack, c band, k class band, y row (north to south), x column.
"""

import torch

from rockfall_desktop.judging.inputs import Scaling

TURNS = 8


def turn_chips(
    bands_scyx: torch.Tensor,
    classes_skyx: torch.Tensor,
    aspect: tuple[int, int] | None,
    scaling: Scaling,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn each stack by quarters and flip it, one of the eight ways at random.

    Args:
        bands_scyx: scaled bands, 0 where unknown.
        classes_skyx: classes.
        aspect: places of aspect's sine and cosine among the bands; None without them.
        scaling: by which the bands were scaled.

    Returns:
        Bands and classes, new tensors of the same shapes.
    """
    way_s = torch.randint(TURNS, (len(bands_scyx),), device=bands_scyx.device)
    bands, classes = bands_scyx.clone(), classes_skyx.clone()
    for way in range(1, TURNS):
        picked = torch.nonzero(way_s == way).flatten()
        if len(picked):
            bands[picked] = turned_bands(bands_scyx[picked], aspect, scaling, way)
            classes[picked] = _turned(classes_skyx[picked], way)
    return bands, classes


def turned_bands(bands_scyx: torch.Tensor, aspect: tuple[int, int] | None, scaling: Scaling, way: int) -> torch.Tensor:
    """Bands after `way % 4` quarters to the left and, from 4 on, a flip of east and west before them."""
    turned = _turned(bands_scyx, way)
    if aspect is None:
        return turned
    turned = turned.clone()
    sine, cosine = (turned[:, place] * scaling.spread[place] + scaling.mean[place] for place in aspect)
    known = (turned[:, aspect[0]] != 0) | (turned[:, aspect[1]] != 0)
    if way >= TURNS // 2:
        sine = -sine
    for _ in range(way % 4):  # east and north of the direction: a quarter to the left makes east north, and north west
        sine, cosine = -cosine, sine
    for place, value in zip(aspect, (sine, cosine), strict=True):
        turned[:, place] = torch.where(known, (value - scaling.mean[place]) / scaling.spread[place], 0.0)
    return turned


def _turned(picture: torch.Tensor, way: int) -> torch.Tensor:
    flipped = picture.flip(-1) if way >= TURNS // 2 else picture
    return torch.rot90(flipped, way % 4, (-2, -1))
