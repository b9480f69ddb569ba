"""Writes a site that is made up, for trying the program out; marked as simulated wherever it shows."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.errors import RockfallError, WrongInput
from rockfall_desktop.files import write_file
from rockfall_desktop.sites.simulated.creep import Floats, MadeUpSlope, make_up_slope
from rockfall_desktop.sites.simulated.simulated_text import README, site_toml

FIRST_DAY = date(2021, 1, 1)
OUTAGE_SHARE = 0.01


def write_simulated_site(folder: Path, *, seed: int = 7, zones: int = 8, days: int = 1460, site_id: str) -> None:
    """Write a simulated site into a new or empty folder; the same seed gives the same bytes.

    Args:
        folder: where; made if it is not there.
        seed: start of the random numbers.
        zones: how many zones, 1 to 99.
        days: how many days, 30 to 20,000.
        site_id: UUIDv7 text for the site.

    Raises:
        WrongInput: when the folder holds something already or the size is out of range.
        StoreFault: when the folder cannot be written; nothing is left in it then.
    """
    if not (1 <= zones <= 99 and 30 <= days <= 20_000):
        message = f"{zones} zones and {days} days were asked for."
        raise WrongInput("No site was simulated", message, "Ask for 1 to 99 zones and 30 to 20,000 days.")
    _prepare(folder)
    random = np.random.default_rng(seed)
    files = _files(random, make_up_slope(random, zones, days), site_id)
    try:
        for name, text in files.items():
            write_file(folder / name, text.encode())
    except RockfallError:
        for name in files:
            with suppress(OSError):
                (folder / name).unlink()
        raise


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        empty = next(folder.iterdir(), None) is None
    except OSError as error:
        message = f"{folder}: {error.strerror or error}."
        raise WrongInput("The folder cannot be used", message, "Choose another folder.") from error
    if not empty:
        message = f"{folder} holds something already."
        raise WrongInput("The folder is not empty", message, "Name a new or an empty folder.")


def _files(random: np.random.Generator, slope: MadeUpSlope, site_id: str) -> dict[str, str]:
    """Name and text of every file, site.toml last: a folder without it is no site."""
    zones, days = slope.failed.shape
    dates = [(FIRST_DAY + timedelta(days=day)).isoformat() for day in range(days)]
    noisy_mm = slope.displacement_mm + random.normal(0.0, 0.2, slope.failed.shape)
    noisy_mm_d = slope.velocity_mm_d * random.lognormal(0.0, 0.05, slope.failed.shape)
    working = random.random(slope.failed.shape) >= OUTAGE_SHARE
    return {
        "README.txt": README,
        "rain.csv": "date,rain_mm\n" + "".join(f"{dates[t]},{mm:.1f}\n" for t, mm in enumerate(slope.rain_mm)),
        "pore_pressure.csv": _zoned(dates, "pressure_kpa", [slope.pressure_kpa], np.ones_like(working)),
        "displacement.csv": _zoned(dates, "displacement_mm,velocity_mm_d", [noisy_mm, noisy_mm_d], working),
        "incidents.csv": _incidents(random, slope, dates),
        "site.toml": site_toml(site_id, zones, FIRST_DAY, FIRST_DAY + timedelta(days=days - 1)),
    }


def _zoned(dates: list[str], header: str, columns: list[Floats], there: NDArray[np.bool_]) -> str:
    lines = [f"date,zone,{header}"]
    for zone in range(there.shape[0]):
        series = [column[zone].tolist() for column in columns]
        present = np.flatnonzero(there[zone]).tolist()
        lines += [f"{dates[t]},Z{zone + 1}," + ",".join(f"{values[t]:.2f}" for values in series) for t in present]
    return "\n".join(lines) + "\n"


def _incidents(random: np.random.Generator, slope: MadeUpSlope, dates: list[str]) -> str:
    lines = ["date,zone,type,volume_m3"]
    for day, zone in np.argwhere((slope.failed | slope.small).T).tolist():
        large = bool(slope.failed[zone, day])
        volume = random.lognormal(3.0, 0.9) if large else random.lognormal(-0.7, 0.8)
        lines.append(f"{dates[day]},Z{zone + 1},{'failure' if large else 'small fall'},{volume:.2f}")
    return "\n".join(lines) + "\n"
