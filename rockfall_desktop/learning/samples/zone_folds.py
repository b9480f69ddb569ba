"""Which zones learn, validate and test where zones or whole sites are left out.

Axes: z zone, f fold.
"""

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput

Zones = NDArray[np.bool_]


def fold_of_zones(arrays: SiteArrays, place: int, config: TrainingConfig) -> NDArray[np.int64]:
    """The fold of each zone, int64 (z,): 0 for all in the view of time, the site's place where sites are left out.

    Zones are parted by k-means of their centres (Brenning 2012), so that most neighbours of what is tested are
    tested too (Roberts et al. 2017); along the border of two folds there is no gap, and zones there may have neighbours
    that were learned from. Each seed of the configuration begins k-means once, elsewhere: several seeds are
    several partitions, as repeated cross-validation wants them. Folds are numbered from the west.

    Args:
        arrays: the site.
        place: which of the configuration's sites it is.
        config: the view, the folds and the seed.

    Raises:
        WrongInput: when the zones are too few, or have no place.

    """
    if config.view != "zones":
        return np.full(len(arrays.zone_ids), place if config.view == "sites" else 0, np.int64)
    centres = arrays.zone_centres
    if centres is None or len(np.unique(centres, axis=0)) < config.zone_folds:
        raise WrongInput(
            "Too few zones to leave some out",
            f"zone_folds: {arrays.name} has {len(arrays.zone_ids)} zones, fewer places than {config.zone_folds} folds.",
            "Choose fewer folds, or the view of time.",
        )
    return _numbered_from_west(centres, config.zone_folds, config.seed)


def zones_of_block(fold: NDArray[np.int64], config: TrainingConfig, name: str) -> Zones:
    """Which zones give samples to a block, bool (z,): in the view of time all do.

    Test takes the tested fold, validation and calibration the next one, training all others.
    """
    folds = {"time": 0, "zones": config.zone_folds, "sites": len(config.sites)}[config.view]
    if not folds:
        return np.ones(len(fold), np.bool_)
    tested, validated = config.zone_fold, (config.zone_fold + 1) % folds
    if name == "training":
        return np.asarray((fold != tested) & (fold != validated))
    return np.asarray(fold == (tested if name == "test" else validated))


def _numbered_from_west(centres: NDArray[np.float64], folds: int, seed: int) -> NDArray[np.int64]:
    means = KMeans(folds, n_init=1, random_state=seed).fit(centres - centres.mean(axis=0))
    rank = np.empty(folds, np.int64)
    rank[np.lexsort(means.cluster_centers_.T[::-1])] = np.arange(folds)
    return np.asarray(rank[means.labels_])
