"""Text from outside is text: 331 bytes of nested tables froze a label for five minutes."""

from datetime import UTC, datetime
from time import perf_counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from rockfall_desktop.domain.account_file import OpenedAccount
from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.events import Level, LogLine
from rockfall_desktop.domain.gate import Shown
from rockfall_desktop.domain.levels import Level as ZoneLevel
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.ui.card import FaultCard
from rockfall_desktop.ui.deployments.bundle_facts import BundleFacts
from rockfall_desktop.ui.deployments.deed_dialog import DeedDialog
from rockfall_desktop.ui.deployments.deploy_dialog import DeployDialog
from rockfall_desktop.ui.deployments.history_detail import HistoryDetail
from rockfall_desktop.ui.deployments.history_rows import COLUMNS as HISTORY
from rockfall_desktop.ui.deployments.history_rows import entries, history_row
from rockfall_desktop.ui.office_job_detail import OfficeJobDetail
from rockfall_desktop.ui.plain import LONGEST_TIP, ElidedLabel, plain_tip, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.settings.account_facts import AccountFacts
from rockfall_desktop.ui.site.site_start import SiteStart
from rockfall_desktop.ui.status_line import StatusLine
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.log_view import LogView
from rockfall_desktop.ui.train.monitor import Monitor
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable
from rockfall_desktop.ui.watch.watch_head import WatchHead
from rockfall_desktop.ui.watch.zone_detail import ZoneDetail
from tests.ui import values
from tests.ui.conftest import Keep
from tests.ui.test_account_tab import account
from tests.ui.values import BOMB

SOON_S = 1.0


def show_quickly(widget: QWidget, keep: Keep) -> None:
    began = perf_counter()
    keep(widget)
    widget.resize(600, 400)
    widget.show()
    widget.grab()
    assert perf_counter() - began < SOON_S


def test_that_a_label_shows_markup_as_it_stands(keep: Keep) -> None:
    label = text_label(BOMB)
    show_quickly(label, keep)
    assert label.text() == BOMB
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_that_a_label_that_gives_way_shows_markup_as_it_stands(keep: Keep) -> None:
    label = ElidedLabel(BOMB)
    show_quickly(label, keep)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert "<table>" not in label.toolTip()


def test_that_a_tooltip_holds_no_markup_and_no_end_of_it() -> None:
    tip = plain_tip(BOMB)
    assert "<table>" not in tip
    assert len(tip) < 8 * LONGEST_TIP


def test_that_a_site_named_like_markup_is_listed_as_text(light: Theme, keep: Keep) -> None:
    start = SiteStart(light)
    start.offer([known.model_copy(update={"name": BOMB}) for known in values.KNOWN])
    show_quickly(start, keep)
    assert start.known.text(0, 0) == BOMB


def test_that_an_error_that_quotes_markup_is_shown_as_text(light: Theme, keep: Keep) -> None:
    card = FaultCard()
    card.show_error(RockfallError(BOMB, BOMB, BOMB))
    show_quickly(card, keep)


def test_that_a_log_line_full_of_markup_is_shown_as_text(light: Theme, keep: Keep) -> None:
    view = LogView(light)
    view.add([LogLine(at=datetime.now(UTC), level=Level.ERROR, text=BOMB)])
    show_quickly(view, keep)
    assert BOMB in view.model.as_text()


def test_that_a_table_shows_markup_as_text(light: Theme, keep: Keep) -> None:
    table = ValueTable((Column("name"),), light, "table")
    table.set_rows([(Cell(BOMB),)])
    show_quickly(table, keep)


def test_that_the_whole_monitor_and_the_status_line_bear_a_bomb(seat: Seat, light: Theme, keep: Keep) -> None:
    monitor, line = Monitor(seat, light), StatusLine()
    monitor.take(values.created(BOMB[:500]))
    line.show_site(values.summary("<b>" * 30))
    show_quickly(monitor, keep)
    show_quickly(line, keep)


@pytest.mark.usefixtures("light")
def test_that_no_label_of_a_monitor_reads_markup(seat: Seat, qapp: QApplication, light: Theme, keep: Keep) -> None:
    monitor = Monitor(seat, light)
    keep(monitor)
    labels = [label for label in monitor.findChildren(QLabel) if label.pixmap().isNull()]
    assert labels
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_that_deployments_and_zones_named_like_markup_are_shown_as_text(light: Theme, keep: Keep) -> None:
    one = values.deployment(3, site_name=BOMB, reason=BOMB, deployed_by_name=BOMB, against=(BOMB,), active=True)
    table, detail = ValueTable(HISTORY, light, "history"), HistoryDetail()
    entry = entries((one,), values.KEYS)[one.deployment_id]
    table.set_rows([history_row(entry)])
    detail.show_entry(entry)
    zone = values.zone_score(BOMB, ZoneLevel.GREY, reason=BOMB, beyond=(BOMB,), missing=(BOMB,))
    score = values.site_score(site_name=BOMB, reason=BOMB, cautions=(BOMB,), zones=(zone,))
    head, full = WatchHead(light), ZoneDetail(light)
    head.show_score(score, one, values.NOW, None)
    full.show_zone(zone, score)
    for widget in (table, detail, head, full):
        show_quickly(widget, keep)
    assert detail.facts["Reason"].text() == full.name.text() == BOMB


def test_that_another_stations_job_and_account_bear_a_bomb(light: Theme, keep: Keep, seat: Seat) -> None:
    detail, facts = OfficeJobDetail(seat, light), AccountFacts()
    detail._take(values.office_job(3, values.completed(), station=BOMB, site_name=BOMB))
    facts.show_account(OpenedAccount(account=account().model_copy(update={"name": BOMB, "station_name": BOMB}),
                                     key_state=None))  # fmt: skip
    for widget in (detail, facts):
        show_quickly(widget, keep)
    assert BOMB in detail.read_only.text()
    assert facts.facts["From"].text() == BOMB
    labels = [label for label in detail.findChildren(QLabel) + facts.findChildren(QLabel) if label.pixmap().isNull()]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    detail.forget()


def test_that_the_dialogs_of_deploying_bear_a_bomb(light: Theme, keep: Keep) -> None:
    parent = QWidget()
    keep(parent)
    clause = values.clause("better", BOMB, Shown.NO, BOMB)
    dialog = DeployDialog(BOMB, light, parent, may_decide=True)
    dialog.show_judgement(values.gate((clause,)))
    sight = values.sight(KeyState.TRUSTED)
    named = sight.manifest.deployment.model_copy(update={"site_name": BOMB, "reason": BOMB, "against": (BOMB,)})
    facts = BundleFacts(sight.manifest.model_copy(update={"deployment": named}), sight.key_state)
    for widget in (dialog, facts, DeedDialog(BOMB, BOMB, "Do it", BOMB, parent)):
        show_quickly(widget, keep)
    assert all(
        label.textFormat() is Qt.TextFormat.PlainText
        for widget in (dialog, facts)
        for label in widget.findChildren(QLabel)
        if label.pixmap().isNull()
    )
