"""Jobs that were interrupted or failed go on; the machine is kept awake meanwhile."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.events import (
    EpochFinished,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobResumed,
    LogLine,
    PhaseStarted,
)
from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.kept_checkpoint import Kept, KeptCheckpoint
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints
from rockfall_desktop.operations import jobs
from rockfall_desktop.operations.awake import KeptAwake
from rockfall_desktop.operations.plan import plan_training
from rockfall_desktop.operations.resuming import discard_job, interrupted_jobs, kept_checkpoint, resume_training
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.thread_choice import ThreadChoice
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.store.jobs import Jobs
from tests.model_folders import demand_noted
from tests.stations import now, quick_config, write_small_site


def begin(session: Session, station: Station, site: Path, **changes: Any) -> TrainingJob:
    return start_training(session, station=station, config=quick_config(site, **changes))


def run(session: Session, station: Station, job_id: str) -> list[JobEvent]:
    return list(run_job(session, station=station, job_id=job_id, control=Control()))


def interrupt(session: Session, station: Station, job: TrainingJob, epochs: int) -> list[JobEvent]:
    """The window is closed by force after some epochs."""
    running = run_job(session, station=station, job_id=job.job_id, control=Control())
    events: list[JobEvent] = []
    while epochs_of(events) < epochs:
        events.append(next(running))
    running.close()
    return events


def epochs_of(events: list[JobEvent]) -> int:
    return sum(isinstance(event, EpochFinished) for event in events)


def weights(station: Station, job: TrainingJob) -> dict[str, bytes]:
    folder = station.files.job_folder(job.job_id)
    return {name: value.tobytes() for name, value in load((folder / "best.safetensors").read_bytes()).items()}


def losses(events: list[JobEvent]) -> list[tuple[int, int, float]]:
    return [(e.metrics.member, e.metrics.epoch, e.metrics.train_loss) for e in events if isinstance(e, EpochFinished)]


def lines(events: list[JobEvent]) -> str:
    return "\n".join(event.text for event in events if isinstance(event, LogLine))


def test_that_a_resumed_job_ends_like_one_that_was_not_interrupted(
    station: Station, session: Session, site: Path
) -> None:
    whole = begin(session, station, site, epochs=4)
    expected = losses(run(session, station, whole.job_id))
    job = begin(session, station, site, epochs=4)
    interrupt(session, station, job, 2)
    assert [one.job_id for one in interrupted_jobs(session, station=station)] == [job.job_id]
    resumed = resume_training(session, station=station, job_id=job.job_id)
    assert (resumed.status, resumed.current_epoch) == (Status.QUEUED, 2)
    assert interrupted_jobs(session, station=station) == ()
    events = run(session, station, job.job_id)
    assert losses(events) == expected[2:]
    assert "Resumed after epoch 2" in lines(events)
    assert "Not bit for bit" not in lines(events)
    assert weights(station, job) == weights(station, whole)
    demand_noted(station, job.job_id)
    ended = Jobs(station.store).read(job.job_id)
    assert (ended.status, ended.current_epoch) == (Status.COMPLETED, 4)
    stored = jobs.job_events(session, station=station, job_id=job.job_id)
    folded = TrainingJob.created(stored[0])  # type: ignore[arg-type]
    for event in stored[1:]:
        folded = folded.apply(event)
    assert folded == ended


def test_that_a_job_goes_back_to_its_checkpoint_and_what_came_after_is_done_again(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(session, station, site, epochs=4)
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "write", written_once())
        first = losses(interrupt(session, station, job, 3))
    assert kept_checkpoint(session, station=station, job_id=job.job_id) == KeptCheckpoint(kept=Kept.THERE, epoch=1)
    resumed = resume_training(session, station=station, job_id=job.job_id)
    assert resumed.current_epoch == 1
    stored = jobs.job_events(session, station=station, job_id=job.job_id)
    assert isinstance(stored[-1], JobResumed)
    assert losses(run(session, station, job.job_id))[:2] == first[1:]


def written_once() -> Any:
    """Only the first checkpoint, after an epoch, reaches the disk: the process is killed before the next."""
    write, done = Checkpoints.write, []

    def once(self: Checkpoints, state: Any) -> None:
        if state["epoch"] == 1 and not done:
            done.append(True)
            write(self, state)

    return once


@pytest.fixture(autouse=True)
def every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint is due after every step."""
    monkeypatch.setattr(Checkpoints, "due", property(lambda _: True))


def test_that_epochs_that_the_store_missed_are_told_again(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(session, station, site, epochs=3, place="thread")
    append = Jobs.append

    def loses_epochs(self: Jobs, job_id: str, *events: JobEvent) -> TrainingJob:
        return append(self, job_id, *(event for event in events if not isinstance(event, EpochFinished)))

    with monkeypatch.context() as patched:
        patched.setattr(Jobs, "append", loses_epochs)
        before = losses(interrupt(session, station, job, 2))
    assert resume_training(session, station=station, job_id=job.job_id).current_epoch == 0
    events = run(session, station, job.job_id)
    assert losses(events)[:2] == before
    assert [epoch for _, epoch, _ in losses(events)] == [1, 2, 3]


def test_that_a_job_interrupted_before_its_first_checkpoint_starts_from_the_beginning_and_says_so(
    station: Station, session: Session, site: Path
) -> None:
    job = begin(session, station, site, epochs=1)
    running = run_job(session, station=station, job_id=job.job_id, control=Control())
    next(running)
    running.close()
    assert kept_checkpoint(session, station=station, job_id=job.job_id).kept is Kept.NONE
    last = station.files.job_folder(job.job_id) / "last.pt"
    last.write_bytes(b"no checkpoint")
    assert kept_checkpoint(session, station=station, job_id=job.job_id).kept is Kept.DAMAGED
    last.unlink()
    resume_training(session, station=station, job_id=job.job_id)
    assert "starts from the beginning" in lines(list(jobs.job_events(session, station=station, job_id=job.job_id)))
    assert isinstance(run(session, station, job.job_id)[-1], JobCompleted)


def test_that_a_job_interrupted_while_it_was_judged_is_not_trained_again(
    station: Station, session: Session, site: Path
) -> None:
    job = begin(session, station, site, epochs=2)
    running = run_job(session, station=station, job_id=job.job_id, control=Control())
    for event in running:
        if isinstance(event, PhaseStarted) and event.phase.value == "evaluating":
            running.close()
    assert resume_training(session, station=station, job_id=job.job_id).current_epoch == 2
    events = run(session, station, job.job_id)
    assert epochs_of(events) == 0
    assert isinstance(events[-1], JobCompleted)
    demand_noted(station, job.job_id)


def test_that_a_failed_job_can_be_resumed_when_its_reason_is_gone(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(session, station, site, epochs=3)
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "_write", full_after(patched, 3))
        assert isinstance(run(session, station, job.job_id)[-1], JobFailed)
    assert interrupted_jobs(session, station=station) == ()
    resume_training(session, station=station, job_id=job.job_id)
    assert isinstance(run(session, station, job.job_id)[-1], JobCompleted)


def full_after(patched: pytest.MonkeyPatch, files: int) -> Any:
    write, left = Checkpoints._write, [files]

    def fills_up(self: Checkpoints, name: str, content: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise StoreFault("The disk is nearly full", "1 MB is free.", "Free some space, then resume the job.")
        write(self, name, content)

    return fills_up


@pytest.mark.parametrize("end", ["completed", "cancelled", "queued"])
def test_that_only_an_interrupted_or_failed_job_is_resumed(
    station: Station, session: Session, site: Path, end: str
) -> None:
    job, control = begin(session, station, site, epochs=1), Control()
    if end == "cancelled":
        control.cancel()
    if end != "queued":
        list(run_job(session, station=station, job_id=job.job_id, control=control))
    with pytest.raises(WrongInput, match=f"is {end}"):
        resume_training(session, station=station, job_id=job.job_id)
    with pytest.raises(WrongInput, match=r"held by another|is (completed|cancelled)"):
        discard_job(session, station=station, job_id=job.job_id)


def test_that_a_job_whose_site_has_changed_is_refused_with_a_sentence(
    station: Station, session: Session, tmp_path: Path
) -> None:
    own = write_small_site(tmp_path / "own")
    job = begin(session, station, own)
    interrupt(session, station, job, 1)
    table = next(own.rglob("*incidents.csv"))
    text = table.read_text()
    table.write_text(text[: text.rstrip().rfind("\n") + 1])
    with pytest.raises(WrongInput, match="not those that the job learned from"):
        resume_training(session, station=station, job_id=job.job_id)
    assert Jobs(station.store).read(job.job_id).status is Status.INTERRUPTED
    table.write_text(text)
    resume_training(session, station=station, job_id=job.job_id)
    table.write_text(text[: text.rstrip().rfind("\n") + 1])
    last = run(session, station, job.job_id)[-1]
    assert isinstance(last, JobFailed)
    assert "not those that the job learned from" in last.failure.message


def test_that_another_version_is_told_as_not_bit_for_bit(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rockfall_desktop.learning.fitting import resuming

    job = begin(session, station, site)
    with monkeypatch.context() as patched:
        made = resuming._made_with(1) | {"torch": "2.0.0", "threads": "64"}
        patched.setattr(resuming, "_made_with", lambda _: made)
        interrupt(session, station, job, 1)
    resume_training(session, station=station, job_id=job.job_id)
    told = lines(run(session, station, job.job_id))
    assert "Not bit for bit" in told
    assert "torch 2.0.0 became 2." in told
    assert "threads 64 became" in told


def test_that_a_discarded_job_is_cancelled_and_its_checkpoint_gone(
    station: Station, session: Session, site: Path
) -> None:
    job = begin(session, station, site)
    interrupt(session, station, job, 1)
    folder = station.files.job_folder(job.job_id)
    assert (folder / "last.pt").exists()
    assert discard_job(session, station=station, job_id=job.job_id).status is Status.CANCELLED
    assert not any(folder.glob("*.pt")) | any(folder.glob("*.safetensors"))
    assert epochs_of(list(jobs.job_events(session, station=station, job_id=job.job_id))) == 1
    with pytest.raises(WrongInput, match="is cancelled"):
        resume_training(session, station=station, job_id=job.job_id)


def test_that_nobody_resumes_or_discards_the_job_of_another(station: Station, session: Session, site: Path) -> None:
    job = begin(session, station, site)
    interrupt(session, station, job, 1)
    other = station.admit(session.model_copy(update={"user_id": "other", "role": Role.ENGINEER, "token": "t2"}))
    assert interrupted_jobs(other, station=station) == ()
    for touch in (resume_training, discard_job):
        with pytest.raises(WrongInput, match="no job"):
            touch(other, station=station, job_id=job.job_id)
    assert Jobs(station.store).read(job.job_id).status is Status.INTERRUPTED


def test_that_an_ensemble_is_resumed_within_its_second_member(station: Station, session: Session, site: Path) -> None:
    job = begin(session, station, site, epochs=2, members=3)
    before = losses(interrupt(session, station, job, 3))
    resumed = resume_training(session, station=station, job_id=job.job_id)
    assert (resumed.member, resumed.current_epoch) == (2, 1)
    events = run(session, station, job.job_id)
    assert [(m, e) for m, e, _ in before + losses(events)] == [(m, e) for m in (1, 2, 3) for e in (1, 2)]
    assert isinstance(events[-1], JobCompleted)
    demand_noted(station, job.job_id)


def test_that_a_disk_without_room_refuses_the_start(
    station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rockfall_desktop.operations import disk_room

    class Usage:
        free = 49e6

    monkeypatch.setattr(disk_room.shutil, "disk_usage", lambda _: Usage)
    with pytest.raises(StoreFault, match="49 MB are free"):
        begin(session, station, site)
    assert jobs.list_jobs(session, station=station) == ()


def test_that_the_plan_counts_disk_and_time_of_all_members(station: Station, session: Session, site: Path) -> None:
    one = plan_training(session, station=station, config=quick_config(site))
    five = plan_training(session, station=station, config=quick_config(site, members=5))
    assert five.disk_mb > one.disk_mb > 0
    assert five.seconds_per_epoch is not None
    assert five.longest_s == pytest.approx(five.seconds_per_epoch * 3 * 5)


def test_that_threads_are_measured_once_for_each_kind_of_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rockfall_desktop.learning.fitting import thread_probe
    from rockfall_desktop.learning.samples.build import build_samples
    from tests.small_site import small_site

    config = quick_config(tmp_path)
    samples = build_samples(small_site(), config)
    seconds, measured = {1: 2.0, 3: 1.0}, []

    def step_s(_: object, __: object, threads: int, ___: object) -> Any:
        measured.append(threads)
        return seconds[threads]
        yield

    monkeypatch.setattr(thread_probe, "_step_s", step_s)

    def chosen(before: int | None = None, **changes: Any) -> int:
        choice = ThreadChoice(tmp_path / "cache" / "threads.json", 3, now)
        generator = choice.choose(samples, quick_config(tmp_path, **changes), before)
        while True:
            try:
                next(generator)
            except StopIteration as end:
                return int(end.value)

    def likely() -> int:
        return ThreadChoice(tmp_path / "cache" / "threads.json", 3, now).likely(samples, config)

    assert likely() == 3, "as many as may be taken, where nothing was measured"
    assert chosen() == 3
    seconds[3] = 1.9
    assert (chosen(), chosen(seed=8, epochs=99)) == (3, 3)
    assert measured == [1, 3]
    assert chosen(width=12) == 1
    config = quick_config(tmp_path, width=12)
    assert (likely(), measured) == (1, [1, 3, 1, 3])
    assert (chosen(2), chosen(64)) == (2, 3)
    (tmp_path / "cache" / "threads.json").write_text("[damaged")
    assert chosen() == 1


def test_that_measuring_threads_leaves_the_random_numbers_alone(tmp_path: Path) -> None:
    import torch

    from rockfall_desktop.learning.fitting.thread_probe import probe_threads
    from rockfall_desktop.learning.samples.build import build_samples
    from tests.small_site import small_site

    config, before = quick_config(tmp_path), torch.get_num_threads()
    samples = build_samples(small_site(), config)
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    try:
        assert len(list(probe_threads(samples, config, 2, now))) >= 4
        assert torch.equal(torch.rand(3), expected)
    finally:
        torch.set_num_threads(before)


@pytest.mark.skipif(os.name == "nt", reason="the system's own call is used there")
def test_that_the_machine_is_kept_awake_until_the_end_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("systemd-inhibit", "caffeinate"):
        command = tmp_path / name
        command.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\nexec cat\n')
        command.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with KeptAwake() as kept:
        holder = kept._holder
        assert holder is not None
        assert holder.poll() is None
    assert holder.returncode == 0
    assert (tmp_path / "asked").read_text().split()[-1].endswith("cat")


@pytest.mark.skipif(os.name == "nt", reason="the system's own call is used there")
def test_that_what_keeps_the_machine_awake_never_fails_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with KeptAwake() as kept:
        assert kept._holder is None
    broken = tmp_path / "systemd-inhibit"
    broken.write_text("no program")
    broken.chmod(0o700)
    (tmp_path / "cat").symlink_to("/bin/cat")
    with KeptAwake():
        pass
    broken.write_text("#!/bin/sh\nexit 1\n")
    with KeptAwake() as kept:
        assert kept._holder is not None
        kept._holder.send_signal(signal.SIGKILL)
