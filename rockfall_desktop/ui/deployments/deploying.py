"""Opens the deploy dialog for a job and runs what it asks for; what was begun goes on when the dialog is closed."""

from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from rockfall_desktop.domain.deployment import DeploymentRequest
from rockfall_desktop.domain.gate import GateJudgement
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.site import KnownSite
from rockfall_desktop.domain.user import Role
from rockfall_desktop.operations.deployments import deploy_model
from rockfall_desktop.operations.gate import judge_for_deployment
from rockfall_desktop.operations.sites import known_sites
from rockfall_desktop.ui.background import BackgroundCall, LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.deployments.deploy_dialog import DeployDialog
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.words import marked


class Judged(NamedTuple):
    """A judgement, and the known sites of a job on several."""

    judgement: GateJudgement
    sites: tuple[KnownSite, ...]


class Deploying(QObject):
    """One at a time.

    Signals:
        began: graphs are made, for the job of that id.
        deployed: a Deployment was made.
        refused: the job's id, and a RockfallError that no open dialog could show.
        ended: it is over, for the job of that id.
    """

    began = Signal(str)
    deployed = Signal(object)
    refused = Signal(str, object)
    ended = Signal(str)

    def __init__(self, seat: Seat, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._seat, self._theme, self._window = seat, theme, window
        self._dialog: DeployDialog | None = None
        self.job_id = ""  # of the job that is being deployed
        self._judging = LatestCall("judge for deployment", self)
        self._judging.answered.connect(self._show)
        self._judging.refused.connect(self._refuse_judging)

    def ask(self, job: TrainingJob) -> None:
        """Open the dialog for a completed job."""
        if not self._seat.occupied or self.job_id:
            return
        session, station = self._seat.session, self._seat.station
        folders, name = job.config.sites, marked(job.site_name, simulated=job.simulated)
        dialog = DeployDialog(name, self._theme, self._window, may_decide=session.role is Role.ADMIN)
        dialog.wanted.connect(self._deploy)
        dialog.finished.connect(self._judging.forget)
        self._dialog = dialog
        dialog.wait_for_judgement()
        dialog.open()

        def judge() -> Judged:
            known = known_sites(session, station=station) if len(folders) > 1 else ()
            judgement = judge_for_deployment(session, station=station, job_id=job.job_id)
            return Judged(judgement, tuple(site for site in known if site.folder in folders))

        self._judging.ask(judge)

    def _open_dialog(self) -> DeployDialog | None:
        """The dialog, while a person sees it."""
        dialog = self._dialog
        return dialog if dialog is not None and isValid(dialog) and dialog.isVisible() else None

    def _show(self, judged: object) -> None:
        if isinstance(judged, Judged) and (dialog := self._open_dialog()) is not None:
            dialog.show_judgement(judged.judgement, judged.sites)

    def _refuse_judging(self, problem: object) -> None:
        if (dialog := self._open_dialog()) is not None:
            dialog.show_error(in_words(problem))

    def _deploy(self, request: DeploymentRequest) -> None:
        if not self._seat.occupied or self.job_id:
            return
        session, station = self._seat.session, self._seat.station
        self.job_id = request.job_id
        self.began.emit(request.job_id)
        call = BackgroundCall(lambda: deploy_model(session, station=station, request=request), "deploy")
        call.succeeded.connect(self._take)
        call.failed.connect(self._refuse)
        call.begin()

    def _take(self, deployment: object) -> None:
        job_id = self._end()
        if (dialog := self._open_dialog()) is not None and dialog.is_of(job_id):
            dialog.accept()
        self.deployed.emit(deployment)
        self.ended.emit(job_id)

    def _refuse(self, problem: object) -> None:
        job_id, error = self._end(), in_words(problem)
        if (dialog := self._open_dialog()) is not None and dialog.is_of(job_id):
            dialog.show_error(error)
        else:
            self.refused.emit(job_id, error)
        self.ended.emit(job_id)

    def _end(self) -> str:
        job_id, self.job_id = self.job_id, ""
        return job_id
