"""The job whose weights a training begins with."""

from collections.abc import Sequence
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
    from rockfall_desktop.learning.samples.sample_set import SampleSet
    from rockfall_desktop.learning.samples.site_part import SiteInput


def earlier_folder(
    session: Session,
    *,
    station: Station,
    config: TrainingConfig,
    sites: "Sequence[SiteInput]",
    samples: "SampleSet",
) -> "ModelFolder | None":
    """The model of the job that `start_from` names, which fits what is to be learned; None where it names none.

    Raises:
        WrongInput: when there is no such job, it is somebody else's, it did not complete, an earlier version did not
            note its files, or its weights do not fit or saw the test block.
        StoreFault: when a file of it is missing or damaged.
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
    from rockfall_desktop.learning.fitting.fine_tuning import demand_alike  # noqa: PLC0415 - torch loads here

    folder = judged_model(station, job.job_id)
    demand_alike(folder, sites, samples, config)
    return folder
