"""The import assistant while it works: what is chosen meanwhile stays, and no answer comes too late."""

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from rockfall_desktop.operations import site_import
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.import_assistant import SITE, ImportAssistant
from rockfall_desktop.ui.theme import Theme
from tests.ui.conftest import Keep
from tests.ui.test_import_assistant import RAIN, choose_unit, gauge, press, settle, site_said


@pytest.fixture
def assistant(seat: Seat, light: Theme, keep: Keep, qtbot: QtBot) -> ImportAssistant:
    made = ImportAssistant(seat, light)
    keep(made)
    made.resize(1204, 724)
    made.show()
    made.start()
    settle(qtbot)
    return made


def slowly(monkeypatch: pytest.MonkeyPatch, name: str) -> threading.Event:
    """Hold an operation of the assistant back until the event is set."""
    may_end = threading.Event()
    place = f"rockfall_desktop.ui.site.{'import_readings' if name == 'reread_file' else 'import_assistant'}.{name}"
    call = getattr(site_import, name)

    def held(*arguments: Any, **named: Any) -> Any:
        may_end.wait(10)
        return call(*arguments, **named)

    monkeypatch.setattr(place, held)
    return may_end


def test_that_a_choice_made_while_a_table_is_read_anew_stays_and_no_file_is_forgotten(
    assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("a title, with a comma\n" + RAIN)
    assistant.take([tmp_path / "one.csv", tmp_path / "two.csv"])
    settle(qtbot)
    press(assistant, "import_next", qtbot)
    may_end = slowly(monkeypatch, "reread_file")
    for place, file in enumerate(("one.csv", "two.csv")):
        assistant._choose_file(str(tmp_path / file))
        now = assistant.proposal.files[place]  # type: ignore[union-attr]
        assistant.table.reread.emit(now.model_copy(update={"shape": now.shape.model_copy(update={"skip_lines": 1})}))
    now = assistant.proposal.files[1]  # type: ignore[union-attr]
    assistant.table.changed.emit(now.model_copy(update={"same_time": "last"}))
    may_end.set()
    settle(qtbot)
    files = assistant.proposal.files  # type: ignore[union-attr]
    assert [[column.column for column in file.columns] for file in files] == [["date", "rain"], ["date", "rain"]]
    assert [file.same_time for file in files] == ["refuse", "last"]
    assert assistant._next.isEnabled()


def test_that_files_taken_while_others_are_looked_at_are_looked_at_too(
    assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.take([gauge(tmp_path / "a")])
    settle(qtbot)
    may_end = slowly(monkeypatch, "add_files")
    assistant.take([gauge(tmp_path / "b")])
    assistant.take([gauge(tmp_path / "c")])
    assistant._leave_out(str(tmp_path / "a" / "gauge.csv"))
    may_end.set()
    settle(qtbot)
    paths = [Path(file.path).parent.name for file in assistant.proposal.files]  # type: ignore[union-attr]
    assert paths == ["b", "c"]


def test_that_an_import_that_begins_anew_takes_no_answer_of_the_one_before(
    assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = slowly(monkeypatch, "propose_import")
    assistant.take([gauge(tmp_path / "a")])
    assistant.site.zones.setPlainText("N1 = 1, 2, 3")
    assistant.start()
    may_end.set()
    settle(qtbot)
    assert assistant.proposal is None
    assert assistant.files.table.rows.rowCount() == 0
    assert assistant.site.zones.toPlainText() == ""
    assert assistant._busy.text() == ""


def test_that_what_is_typed_while_the_folder_is_looked_at_stays(
    assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.take([gauge(tmp_path / "from")])
    settle(qtbot)
    assistant.go_to(SITE)
    may_end = slowly(monkeypatch, "with_folder")
    assistant.site.folder_wanted.emit(tmp_path / "site")
    step = assistant.findChild(QComboBox, "import_site_step")
    line = assistant.findChild(QLineEdit, "import_site_name")
    assert step is not None
    assert line is not None
    step.setCurrentText("2h")
    step.activated.emit(step.currentIndex())
    line.selectAll()
    QTest.keyClicks(line, "North wa")
    may_end.set()
    settle(qtbot)
    assert line.text() == "North wa"
    assert assistant.proposal is not None
    assert (assistant.proposal.folder, assistant.proposal.step) == (str(tmp_path / "site"), "2h")


def test_that_a_result_without_an_incident_says_that_nothing_can_be_learned(
    assistant: ImportAssistant, tmp_path: Path, qtbot: QtBot
) -> None:
    assistant.take([gauge(tmp_path / "from")])
    settle(qtbot)
    press(assistant, "import_next", qtbot)
    choose_unit(assistant, "rain", "mm", qtbot)
    press(assistant, "import_next", qtbot)
    site_said(assistant, tmp_path / "site", qtbot)
    press(assistant, "import_next", qtbot)
    assert "0 incidents: nothing is written yet. Without an incident nothing can be" in assistant.result.verdict.text()
