"""Pore pressure by linear diffusion of rain into the wall.

Axes: z zone, k steps since the rain.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc

Floats = NDArray[np.float64]

WATER_KPA_PER_M = 9.81
BASE_KPA = 20.0
DRAINAGE_H = 20.0 * 24.0
MEMORY_H = 80 * 24
CONDUCTIVITY_MM_H = 1.0
SPREAD_KPA = 4.0
"""One unit of the drive of falls and creep (`drive`)."""


def response(scaled_time: Floats) -> Floats:
    """Iverson's response function R(t*) = sqrt(t*/pi) exp(-1/t*) - erfc(1/sqrt(t*)), 0 at t* = 0.

    Source: Iverson (2000), Water Resources Research 36(7), 1897-1910, equation 27e.
    """
    time = np.maximum(scaled_time, 1e-6)
    return np.asarray(np.sqrt(time / np.pi) * np.exp(-1.0 / time) - erfc(1.0 / np.sqrt(time)), np.float64)


def kernels(depth_m: Floats, diffusion_h: Floats, step_h: int) -> Floats:
    """Pressure in kPa at the end of each step since 1 mm of rain, (z, k).

    Rain of intensity I raises the pressure head by Z (I / Kz) (R(t*) - R(t* - T*)) (Iverson 2000, equation 27), so
    steps of rain add up. Drainage along the wall is a linear loss: it multiplies the kernel by exp(-t / 20 days).
    Rain above the conductivity Kz is not cut off: the face is fractured.

    Args:
        depth_m: (z,), depth Z of the slip surface.
        diffusion_h: (z,), Z squared over 4 D0 cos^2(slope), the time of diffusion.
        step_h: hours of a step.
    """
    edges_h = np.arange(MEMORY_H // step_h + 1) * float(step_h)
    risen = np.diff(response(edges_h / diffusion_h[:, None]), axis=1) * np.exp(-edges_h[1:] / DRAINAGE_H)
    return np.asarray(WATER_KPA_PER_M * depth_m[:, None] / (CONDUCTIVITY_MM_H * step_h) * risen, np.float64)


def drive(risen_kpa: Floats, mean_kpa: Floats) -> Floats:
    """How wet a zone is for its own mean: pressure above it in units of 4 kPa, cut at -3 and 3."""
    return np.asarray(np.clip((risen_kpa - mean_kpa) / SPREAD_KPA, -3.0, 3.0), np.float64)
