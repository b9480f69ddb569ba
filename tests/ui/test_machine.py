"""The status line says what the program takes of the machine, as far as anything tells it."""

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rockfall_desktop.ui import machine
from rockfall_desktop.ui.status_line import StatusLine
from tests.ui.conftest import Keep


def test_that_resident_memory_is_read_in_pages(tmp_path: Path) -> None:
    statm = tmp_path / "statm"
    statm.write_text("90000 1500 700 1 0 800 0\n", encoding="ascii")
    assert machine.resident_bytes(statm) == 1500 * os.sysconf("SC_PAGE_SIZE")


def test_that_memory_is_left_out_where_nothing_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, keep: Keep
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert machine.resident_bytes(tmp_path / "none") is None
    assert machine.machine_words(None) == "CPU 7 of 8"
    assert machine.machine_words(612_000_000) == "CPU 7 of 8 · 0.6 GB"


def test_that_the_status_line_looks_at_the_machine_only_while_it_is_seen(
    qtbot: QtBot, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = StatusLine()
    keep(line)
    assert not line._timer.isActive()
    monkeypatch.setattr("rockfall_desktop.ui.status_line.resident_bytes", lambda: 1_200_000_000)
    line.show()
    assert line.machine.text().endswith("1.2 GB")
    assert line._timer.isActive()
    line.hide()
    assert not line._timer.isActive()
