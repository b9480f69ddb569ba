"""Planning a training. Slow where a site is read: call it off the window's thread."""

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.plan import TrainingPlan
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.earlier_job import earlier_folder
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.thread_choice import thread_choice
from rockfall_desktop.operations.training_sites import read_for_training
from rockfall_desktop.threads import spare_threads


def plan_training(session: Session, *, station: Station, config: TrainingConfig) -> TrainingPlan:
    """What a choice of settings means: samples and incidents of each block, seconds per epoch, memory and disk.

    Raises:
        WrongInput: when the site has a fault, the settings do not fit it, or the earlier job saw its test block.
        StoreFault: when a file of the earlier job is missing or damaged.
        TrainingFault: when the memory does not do for one sample.
    """
    from rockfall_desktop.learning.device import demand_device  # noqa: PLC0415 - torch loads here
    from rockfall_desktop.learning.planning import disk_mb, memory_mb, parameter_count, seconds_per_epoch  # noqa: PLC0415
    from rockfall_desktop.learning.samples.build import build_pooled  # noqa: PLC0415
    from rockfall_desktop.learning.threads import bound_threads  # noqa: PLC0415

    station.demand(session)
    demand_device(config)
    bound_threads(spare_threads())
    sites = read_for_training(config, station.shelf)
    samples = build_pooled(sites, config)
    earlier_folder(session, station=station, config=config, sites=sites, samples=samples)
    seconds = None
    if station.computing.acquire(blocking=False):  # never beside a training: it would change its random numbers
        try:
            bound_threads(thread_choice(station.shelf, spare_threads(), station.now).likely(samples, config))
            seconds = seconds_per_epoch(samples, config)
        finally:
            station.computing.release()
    return TrainingPlan(
        blocks=samples.blocks,
        left_out=samples.left_out,
        parameters=parameter_count(samples, config),
        seconds_per_epoch=seconds,
        memory_mb=memory_mb(samples, config),
        disk_mb=disk_mb(samples, config),
        epochs=config.most_epochs,
        members=config.members,
    )
