"""Changes of point sets.

Axes: s set, m point, f feature.
"""

import torch

_NOISE, _LARGEST_NOISE = 0.01, 0.03
_MOST_LOST = 0.3


def turn_points(points_smf: torch.Tensor, features: tuple[str, ...]) -> torch.Tensor:
    """Turn each set about the vertical by an angle of its own, normals too (Qi et al. 2017)."""
    angle_s1 = torch.rand(len(points_smf), 1, device=points_smf.device) * (2 * torch.pi)
    cosine, sine = torch.cos(angle_s1), torch.sin(angle_s1)
    result = points_smf.clone()
    for east, north in (("x", "y"), ("nx", "ny")):
        if east in features:
            e, n = features.index(east), features.index(north)
            result[:, :, e] = cosine * points_smf[:, :, e] - sine * points_smf[:, :, n]
            result[:, :, n] = sine * points_smf[:, :, e] + cosine * points_smf[:, :, n]
    return result


def jitter_points(points_smf: torch.Tensor) -> torch.Tensor:
    """Move each point by normal noise of .01 of the set's size, .03 at most (Qi et al. 2017)."""
    noise = (_NOISE * torch.randn_like(points_smf[:, :, :3])).clamp(-_LARGEST_NOISE, _LARGEST_NOISE)
    return torch.cat((points_smf[:, :, :3] + noise, points_smf[:, :, 3:]), dim=2)


def drop_points(points_smf: torch.Tensor) -> torch.Tensor:
    """Put the first point in place of up to three tenths of the others: the set is thinner, its size the same.

    The way of PointNet++ (Qi et al. 2017b): a point that is there twice changes no maximum.
    """
    share_s1 = torch.rand(len(points_smf), 1, device=points_smf.device) * _MOST_LOST
    lost_sm = torch.rand(points_smf.shape[:2], device=points_smf.device) < share_s1
    return torch.where(lost_sm[:, :, None], points_smf[:, :1], points_smf)
