"""The one job that this window runs: started, watched and stopped here; pages listen."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control, Request
from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.events import Failure, JobCreated, JobEvent, JobFailed, StopRequested
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.jobs import cancel_training, job_events, stop_training_early
from rockfall_desktop.operations.resuming import resume_training
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.ui.background import BackgroundCall, BackgroundRun
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.seat import Seat


class _Start(NamedTuple):
    """A job that may run now, and what had happened to it before it was resumed."""

    job: TrainingJob
    before: tuple[JobEvent, ...] = ()


class RunningJob(QObject):
    """Runs one job at a time in a thread; locking the window does not touch it.

    Signals:
        happened: every event of the job, the first one included; of a resumed job those since.
        recalled: what had happened to a job before it was resumed, all of it, the resuming included; after `began`.
        began: the job was accepted, as a TrainingJob.
        refused: the job was not accepted, or a request was not heard, as a RockfallError.
        unsaved: an event could not be saved; the job is found interrupted at the next start.
        moved: the job changed, as a TrainingJob.
        ended: the last event was told and the thread is gone, as a TrainingJob.
    """

    happened = Signal(object)
    recalled = Signal(object)
    began = Signal(object)
    refused = Signal(object)
    unsaved = Signal()
    moved = Signal(object)
    ended = Signal(object)

    def __init__(self, seat: Seat, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seat = seat
        self._control = Control()
        self._starting: BackgroundCall | None = None
        self._started_by: Session | None = None
        self._run: BackgroundRun | None = None
        self.job: TrainingJob | None = None

    @property
    def active(self) -> bool:
        """Whether a job is being started or runs."""
        return self._starting is not None or self._run is not None

    @property
    def seen(self) -> bool:
        """Whether the one who is signed in may see the job: their own, an administrator any."""
        if self.job is None or not self._seat.occupied:
            return False
        session = self._seat.session
        return session.role is Role.ADMIN or session.user_id == self.job.user_id

    def start(self, config: TrainingConfig) -> None:
        """Check the site and start; the answer is `began` or `refused`."""
        if self.active:
            return
        session, station = self._seat.session, self._seat.station
        self._start(lambda: _Start(start_training(session, station=station, config=config)), "start training")

    def resume(self, job_id: str) -> None:
        """Let a job that was interrupted or failed go on; the answer is `began` or `refused`."""
        if self.active:
            return
        session, station = self._seat.session, self._seat.station

        def call() -> _Start:
            job = resume_training(session, station=station, job_id=job_id)
            return _Start(job, job_events(session, station=station, job_id=job_id))

        self._start(call, "resume training")

    def _start(self, make: Callable[[], "_Start"], name: str) -> None:
        self._started_by, self._control = self._seat.session, Control()
        call = BackgroundCall(make, name)
        self._starting = call
        call.succeeded.connect(self._begin)
        call.failed.connect(self._refuse)
        call.begin()

    def stop_early(self) -> None:
        """Ask the job to end now and keep its best epoch."""
        self._ask(Request.STOP_EARLY)

    def cancel(self) -> None:
        """Ask the job to end without a result."""
        self._ask(Request.CANCEL)

    def _ask(self, request: Request) -> None:
        """Asked through the store, where the request is kept; straight at the job while that is not possible.

        That is while it is being started, when it ends as soon as it begins, and while nobody is signed in.
        """
        job = self.job
        if not self.active:
            return
        if job is None or self._run is None or not self._seat.occupied:
            self._control.cancel() if request is Request.CANCEL else self._control.stop_early()
            return
        session, station = self._seat.session, self._seat.station
        operation = cancel_training if request is Request.CANCEL else stop_training_early
        call = BackgroundCall(lambda: operation(session, station=station, job_id=job.job_id), "request")
        call.succeeded.connect(lambda _: self._heard(request, session.user_id))
        call.failed.connect(self._not_heard)
        call.begin()

    def _begin(self, start: object) -> None:
        self._starting = None
        if not isinstance(start, _Start) or self._started_by is None:
            raise TypeError("no job was started")
        self.job = job = start.job
        session, station, control = self._started_by, self._seat.station, self._control
        run = BackgroundRun(
            lambda: run_job(session, station=station, job_id=job.job_id, control=control), f"job {job.job_id}"
        )
        self._run = run
        run.happened.connect(self._pass_on)
        run.failed.connect(self._broke)
        run.ended.connect(self._end)
        self.began.emit(job)
        if start.before:
            self.recalled.emit(start.before)
        else:
            self.happened.emit(job.first_event())
        self._tell_what_was_asked(session.user_id)
        run.begin()

    def _tell_what_was_asked(self, user_id: str) -> None:
        """Show what was asked while the job was being started; its control knows already."""
        if self._control.request is not Request.GO_ON:
            self._heard(self._control.request, user_id)

    def _refuse(self, problem: object) -> None:
        self._starting = None
        self.refused.emit(in_words(problem))

    def _heard(self, request: Request, user_id: str) -> None:
        """The request is stored; the runner sees it within half a second."""
        if self._run is not None and self.job is not None and self.job.status.active:
            self._pass_on(StopRequested(at=datetime.now(UTC), request=request, user_id=user_id))

    def _not_heard(self, problem: object) -> None:
        if self._run is not None:
            self.refused.emit(in_words(problem))

    def _pass_on(self, event: JobEvent) -> None:
        if isinstance(event, JobCreated) or self.job is None:
            return
        before, self.job = self.job, self.job.apply(event)
        self.happened.emit(event)
        if self.job is not before:
            self.moved.emit(self.job)

    def _broke(self, problem: object) -> None:
        """The runner itself broke: say it where the job is shown, whatever the store knows of it."""
        error = in_words(problem)
        if isinstance(error, StoreFault):
            self.unsaved.emit()
        failure = Failure(title=error.title, message=error.message, hint=error.hint, where="running the job")
        self._pass_on(JobFailed(at=datetime.now(UTC), failure=failure))

    def _end(self) -> None:
        self._run = None
        self.ended.emit(self.job)
