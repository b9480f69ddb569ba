"""Text from outside reaches the terminal as text only."""

import json

import pytest

from rockfall_desktop.cli.entering import give_up
from rockfall_desktop.cli.printing import marked, say, say_json, say_table, visible
from rockfall_desktop.domain.errors import WrongInput

EVIL = "pit\x1b]0;owned\x07\x9b31m\u202egnp\nnext"


def test_that_control_characters_become_marks_and_white_space_a_space() -> None:
    assert visible(EVIL) == "pit�]0;owned��31m�gnp next"
    assert visible("Öst 坑道 · 3 m³\u00a0—") == "Öst 坑道 · 3 m³ —"


def test_that_no_line_table_or_fault_passes_a_control_sequence_on(capsys: pytest.CaptureFixture[str]) -> None:
    say(EVIL)
    say_table(["site"], [[EVIL]], "none")
    with pytest.raises(Exception, match=r"2|^$"):
        give_up(WrongInput(EVIL, EVIL, EVIL), 2)
    printed = capsys.readouterr()
    for character in ("\x1b", "\x07", "\x9b", "\u202e"):
        assert character not in printed.out + printed.err


def test_that_json_is_plain_ascii_and_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"site": EVIL + "Öst\udcff"})
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed)["site"] == EVIL + "Öst\udcff"


def test_that_a_simulated_sites_name_says_so_once() -> None:
    assert marked("Pit", simulated=True) == "Pit (simulated)"
    assert marked("Pit (Simulated)", simulated=True) == "Pit (Simulated)"
    assert marked("Pit", simulated=False) == "Pit"
