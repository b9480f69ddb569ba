"""What was typed: the window or a command, and secrets at a keyboard."""

import io
from pathlib import Path

import pytest

from rockfall_desktop.app import wants_window, window_places
from rockfall_desktop.cli import entering
from rockfall_desktop.domain.errors import WrongInput


@pytest.mark.parametrize(
    ("words", "home", "site"),
    [
        ([], None, None),
        (["window"], None, None),
        (["--home", "h"], "h", None),
        (["--home=h"], "h", None),
        (["--home", "h", "--site", "s"], "h", "s"),
        (["--home", "h", "window", "--site", "s"], "h", "s"),
        (["window", "--site", "s", "--home", "h"], "h", "s"),
    ],
)
def test_that_a_call_without_a_command_opens_the_window(
    words: list[str], home: str | None, site: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ROCKFALL_HOME", raising=False)
    assert wants_window(words)
    assert window_places(words) == (Path(home) if home else None, Path(site) if site else None)


@pytest.mark.parametrize(
    "words", [["jobs"], ["--home", "window", "jobs"], ["--help"], ["--home", "h", "--help"], ["--user", "ana", "jobs"]]
)
def test_that_a_command_or_a_cry_for_help_goes_to_the_terminal(words: list[str]) -> None:
    assert not wants_window(words)


@pytest.mark.parametrize("words", [["--home"], ["window", "jobs"], ["window", "--frobnicate"]])
def test_that_a_window_that_is_asked_for_wrongly_ends_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        window_places(words)


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


def type_in(monkeypatch: pytest.MonkeyPatch, *typed: str) -> None:
    answers = list(typed)
    monkeypatch.delenv("ROCKFALL_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", Keyboard())
    monkeypatch.setattr(entering, "getpass", lambda _: answers.pop(0))


def test_that_a_new_pass_phrase_is_typed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "one and the same", "one and the same")
    assert entering.chosen("ROCKFALL_PASSWORD", "New: ") == "one and the same"
    type_in(monkeypatch, "one and the same", "one and the sane")
    with pytest.raises(WrongInput, match="not the same"):
        entering.chosen("ROCKFALL_PASSWORD", "New: ")


def test_that_a_new_pass_phrase_in_the_environment_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch)
    monkeypatch.setenv("ROCKFALL_PASSWORD", "from the environment")
    assert entering.chosen("ROCKFALL_PASSWORD", "New: ") == "from the environment"
