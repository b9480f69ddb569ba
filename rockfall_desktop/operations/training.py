"""Starting and running a training. Starting reads the site: call it off the window's thread."""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.events import JobCreated, JobEvent
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.disk_room import demand_room
from rockfall_desktop.operations.earlier_job import earlier_folder
from rockfall_desktop.operations.jobs import own_job
from rockfall_desktop.operations.running import JobRun
from rockfall_desktop.operations.site_shelf import site_place
from rockfall_desktop.operations.station import StartedJob, Station
from rockfall_desktop.operations.training_sites import names_of, read_for_training, title_of
from rockfall_desktop.store.job_lock import take_job
from rockfall_desktop.store.jobs import Jobs

if TYPE_CHECKING:
    from rockfall_desktop.learning.samples.site_part import SiteInput


def start_training(session: Session, *, station: Station, config: TrainingConfig) -> TrainingJob:
    """Make a job that `run_job` then runs. Whatever does not fit is said before anything is stored.

    A job of several sites goes by the id of the first and the names of all.

    Raises:
        WrongInput: when the site has a fault, the settings do not fit it, or the earlier job saw its test block.
        StoreFault: when the job could not be saved, or the disk has no room for its checkpoints.
    """
    station.demand(session)
    from rockfall_desktop.learning.device import demand_device  # noqa: PLC0415 - torch loads here
    from rockfall_desktop.learning.fitting.fine_tuning import copy_weights  # noqa: PLC0415
    from rockfall_desktop.learning.samples.build import build_pooled  # noqa: PLC0415

    demand_device(config)
    config = config.model_copy(update={"sites": tuple(str(site_place(Path(site))) for site in config.sites)})
    sites = read_for_training(config, station.shelf)
    samples = build_pooled(sites, config)
    demand_room(station.files.jobs, samples, config)
    earlier = earlier_folder(session, station=station, config=config, sites=sites, samples=samples)
    job_id = station.new_id()
    lock = take_job(station.files, job_id)
    if lock is None:
        raise StoreFault("The job cannot be started", f"Job {job_id} is held by another program.", "Try again.")
    try:
        start = {} if earlier is None else copy_weights(earlier, station.files.job_folder(job_id))
        job = Jobs(station.store).create(_created(job_id, session, station, config, sites, start))
    except BaseException:
        lock.release()
        raise
    station.started[job_id] = StartedJob(lock, session.user_id)
    return job


def _created(
    job_id: str,
    session: Session,
    station: Station,
    config: TrainingConfig,
    sites: "tuple[SiteInput, ...]",
    start_files: dict[str, str],
) -> JobCreated:
    return JobCreated(
        at=station.now(),
        job_id=job_id,
        user_id=session.user_id,
        config=config,
        site_id=sites[0].arrays.site_id,
        site_name=title_of(sites),
        site_names=names_of(sites),
        site_ids=tuple(one.arrays.site_id for one in sites),
        simulated=any(one.arrays.simulated for one in sites),
        start_files=start_files,
    )


def run_job(session: Session, *, station: Station, job_id: str, control: Control) -> Generator[JobEvent, None, None]:
    """Run a job that `start_training` made or `resume_training` took up, to its end, as a generator of events.

    The last event is JobCompleted, JobFailed or JobCancelled. A session that was locked after `start_training` stops
    nothing: the job was authorised there.

    Raises:
        AccessRefused: when somebody else started the job and the session does not live.
        WrongInput: when the job was not started here or is running already, or the session may not touch it.
        StoreFault: when an event cannot be saved; the job is found interrupted at the next sign-in.
    """
    waiting = station.started.get(job_id)
    if waiting is None or waiting.user_id != session.user_id:
        own_job(session, station=station, job_id=job_id)
    started = station.started.pop(job_id, None)
    if started is None:
        raise WrongInput("The job cannot be run", f"Job {job_id} was not started here.", "Start a new training.")
    with started.lock:
        yield from JobRun(station, Jobs(station.store).read(job_id), control).events()
