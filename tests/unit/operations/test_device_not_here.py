"""A device that this machine lacks is told before anything starts, by the name of its field."""

from pathlib import Path

import pytest
import torch

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.jobs import list_jobs
from rockfall_desktop.operations.plan import plan_training
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import start_training
from tests.stations import quick_config

HERE = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}


@pytest.mark.parametrize("device", [name for name, here in HERE.items() if not here])
def test_that_neither_plan_nor_start_takes_a_device_that_is_not_here(
    device: str, station: Station, session: Session, site: Path
) -> None:
    config = quick_config(site, device=device)
    with pytest.raises(WrongInput, match="device: "):
        plan_training(session, station=station, config=config)
    with pytest.raises(WrongInput, match="device: "):
        start_training(session, station=station, config=config)
    assert list_jobs(session, station=station) == ()
    assert list(station.files.jobs.iterdir()) == []
