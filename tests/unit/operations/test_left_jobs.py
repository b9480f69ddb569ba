"""A job whose process outlived its window for some seconds, which was opened again within them."""

from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.job import Status
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.awake import KeptAwake
from rockfall_desktop.operations.jobs import list_jobs
from rockfall_desktop.operations.resuming import interrupted_jobs, resume_training
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import start_training
from rockfall_desktop.store.file_lock import FileLock
from rockfall_desktop.store.job_lock import take_work
from tests.stations import quick_config


@pytest.fixture
def left(session: Session, station: Station, site: Path) -> tuple[str, FileLock]:
    """A job whose window was killed, and what its process still holds."""
    job = start_training(session, station=station, config=quick_config(site))
    station.started.pop(job.job_id).lock.release()
    work = take_work(station.files.job_folder(job.job_id))
    assert work is not None
    return job.job_id, work


def test_that_it_is_found_as_soon_as_its_process_has_ended(
    session: Session, station: Station, left: tuple[str, FileLock]
) -> None:
    job_id, work = left
    assert interrupted_jobs(session, station=station) == ()
    assert [job.status for job in list_jobs(session, station=station)] == [Status.QUEUED]
    work.release()
    assert [job.status for job in list_jobs(session, station=station)] == [Status.INTERRUPTED]
    assert [job.job_id for job in interrupted_jobs(session, station=station)] == [job_id]


def test_that_it_is_resumed_as_soon_as_its_process_has_ended(
    session: Session, station: Station, left: tuple[str, FileLock]
) -> None:
    job_id, work = left
    with pytest.raises(WrongInput, match="is queued"):
        resume_training(session, station=station, job_id=job_id)
    work.release()
    assert resume_training(session, station=station, job_id=job_id).status is Status.QUEUED
    assert [job.status for job in list_jobs(session, station=station)] == [Status.QUEUED]


def test_that_what_keeps_the_machine_awake_hears_no_pass_phrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("systemd-inhibit", "caffeinate"):
        command = tmp_path / name
        command.write_text(f"#!/bin/sh\nenv > {tmp_path}/heard\nexec cat\n")
        command.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("ROCKFALL_PASSWORD", "seven grey stones rolling")
    with KeptAwake() as kept:
        assert kept._holder is not None
    assert "PATH=" in (tmp_path / "heard").read_text()
    assert "ROCKFALL" not in (tmp_path / "heard").read_text()
