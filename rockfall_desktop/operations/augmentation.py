"""A look at what the augmentation does. Slow where a site is read: call it off the window's thread."""

from typing import TYPE_CHECKING

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training_sites import read_for_training
from rockfall_desktop.threads import spare_threads

if TYPE_CHECKING:
    from rockfall_desktop.domain.augmentation_preview import AugmentationPreview


def preview_augmentation(
    session: Session, *, station: Station, config: TrainingConfig, draw: int
) -> "AugmentationPreview":
    """One training sample as it is and as the settings change it; another draw shows another one.

    Raises:
        WrongInput: when the site has a fault, the settings do not fit it, or a training runs, whose random numbers
            would be drawn from.
    """
    from rockfall_desktop.learning.augmentation.preview import preview  # noqa: PLC0415 - torch loads here
    from rockfall_desktop.learning.samples.build import build_pooled  # noqa: PLC0415
    from rockfall_desktop.learning.threads import bound_threads  # noqa: PLC0415

    station.demand(session)
    bound_threads(spare_threads())
    samples = build_pooled(read_for_training(config, station.shelf), config)
    if not station.computing.acquire(blocking=False):
        raise WrongInput("A training is running", "Samples are shown when it has ended.", "Try again then.")
    try:
        return preview(samples, config, draw)
    finally:
        station.computing.release()
