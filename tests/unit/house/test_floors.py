"""The house itself: floors, light start, size of files."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[3]
PACKAGE = HOUSE / "rockfall_desktop"
DRAWERS = {"utils", "helpers", "common", "misc", "base", "manager", "handler", "controller", "service", "core"}


def test_that_imports_go_down_only_and_each_library_has_one_room() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter, "--no-cache"], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("module", ["rockfall_desktop.app", "rockfall_desktop.ui.password_dialog"])
def test_that_the_password_dialog_opens_without_the_heavy_libraries(module: str) -> None:
    heavy = "{'torch', 'polars', 'sklearn', 'numpy', 'pyqtgraph', 'typer', 'keyring', 'pymongo'}"
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_that_no_file_is_a_drawer_or_holds_more_than_one_idea() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert path.stem not in DRAWERS, path
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 300, f"{path} has {lines} lines"


def test_that_no_function_is_longer_than_a_screen() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= 45, f"{path.name}: {node.name} has {length} lines"


def test_that_nothing_loads_what_could_run_code() -> None:
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8").replace("application.exec()", "")  # the one loop that there is
        for word in (
            "pickle",
            "export.load",
            "jit.load",
            ".exec()",
            "processEvents",
            ".terminate()",
            "allow_pickle",
            "torch.package",
            "joblib",
            "shelve",
            "marshal",
            "export import load",
            "jit import",
            "hub.load",
            "from_url",
            "weights_only=False",
            "custom_ops",
            "import dill",
            "extractall",
            "unpack_archive",
            "tarfile",
        ):
            assert word not in text, f"{path} holds {word}"
        assert text.count("torch.load(") == text.count("weights_only=True"), path


def test_that_archives_are_read_by_the_own_reader_but_for_workbooks_which_are_looked_through_first() -> None:
    found = [path.name for path in PACKAGE.rglob("*.py") if "zipfile" in path.read_text(encoding="utf-8")]
    assert found == ["workbook.py"]
