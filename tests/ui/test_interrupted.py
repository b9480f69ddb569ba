"""Interrupted jobs are listed after the sign-in and on the Jobs page, and go on where the person left them."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import (
    EpochFinished,
    JobCompleted,
    JobEvent,
    JobInterrupted,
    JobResumed,
    Phase,
    PhaseStarted,
    StepProgress,
)
from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.kept_checkpoint import Kept, KeptCheckpoint
from rockfall_desktop.domain.plan import TrainingPlan
from rockfall_desktop.ui.interrupted_jobs import InterruptedDialog
from rockfall_desktop.ui.job_detail import JobDetail
from rockfall_desktop.ui.jobs_page import JobsPage
from rockfall_desktop.ui.running_job import RunningJob
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.monitor import Monitor
from rockfall_desktop.ui.train.plan_line import PlanLine, plan_words
from rockfall_desktop.ui.train.train_page import TrainPage
from rockfall_desktop.ui.window import Shell
from tests.ui import values
from tests.ui.conftest import Keep, Photograph
from tests.ui.shells import SlowJob, answer, start, unlock

IDS = tuple(f"0190a1b2-0000-7000-8000-00000000000{letter}" for letter in "bc")


def interrupted(job_id: str, name: str = "North wall", epochs: int = 3) -> TrainingJob:
    course = values.course(epochs)
    course[0] = values.created(name, job_id=job_id)
    return values.fold([*course, JobInterrupted(at=values.NOW)])


JOBS = (interrupted(IDS[0]), interrupted(IDS[1], "South wall", 7))


def epoch(member: int, number: int) -> EpochFinished:
    metrics = values.metrics(number).model_copy(update={"member": member})
    return EpochFinished(at=values.NOW + timedelta(seconds=number), metrics=metrics)


@pytest.fixture
def monitor(seat: Seat, light: Theme, keep: Keep) -> Monitor:
    made = Monitor(seat, light)
    keep(made)
    made.show()
    return made


def ensemble(members: int) -> list[JobEvent]:
    course = values.course(0)
    config = TrainingConfig(sites=("/sites/quarry",), members=members)
    course[0] = values.created().model_copy(update={"config": config})
    return course


def test_that_a_resumed_job_drops_the_epochs_after_its_checkpoint(monitor: Monitor) -> None:
    for event in [*values.course(9), JobInterrupted(at=values.NOW), JobResumed(at=values.NOW, member=1, epoch=4)]:
        monitor.take(event)
    monitor.draw_everything()
    assert monitor.loss.series["train"].x.tolist() == [1, 2, 3, 4]
    assert monitor.header.facts["epoch"].text() == "4/40"
    assert monitor.eta_s == pytest.approx(36 * 4.1)
    assert monitor.buttons.cancel.isVisible()
    assert monitor._note.text() == ""
    monitor.take(epoch(1, 5))
    assert monitor.loss.series["train"].x.tolist() == [1, 2, 3, 4, 5]


def test_that_an_epoch_that_is_told_again_takes_the_place_of_the_first_one(monitor: Monitor) -> None:
    for event in [*values.course(9), epoch(1, 6)]:
        monitor.take(event)
    assert monitor.loss.series["train"].x.tolist() == [1, 2, 3, 4, 5, 6]


def test_that_the_monitor_says_which_network_is_trained_and_counts_all(monitor: Monitor) -> None:
    for event in [*ensemble(4), epoch(1, 1), epoch(1, 2), epoch(2, 1)]:
        monitor.take(event)
    monitor.draw_everything()
    assert monitor.header.facts["epoch"].text() == "1/40"
    assert monitor.header.facts["member"].text() == "2/4"
    assert monitor.header.facts["member"].isVisible()
    assert monitor.loss.series["train"].x.tolist() == [1]
    assert monitor.header.bar.value() == round(1000 * 41 / 160)
    assert monitor.eta_s == pytest.approx((160 - 41) * 4.1)
    monitor.take(StepProgress(at=values.NOW, member=2, epoch=2, step=5, steps=10, samples_per_second=900))
    monitor.draw_everything()
    assert monitor.header.facts["epoch"].text() == "1/40"  # the second one is not done
    assert monitor.header.bar.value() == round(1000 * 41.5 / 160)
    monitor.take(JobInterrupted(at=values.NOW))
    monitor.take(JobResumed(at=values.NOW, member=1, epoch=1))
    assert monitor.loss.series["train"].x.tolist() == [1]
    assert [monitor.header.facts[key].text() for key in ("epoch", "member")] == ["1/40", "1/4"]
    monitor.take(values.created())
    assert not monitor.header.facts["member"].isVisible()


def test_that_the_plan_says_how_long_all_networks_take() -> None:
    plan = TrainingPlan(
        blocks=values.BLOCKS, left_out={}, parameters=6000, seconds_per_epoch=2.0, memory_mb=80.0, disk_mb=12.0,
        epochs=40, members=5,
    )  # fmt: skip
    words = plan_words(plan)
    assert words.endswith("2.0 s/epoch · 7 min at most · 5 networks · 80 MB of memory · 12 MB of disk")


class Resumed:
    """A job that is resumed: its history, then epochs as the test lets them come."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.further = threading.Semaphore(0)
        self.asked: list[str] = []
        self.before = (
            *values.course(5), JobInterrupted(at=values.NOW), JobResumed(at=values.NOW, member=1, epoch=3)
        )  # fmt: skip
        monkeypatch.setattr("rockfall_desktop.ui.running_job.resume_training", self.resume)
        monkeypatch.setattr("rockfall_desktop.ui.running_job.job_events", values.always(self.before))
        monkeypatch.setattr("rockfall_desktop.ui.running_job.run_job", self.run)

    def resume(self, session: object, *, station: object, job_id: str) -> TrainingJob:
        self.asked.append(job_id)
        return values.fold(list(self.before))

    def run(self, session: object, *, station: object, job_id: str, control: Control) -> Iterator[JobEvent]:
        for phase in (Phase.READING, Phase.SAMPLES, Phase.FITTING):
            yield PhaseStarted(at=values.NOW, phase=phase)
        self.further.acquire()
        yield epoch(1, 4)
        yield PhaseStarted(at=values.NOW, phase=Phase.EVALUATING)
        yield JobCompleted(at=values.NOW, report=values.report())


@pytest.fixture
def resumed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Resumed]:
    made = Resumed(monkeypatch)
    yield made
    made.further.release()


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[TrainingJob]:
    jobs = list(JOBS)
    monkeypatch.setattr("rockfall_desktop.ui.interrupted_jobs.interrupted_jobs", lambda *_, **__: tuple(jobs))
    return jobs


def dialog_of(shell: Shell, qtbot: QtBot) -> InterruptedDialog:
    main = unlock(shell, qtbot)
    qtbot.waitUntil(lambda: main.findChild(InterruptedDialog) is not None, timeout=5000)
    found = main.findChild(InterruptedDialog)
    assert isinstance(found, InterruptedDialog)
    qtbot.waitUntil(found.isVisible)
    return found


def test_that_interrupted_jobs_are_listed_after_the_sign_in_and_one_goes_on(
    shell: Shell, listed: list[TrainingJob], resumed: Resumed, qtbot: QtBot
) -> None:
    dialog = dialog_of(shell, qtbot)
    main = shell.main
    assert main is not None
    assert [dialog.table.text(row, 0) for row in range(2)] == ["North wall", "South wall"]
    assert dialog.table.text(1, 3) == "7/40"
    qtbot.waitUntil(lambda: dialog.table.text(1, 4) == "not known")  # the store of this test holds no such job
    dialog.table.selectRow(1)
    qtbot.mouseClick(dialog.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: resumed.asked == [IDS[1]])
    monitor = main.train.monitor
    qtbot.waitUntil(lambda: monitor.loss.series["train"].x.tolist() == [1, 2, 3])
    assert main.train.isVisible()
    resumed.further.release()
    with qtbot.waitSignal(main.running.ended, timeout=5000):
        pass
    qtbot.waitUntil(lambda: not monitor.replaying)
    assert monitor.loss.series["train"].x.tolist() == [1, 2, 3, 4]
    assert main.running.job is not None
    assert (main.running.job.status, main.running.job.current_epoch) == (Status.COMPLETED, 4)
    assert main.train.start.isEnabled()


def test_that_kept_jobs_are_not_asked_about_again_until_the_next_start(
    shell: Shell, listed: list[TrainingJob], qtbot: QtBot
) -> None:
    dialog = dialog_of(shell, qtbot)
    qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    main = shell.main
    assert main is not None
    qtbot.waitUntil(lambda: main.findChild(InterruptedDialog) is None)
    shell.lock()
    unlock(shell, qtbot)
    assert main.findChild(InterruptedDialog) is None


def test_that_a_job_is_discarded_after_a_question_and_the_others_stay(
    shell: Shell, listed: list[TrainingJob], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[str] = []
    monkeypatch.setattr("rockfall_desktop.ui.going_on.discard_job", lambda *_, job_id, **__: gone.append(job_id))
    dialog = dialog_of(shell, qtbot)
    main = shell.main
    assert main is not None
    for expected, key in (([], "no"), ([IDS[0]], "yes")):
        qtbot.mouseClick(dialog.discard, Qt.MouseButton.LeftButton)
        answer(main, "confirm_discard", key, qtbot)
        qtbot.waitUntil(lambda expected=expected: gone == expected)
        qtbot.waitUntil(lambda: main.findChild(QDialog, "confirm_discard") is None)
    qtbot.waitUntil(lambda: dialog.table.text(0, 0) == "South wall")
    qtbot.mouseClick(dialog.discard, Qt.MouseButton.LeftButton)
    answer(main, "confirm_discard", "yes", qtbot)
    qtbot.waitUntil(lambda: gone == list(IDS))
    qtbot.waitUntil(lambda: main.findChild(InterruptedDialog) is None)


def test_that_nothing_is_asked_where_nothing_was_interrupted(shell: Shell, qtbot: QtBot) -> None:
    main = unlock(shell, qtbot)
    assert main.findChild(InterruptedDialog) is None


def test_that_a_lock_takes_the_list_away(shell: Shell, listed: list[TrainingJob], qtbot: QtBot) -> None:
    dialog = dialog_of(shell, qtbot)
    closed: list[int] = []
    dialog.finished.connect(closed.append)
    shell.lock()
    assert closed == [int(QDialog.DialogCode.Rejected)]


def test_that_a_refused_resume_is_told_on_the_train_page(
    shell: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise WrongInput("The job cannot be resumed", "The site's files are others.", "Start a new training.")

    monkeypatch.setattr("rockfall_desktop.ui.running_job.resume_training", refuse)
    main = unlock(shell, qtbot)
    with qtbot.waitSignal(main.running.refused, timeout=5000):
        main.jobs.resume_wanted.emit(IDS[0])
    assert "files are others" in main.train.card._message.text()
    assert main.train.start.isEnabled()


def test_that_no_job_is_resumed_beside_one_that_runs(
    shell: Shell, job: SlowJob, resumed: Resumed, qtbot: QtBot
) -> None:
    main = unlock(shell, qtbot)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("rockfall_desktop.ui.running_job.run_job", job.run)
        start(main, qtbot, 1, job)
    main.jobs.resume_wanted.emit(IDS[0])
    assert "when it has ended" in main.train.card._message.text()
    assert resumed.asked == []
    with qtbot.waitSignal(main.running.ended, timeout=5000):
        job.stop.set()


@pytest.mark.parametrize(
    ("job", "resume", "discard"),
    [
        (JOBS[0], True, True),
        (values.fold(values.failed()), True, False),
        (values.fold(values.completed()), False, False),
        (values.fold(values.cancelled()), False, False),
    ],
    ids=["interrupted", "failed", "completed", "cancelled"],
)
def test_that_the_jobs_page_offers_what_can_be_done(
    job: TrainingJob, resume: bool, discard: bool, seat: Seat, light: Theme, keep: Keep, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("rockfall_desktop.ui.job_detail.numbered_events", values.always(()))
    monkeypatch.setattr("rockfall_desktop.ui.job_detail.performance_report", values.always(values.report()))
    held = KeptCheckpoint(kept=Kept.THERE, epoch=2)
    monkeypatch.setattr("rockfall_desktop.ui.checkpoint_look.kept_checkpoint", values.always(held))
    detail = JobDetail(seat, light)
    keep(detail)
    detail.show()
    detail.show_job(job)
    if resume:
        qtbot.waitUntil(lambda: detail.going_on.checkpoint.text() == "checkpoint: after epoch 2")
    assert detail.going_on.checkpoint.isVisible() is resume
    assert detail.going_on.resume.isVisible() is resume
    assert detail.going_on.discard.isVisible() is discard
    wanted: list[str] = []
    detail.resume_wanted.connect(wanted.append)
    if resume:
        qtbot.mouseClick(detail.findChild(QPushButton, "resume_job"), Qt.MouseButton.LeftButton)
    assert wanted == [job.job_id] * resume


def test_that_the_list_says_what_each_checkpoint_holds(
    theme: Theme, seat: Seat, keep: Keep, photograph: Photograph, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {IDS[0]: KeptCheckpoint(kept=Kept.NONE), IDS[1]: KeptCheckpoint(kept=Kept.THERE, epoch=4)}
    monkeypatch.setattr("rockfall_desktop.ui.interrupted_jobs.kept_checkpoint", lambda *_, job_id, **__: held[job_id])
    window = QWidget()
    keep(window)
    dialog = InterruptedDialog(seat, JOBS, theme, window)
    dialog.table.selectRow(1)
    qtbot.waitUntil(lambda: dialog.table.text(1, 4) == "after epoch 4")
    assert dialog.table.text(0, 4) == "none: begins anew"
    assert dialog._chosen == IDS[1]
    photograph(dialog, "interrupted-jobs")
    assert dialog.table.text(0, 2) == "1/1"
    dialog.reject()


@pytest.mark.parametrize(
    ("checkpoint", "words", "offered"),
    [
        (KeptCheckpoint(kept=Kept.THERE, epoch=7), "was written after epoch 7: resumed, the job goes on", True),
        (KeptCheckpoint(kept=Kept.NONE), "begins anew", True),
        (KeptCheckpoint(kept=Kept.DAMAGED), "cannot be resumed", False),
    ],
)
def test_that_the_card_of_a_failed_job_says_where_it_would_go_on_and_lets_it(
    checkpoint: KeptCheckpoint, words: str, offered: bool, seat: Seat, light: Theme, keep: Keep, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("rockfall_desktop.ui.checkpoint_look.kept_checkpoint", values.always(checkpoint))
    page = TrainPage(seat, RunningJob(seat), light)
    keep(page)
    page._running.job = values.fold(values.failed())
    page.resize(1280, 760)
    page.show()
    page.show_what_may_be_seen()
    page.monitor.replay(values.failed())  # a resumed job may fail before what was before is shown
    page._running.ended.emit(page._running.job)
    offer = page.monitor.offer
    qtbot.waitUntil(offer.isVisible)
    assert words in offer.words.text()
    assert offer.resume.isVisible() is offered
    asked: list[str] = []
    monkeypatch.setattr(page._running, "resume", asked.append)
    if offered:
        qtbot.mouseClick(offer.resume, Qt.MouseButton.LeftButton)
        assert asked == [page._running.job.job_id]
    page.monitor.take(JobResumed(at=values.NOW, member=1, epoch=0))
    assert not offer.isVisible()


def test_that_the_plan_shows_the_test_block_beside_a_calibration_block(light: Theme, seat: Seat, keep: Keep) -> None:
    blocks = values.BLOCKS
    four = (*blocks[:2], blocks[1].model_copy(update={"name": "calibration"}), blocks[2])
    line = PlanLine(seat)
    keep(line)
    for shown in (four, blocks):
        line._show(values.PLAN.model_copy(update={"blocks": shown}))
        words = [label.text().split("\n")[0] for label in line.block_words if not label.isHidden()]
        assert words == [block.name for block in shown]


def test_that_a_job_that_was_resumed_elsewhere_is_shown_as_it_is_now(
    light: Theme, seat: Seat, keep: Keep, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, page_of = JOBS[0], "rockfall_desktop.ui.jobs_page"
    listed = [(job,)]
    monkeypatch.setattr(f"{page_of}.list_jobs", lambda *_, **__: listed[0])
    monkeypatch.setattr("rockfall_desktop.ui.office_job_list.sight_of", values.always(None))
    monkeypatch.setattr("rockfall_desktop.ui.job_detail.numbered_events", lambda *_, **__: ())
    page = JobsPage(seat, light)
    keep(page)
    page.show()
    qtbot.waitUntil(lambda: job.job_id in page._jobs)
    page.open_job(job.job_id)
    assert page.detail.name.text().endswith("interrupted")
    page.hide()
    going = job.apply(JobResumed(at=values.NOW, member=1, epoch=2))
    listed[0] = (going,)
    page.note(going)
    page.show()
    qtbot.waitUntil(lambda: page.detail.name.text().endswith(str(going.status)))
    assert not page.detail.going_on.resume.isVisible()
