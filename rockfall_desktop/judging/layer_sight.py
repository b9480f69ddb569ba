"""Which epoch of each spatial input a zone sees in which stretch of time.

Axes: z zone (of all sites), t time (steps of all sites), e epoch, g group, q stretch of time; r row (site, zone,
stretch).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.layer_arrays import Epoch
from rockfall_desktop.judging.alignment import NONE_KNOWN, newest_known

_BEFORE_ALL = np.iinfo(np.int64).min


class GroupEpochs(NamedTuple):
    """The epochs of one group at one site.

    Attributes:
        epochs: of each layer.
        shown_ez: bool (e, z), whether a layer has any data in a zone.
    """

    epochs: tuple[Epoch, ...]
    shown_ez: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sight:
    """What every zone sees over time. Between two moments at which some epoch becomes known, nothing changes.

    Attributes:
        epoch_rg: int32 (r, g), place of the epoch in the group at the row's site, -1 where none was known.
        site_r, zone_r: int64 (r,), site, and zone within it.
        first_z: int64 (z,), row of each zone's first stretch.
        stretch_t: int64 (t,), stretch of each step within its site.
    """

    epoch_rg: NDArray[np.int32]
    site_r: NDArray[np.int64]
    zone_r: NDArray[np.int64]
    first_z: NDArray[np.int64]
    stretch_t: NDArray[np.int64]

    def rows(self, zone_n: NDArray[np.int64], step_n: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of samples, int64 (n,), whose zones and steps count over all sites."""
        return np.asarray(self.first_z[zone_n] + self.stretch_t[step_n])

    def different(self, wanted_r: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """What some rows see, each zone and choice of epochs once.

        Returns:
            One row for each, int64 (s,), and which of them each row is, int64 (r,), -1 for what sees nothing or is not
            wanted.
        """
        wanted = np.flatnonzero(wanted_r & (self.epoch_rg >= 0).any(axis=1))
        which_r = np.full(len(wanted_r), NONE_KNOWN, np.int64)
        if not len(wanted):
            return wanted, which_r
        zone = np.searchsorted(self.first_z, wanted, side="right")
        keys = np.column_stack((zone, self.epoch_rg[wanted]))
        _, first, which = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        which_r[wanted] = which.ravel()
        return wanted[first], which_r


def look(sites: Sequence[tuple[tuple[GroupEpochs, ...], NDArray[np.int64]]]) -> Sight:
    """The newest epoch of each group that was known at a moment and shows the zone.

    A survey that does not reach a zone replaces none of it. Nothing that becomes known later changes a row before.

    Args:
        sites: of each site its groups, all sites the same, and the moment at which a sample of each step stands, int64
            (t,), not falling (`judging.alignment.sample_moments`).
    """
    found, site_r, zone_r, first_z, stretch_t, rows = [], [], [], [], [], 0
    for site, (groups, moment_s) in enumerate(sites):
        moment_q = _stretches(groups)
        zones = groups[0].shown_ez.shape[1]
        found.append(np.stack([_newest(group, moment_q) for group in groups], axis=-1).reshape(-1, len(groups)))
        stretch_t.append(np.searchsorted(moment_q, moment_s, side="right") - 1)
        first_z.append(rows + np.arange(zones) * len(moment_q))
        zone_r.append(np.repeat(np.arange(zones), len(moment_q)))
        site_r.append(np.full(zones * len(moment_q), site))
        rows += zones * len(moment_q)
    return Sight(
        np.concatenate(found).astype(np.int32),
        np.concatenate(site_r),
        np.concatenate(zone_r),
        np.concatenate(first_z),
        np.concatenate(stretch_t),
    )


def _stretches(groups: tuple[GroupEpochs, ...]) -> NDArray[np.int64]:
    """The moments at which stretches begin, int64 (q,)."""
    known = {epoch.known_s for group in groups for epoch in group.epochs if epoch.known_s is not None}
    return np.array([_BEFORE_ALL, *sorted(known)], np.int64)


def _newest(group: GroupEpochs, moment_q: NDArray[np.int64]) -> NDArray[np.int32]:
    """Place of the epoch that each zone sees in each stretch, int32 (z, q)."""
    zones = group.shown_ez.shape[1]
    newest_zq = np.full((zones, len(moment_q)), NONE_KNOWN, np.int32)
    if not group.epochs:
        return newest_zq
    patterns, of_zone = np.unique(group.shown_ez.T, axis=0, return_inverse=True)
    for number, shown_e in enumerate(patterns):
        places = np.flatnonzero(shown_e)
        if len(places):
            chosen_q = newest_known([group.epochs[place] for place in places], moment_q)
            newest_zq[of_zone.ravel() == number] = np.where(chosen_q >= 0, places[chosen_q], NONE_KNOWN)
    return newest_zq
