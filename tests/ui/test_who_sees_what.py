"""A job is shown to the one whose it is; what another program runs is followed by reading only what is new."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.user import Role, Session, User
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.deployments.deployments_page import History
from rockfall_desktop.ui.job_detail import JobDetail
from rockfall_desktop.ui.job_rows import job_row, with_station
from rockfall_desktop.ui.jobs_page import ELSEWHERE
from rockfall_desktop.ui.main_window import DEPLOYMENTS, JOBS, SETTINGS, TRAIN, WATCH, MainWindow
from rockfall_desktop.ui.office_job_list import OfficeRow, OfficeSight
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell
from rockfall_desktop.ui.watch.watch_looks import WatchSites, laid_out
from tests.ui import values
from tests.ui.conftest import Keep

HERS = Session(token="t", user_id="u", name="ana", role=Role.ENGINEER, signed_in_at=values.NOW)
HIS = HERS.model_copy(update={"user_id": "v", "name": "ben"})
ADMIN = HIS.model_copy(update={"role": Role.ADMIN})


@pytest.fixture
def window(seat: Seat, light: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    ui = "rockfall_desktop.ui"
    monkeypatch.setattr(f"{ui}.site.site_page.known_sites", values.always(values.KNOWN))
    monkeypatch.setattr(f"{ui}.jobs_page.list_jobs", lambda session, **_: values.jobs() if session == HERS else ())
    monkeypatch.setattr("rockfall_desktop.ui.office_job_list.sight_of", values.always(None))
    monkeypatch.setattr(f"{ui}.deployments.deployments_page.list_deployments", values.always(()))
    monkeypatch.setattr(f"{ui}.deployments.deployments_page.undecided_deployments", values.always(()))
    monkeypatch.setattr(f"{ui}.deployments.deployments_page.list_revoked", values.always(frozenset()))
    monkeypatch.setattr(f"{ui}.deployments.deployments_page.list_keys", values.always(values.KEYS))
    monkeypatch.setattr(f"{ui}.job_detail.numbered_events", values.always(values.numbered(values.completed())))
    monkeypatch.setattr(f"{ui}.job_detail.performance_report", values.always(values.report()))
    seat.leave()
    seat.take(HERS)
    shown = MainWindow(seat, light)
    shown.begin(None)
    shown.show()
    yield shown
    shown.hide()
    shown.deleteLater()


def train(window: MainWindow, epochs: int) -> None:
    """As far as the window can tell, a job of hers runs."""
    events = values.course(epochs)
    window.running.job = values.fold(events)
    window.train._began(window.running.job)
    for event in events:
        window.train.take(event)
    window._follow(window.running.job)


def sign_in(window: MainWindow, session: Session) -> None:
    window._seat.leave()
    window._seat.take(session)
    window.begin(None)


def test_that_another_person_sees_nothing_of_the_job_that_runs(window: MainWindow, qtbot: QtBot) -> None:
    window.turn_to(TRAIN)
    train(window, 5)
    assert window.train.monitor.isVisible()
    sign_in(window, HIS)
    window._follow(values.fold(values.course(6)))
    assert not window.train.monitor.isVisible()
    assert not window.top.chip.isVisible()
    assert window.rail.buttons[TRAIN].progress is None
    assert window.jobs.table.rows.rowCount() == 0


@pytest.mark.parametrize("session", [HERS, ADMIN], ids=["whose it is", "an administrator"])
def test_that_the_owner_and_an_administrator_see_it_again(window: MainWindow, session: Session) -> None:
    window.turn_to(TRAIN)
    train(window, 5)
    sign_in(window, HIS)
    sign_in(window, session)
    assert window.train.monitor.isVisible()
    assert window.top.chip.isVisible()
    assert len(window.train.monitor.loss.series["train"]) == 5


def test_that_another_person_finds_no_list_and_no_report_of_the_one_before(window: MainWindow, qtbot: QtBot) -> None:
    window.turn_to(JOBS)
    qtbot.waitUntil(lambda: window.jobs.table.rows.rowCount() == 5)
    window.jobs.open_job(values.jobs()[1].job_id)
    qtbot.waitUntil(lambda: len(window.jobs.detail.monitor.loss.series["train"]) == 22)
    qtbot.waitUntil(lambda: not window.jobs.detail.monitor.replaying)
    sign_in(window, HIS)
    assert not window.jobs.detail.isVisible()
    assert window.jobs.table.rows.rowCount() == 0
    assert len(window.jobs.detail.monitor.loss.series["train"]) == 0
    assert not window.jobs.detail.report.verdict.isVisibleTo(window.jobs.detail.report)


def test_that_another_person_finds_no_deployment_and_no_zone_of_the_one_before(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = laid_out(values.site_score(), ())
    monkeypatch.setattr("rockfall_desktop.ui.watch.watch_page.look", values.always(seen))
    found = WatchSites(values.KNOWN, any_site=True, elsewhere=())
    monkeypatch.setattr("rockfall_desktop.ui.watch.watch_page.watch_sites", values.always(found))
    window.turn_to(WATCH)
    qtbot.waitUntil(lambda: window.watch.table.rows.rowCount() == len(values.ZONES))
    window.deployments._take(History(values.HISTORY, values.KEYS, ()))
    window.turn_to(JOBS)
    sign_in(window, HIS)
    assert window.watch.table.rows.rowCount() == 0
    assert window.watch.site.count() == 0
    assert window.deployments.table.rows.rowCount() == 0
    assert not window.deployments.detail.isVisibleTo(window.deployments)


def every_text(widget: QWidget) -> str:
    """What stands in every widget, hidden ones and tooltips included."""
    said: list[str] = []
    for one in widget.findChildren(QWidget):
        said.append(one.toolTip())
        if isinstance(one, QLabel | QPushButton | QLineEdit):
            said.append(one.text())
        elif isinstance(one, QPlainTextEdit):
            said.append(one.toPlainText())
        elif isinstance(one, QComboBox):
            said += [one.itemText(place) for place in range(one.count())]
        elif isinstance(one, QTableView):
            model = one.model()
            places = product(range(model.rowCount()), range(model.columnCount()))
            said += [str(model.index(*place).data()) for place in places]
    return "\n".join(said)


def test_that_no_widget_holds_a_word_of_the_one_before(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ui, secret = "rockfall_desktop.ui", "Anas Wand"
    told = values.office_job(3, values.completed(), station=f"{secret} laptop", site_name=secret)
    row = OfficeRow(
        told.job.job_id,
        7,
        values.NOW,
        told.job.status,
        told.updated_at,
        with_station(job_row(told.job), Cell(told.station_name)),
    )
    hers = OfficeSight("1", (row,), f"1 job of {secret} is not shown.")
    jobs = tuple(job.model_copy(update={"site_name": secret}) for job in values.jobs())
    facts = tuple(one.model_copy(update={"site_name": secret}) for one in values.HISTORY)
    mine = (User(user_id="u", name=secret, role=Role.ADMIN, created_at=values.NOW),)

    def of_hers(value: object, nothing: object) -> Callable[..., object]:
        return lambda session, *_, **__: value if session == HERS else nothing

    monkeypatch.setattr(f"{ui}.jobs_page.list_jobs", of_hers(jobs, ()))
    monkeypatch.setattr(f"{ui}.office_job_list.sight_of", of_hers(hers, None))
    monkeypatch.setattr(f"{ui}.office_job_detail.office_job", values.always(told))
    judged = values.report().model_copy(update={"verdict": f"{secret} is judged."})
    monkeypatch.setattr(f"{ui}.job_detail.performance_report", values.always(judged))
    monkeypatch.setattr(f"{ui}.deployments.deployments_page.list_deployments", of_hers(facts, ()))
    monkeypatch.setattr(f"{ui}.settings.account_tab.list_accounts", of_hers(mine, ()))
    monkeypatch.setattr(f"{ui}.settings.office_tab.office_settings", values.always(values.OFFICE))
    monkeypatch.setattr(
        f"{ui}.watch.watch_page.watch_sites", values.always(WatchSites((), any_site=True, elsewhere=()))
    )
    window.turn_to(JOBS)
    qtbot.waitUntil(lambda: window.jobs.table.rows.rowCount() == 6)
    for key in (jobs[1].job_id, f"{ELSEWHERE}{told.job.job_id}"):
        window.jobs.open_row(key)
        window.jobs.detail._note_deployed(facts[0].model_copy(update={"job_id": jobs[1].job_id}))
        qtbot.waitUntil(lambda: not BackgroundRun.all_running())
    for page in (DEPLOYMENTS, WATCH, SETTINGS):
        window.turn_to(page)
        window.settings.tabs.setCurrentWidget(window.settings.account)
        qtbot.waitUntil(lambda: not BackgroundRun.all_running())
    for log in (window.jobs.detail.monitor.log, window.jobs.office_detail.monitor.log, window.train.monitor.log):
        log._search.setText(secret)
    assert every_text(window).count(secret) > len(jobs) + len(facts)
    window.turn_to(JOBS)
    sign_in(window, HIS)
    qtbot.waitUntil(lambda: not BackgroundRun.all_running())
    assert [line for line in every_text(window).splitlines() if secret in line] == []


def test_that_following_a_job_that_runs_elsewhere_reads_only_what_is_new(
    seat: Seat, light: Theme, qtbot: QtBot, keep: Keep, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stored, asked = values.course(3), list[int]()

    def newer(session: object, *, station: object, job_id: str, after: int) -> object:
        asked.append(after)
        return values.numbered(stored, after)

    monkeypatch.setattr("rockfall_desktop.ui.job_detail.numbered_events", lambda *_, **__: values.numbered(stored))
    monkeypatch.setattr("rockfall_desktop.ui.job_detail.newer_events", newer)
    detail = JobDetail(seat, light)
    keep(detail)
    curve = detail.monitor.loss.series["train"]
    detail.show_job(values.fold(stored))
    detail.follow()  # the history is still being read: nothing is newer than it
    qtbot.waitUntil(lambda: len(curve) == 3)
    first = len(stored)
    stored = values.course(5)
    detail.follow()
    qtbot.waitUntil(lambda: len(curve) == 5 and not detail.monitor.replaying)
    detail.follow()
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert asked == [first, len(stored)]
    assert list(curve.x) == [1, 2, 3, 4, 5]
