"""The job whose weights a training begins with."""

from typing import TYPE_CHECKING

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.job import Status
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.jobs import own_job
from rockfall_desktop.operations.judged_model import judged_model
from rockfall_desktop.operations.station import Station

if TYPE_CHECKING:
    from rockfall_desktop.learning.fitting.model_folder import ModelFolder


def earlier_folder(session: Session, *, station: Station, config: TrainingConfig) -> "ModelFolder | None":
    """The model of the job that `start_from` names; None where it names none.

    Raises:
        WrongInput: when there is no such job, it is somebody else's, it did not complete, or an earlier
            version did not note its files.
    """
    if not config.start_from:
        return None
    try:
        job = own_job(session, station=station, job_id=config.start_from)
    except WrongInput as error:
        raise WrongInput(error.title, f"start_from: {error.message}", error.hint) from error
    if job.status is not Status.COMPLETED:
        message = f"start_from: job {job.job_id} is {job.status} and left no model."
        raise WrongInput("There is no model to begin with", message, "Name a job that completed.")
    return judged_model(station, job.job_id)
