"""The folder of bundles: what lies in it and belongs to no deployment is what a crash left behind."""

import time
from contextlib import suppress
from pathlib import Path

from rockfall_desktop.domain.bundle import SUFFIX
from rockfall_desktop.store.connection import rows
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.home import Home

_TEMPORARY_S = 86_400.0


def remove_unlisted(store: Store, home: Home) -> tuple[Path, ...]:
    """Remove bundles that no deployment names, and files of a day ago that were never finished; those that were.

    In a write transaction: whoever makes a bundle active looks inside one of his own whether it is still there.
    """
    with store.writing() as connection:
        known = {name for (name,) in rows(connection, "select deployment_id from deployments")}
        left = [path for path in home.deployments.glob(f"*{SUFFIX}") if path.stem not in known]
        unfinished = (*home.deployments.glob(".*.tmp"), *home.fetched.iterdir())
        left += [path for path in unfinished if _age_s(path) > _TEMPORARY_S]
        for path in left:
            with suppress(OSError):  # it only takes room; the next start tries again
                path.unlink(missing_ok=True)
    return tuple(left)


def remove_if_unlisted(store: Store, home: Home, deployment_id: str) -> None:
    """Remove the bundle of a deployment that did not come to be."""
    with store.writing() as connection:
        if not rows(connection, "select 1 from deployments where deployment_id = ?", (deployment_id,)):
            home.bundle_path(deployment_id).unlink(missing_ok=True)


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:  # finished, or removed by its writer, in this moment
        return 0.0
