"""The job whose weights a training begins with."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.jobs import list_jobs, own_job
from rockfall_desktop.operations.judged_model import judged_model
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.history import History

if TYPE_CHECKING:
    from rockfall_desktop.learning.fitting.model_folder import ModelFolder
    from rockfall_desktop.learning.samples.sample_set import SampleSet
    from rockfall_desktop.learning.samples.site_part import SiteInput


def jobs_to_begin_with(session: Session, *, station: Station) -> tuple[TrainingJob, ...]:
    """The jobs that completed and whose model is kept, newest first; those of all users for an administrator.

    Whether the weights of one fit what is to be learned is told by the plan. Slow: call it off the window's thread.

    Raises:
        AccessRefused: without a living session.
    """
    jobs = list_jobs(session, station=station)
    noted = History(station.store).names_of_models()

    def is_kept(job_id: str) -> bool:
        folder, names = station.files.job_folder(job_id), noted.get(job_id, ())
        return bool(names) and all((folder / name).is_file() for name in names)

    return tuple(job for job in jobs if job.status is Status.COMPLETED and is_kept(job.job_id))


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
