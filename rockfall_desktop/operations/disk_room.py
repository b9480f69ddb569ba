"""Whether the disk has room for what a training will write."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import StoreFault

if TYPE_CHECKING:
    from rockfall_desktop.learning.samples.sample_set import SampleSet

_LEFT_FREE_MB = 50.0


def demand_room(folder: Path, samples: "SampleSet", config: TrainingConfig) -> None:
    """See that the disk of a folder has room for the checkpoints of a training.

    Raises:
        StoreFault: when it has not.
    """
    from rockfall_desktop.learning.planning import disk_mb  # noqa: PLC0415 - torch loads here

    needed, free = disk_mb(samples, config) + _LEFT_FREE_MB, shutil.disk_usage(folder).free / 1e6
    if free < needed:
        raise StoreFault(
            "The disk is nearly full",
            f"{folder}: {free:.0f} MB are free, the training needs {needed:.0f} MB.",
            "Free some space, or choose fewer members or a smaller network.",
        )
