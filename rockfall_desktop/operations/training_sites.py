"""What a training reads of its sites. Slow: call it off the window's thread."""

from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.operations.site_shelf import SiteShelf

if TYPE_CHECKING:
    from rockfall_desktop.learning.samples.site_part import SiteInput


def read_for_training(config: TrainingConfig, shelf: SiteShelf) -> "tuple[SiteInput, ...]":
    """The series of each site, and its layers where the configuration reads any.

    Raises:
        WrongInput: with the first fault of a site and how many more there are.
    """
    from rockfall_desktop.learning.samples.site_part import SiteInput  # noqa: PLC0415 - torch loads here

    folders = [Path(site) for site in config.sites]
    return tuple(
        SiteInput(shelf.read(folder), shelf.layers(folder) if config.spatial_features else None) for folder in folders
    )
