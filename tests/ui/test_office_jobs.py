"""Jobs of other stations on the Jobs page: where they run, of when they are, and nothing that changes them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.errors import OfficeUnreachable, WrongInput
from rockfall_desktop.domain.events import LogLine
from rockfall_desktop.domain.job import Status
from rockfall_desktop.domain.office_job import OfficeJob, OfficeJobs
from rockfall_desktop.ui.job_rows import HERE, STATUS
from rockfall_desktop.ui.jobs_page import JobsPage
from rockfall_desktop.ui.office_job_course import as_of, course_of, missing_words, status_words
from rockfall_desktop.ui.office_job_list import unread_words
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.log_model import MOST_LINES
from tests.ui import values
from tests.ui.conftest import Keep, Photograph

RUNS, DONE, FAILED, CANCELLED = range(4)
UNREAD = {"its key is not trusted any more": 2, "of another version, or damaged": 1}


class Elsewhere:
    """What the office told, and how often it was asked for."""

    def __init__(self) -> None:
        self.jobs, self.unread, self.mark = list(values.office_jobs()), dict(UNREAD), "1"
        self.marks = self.lists = self.wholes = 0
        self.log: tuple[LogLine, ...] | Exception = ()

    def tell(self, place: int, job: OfficeJob) -> None:
        self.jobs[place] = job
        self.mark += "+"

    def look(self, session: object, *, station: object) -> str:
        self.marks += 1
        return self.mark

    def list(self, session: object, *, station: object, whole: bool) -> OfficeJobs:
        assert not whole, "a list of thousands is not read whole"
        self.lists += 1
        return OfficeJobs(jobs=tuple(self.jobs), unread=self.unread)

    def read(self, session: object, *, station: object, job_id: str) -> OfficeJob:
        self.wholes += 1
        for job in self.jobs:
            if job.job.job_id == job_id:
                return job
        raise WrongInput("No such job", "There is none.", "List them again.")

    def read_log(self, session: object, *, station: object, office: object, job_id: str) -> tuple[LogLine, ...]:
        if isinstance(self.log, Exception):
            raise self.log
        return self.log


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    made, ui = Elsewhere(), "rockfall_desktop.ui"
    monkeypatch.setattr(f"{ui}.jobs_page.list_jobs", values.always(values.jobs()[1:3]))
    monkeypatch.setattr(f"{ui}.office_job_list.office_jobs_mark", made.look)
    monkeypatch.setattr(f"{ui}.office_job_list.office_jobs", made.list)
    monkeypatch.setattr(f"{ui}.office_job_detail.office_job", made.read)
    monkeypatch.setattr(f"{ui}.office_job_detail.office_job_log", made.read_log)
    connected = SimpleNamespace(close=lambda: None)
    monkeypatch.setattr(f"{ui}.office_job_detail.connect_office", values.always(connected))
    return made


@pytest.fixture
def make(elsewhere: Elsewhere, seat: Seat, keep: Keep, qtbot: QtBot) -> Callable[[Theme], JobsPage]:
    def call(theme: Theme) -> JobsPage:
        page = JobsPage(seat, theme)
        page.resize(1204, 720)
        keep(page)
        page.show()
        qtbot.waitUntil(lambda: page.table.rows.rowCount() == len(elsewhere.jobs) + 2)
        return page

    return call


def open_row(page: JobsPage, row: int, qtbot: QtBot) -> None:
    key = page.table.rows.keys[row]
    page.open_row(key)
    qtbot.waitUntil(
        lambda: (
            page.office_detail.told is not None
            and key.endswith(page.office_detail.told.job.job_id)
            and not page.office_detail.monitor.replaying
        )
    )


def visible_buttons(page: JobsPage) -> set[str]:
    return {one.objectName() for one in page.office_detail.findChildren(QPushButton) if one.isVisible()}


def test_that_jobs_of_other_stations_stand_among_the_own_ones_with_their_station(
    make: Callable[[Theme], JobsPage], theme: Theme, photograph: Photograph
) -> None:
    page = make(theme)
    photograph(page, "jobs-two-stations")
    stations = [page.table.text(row, 2) for row in range(6)]
    assert stations == ["pit laptop 3", "office tower", "pit laptop 3", "pit laptop 3", HERE.text, HERE.text]
    assert page.table.text(0, 1) == "North wall (simulated)"
    assert page.table.rows.columns[2].title == "Station"
    assert page.unread.isVisible()
    assert page.unread.text().startswith("3 jobs of other stations are not shown: 2 x its key is not trusted")


def test_that_without_other_stations_there_is_no_column_of_stations(
    elsewhere: Elsewhere, make: Callable[[Theme], JobsPage], light: Theme
) -> None:
    elsewhere.jobs, elsewhere.unread = [], {}
    page = make(light)
    assert "Station" not in [column.title for column in page.table.rows.columns]
    assert not page.unread.isVisible()


def test_that_jobs_of_other_stations_are_read_when_something_came_and_never_by_the_clock(
    elsewhere: Elsewhere, make: Callable[[Theme], JobsPage], light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    assert (elsewhere.marks, elsewhere.lists) == (1, 1)
    with qtbot.waitSignal(page._listing.answered):
        page._timer.timeout.emit()
    assert elsewhere.marks == 1
    page.look_elsewhere()
    qtbot.waitUntil(lambda: elsewhere.marks == 2 and not page.elsewhere._looking.busy)
    assert elsewhere.lists == 1
    elsewhere.tell(RUNS, values.office_job(4, values.course(10), revision=8))
    page.look_elsewhere()
    qtbot.waitUntil(lambda: page.table.text(0, 5).startswith("10/"))
    page.hide()
    page.look_elsewhere()
    assert not page.elsewhere._looking.busy, "what is not seen is not read"


def test_that_a_job_that_runs_elsewhere_is_replayed_and_offers_nothing_that_changes_it(
    make: Callable[[Theme], JobsPage], theme: Theme, qtbot: QtBot, photograph: Photograph
) -> None:
    page = make(theme)
    open_row(page, RUNS, qtbot)
    detail = page.office_detail
    photograph(page, "office-job-runs")
    assert list(detail.monitor.loss.series["train"].x) == list(range(1, 10))
    assert "12 steps were clipped" in detail.monitor.log.model.as_text()
    assert detail.read_only.text().startswith("Read only: it runs on pit laptop 3, as of ")
    assert detail.name.text().startswith("North wall (simulated)")
    assert detail.monitor.header.badge.isVisible()
    assert detail.monitor.header.phase.text().startswith("training, last heard ")
    assert detail.monitor.header.facts["eta"].text() == "\N{EN DASH}", "nobody here knows"
    assert visible_buttons(page) == {"back_from_office_job", "log_copy"}
    qtbot.mouseClick(detail.findChild(QPushButton, "back_from_office_job"), Qt.MouseButton.LeftButton)
    assert page.table.isVisible()


def test_that_a_completed_one_shows_its_scores_and_says_where_its_report_lies(
    make: Callable[[Theme], JobsPage], theme: Theme, qtbot: QtBot, photograph: Photograph
) -> None:
    page = make(theme)
    open_row(page, DONE, qtbot)
    detail = page.office_detail
    photograph(page, "office-job-completed")
    assert detail.summary.numbers["pr_auc"].text() == "0.372"
    assert "lies on office tower" in detail.summary.note.text()
    assert detail.monitor.header.phase.text() == "completed"
    assert "it ran on office tower" in detail.read_only.text()
    assert visible_buttons(page) == {"back_from_office_job", "log_copy", "office_job_log"}


def test_that_few_incidents_give_no_headline_elsewhere_either(
    elsewhere: Elsewhere, make: Callable[[Theme], JobsPage], light: Theme, qtbot: QtBot
) -> None:
    scores = dict(elsewhere.jobs[DONE].job.performance_summary or {}) | {"incidents_in_test": 4}
    elsewhere.jobs[DONE] = values.office_job(3, values.completed(), performance_summary=scores)
    page = make(light)
    open_row(page, DONE, qtbot)
    assert page.office_detail.summary.numbers["pr_auc"].text() == "\N{EN DASH}"
    assert "only 4 fall into the test block" in page.office_detail.summary.note.text()


@pytest.mark.parametrize(
    ("place", "words"), [(FAILED, "failed"), (CANCELLED, "cancelled")], ids=["failed", "cancelled"]
)
def test_that_one_that_ended_without_a_model_says_so(
    place: int, words: str, make: Callable[[Theme], JobsPage], light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    open_row(page, place, qtbot)
    assert page.office_detail.monitor.header.phase.text() == words
    assert not page.office_detail.summary.isVisible()
    assert page.office_detail.monitor.card.isVisible() is (place == FAILED)


def test_that_an_open_one_goes_on_by_what_is_new_alone(
    elsewhere: Elsewhere, make: Callable[[Theme], JobsPage], light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    open_row(page, RUNS, qtbot)
    taken: list[object] = []
    page.office_detail.monitor.go_on = taken.extend  # type: ignore[method-assign]
    elsewhere.tell(RUNS, values.office_job(4, values.course(11), revision=8))
    page.look_elsewhere()
    qtbot.waitUntil(lambda: bool(taken))
    assert len(taken) == len(course_of(elsewhere.jobs[RUNS])) - len(course_of(values.office_jobs()[RUNS]))
    assert elsewhere.wholes == 2


def test_that_the_whole_log_comes_on_request_and_its_absence_is_a_sentence(
    elsewhere: Elsewhere, make: Callable[[Theme], JobsPage], light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    open_row(page, DONE, qtbot)
    detail = page.office_detail
    line = elsewhere.jobs[DONE].lines[0]
    answers = {
        "does not answer": OfficeUnreachable("The office does not answer", "It does not answer now.", "Try later."),
        "no whole log": (),
        "2 lines.": (line, line),
        "5,010 lines, the last 5,000": (line,) * (MOST_LINES + 10),
    }
    for words, answer in answers.items():
        elsewhere.log = answer
        detail._note_log("")
        qtbot.mouseClick(detail.whole_log, Qt.MouseButton.LeftButton)
        assert not detail.whole_log.isEnabled()
        qtbot.waitUntil(lambda: not detail._logs.busy and not detail.monitor.replaying)
        card = detail.card._message.text() if detail.card.isVisible() else ""
        assert words in f"{detail.log_note.text()} {card}"
        assert detail.whole_log.isEnabled() is not words.endswith(("lines.", "5,000"))
    log = detail.monitor.log
    assert log.model.rowCount() == MOST_LINES
    log.older_wanted.emit()
    assert log.model.rowCount() == MOST_LINES + 10
    log.older_wanted.emit()
    assert log.model.rowCount() == MOST_LINES + 10


@pytest.mark.parametrize(
    ("place", "words"), [(RUNS, "come to the office when the job ends"), (DONE, "in the whole log")]
)
def test_that_the_top_of_a_log_says_where_older_lines_are(
    place: int, words: str, make: Callable[[Theme], JobsPage], light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    open_row(page, place, qtbot)
    page.office_detail.monitor.log.older_wanted.emit()
    assert words in page.office_detail.log_note.text()


def test_that_one_that_is_not_there_any_more_is_a_sentence(
    elsewhere: Elsewhere, make: Callable[[Theme], JobsPage], light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    key = page.table.rows.keys[RUNS]
    elsewhere.jobs = []
    page.open_row(key)
    qtbot.waitUntil(page.office_detail.card.isVisible)
    assert page.office_detail.told is None


def test_that_nothing_of_it_stays_when_it_is_forgotten(
    make: Callable[[Theme], JobsPage], light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    open_row(page, DONE, qtbot)
    detail = page.office_detail
    page.forget()
    assert page.table.rows.rowCount() == 2 - len(values.jobs()[1:3])
    assert detail.told is None
    assert len(detail.monitor.loss.series["train"]) == 0
    assert detail.monitor.log.model.rowCount() == 0
    for label in (detail.name, detail.read_only, detail.monitor.header.title, detail.summary.note, page.unread):
        assert label.text() == ""
    assert not detail.isVisible()


@pytest.mark.parametrize(
    ("since", "status", "told"),
    [
        (timedelta(minutes=4), Status.TRAINING, "training"),
        (timedelta(minutes=6), Status.TRAINING, f"training, last heard {values.NOW.astimezone():%H:%M}"),
        (timedelta(minutes=-6), Status.PREPARING, f"preparing, last heard {values.NOW.astimezone():%H:%M}"),
        (timedelta(days=3), Status.TRAINING, f"training, last heard {values.NOW.astimezone():%Y-%m-%d %H:%M}"),
        (timedelta(days=3), Status.COMPLETED, "completed"),
    ],
)
def test_that_a_job_that_should_go_on_says_when_it_was_last_heard_of(
    since: timedelta, status: Status, told: str
) -> None:
    assert status_words(status, values.NOW, values.NOW + since) == told


def test_that_the_clock_alone_makes_a_job_silent_in_the_list_and_on_its_page(
    elsewhere: Elsewhere, make: Callable[[Theme], JobsPage], theme: Theme, qtbot: QtBot, photograph: Photograph,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    elsewhere.jobs[RUNS] = elsewhere.jobs[RUNS].model_copy(update={"updated_at": datetime.now(UTC)})
    page = make(theme)
    assert page.table.text(0, STATUS) == "training"
    open_row(page, RUNS, qtbot)
    detail = page.office_detail
    assert detail.name.text().endswith("training")
    monkeypatch.setattr("rockfall_desktop.ui.office_job_course.SILENT_AFTER", timedelta())
    with qtbot.waitSignal(page._listing.answered):
        page._timer.timeout.emit()
    photograph(page, "office-job-silent")
    assert ", last heard " in detail.name.text()
    assert detail.monitor.header.phase.text().startswith("training, last heard ")
    assert elsewhere.lists == 1, "nothing was read for it"
    page.show_list()
    photograph(page, "jobs-silent")
    assert page.table.text(0, STATUS).startswith("training, last heard ")
    assert [page.table.text(row, STATUS) for row in (1, 2)] == ["completed", "failed"]


@pytest.mark.parametrize(
    ("members", "first", "said"),
    [
        (1, 4, "Epochs before 4 are not at the office."),
        (3, 1, "Epochs before member 2, epoch 1 are not at the office."),
    ],
)
def test_that_epochs_which_are_not_at_the_office_are_told_under_the_curves(
    members: int, first: int, said: str, elsewhere: Elsewhere, make: Callable[[Theme], JobsPage], theme: Theme,
    qtbot: QtBot, photograph: Photograph,
) -> None:  # fmt: skip
    told = elsewhere.jobs[RUNS]
    config = told.job.config.model_copy(update={"members": members})
    kept = [one.model_copy(update={"member": 2 if members > 1 else 1}) for one in told.metrics[first - 1 :]]
    elsewhere.jobs[RUNS] = told.model_copy(
        update={"metrics": tuple(kept), "job": told.job.model_copy(update={"config": config})}
    )
    page = make(theme)
    open_row(page, RUNS, qtbot)
    photograph(page, f"office-job-missing-epochs-{members}")
    missing = page.office_detail.monitor.curves.missing
    assert missing.isVisible()
    assert missing.text() == said
    open_row(page, DONE, qtbot)
    assert not missing.isVisible()


def test_that_a_document_without_room_for_an_epoch_says_so() -> None:
    told = values.office_jobs()[RUNS]
    assert missing_words(told) == ""
    assert missing_words(told.model_copy(update={"metrics": ()})) == "Its epochs are not at the office."


def test_that_a_time_is_told_with_its_day_when_it_was_not_today() -> None:
    assert as_of(values.NOW, values.NOW) == f"{values.NOW.astimezone():%H:%M}"
    assert as_of(values.NOW, values.NOW + timedelta(days=2)) == f"{values.NOW.astimezone():%Y-%m-%d %H:%M}"


def test_that_one_unread_job_is_told_in_the_singular() -> None:
    assert unread_words(OfficeJobs(jobs=(), unread={"damaged": 1})) == (
        "1 job of another station is not shown: 1 x damaged."
    )
