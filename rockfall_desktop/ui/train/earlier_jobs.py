"""Keeps the jobs up to date that a training may begin with."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.network_name import network_name
from rockfall_desktop.domain.report import FEW_INCIDENTS
from rockfall_desktop.operations.earlier_job import jobs_to_begin_with
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.job_rows import titles_of
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.train.form import TrainingForm
from rockfall_desktop.ui.words import moment, three_digits


class EarlierJobs(QObject):
    """Lists them in the background whenever it is asked to look, and offers them in the form."""

    def __init__(self, seat: Seat, form: TrainingForm) -> None:
        super().__init__(form)
        self._seat, self._form = seat, form
        self._listing = LatestCall("earlier jobs", self)
        self._listing.answered.connect(self._take)
        self._listing.refused.connect(lambda problem: form.jobs.refuse(in_words(problem).message))

    def look(self) -> None:
        """Ask for the list."""
        if self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            self._listing.ask(lambda: jobs_to_begin_with(session, station=station))

    def forget(self) -> None:
        """Show nothing of the jobs of the one who was signed in before."""
        self._listing.forget()
        self._form.jobs.offer({})
        if self._form.jobs.value():
            self._form.take_values({"start_from": "", "frozen": False})
        if self._form.isVisible():
            self.look()

    def _take(self, jobs: object) -> None:
        if isinstance(jobs, tuple):
            self._form.jobs.offer(words_of(jobs))


def words_of(jobs: Sequence[TrainingJob]) -> dict[str, str]:
    """What tells each job from the others, by its id: site, network, when it was started, PR-AUC where there is one."""
    names = titles_of(jobs)
    return {job.job_id: _words(job, name) for job, name in zip(jobs, names, strict=True)}


def _words(job: TrainingJob, name: str) -> str:
    scores = job.performance_summary
    words = [name, network_name(job.config, job.config.members), moment(job.created_at)]
    if scores is not None and (scores.get("incidents_in_test") or 0) < FEW_INCIDENTS:
        words.append("few incidents")
    elif scores is not None and scores.get("pr_auc") is not None:
        words.append(f"PR-AUC {three_digits(scores['pr_auc'])}")
    return " \N{MIDDLE DOT} ".join(words)
