"""What a training reads of its sites. Slow: call it off the window's thread."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.site_names import told_apart
from rockfall_desktop.operations.site_shelf import SiteShelf

if TYPE_CHECKING:
    from rockfall_desktop.learning.samples.site_part import SiteInput

_NAMED = 3


def read_for_training(config: TrainingConfig, shelf: SiteShelf) -> "tuple[SiteInput, ...]":
    """The series of each site, and its layers where the configuration reads any.

    Sites that are called the same bear their folder's name too, in all that is told of them.

    Raises:
        WrongInput: with the first fault of a site and how many more there are.
    """
    from rockfall_desktop.learning.samples.site_part import SiteInput  # noqa: PLC0415 - torch loads here

    folders = tuple(map(Path, config.sites))
    series = shelf.read_all(folders)
    layers = shelf.layers_all(folders) if config.spatial_features else (None,) * len(folders)
    names = told_apart([(str(folder), arrays.name) for folder, arrays in zip(folders, series, strict=True)])
    series = tuple(
        arrays if arrays.name == name else replace(arrays, name=name)
        for arrays, name in zip(series, names, strict=True)
    )
    return tuple(map(SiteInput, series, layers))


def names_of(sites: "Sequence[SiteInput]") -> tuple[str, ...]:
    """The name of each site."""
    return tuple(site.arrays.name for site in sites)


def title_of(sites: "Sequence[SiteInput]") -> str:
    """One name for all sites: theirs, and of many the first two and how many more."""
    names = names_of(sites)
    if len(names) <= _NAMED:
        return " + ".join(names)
    return f"{' + '.join(names[: _NAMED - 1])} + {len(names) - _NAMED + 1} more"


def notes_of(sites: "Sequence[SiteInput]") -> tuple[str, ...]:
    """What reading the sites left to be told; with several each note bears its site's name."""
    return tuple(
        f"{site.arrays.name}: {note}" if len(sites) > 1 else note
        for site in sites
        for note in dict.fromkeys(site.notes)
    )
