"""Makes the pictures of the window: `python -m tests.pictures [FOLDER] [--every] [--dark]`.

Without --every the two that the README shows: a training in the window, and a report, on the simulated site.
"""

import argparse
import os
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QTabWidget

from rockfall_desktop.operations.sites import simulate_site
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.jobs_page import ELSEWHERE
from rockfall_desktop.ui.password_dialog import PasswordDialog
from rockfall_desktop.ui.settings.account_take_in import AccountTakeIn
from rockfall_desktop.ui.theme import Choice, Theme
from rockfall_desktop.ui.window import Shell
from tests.clicks import Play, Script, click, close, find, picture, quiet, set_up, there, write
from tests.pictured_office import bring_jobs, somebodys_file
from tests.stations import CHEAP, NAME, PHRASE, now

EPOCHS, SEEN = 26, 19


def main() -> None:
    """Play one session and take the pictures."""
    reader = argparse.ArgumentParser()
    reader.add_argument("folder", nargs="?", type=Path, default=Path("docs"))
    reader.add_argument("--every", action="store_true")
    reader.add_argument("--dark", action="store_true")
    wanted = reader.parse_args()
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory() as home:
        site = Path(home) / "simulated-slope"
        simulate_site(site)
        station = Station.at(Path(home) / "home", now=now, costs=CHEAP)
        shell = Shell(station, site, theme=Theme(Choice.DARK if wanted.dark else Choice.LIGHT))
        shell.start()
        Play(_session(shell, wanted.folder, wanted.folder if wanted.every else None, Path(home))).run(application)
        station.close()


def _session(shell: Shell, folder: Path, every: Path | None, home: Path) -> Script:
    QCursor.setPos(1000, 400)
    if every is not None:
        yield from _see_account_step(every)
    yield from set_up(NAME, PHRASE)
    yield lambda: there("site_train")
    yield quiet
    picture(every, "site")
    yield from _choose_training()
    assert shell.main is not None
    plan = shell.main.train.plan.line
    yield lambda: "samples" in plan.text()
    picture(every, "form")
    click("start_training")
    curve = shell.main.train.monitor.loss.series["train"]
    yield lambda: len(curve) >= SEEN
    picture(folder, "train")
    yield lambda: there("read_report")
    picture(every, "trained")
    click("read_report")
    yield lambda: there("report_verdict")
    yield quiet
    picture(folder, "report")
    if every is not None:
        yield from _deploy(every)
    click("back_to_jobs")
    for page in ("jobs", "deployed", "settings"):
        click(f"rail_{page}")
        yield quiet
        picture(every, page)
    if every is not None:
        yield from _watch(every)
        yield from _elsewhere(shell, every, home)
        yield from _account(every, home)
    yield from close(shell)


def _see_account_step(every: Path) -> Script:
    """The second way into a fresh home; then Escape and back to the first."""
    yield lambda: there("factory_password")
    write("factory_password", "admintime")
    click("password_confirm")
    yield lambda: there("use_account_file")
    picture(every, "set-up", "password_dialog")
    click("use_account_file")
    yield lambda: there("account_file")
    picture(every, "account-step", "password_dialog")
    dialog = find("password_dialog")
    assert isinstance(dialog, PasswordDialog)
    dialog.ask_again()


def _elsewhere(shell: Shell, every: Path, home: Path) -> Script:
    """Jobs of a second station among the own ones, and two of them open."""
    bring_jobs(shell.seat.station, shell.seat.session, home)
    assert shell.main is not None
    page = shell.main.jobs
    click("rail_jobs")
    yield lambda: len(page.elsewhere.sight.rows) == len(page.table.rows.keys) - 1 and quiet()
    picture(every, "jobs-two-stations")
    for row in page.elsewhere.sight.rows:
        page.open_row(f"{ELSEWHERE}{row.job_id}")
        yield lambda: there("office_job_read_only") and quiet() and not page.office_detail.monitor.replaying
        picture(every, f"office-job-{page.office_detail.monitor.header.phase.text()}")
        click("back_from_office_job")


def _account(every: Path, home: Path) -> Script:
    """The own account, and somebody else's looked at: its key is not trusted yet."""
    file = somebodys_file(home)
    click("rail_settings")
    tabs = find("settings_tabs")
    assert isinstance(tabs, QTabWidget)
    tabs.setCurrentIndex(tabs.count() - 1)
    yield lambda: there("account_export") and quiet()
    picture(every, "account")
    panel = find("account_choose").parentWidget()
    assert isinstance(panel, AccountTakeIn)
    panel.choose_file(file)
    write("account_file_phrase", PHRASE)
    click("account_look")
    yield lambda: there("account_barred")
    picture(every, "account-not-trusted")


def _deploy(every: Path) -> Script:
    click("deploy_job")
    yield lambda: there("deploy_confirm")
    yield quiet
    picture(every, "deploy", "deploy_dialog")
    reason = find("deploy_reason")
    assert isinstance(reason, QPlainTextEdit)
    reason.setPlainText("A trial on the simulated slope, which nobody stands under.")
    click("deploy_confirm")
    yield lambda: True
    if there("deploy_back"):
        picture(every, "deploy-again", "deploy_dialog")
        click("deploy_all_the_same")
    yield lambda: there("deployed_note")
    yield quiet


def _watch(every: Path) -> Script:
    click("rail_watch")
    yield lambda: there("watch_head")
    yield quiet
    picture(every, "watch")
    click("watch_as_of")
    yield lambda: there("watch_when")
    yield quiet
    picture(every, "watch-as-of")


def _choose_training() -> Script:
    click("rail_train")
    yield lambda: there("start_training")
    click("section_training")
    yield lambda: there("field_epochs")
    write("field_epochs", str(EPOCHS))
    write("field_patience", str(EPOCHS))
    click("section_training")
    yield quiet


if __name__ == "__main__":
    main()
