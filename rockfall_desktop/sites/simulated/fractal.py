"""Fractal surfaces by spectral synthesis.

Axes: y row, x column.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Floats = NDArray[np.float64]

HURST = 0.8
LONGEST_CELLS = 512


def fractal_surface(random: np.random.Generator, shape: tuple[int, int], *, hurst: float = HURST) -> Floats:
    """A surface (y, x) of mean 0 and spread 1 whose power falls with the wave number as k^-(2 H + 2).

    White noise is filtered in the Fourier domain, amplitude k^-(H + 1); with H = 0.8 the fractal dimension is
    3 - H = 2.2. Waves longer than 512 cells are flat in power, so that larger pits are no rougher. Sources: Voss (1985)
    and Saupe (1988) in Peitgen and Saupe, The Science of Fractal Images, Springer.
    """
    rows, columns = (fft.next_fast_len(length + 32, real=True) for length in shape)  # the surface wraps: cut it off
    noise = fft.rfft2(random.standard_normal((rows, columns)))
    wave = np.hypot(fft.fftfreq(rows)[:, None], fft.rfftfreq(columns)[None, :])
    surface = fft.irfft2(noise * np.maximum(wave, 1.0 / LONGEST_CELLS) ** -(hurst + 1.0), (rows, columns))
    surface = surface[: shape[0], : shape[1]]
    return np.asarray((surface - surface.mean()) / surface.std(), np.float64)
