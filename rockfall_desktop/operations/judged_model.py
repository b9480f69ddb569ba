"""The files of a job's model, as they were when its report was made."""

from typing import TYPE_CHECKING

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.history import History

if TYPE_CHECKING:
    from rockfall_desktop.learning.fitting.model_folder import ModelFolder


def judged_model(station: Station, job_id: str) -> "ModelFolder":
    """The model of a completed job; each of its files is held against the store when it is read.

    Raises:
        WrongInput: when an earlier version of the program trained it, which did not note its files.
    """
    from rockfall_desktop.learning.fitting.model_folder import ModelFolder  # noqa: PLC0415 - only where it is used

    files = History(station.store).model_files(job_id)
    if not files:
        raise WrongInput(
            "Nobody can tell whether the model is the one that was judged",
            f"An earlier version of the program trained job {job_id} and did not note which files its report is of.",
            "Train again with the same settings.",
        )
    return ModelFolder(station.files.job_folder(job_id), files)
