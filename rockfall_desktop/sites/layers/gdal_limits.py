"""How far GDAL and PROJ may go: a bounded cache, no network, no files beside the one that is named, no chatter."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NoReturn

import pyogrio
import rasterio
from rasterio._err import CPLE_BaseError
from rasterio.errors import NodataShadowWarning, NotGeoreferencedWarning, RasterioDeprecationWarning, RasterioError

from rockfall_desktop.sites.faults import Faults

CACHE_MB = 64
WARP_MB = 64
BROKEN = (RasterioError, CPLE_BaseError, ValueError, OverflowError, MemoryError, OSError)
"""What rasterio raises where a file is damaged or lies."""

_OPTIONS = {
    "GDAL_CACHEMAX": CACHE_MB,
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_ERROR_ON_LIBJPEG_WARNING": "YES",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "GDAL_HTTP_MAX_RETRY": "0",
    "PROJ_NETWORK": "OFF",
}
_CHATTER = (NotGeoreferencedWarning, NodataShadowWarning, RasterioDeprecationWarning)


@contextmanager
def limited() -> Iterator[None]:
    """Everything that is read with rasterio or pyogrio is read within this.

    Files beside the named one (`.aux.xml`, `.ovr`, world files) are not looked at: they are not part of the site's
    fingerprint, and can name further files.
    """
    os.environ["PROJ_NETWORK"] = "OFF"
    for library in ("rasterio", "pyogrio"):
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    _limit_maps()
    _quieten()
    with rasterio.Env(**_OPTIONS):
        yield


@cache
def _limit_maps() -> None:
    """Pyogrio brings a GDAL of its own, for which no Env of rasterio counts."""
    pyogrio.set_gdal_config_options({name: str(value) for name, value in _OPTIONS.items()})


def _quieten() -> None:
    """Leave out the warnings of these libraries, and no others.

    Filters stay: to set them and take them back would be seen by other threads (warnings are of the process).
    """
    for kind in _CHATTER:
        warnings.simplefilter("ignore", kind)
    warnings.filterwarnings("ignore", module=r"(pyogrio|rasterio)\b")
    warnings.filterwarnings("ignore", "Use `@` matmul", PendingDeprecationWarning)  # rasterio multiplies so


def stop_unreadable(faults: Faults, file: str, what: str, error: Exception) -> NoReturn:
    """Tell that a file is damaged, with the first words of the library's reason.

    Raises:
        Unreadable: always.
    """
    first: BaseException = error
    while first.__cause__ is not None:
        first = first.__cause__
    reason = "it needs too much memory" if isinstance(first, MemoryError) else " ".join(str(first).split())
    reason = reason.rpartition(file.rpartition("/")[2])[2].strip(" :,'\"") or type(first).__name__
    faults.stop(
        file, None, f"cannot be read as {what} ({reason[:160]})", "Export it again from the program it is from."
    )
