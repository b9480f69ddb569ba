"""Files become a site by clicks in the real window, and by one call in the terminal."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit

from rockfall_desktop.operations.sites import check_site
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.site.import_columns import ColumnTable
from rockfall_desktop.ui.window import Shell
from tests.clicks import Play, Script, click, close, find, picture, put_away, quiet, set_up, there, write
from tests.end_to_end.terminal import call, last_json
from tests.stations import CHEAP, NAME, PHRASE, now

DATA = Path(__file__).parents[3] / "shared" / "data"
STATION = DATA / "mandi-station" / "station.csv"
PICTURES = Path(os.environ["ROCKFALL_SCREENSHOTS"]) if "ROCKFALL_SCREENSHOTS" in os.environ else None


@pytest.fixture(autouse=True)
def station_is_here() -> None:
    if not STATION.exists():
        pytest.skip("../shared/data/mandi-station is not here")


def choose_unit(row: int, unit: str) -> Script:
    """Open the list in the unit's cell by F2, type the unit, Enter."""
    table = find("import_columns")
    assert isinstance(table, ColumnTable)
    table.setCurrentIndex(table.columns.index(row, 4))
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChildren(QComboBox, "import_choice")[-1]
    editor.setEditText(unit)
    QTest.keyClick(editor.lineEdit(), Qt.Key.Key_Return)
    yield lambda: table.columns.columns[row].unit == unit


def pick(dialog_name: str, path: Path) -> Script:
    """Type a path into a file dialog and accept it."""
    yield lambda: there(dialog_name)
    dialog = find(dialog_name)
    assert isinstance(dialog, QFileDialog)
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    line.setText(str(path))
    QTest.keyClick(line, Qt.Key.Key_Return)
    yield quiet


def through_the_window(shell: Shell, folder: Path) -> Script:
    yield from set_up(NAME, PHRASE)
    yield lambda: there("import_files_open")
    click("import_files_open")
    yield lambda: there("import_add")
    click("import_add")
    yield from pick("import_file_dialog", STATION.resolve())
    yield lambda: there("import_next")
    click("import_next")
    yield from choose_unit(1, "°C")
    yield from choose_unit(4, "mm")
    box = find("import_same_time")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("first"))
    box.activated.emit(box.currentIndex())
    picture(PICTURES, "import-columns-window")
    click("import_next")
    yield lambda: there("import_site_name")
    for name, text in (
        ("folder", str(folder)),
        ("name", "Mandi"),
    ):
        write(f"import_site_{name}", text)
        QTest.keyClick(find(f"import_site_{name}"), Qt.Key.Key_Return)
        yield quiet
    zone = find("import_site_timezone")
    assert isinstance(zone, QComboBox)
    zone.setCurrentIndex(zone.findData("Asia/Kolkata"))
    zone.activated.emit(zone.currentIndex())
    click("import_next")
    yield lambda: there("import_channels") and quiet()
    yield lambda: there("import_next")
    picture(PICTURES, "import-result-window")
    click("import_next")
    yield lambda: there("site_train") and quiet()
    picture(PICTURES, "import-opened")
    yield from close(shell)


def test_that_the_messy_station_becomes_a_site_by_clicks(qapp: QApplication, tmp_path: Path) -> None:
    folder = tmp_path / "mandi"
    station = Station.at(tmp_path / "home", now=now, costs=CHEAP)
    shell = Shell(station)
    shell.start()
    Play(through_the_window(shell, folder)).run(qapp)
    put_away([shell])
    station.close()
    assert check_site(folder) == ()
    assert (folder / "station.csv").read_bytes() == STATION.read_bytes()


def test_that_the_messy_station_becomes_a_site_by_one_call(tmp_path: Path) -> None:
    done = call(
        tmp_path / "home", "site", "import", str(STATION), "--to", str(tmp_path / "mandi"), "--name", "Mandi",
        "--timezone", "Asia/Kolkata", "--channel", "Tem=temperature:°C", "--channel", "Rain=rainfall:mm",
        "--same-time", "first", "--yes", "--json",
    )  # fmt: skip
    told = last_json(done)
    assert done.returncode == 0
    assert told["written"] is True
    said = " ".join(told["notes"])
    for words in ("stand after a later one", "repeat another", "first counts"):
        assert words in said
    marks = {(channel["name"], mark["mark"]) for channel in told["channels"] for mark in channel["marks"]}
    assert {("Rain", "out of range"), ("Pressure", "flat line"), ("Rain", "gap")} <= marks
    assert call(tmp_path / "home", "site", "check", str(tmp_path / "mandi")).returncode == 0
