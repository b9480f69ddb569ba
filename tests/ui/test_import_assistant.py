"""The import assistant in the window: from files to a written site, every choice by what stands on the page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from rockfall_desktop.operations.sites import check_site
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.import_assistant import COLUMNS, FILES, RESULT, SITE, ImportAssistant
from rockfall_desktop.ui.site.import_columns import FIELDS
from rockfall_desktop.ui.site.site_start import SiteStart
from rockfall_desktop.ui.theme import Theme
from tests.ui.conftest import Keep, Photograph

DATA = Path(__file__).parents[3] / "shared" / "data"
STATION = DATA / "mandi-station" / "station.csv"
RAIN = "date,rain\n" + "".join(f"2024-05-{day},{day}.5\n" for day in range(10, 30))
Step = Callable[[], None]


@pytest.fixture
def assistant(seat: Seat, theme: Theme, keep: Keep, qtbot: QtBot) -> ImportAssistant:
    made = ImportAssistant(seat, theme)
    keep(made)
    made.resize(1204, 724)
    made.show()
    made.start()
    settle(qtbot)
    return made


def settle(qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not BackgroundRun.all_running(), timeout=20_000)


def press(assistant: ImportAssistant, name: str, qtbot: QtBot) -> None:
    button = assistant.findChild(QPushButton, name)
    assert button is not None
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(qtbot)


def write(assistant: ImportAssistant, name: str, text: str, qtbot: QtBot) -> None:
    widget = assistant.findChild(QWidget, name)
    line = widget.lineEdit() if isinstance(widget, QComboBox) else widget
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle(qtbot)


def choose(assistant: ImportAssistant, name: str, value: str, qtbot: QtBot) -> None:
    box = assistant.findChild(QComboBox, name)
    assert box is not None
    place = box.findData(value)
    assert place >= 0
    box.setCurrentIndex(place)
    box.activated.emit(place)
    settle(qtbot)


def choose_unit(assistant: ImportAssistant, column: str, unit: str, qtbot: QtBot) -> None:
    """By keyboard: open the cell's list, type the unit, Enter."""
    table = assistant.table.columns
    row = next(place for place, one in enumerate(table.columns.columns) if one.column == column)
    index: QModelIndex = table.columns.index(row, 4)
    table.setCurrentIndex(index)
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChildren(QComboBox, "import_choice")[-1]
    editor.setEditText(unit)
    QTest.keyClick(editor.lineEdit(), Qt.Key.Key_Return)
    settle(qtbot)


def gauge(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "gauge.csv").write_text(RAIN)
    return folder / "gauge.csv"


def site_said(assistant: ImportAssistant, folder: Path, qtbot: QtBot) -> None:
    write(assistant, "import_site_folder", str(folder), qtbot)
    write(assistant, "import_site_name", "North wall", qtbot)
    write(assistant, "import_site_timezone", "Europe/Zurich", qtbot)


def test_that_files_become_a_site_step_by_step(assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot) -> None:
    written: list[object] = []
    assistant.written.connect(written.append)
    assistant.take([gauge(tmp_path / "from")])
    settle(qtbot)
    assert assistant.files.table.text(0, 1) == "measured channels"
    press(assistant, "import_next", qtbot)
    press(assistant, "import_next", qtbot)
    assert assistant._stack.currentIndex() == COLUMNS
    assert "unit of 'rain'" in assistant.table.question.text()
    choose_unit(assistant, "rain", "mm", qtbot)
    press(assistant, "import_next", qtbot)
    press(assistant, "import_next", qtbot)
    assert assistant._stack.currentIndex() == SITE
    site_said(assistant, tmp_path / "site", qtbot)
    press(assistant, "import_next", qtbot)
    assert assistant._stack.currentIndex() == RESULT
    assert assistant.result.channels.text(0, 0) == "rain"
    assert not (tmp_path / "site").exists()
    press(assistant, "import_next", qtbot)
    assert written == [tmp_path / "site"]
    assert check_site(tmp_path / "site") == ()


def test_that_back_keeps_what_was_chosen(assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot) -> None:
    assistant.take([gauge(tmp_path / "from")])
    settle(qtbot)
    press(assistant, "import_next", qtbot)
    choose_unit(assistant, "rain", "mm", qtbot)
    choose(assistant, "import_same_time", "last", qtbot)
    press(assistant, "import_next", qtbot)
    site_said(assistant, tmp_path / "site", qtbot)
    press(assistant, "import_back", qtbot)
    press(assistant, "import_back", qtbot)
    assert assistant._stack.currentIndex() == FILES
    for _ in range(3):
        press(assistant, "import_next", qtbot)
    assert assistant._stack.currentIndex() == RESULT
    assert assistant.proposal is not None
    assert (assistant.proposal.files[0].same_time, assistant.proposal.name) == ("last", "North wall")


def test_that_a_fault_is_listed_with_its_row_and_nothing_can_be_written(
    assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot
) -> None:
    path = gauge(tmp_path / "from")
    path.write_text(RAIN + "2024-05-30,-3\n")
    assistant.take([path])
    settle(qtbot)
    press(assistant, "import_next", qtbot)
    choose_unit(assistant, "rain", "mm", qtbot)
    press(assistant, "import_next", qtbot)
    site_said(assistant, tmp_path / "site", qtbot)
    press(assistant, "import_next", qtbot)
    assert (assistant.result.faults.text(0, 0), assistant.result.faults.text(0, 1)) == ("gauge.csv", "22")
    assert not assistant._next.isEnabled()


def test_that_a_changed_layout_reads_the_table_anew(assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a title, with a comma\n" + RAIN)
    assistant.take([path])
    settle(qtbot)
    press(assistant, "import_next", qtbot)
    write(assistant, "import_skip_lines", "1", qtbot)
    assert assistant.proposal is not None
    assert [column.column for column in assistant.proposal.files[0].columns] == ["date", "rain"]
    assert "looks like data" in assistant.table.remarks.text()
    write(assistant, "import_header_lines", "1", qtbot)
    assert assistant.table.first_rows.text(0, 0) == "2024-05-10"


def test_that_nonsense_in_a_field_is_a_sentence_below_it(
    assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot
) -> None:
    assistant.take([gauge(tmp_path / "from")])
    settle(qtbot)
    press(assistant, "import_next", qtbot)
    write(assistant, "import_interval", "a while", qtbot)
    note = assistant.findChild(QWidget, "import_interval_note")
    assert note is not None
    assert note.isVisible()


def test_that_what_cannot_be_opened_is_told_on_a_card(assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot) -> None:
    assistant.take([tmp_path / "gone.csv"])
    settle(qtbot)
    assert assistant.card.isVisible()
    assert assistant.proposal is None


def test_that_the_messy_station_imports_with_its_faults_reported(
    assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot, photograph: Photograph
) -> None:
    if not STATION.exists():
        pytest.skip("../shared/data/mandi-station is not here")
    assistant.take([STATION])
    settle(qtbot)
    photograph(assistant, "import-files")
    press(assistant, "import_next", qtbot)
    choose_unit(assistant, "Tem", "°C", qtbot)
    choose_unit(assistant, "Rain", "mm", qtbot)
    choose(assistant, "import_same_time", "first", qtbot)
    photograph(assistant, "import-columns")
    press(assistant, "import_next", qtbot)
    site_said(assistant, tmp_path / "site", qtbot)
    photograph(assistant, "import-site")
    press(assistant, "import_next", qtbot)
    photograph(assistant, "import-result")
    notes = " ".join(assistant.result.notes.text(row, 0) for row in range(len(assistant.result.notes.rows.keys)))
    for words in ("stand after a later one", "repeat another", "first counts", "292.5"):
        assert words in notes
    marks = assistant.result.marks
    told = {(marks.text(row, 0), marks.text(row, 1)) for row in range(len(marks.rows.keys))}
    assert {("Rain", "out of range"), ("Pressure", "flat line"), ("Tem", "gap")} <= told


def test_that_no_button_of_the_start_page_is_cut(theme: Theme, keep: Keep, qtbot: QtBot) -> None:
    start = SiteStart(theme)
    keep(start)
    start.resize(1204, 724)
    start.show()
    qtbot.waitExposed(start)
    assert all(button.width() >= button.sizeHint().width() for button in start.buttons)


def cell(assistant: ImportAssistant, column: str, field: str) -> QModelIndex:
    columns = assistant.table.columns.columns
    row = next(place for place, one in enumerate(columns.columns) if one.column == column)
    return columns.index(row, FIELDS.index(field))


def test_that_the_stamp_and_the_length_of_a_column_are_shown_and_said(
    assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot, photograph: Photograph
) -> None:
    moments = "".join(f"2024-01-{day:02d} {8 + n}:1{n},{day},{day}\n" for n, day in enumerate((1, 2, 5, 11, 12, 20)))
    (tmp_path / "a.csv").write_text("Time (UTC+8),R1,PWP (kPa)\n" + moments)
    assistant.take([tmp_path / "a.csv"])
    settle(qtbot)
    press(assistant, "import_next", qtbot)
    columns = assistant.table.columns.columns
    assert columns.columns[1].stamp == "end"
    assert columns.setData(cell(assistant, "R1", "kind"), "rainfall")
    assert (columns.columns[1].stamp, columns.columns[1].unit) == ("start", "")
    assert not columns.setData(cell(assistant, "R1", "interval"), "soon")
    assert columns.setData(cell(assistant, "R1", "interval"), "1d")
    assert columns.data(cell(assistant, "R1", "interval")) == "1d"
    zone = assistant.table.findChild(QComboBox, "import_timezone")
    assert zone is not None
    assert zone.currentText() == "Etc/GMT-8"
    assert "Etc/GMT-8" in assistant.table.remarks.text()
    photograph(assistant, "import-stamps")


def test_that_a_forecast_asks_for_its_spans_in_the_window(
    assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot
) -> None:
    rows = "".join(f"2024-05-{day} 00:00,2024-05-{day + 1} 00:00,{day}\n" for day in range(10, 28))
    (tmp_path / "outlook.csv").write_text("issued,time,rain forecast (mm)\n" + rows)
    assistant.take([tmp_path / "outlook.csv"])
    settle(qtbot)
    press(assistant, "import_next", qtbot)
    note = assistant.table.findChild(QLabel, "import_ahead_note")
    assert note is not None
    assert "over which spans" in note.text()
    write(assistant, "import_ahead", "1d; 6h", qtbot)
    assert assistant.proposal is not None
    assert assistant.proposal.files[0].ahead == ("1d", "6h")
    assert note.text() == ""
