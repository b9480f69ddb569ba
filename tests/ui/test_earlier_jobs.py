"""An earlier job to begin with is chosen in the form, among those that keep their weights."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QComboBox, QListWidget
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.site import KnownSite
from rockfall_desktop.ui.running_job import RunningJob
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train import earlier_jobs
from rockfall_desktop.ui.train.check_lists import ROW_HEIGHT, SECOND_LINE
from rockfall_desktop.ui.train.earlier_jobs import words_of
from rockfall_desktop.ui.train.site_field import SiteEditor
from rockfall_desktop.ui.train.train_page import TrainPage
from rockfall_desktop.ui.words import moment
from tests.ui import values
from tests.ui.conftest import Keep, Photograph

NEWEST, OLDEST = "0190a1b2-0000-7000-8000-00000000000b", "0190a1b2-0000-7000-8000-00000000000a"


def job(job_id: str, folder: str = "/sites/north", *, minutes: int = 0, **summary: float) -> TrainingJob:
    changes = {
        "config": values.config(sites=(folder,)),
        "created_at": values.NOW + timedelta(minutes=minutes),
        "performance_summary": summary or None,
    }
    return TrainingJob.created(values.created("Grey Cut", job_id=job_id, simulated=True)).model_copy(update=changes)


JOBS = (
    job(NEWEST, "/sites/south", minutes=5, pr_auc=0.3541, incidents_in_test=40),
    job(OLDEST, pr_auc=0.9, incidents_in_test=3),
)


class Operations:
    """Stands in for the operation; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.jobs = JOBS
        self.fault: StoreFault | None = None

    def list(self, *_: object, **__: object) -> tuple[TrainingJob, ...]:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return self.jobs


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> Operations:
    made = Operations()
    monkeypatch.setattr(earlier_jobs, "jobs_to_begin_with", made.list)
    return made


@pytest.fixture
def page(operations: Operations, seat: Seat, light: Theme, keep: Keep, qtbot: QtBot) -> TrainPage:
    made = TrainPage(seat, RunningJob(seat), light)
    keep(made)
    made.resize(1200, 760)
    return made


def box(page: TrainPage) -> QComboBox:
    control = page.form.rows["start_from"].editor.control
    assert isinstance(control, QComboBox)
    return control


def choose(page: TrainPage, number: int) -> None:
    box(page).setCurrentIndex(number)
    box(page).activated.emit(number)


def ids(page: TrainPage) -> list[str]:
    return [box(page).itemData(number) for number in range(box(page).count())]


def wait_for(condition: Callable[[], bool], qtbot: QtBot) -> None:
    qtbot.waitUntil(condition, timeout=5000)


def test_that_the_jobs_are_offered_when_the_page_is_shown_and_one_is_chosen(
    page: TrainPage, operations: Operations, qtbot: QtBot, photograph: Photograph
) -> None:
    assert ids(page) == [""]
    assert box(page).currentText() == "none"
    page.show()
    wait_for(lambda: ids(page) == ["", NEWEST, OLDEST], qtbot)
    assert page.form.values()["start_from"] == "", "nothing is chosen by itself"
    choose(page, 1)
    assert page.form.values()["start_from"] == NEWEST
    page.form.lead_to("start_from")
    photograph(page, "train-start-from")
    assert page.form.jobs.note.text() == box(page).itemText(1)
    assert page.form.rows["frozen"].isVisible(), "its encoders may be kept"


def test_that_a_job_is_told_by_site_network_time_and_score() -> None:
    words = words_of(JOBS)
    assert words[NEWEST] == f"Grey Cut (simulated) in south · LSTM · {moment(JOBS[0].created_at)} · PR-AUC 0.354"
    assert words[OLDEST] == f"Grey Cut (simulated) in north · LSTM · {moment(JOBS[1].created_at)} · few incidents"
    unscored = words_of([job(OLDEST)])[OLDEST]
    assert unscored == f"Grey Cut (simulated) · LSTM · {moment(values.NOW)}", "without a report no score is said"


def test_that_an_id_that_is_not_listed_stays_shown(page: TrainPage, qtbot: QtBot) -> None:
    other = "0190ffff-0000-7000-8000-000000000000"
    page.form.take_settings(values.config(start_from=other))
    assert box(page).currentText() == other
    page.show()
    wait_for(lambda: NEWEST in ids(page), qtbot)
    assert page.form.values()["start_from"] == other
    choose(page, 0)
    assert page.form.values()["start_from"] == ""


def test_that_the_list_is_read_again_when_a_job_ended(page: TrainPage, operations: Operations, qtbot: QtBot) -> None:
    operations.jobs = JOBS[1:]
    page.show()
    wait_for(lambda: ids(page) == ["", OLDEST], qtbot)
    choose(page, 1)
    operations.jobs = JOBS
    page._running.ended.emit(JOBS[0])
    wait_for(lambda: ids(page) == ["", NEWEST, OLDEST], qtbot)
    assert page.form.values()["start_from"] == OLDEST


def test_that_sites_of_one_name_are_told_apart_in_the_form(page: TrainPage) -> None:
    page.offer_sites(tuple(
        KnownSite(site_id=str(number), name="Grey Cut", folder=f"/sites/{name}", simulated=True)
        for number, name in enumerate(("north", "south"))
    ))  # fmt: skip
    sites = page.form.rows["sites"].editor.control
    assert isinstance(sites, QComboBox)
    assert [sites.itemText(row) for row in (0, 1)] == ["Grey Cut (simulated) in north", "Grey Cut (simulated) in south"]
    page.form.take_site("/sites/north", ["rain"])
    editor = page.form.rows["sites"].editor
    assert isinstance(editor, SiteEditor)
    assert editor.whole.text() == "Grey Cut (simulated) in north", "the closed list has no room for the folder"
    boxes = editor.others.control
    assert isinstance(boxes, QListWidget)
    assert boxes.item(0).text() == "Grey Cut (simulated) in south"
    assert boxes.item(0).sizeHint().height() == ROW_HEIGHT + SECOND_LINE, "there is room for two lines"


def test_that_nobody_sees_the_jobs_of_the_one_before(page: TrainPage, operations: Operations, qtbot: QtBot) -> None:
    page.show()
    wait_for(lambda: NEWEST in ids(page), qtbot)
    choose(page, 1)
    operations.jobs = ()
    page.earlier.forget()
    assert ids(page) == [""]
    assert not page.form.jobs.note.text()
    wait_for(lambda: operations.asked == 2, qtbot)  # those of the new one are listed


def test_that_a_list_that_cannot_be_read_says_so(page: TrainPage, operations: Operations, qtbot: QtBot) -> None:
    operations.fault = StoreFault("The store is damaged", "The database cannot be read.", "Put a backup in its place.")
    page.show()
    wait_for(lambda: page.form.jobs.note.text() == "The database cannot be read.", qtbot)
