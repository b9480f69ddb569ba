"""Whatever happens in the terminal, it ends with a sentence and a status."""

import errno
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rockfall_desktop.cli.ending import run_to_end


def raising(error: BaseException) -> Callable[[], None]:
    def call() -> None:
        raise error

    return call


@pytest.mark.parametrize(("code", "status"), [(None, 0), (0, 0), (1, 1), (2, 2), (130, 1)])
def test_that_the_status_of_a_command_is_kept_but_that_of_an_interrupt(
    code: int | None, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_to_end(raising(SystemExit(code)), lambda: tmp_path) == status
    assert bool(capsys.readouterr().err) == (code == 130)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyboardInterrupt(), "Interrupted"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (PermissionError(errno.EACCES, "Permission denied", "/somewhere"), "/somewhere"),
    ],
)
def test_that_what_the_world_does_is_one_sentence_and_1(
    error: BaseException, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_to_end(raising(error), lambda: tmp_path) == 1
    written = capsys.readouterr().err
    assert said in written
    assert len(written.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_that_a_fault_of_ours_is_one_sentence_that_names_a_file_with_the_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_to_end(raising(KeyError("ours\n\x1b[31m")), lambda: tmp_path) == 1
    written = capsys.readouterr().err
    (file,) = tmp_path.iterdir()
    assert str(file) in written
    assert len(written.splitlines()) == 1
    assert "\x1b" not in written
    assert "Traceback" in file.read_text()
    assert "KeyError" in file.read_text()


def test_that_a_folder_for_the_traceback_that_cannot_be_written_is_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run_to_end(raising(KeyError("ours")), lambda: tmp_path / "gone") == 1
    assert str(next(tmp_path.iterdir())) in capsys.readouterr().err


def test_that_an_output_that_cannot_be_written_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "flush", raising(OSError(errno.ENOSPC, "No space left on device")))
    assert run_to_end(lambda: None, lambda: tmp_path) == 1
    monkeypatch.undo()
    assert "No space left" in capsys.readouterr().err
